// Bulk write and bulk read with Zoho's SDK for Node: node sdk_v8_bulk.mjs URL

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import * as sdk from "@zohocrm/nodejs-sdk-8.0";

const { BulkRead, BulkWrite, Modules, Org } = sdk;
const url = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "zoho-sdk-"));

// a zip with Leads.csv: a lead, and one without a name
const ZIP =
  "UEsDBBQAAAAIAAAAIVzhosJ5IgAAACUAAAAJAAAATGVhZHMuY3N280ksLon3S8xN1XHOzy1IzKvk8stPSS3Oz9NxTM5N" +
  "5YKQAFBLAQIUAxQAAAAIAAAAIVzhosJ5IgAAACUAAAAJAAAAAAAAAAAAAACAAQAAAABMZWFkcy5jc3ZQSwUGAAAAAAEA" +
  "AQA3AAAASQAAAAAA";

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

function leads() {
  const module = new Modules.MinifiedModule();
  module.setAPIName("Leads");
  return module;
}

/** The text of the one file in a zip that was downloaded. */
async function unzipped(response) {
  // the SDK gives a promise here
  const wrapper = await response.getObject();
  const zip = wrapper.getFile().getStream();
  assert.equal(zip.readUInt32LE(0), 0x04034b50, "a zip");
  const begin = 30 + zip.readUInt16LE(26) + zip.readUInt16LE(28);
  return inflateRawSync(zip.subarray(begin)).toString();
}

async function write(zgid) {
  const path = join(folder, "leads.zip");
  writeFileSync(path, Buffer.from(ZIP, "base64"));
  const file = new BulkWrite.FileBodyWrapper();
  file.setFile(new sdk.StreamWrapper(null, null, path));
  const headers = new sdk.HeaderMap();
  await headers.add(BulkWrite.UploadFileHeader.FEATURE, "bulk-write");
  await headers.add(BulkWrite.UploadFileHeader.X_CRM_ORG, zgid);
  const operations = new BulkWrite.BulkWriteOperations();
  const uploaded = (await operations.uploadFile(file, headers)).getObject();
  assert.equal(uploaded.getCode().getValue(), "FILE_UPLOAD_SUCCESS");
  const mappings = ["Last_Name", "Company"].map((name, index) => {
    const mapping = new BulkWrite.FieldMapping();
    mapping.setAPIName(name);
    mapping.setIndex(index);
    return mapping;
  });
  const resource = new BulkWrite.Resource();
  resource.setType(new sdk.Choice("data"));
  resource.setModule(leads());
  resource.setFileId(String(uploaded.getDetails().get("file_id")));
  resource.setFieldMappings(mappings);
  const order = new BulkWrite.RequestWrapper();
  order.setOperation(new sdk.Choice("insert"));
  order.setResource([resource]);
  const ordered = (await operations.createBulkWriteJob(order)).getObject();
  const job = ordered.getDetails().get("id");
  const done = (await operations.getBulkWriteJobDetails(job)).getObject();
  assert.equal(done.getStatus(), "COMPLETED");
  const counts = done.getResource()[0].getFile();
  assert.deepEqual([counts.getAddedCount(), counts.getSkippedCount()], [1, 1]);
  const report = await operations.downloadBulkWriteResult(done.getResult().getDownloadUrl());
  const lines = (await unzipped(report)).split("\n");
  assert.equal(lines[0], "Last_Name,Company,STATUS,RECORD_ID,ERRORS");
  assert.equal(lines[2], ",Acme,SKIPPED,,MANDATORY_NOT_FOUND-Last_Name");
}

async function read() {
  const query = new BulkRead.Query();
  query.setModule(leads());
  query.setFields(["Last_Name", "Company"]);
  const order = new BulkRead.BodyWrapper();
  order.setQuery(query);
  order.setFileType(new sdk.Choice("csv"));
  const operations = new BulkRead.BulkReadOperations();
  const ordered = (await operations.createBulkReadJob(order)).getObject();
  const job = BigInt(ordered.getData()[0].getDetails().get("id"));
  const detail = (await operations.getBulkReadJobDetails(job)).getObject().getData()[0];
  assert.equal(detail.getState().getValue(), "COMPLETED");
  const result = await operations.downloadResult(job);
  const lines = (await unzipped(result)).trim().split("\n");
  assert.equal(lines[0], "Id,Last_Name,Company");
  assert.equal(lines.length - 1, detail.getResult().getCount());
  assert.ok(lines.some((line) => line.endsWith(",Nodeson,Acme")));
}

try {
  await start();
  const org = (await new Org.OrgOperations().getOrganization()).getObject().getOrg()[0];
  await write(org.getZgid());
  await read();
  console.log("ok");
} finally {
  rmSync(folder, { recursive: true });
}
