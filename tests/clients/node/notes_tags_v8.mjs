// Notes, tags, clones and owners by Zoho's SDK for Node: node notes_tags_v8.mjs URL

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as sdk from "@zohocrm/nodejs-sdk-8.0";

const { ChangeOwner, Modules, Notes, Record, Tags, Users } = sdk;
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
const tags = new Tags.TagsOperations();
const notes = new Notes.NotesOperations();

/** The items of an answer, each of them a success of a class. */
function items(response, status, success) {
  assert.equal(response.getStatusCode(), status);
  const answer = response.getObject();
  const found = answer.getTags ? answer.getTags() : answer.getData();
  for (const item of found) assert.ok(item instanceof success, JSON.stringify(item));
  return found;
}

/** The id in the details of an item, as the SDK takes it. */
function id(item) {
  return BigInt(item.getDetails().get("id"));
}

async function insert(name) {
  const one = new Record.Record();
  one.addKeyValue("Last_Name", name);
  one.addKeyValue("Company", name);
  const body = new Record.BodyWrapper();
  body.setData([one]);
  return id(items(await leads.createRecords(body), 201, Record.SuccessResponse)[0]);
}

async function read(lead) {
  return (await leads.getRecord(lead)).getObject().getData()[0];
}

async function writeNotes(lead) {
  const note = new Notes.Note();
  const parent = new Notes.ParentId();
  const module = new Modules.MinifiedModule();
  module.setAPIName("Leads");
  parent.setModule(module);
  parent.setId(lead);
  note.setNoteTitle("title");
  note.setNoteContent("content");
  note.setParentId(parent);
  const body = new Notes.BodyWrapper();
  body.setData([note]);
  const made = id(items(await notes.createNotes(body), 201, Notes.SuccessResponse)[0]);
  const [shown] = (await notes.getNote(made)).getObject().getData();
  assert.equal(shown.getNoteTitle(), "title");
  assert.equal(String(shown.getParentId().getId()), String(lead));
  items(await notes.deleteNote(made), 200, Notes.SuccessResponse);
}

function newTags(...names) {
  const body = new Tags.NewTagRequestWrapper();
  body.setTags(names.map((name) => {
    const tag = new Tags.Tag();
    tag.setName(name);
    return tag;
  }));
  return body;
}

async function tagRecords(first, second) {
  const success = Tags.RecordSuccessResponse;
  items(await tags.addTags("Leads", first, newTags("Node hot")), 200, success);
  const several = newTags("Node cold");
  several.setIds([first, second]);
  const response = await tags.addTagsToMultipleRecords("Leads", several);
  items(response, 200, success);
  assert.equal(response.getObject().getSuccessCount(), "2");
  const names = (await read(first)).getKeyValue("Tag").map((tag) => tag.getName());
  assert.deepEqual(names.sort(), ["Node cold", "Node hot"]);
  const gone = new Tags.ExistingTagRequestWrapper();
  const tag = new Tags.ExistingTag();
  tag.setName("Node cold");
  gone.setTags([tag]);
  items(await tags.removeTags("Leads", first, gone), 200, success);
}

async function mergeTags() {
  const params = new sdk.ParameterMap();
  await params.add(Tags.GetTagsParam.MODULE, "Leads");
  const known = (await tags.getTags(params)).getObject().getTags();
  const of = (name) => known.find((tag) => tag.getName() === name).getId();
  const conflict = new Tags.ConflictWrapper();
  conflict.setConflictId(String(of("Node cold")));
  const body = new Tags.MergeWrapper();
  body.setTags([conflict]);
  items(await tags.mergeTags(BigInt(of("Node hot")), body), 200, Tags.SuccessResponse);
  const module = new sdk.ParameterMap();
  await module.add(Tags.GetRecordCountForTagParam.MODULE, "Leads");
  const count = await tags.getRecordCountForTag(BigInt(of("Node hot")), module);
  assert.equal(count.getObject().getCount(), "2");
}

async function changeOwner(lead) {
  const params = new sdk.ParameterMap();
  await params.add(Users.GetUsersParam.TYPE, "ActiveUsers");
  const users = (await new Users.UsersOperations().getUsers(params)).getObject().getUsers();
  const user = BigInt(users.at(-1).getId());
  const owner = new ChangeOwner.Owner();
  owner.setId(user);
  const body = new ChangeOwner.BodyWrapper();
  body.setOwner(owner);
  const operations = new ChangeOwner.ChangeOwnerOperations("Leads");
  items(await operations.singleUpdate(lead, body), 200, ChangeOwner.SuccessResponse);
  assert.equal(String((await read(lead)).getKeyValue("Owner").getId()), String(user));
}

try {
  await start();
  const [first, second] = [await insert("Rao"), await insert("Roy")];
  await writeNotes(first);
  await tagRecords(first, second);
  await mergeTags();
  const copy = id(items(await leads.cloneRecord(first), 201, Record.SuccessResponse)[0]);
  assert.equal((await read(copy)).getKeyValue("Last_Name"), "Rao");
  await changeOwner(first);
  console.log("ok");
} finally {
  rmSync(folder, { recursive: true });
}
