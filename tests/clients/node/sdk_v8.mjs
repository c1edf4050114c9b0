// Zoho's SDK for Node against a server: node sdk_v8.mjs URL

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@zohocrm/nodejs-sdk-8.0";

const { Record } = sdk;
const url = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "zoho-sdk-"));

async function start() {
  const token = new sdk.OAuthBuilder()
    .clientId("1000.CLIENT")
    .clientSecret("secret")
    .refreshToken("1000.refresh")
    .build();
  const builder = await new sdk.InitializeBuilder();
  await builder
    .environment(sdk.DataCenter.setEnvironment(url, `${url}/oauth/v2/token`, url))
    .token(token)
    .store(new sdk.FileStore(join(folder, "tokens.csv")))
    .resourcePath(folder)
    .initialize();
}

const leads = new Record.RecordOperations("Leads");

/** The first item of a write. */
async function write(response) {
  const answer = response.getObject();
  assert.ok(answer instanceof Record.ActionWrapper, JSON.stringify(answer));
  return answer.getData()[0];
}

async function record(values) {
  const one = new Record.Record();
  for (const [name, value] of Object.entries(values)) one.addKeyValue(name, value);
  const body = new Record.BodyWrapper();
  body.setData([one]);
  return body;
}

async function list(fields) {
  const params = new sdk.ParameterMap();
  await params.add(Record.GetRecordsParam.FIELDS, fields);
  const response = await leads.getRecords(params);
  if (response.getStatusCode() === 204) return [];
  return response.getObject().getData();
}

async function search(email) {
  const params = new sdk.ParameterMap();
  await params.add(Record.SearchRecordsParam.EMAIL, email);
  const response = await leads.searchRecords(params);
  return response.getStatusCode() === 204 ? [] : response.getObject().getData();
}

try {
  await start();
  const before = (await list("Last_Name")).length;

  const added = await write(await leads.createRecords(await record({
    Last_Name: "Rao", First_Name: "Asha", Company: "Rao Boats", Email: "rao@example.com",
  })));
  assert.ok(added instanceof Record.SuccessResponse);
  // the SDK takes ids as big integers, and gives this one as text
  const id = BigInt(added.getDetails().get("id"));
  assert.equal((await list("Last_Name")).length, before + 1);

  const found = await search("rao@example.com");
  assert.deepEqual(found.map((lead) => String(lead.getId())), [String(id)]);
  assert.equal(found[0].getKeyValue("Company"), "Rao Boats");

  const changed = await write(await leads.updateRecord(id, await record({ Phone: "555-0101" })));
  assert.ok(changed instanceof Record.SuccessResponse);
  const read = (await leads.getRecord(id)).getObject().getData()[0];
  assert.equal(read.getKeyValue("Phone"), "555-0101");
  assert.equal(read.getKeyValue("Last_Name"), "Rao");

  const gone = await write(await leads.deleteRecord(id));
  assert.ok(gone instanceof Record.SuccessResponse);
  assert.equal((await search("rao@example.com")).length, 0);
  console.log("ok");
} finally {
  rmSync(folder, { recursive: true });
}
