// Relates, shares, clones, merges, watches and composes with Zoho's SDK for Node:
// node around_v8.mjs URL

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as sdk from "@zohocrm/nodejs-sdk-8.0";

const { FindAndMerge, Notifications, Record, RelatedRecords, ShareRecords, Users } = sdk;
const url = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), "zoho-sdk-"));
const token = new sdk.OAuthBuilder()
  .clientId("1000.CLIENT")
  .clientSecret("secret")
  .refreshToken("1000.refresh")
  .build();

async function start() {
  const builder = await new sdk.InitializeBuilder();
  await builder
    .environment(sdk.DataCenter.setEnvironment(url, `${url}/oauth/v2/token`, url))
    .token(token)
    .store(new sdk.FileStore(join(folder, "tokens.csv")))
    // to which the SDK appends names as they are
    .resourcePath(`${folder}/`)
    .initialize();
}

/** A parameter map of pairs. */
async function parameters(...pairs) {
  const params = new sdk.ParameterMap();
  for (const [param, value] of pairs) await params.add(param, value);
  return params;
}

/** An object with some of its keys set by their setters, of which some are asynchronous. */
async function made(object, values) {
  for (const [name, value] of Object.entries(values)) await object[`set${name}`](value);
  return object;
}

/** The details of an answer of success, which says what is expected. */
function done(item, message) {
  assert.equal(item.constructor.name, "SuccessResponse", JSON.stringify(item));
  assert.equal(item.getStatus().getValue(), "success");
  const said = item.getMessage();
  assert.equal(said instanceof sdk.Choice ? said.getValue() : said, message);
  return item.getDetails();
}

const records = (name) => new Record.RecordOperations(name);
const ids = (list) => list.map((one) => String(one.getId()));

async function inserted(name, map) {
  const one = new Record.Record();
  for (const [key, value] of Object.entries(map)) one.addKeyValue(key, value);
  const body = await made(new Record.BodyWrapper(), { Data: [one] });
  const answer = (await records(name).createRecords(body)).getObject();
  return BigInt(done(answer.getData()[0], "record added").get("id"));
}

async function relations() {
  const campaign = await inserted("Campaigns", { Campaign_Name: "Boats" });
  const lead = await inserted("Leads", { Last_Name: "Member", Company: "Harbour" });
  const members = new RelatedRecords.RelatedRecordsOperations("Leads", "Campaigns");
  const link = await made(new Record.Record(), { Id: lead });
  const body = await made(new RelatedRecords.BodyWrapper(), { Data: [link] });
  const added = (await members.updateRelatedRecords(campaign, body)).getObject().getData()[0];
  done(added, "relation added");
  const campaigns = new RelatedRecords.RelatedRecordsOperations("Campaigns", "Leads");
  const fields = await parameters([RelatedRecords.GetRelatedRecordsParam.FIELDS, "Campaign_Name"]);
  const listed = (await campaigns.getRelatedRecords(lead, fields)).getObject().getData();
  assert.deepEqual(ids(listed), [String(campaign)]);
  const removed = (await members.delinkRecord(lead, campaign)).getObject().getData()[0];
  done(removed, "relation removed");
}

async function share(lead) {
  const type = await parameters([Users.GetUsersParam.TYPE, "ActiveConfirmedUsers"]);
  const users = (await new Users.UsersOperations().getUsers(type)).getObject().getUsers();
  // administrators see the lead already
  const other = users.find((user) => user.getProfile().getName() === "Standard");
  const user = await made(new Users.Users(), { Id: other.getId() });
  user.addKeyValue("type", "users");
  const shared = await made(new ShareRecords.ShareRecord(), {
    SharedWith: user,
    Type: new sdk.Choice("private"),
    Permission: "read_write",
    ShareRelatedRecords: false,
  });
  const operations = new ShareRecords.ShareRecordsOperations(lead, "Leads");
  const body = await made(new ShareRecords.BodyWrapper(), { Share: [shared] });
  const answer = (await operations.shareRecord(body)).getObject().getShare()[0];
  done(answer, "record will be shared successfully");
  const listed = (await operations.getSharedRecordDetails()).getObject().getShare();
  assert.deepEqual(listed.map((one) => one.getPermission()), ["read_write"]);
  done((await operations.revokeSharedRecord()).getObject().getShare(), "Sharing Revoked");
}

async function cloneAndMerge() {
  const contacts = records("Contacts");
  const first = await inserted("Contacts", { Last_Name: "Twin", Phone: "555-0100" });
  const cloned = (await contacts.cloneRecord(first)).getObject().getData()[0];
  const copy = BigInt(done(cloned, "record added").get("id"));
  const field = await made(new FindAndMerge.DataFields(), { APIName: "Phone" });
  const child = await made(new FindAndMerge.MergeData(), { Id: copy, Fields: [field] });
  const kept = await made(new FindAndMerge.MasterRecordFields(), { APIName: "Last_Name" });
  const merge = await made(new FindAndMerge.Merge(), { Data: [child], MasterRecordFields: [kept] });
  const body = await made(new FindAndMerge.BodyWrapper(), { Merge: [merge] });
  const operations = new FindAndMerge.FindAndMergeOperations("Contacts", first);
  const merged = (await operations.mergeRecords(body)).getObject().getMerge()[0];
  done(merged, "The records has been merged successfully");
  assert.equal((await contacts.getRecord(copy)).getStatusCode(), 204);
}

/** Asks until what is answered will do. */
async function waited(ask, until) {
  for (let n = 0; n < 50; n += 1) {
    const answer = await ask();
    if (until(answer)) return answer;
    await pause(100);
  }
  throw new Error("not in time");
}

async function watch() {
  const heard = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    heard.push(JSON.parse(Buffer.concat(chunks)));
    response.end();
  });
  server.listen(0, "127.0.0.1").unref();
  await once(server, "listening");
  const channel = await made(new Notifications.Notification(), {
    ChannelId: "1000000068003",
    Events: ["Leads.create"],
    NotifyUrl: `http://127.0.0.1:${server.address().port}/hook`,
    Token: "a word of ours",
  });
  const operations = new Notifications.NotificationsOperations();
  const body = await made(new Notifications.BodyWrapper(), { Watch: [channel] });
  const enabled = (await operations.enableNotifications(body)).getObject().getWatch()[0];
  assert.equal(enabled.getCode().getValue(), "SUCCESS");
  const lead = await inserted("Leads", { Last_Name: "Heard", Company: "Harbour" });
  await waited(async () => heard, (all) => all.length === 1);
  assert.deepEqual(heard[0].ids, [String(lead)]);
  assert.equal(heard[0].token, "a word of ours");
  const gone = await parameters([Notifications.DeleteNotificationParam.CHANNEL_IDS, "1000000068003"]);
  await operations.deleteNotification(gone);
  server.close();
}

/** The SDK has no class for it; its token is used. */
async function composite() {
  const address = `${url}/crm/v8/__composite_requests`;
  const lead = { Last_Name: "Composed", Company: "Harbour" };
  const answer = await fetch(address, {
    method: "POST",
    headers: { Authorization: `Zoho-oauthtoken ${token.getAccessToken()}` },
    body: JSON.stringify({
      rollback_on_fail: true,
      __composite_requests: [
        { sub_request_id: "1", method: "POST", uri: "/crm/v8/Leads", body: { data: [lead] } },
        { method: "GET", uri: "/crm/v8/Leads/@{1:$.data[0].details.id}" },
      ],
    }),
  });
  assert.equal(answer.status, 200);
  const { __composite_requests: parts } = await answer.json();
  const read = parts[1].details.response;
  assert.equal(read.status_code, 200);
  assert.equal(read.body.data[0].Last_Name, "Composed");
}

try {
  await start();
  await relations();
  await share(await inserted("Leads", { Last_Name: "Rao", Company: "Rao Boats" }));
  await cloneAndMerge();
  await watch();
  await composite();
  console.log("ok");
} finally {
  rmSync(folder, { recursive: true });
}
