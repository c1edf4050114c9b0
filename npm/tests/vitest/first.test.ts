import { describe, expect } from "vitest";
import { Org } from "zoho-crm-mock";
import { it, test } from "zoho-crm-mock/vitest";

// the other file does the same, in another process: each test sees its own lead alone
describe.each([1, 2, 3])("run %i", () => {
  test.concurrent("a lead / one of many", async ({ crm, expect }) => {
    expect(crm).toBeInstanceOf(Org);
    expect(crm.label).toMatch(/^(.+\/)?(first|second)\.test\.ts > run \d > a lead \/ one of many$/);
    const answer = await crm.fetch("crm/v8/Leads", { json: { data: [{ Last_Name: "Rao" }] } });
    expect(answer.status).toBe(201);
    const count = await crm.fetch("crm/v8/Leads/actions/count");
    expect(await count.json()).toEqual({ count: 1 });
  });
});

it("finds its org by the environment", async ({ crm, crmEnv }) => {
  expect(process.env.ZOHO_ACCESS_TOKEN).toBe(crm.accessToken);
  const url = `${process.env.ZOHO_API_DOMAIN}/crm/v8/Leads`;
  const headers = { Authorization: `Zoho-oauthtoken ${crmEnv.ZOHO_ACCESS_TOKEN}` };
  await fetch(url, { method: "POST", headers, body: JSON.stringify({ data: [{ Last_Name: "Rao" }] }) });
  await crm.verify({ match: { operation: "records.insert", module: "Leads" }, count: 1 });
  expect((await crm.requests())[0].label).toBe(crm.label);
});

let again = "";

test("is run again in another org", { retry: 2 }, async ({ crm }) => {
  const before = again;
  again = crm.id;
  expect(before).not.toBe("");
  expect(before).not.toBe(again);
});

test("the environment is as it was", () => {
  expect(process.env.ZOHO_ACCESS_TOKEN).toBeUndefined();
});

describe("with a seed", () => {
  test.override({
    crmOptions: { seed: { Leads: [{ Last_Name: "Okafor" }] }, now: "2026-11-16T09:00:00Z", failOn: "warning" },
  });

  test("holds it", async ({ crm }) => {
    const answer = await crm.fetch("crm/v8/Leads?fields=Last_Name,Created_Time");
    const { data } = await answer.json();
    expect(data[0].Last_Name).toBe("Okafor");
    expect(await crm.control("GET", "clock")).toEqual({ now: "2026-11-16T09:00:00+00:00", frozen: true });
  });
});
