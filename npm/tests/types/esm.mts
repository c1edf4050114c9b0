// The types, as a module sees them: tsc --noEmit

import { type ContractReport, type Severity, Server, connect, start } from "zoho-crm-mock";
import { useCrm } from "zoho-crm-mock/jest";
import { test } from "zoho-crm-mock/vitest";
import setup from "zoho-crm-mock/vitest/setup";

export async function uses(): Promise<ContractReport> {
  await using server: Server = await start({ empty: true, generate: { Leads: 3 }, seed: ["a", "b"] });
  await using org = await server.org({ now: new Date(), seed: { Leads: [] }, label: "a test" });
  await org.replace(await server.export());
  await org.setLabel(org.label);
  const found: Severity[] = (await org.contract()).violations.map(({ severity }) => severity);
  await (await connect(server.url)).fault({ effect: { error: found[0] ?? "INTERNAL_ERROR" } });
  // @ts-expect-error: no such severity
  await org.assertContract("fatal");
  // @ts-expect-error: no such option
  await start({ sede: "a" });
  // @ts-expect-error: servers come from `start` and `connect`
  new Server();
  return org.contract();
}

test("fixtures have types", async ({ crm, crmEnv }) => {
  const url: string = crm.url + crmEnv.ZOHO_API_DOMAIN;
  await crm.fetch(url, { json: {} });
});

export const crm = useCrm({ failOn: "error" });
export const done: Promise<() => Promise<void>> = setup({} as never);
