import { expect } from "vitest";
import { test } from "zoho-crm-mock/vitest";

test("breaks the contract", async ({ crm }) => {
  const answer = await crm.fetch("crm/v8/Leads", { json: { data: [{ Last_Name: "Rao", Compny: "Rao Boats" }] } });
  expect(answer.status).toBe(201);
});

test("is told what was asked", async ({ crm }) => {
  const answer = await crm.fetch("crm/v8/Leads", { json: { data: [{ Last_Name: "Rao" }] } });
  expect(answer.status).toBe(200);
});
