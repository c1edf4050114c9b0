// Zoho's SDK for Node against a server, with files: node sdk_v8_files.mjs URL

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@zohocrm/nodejs-sdk-8.0";

const { Attachments, Record } = sdk;
const url = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "zoho-sdk-"));
const bytes = Buffer.from([...Array(256).keys(), 13, 10, 45, 45, 13, 10]);
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGMAAQAABQABDQottAAAAABJRU5ErkJggg==",
  "base64",
);

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

/** A form with one file, as the SDK reads it from a disk. */
function form(Kind, name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  const body = new Kind();
  body.setFile(new sdk.StreamWrapper(null, null, path));
  return body;
}

/** Name and bytes of a file that was sent. The SDK gives a promise of it in its answer. */
async function received(response) {
  assert.equal(response.getStatusCode(), 200);
  const file = (await response.getObject()).getFile();
  return [file.getName(), Buffer.from(file.getStream())];
}

const leads = new Record.RecordOperations("Leads");

async function newLead() {
  const lead = new Record.Record();
  lead.addKeyValue("Last_Name", "Rao");
  lead.addKeyValue("Company", "Rao Boats");
  const body = new Record.BodyWrapper();
  body.setData([lead]);
  const answer = (await leads.createRecords(body)).getObject();
  return BigInt(answer.getData()[0].getDetails().get("id"));
}

try {
  await start();
  const lead = await newLead();
  const attachments = new Attachments.AttachmentsOperations();

  const body = form(Attachments.FileBodyWrapper, "report.bin", bytes);
  const uploaded = (await attachments.uploadAttachments(lead, "Leads", body)).getObject();
  assert.ok(uploaded instanceof Attachments.ActionWrapper, JSON.stringify(uploaded));
  const id = BigInt(uploaded.getData()[0].getDetails().get("id"));
  const file = await received(await attachments.getAttachment(id, lead, "Leads"));
  assert.deepEqual(file, ["report.bin", bytes]);

  const params = new sdk.ParameterMap();
  await params.add(Attachments.GetAttachmentsParam.FIELDS, "File_Name,Size");
  const listed = (await attachments.getAttachments(lead, "Leads", params)).getObject().getData();
  assert.deepEqual(listed.map((one) => one.getFileName()), ["report.bin"]);
  assert.equal((await attachments.deleteAttachment(id, lead, "Leads")).getStatusCode(), 200);

  await leads.uploadPhoto(lead, form(Record.FileBodyWrapper, "me.png", png));
  assert.deepEqual(await received(await leads.getPhoto(lead)), ["photo.png", png]);
  assert.equal((await leads.deletePhoto(lead)).getStatusCode(), 200);
  assert.equal((await leads.getPhoto(lead)).getStatusCode(), 204);
  console.log("ok");
} finally {
  rmSync(folder, { recursive: true });
}
