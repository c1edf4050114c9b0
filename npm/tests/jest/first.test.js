const { useCrm } = require("zoho-crm-mock/jest");

// the other file does the same, in another process: each test sees its own lead alone
const crm = useCrm();

test.each([1, 2, 3])("a lead / one of many, run %i", async () => {
  expect(crm.label).toMatch(/^(.+\/)?(first|second)\.test\.js > a lead \/ one of many, run \d$/);
  const answer = await crm.fetch("crm/v8/Leads", { json: { data: [{ Last_Name: "Rao" }] } });
  expect(answer.status).toBe(201);
  const count = await crm.fetch("crm/v8/Leads/actions/count");
  expect(await count.json()).toEqual({ count: 1 });
  await crm.verify({ match: { operation: "records.insert", module: "Leads" }, count: 1 });
  expect((await crm.requests())[0].label).toBe(crm.label);
});

describe("that is run again", () => {
  jest.retryTimes(2);
  let again;

  test("has another org", () => {
    const before = again;
    again = crm.id;
    expect(before).toBeDefined();
    expect(before).not.toBe(again);
  });
});

describe("with a seed", () => {
  const seeded = useCrm({ seed: { Leads: [{ Last_Name: "Okafor" }] }, failOn: "warning" });

  test("an org holds it", async () => {
    const count = await seeded.fetch("crm/v8/Leads/actions/count");
    expect(await count.json()).toEqual({ count: 1 });
    expect(crm.id).not.toBe(seeded.id);
  });
});
