// Zoho's SDK for Node, unmodified, in the production environment of a data centre: sdk.mjs US

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@zohocrm/nodejs-sdk-8.0";

const { Record } = sdk;
const location = process.argv[2];
const centres = { US: sdk.USDataCenter, EU: sdk.EUDataCenter, IN: sdk.INDataCenter };
const domains = { US: "zohoapis.com", EU: "zohoapis.eu", IN: "zohoapis.in" };
const folder = mkdtempSync(join(tmpdir(), "zoho-sdk-"));
const tokens = join(folder, "tokens.csv");

try {
  const token = new sdk.OAuthBuilder()
    .clientId("1000.CLIENT")
    .clientSecret("secret")
    .refreshToken("1000.refresh")
    .build();
  const builder = await new sdk.InitializeBuilder();
  await builder
    .environment(centres[location].PRODUCTION())
    .token(token)
    .store(new sdk.FileStore(tokens))
    .resourcePath(folder)
    .initialize();

  const leads = new Record.RecordOperations("Leads");
  const lead = new Record.Record();
  lead.addKeyValue("Last_Name", "Rao");
  lead.addKeyValue("Email", "rao@example.com");
  const body = new Record.BodyWrapper();
  body.setData([lead]);
  const made = (await leads.createRecords(body)).getObject();
  assert.ok(made instanceof Record.ActionWrapper, JSON.stringify(made));

  const params = new sdk.ParameterMap();
  await params.add(Record.SearchRecordsParam.EMAIL, "rao@example.com");
  const found = (await leads.searchRecords(params)).getObject().getData();
  assert.deepEqual(
    found.map((one) => one.getKeyValue("Last_Name")),
    ["Rao"],
  );
  // the SDK keeps what it was told of its data centre
  const kept = readFileSync(tokens, "utf8");
  assert.ok(kept.includes(`https://www.${domains[location]}`), kept);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
