const { useCrm } = require("zoho-crm-mock/jest");

const crm = useCrm();

test("breaks the contract", async () => {
  const answer = await crm.fetch("crm/v8/Leads", { json: { data: [{ Last_Name: "Rao", Compny: "Rao Boats" }] } });
  expect(answer.status).toBe(201);
});

expect(() => crm.url).toThrow("while a test runs");
