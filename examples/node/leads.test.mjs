// Tests against zoho-crm-mock, with nothing but what Node brings: node --test

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

const program = process.env.ZOHO_MOCK_BIN ?? "zoho-crm-mock";
const folder = mkdtempSync(join(tmpdir(), "zoho-crm-"));
let server, url;

before(async () => {
  const ready = join(folder, "ready.json");
  const options = ["--empty", "--port", "0", "--ready-file", ready, "--exit-with-parent"];
  server = spawn(program, options, { stdio: "ignore" });
  let failure;
  server.on("error", (error) => (failure = error));
  while (!existsSync(ready)) {
    assert.equal(failure, undefined);
    assert.equal(server.exitCode, null, `${program} ended with status ${server.exitCode}`);
    await sleep(10);
  }
  url = JSON.parse(readFileSync(ready)).url;
});

after(() => {
  server.kill();
  rmSync(folder, { recursive: true });
});

async function call(method, path, body) {
  const headers = { Authorization: "Zoho-oauthtoken any" };
  const request = { method, headers, body: body && JSON.stringify(body) };
  const answer = await fetch(`${url}/crm/v8/${path}`, request);
  const text = await answer.text();
  return [answer.status, text ? JSON.parse(text) : null];
}

test("a lead that was added is found, changed and deleted", async () => {
  const lead = { Last_Name: "Rao", Email: "rao@example.com" };
  const [status, added] = await call("POST", "Leads", { data: [lead] });
  assert.equal(status, 201);
  const { id } = added.data[0].details;

  const [, found] = await call("GET", "Leads/search?email=rao@example.com");
  assert.deepEqual(found.data.map((one) => one.id), [id]);

  await call("PUT", `Leads/${id}`, { data: [{ Phone: "555-0101" }] });
  const [, changed] = await call("GET", `Leads/${id}?fields=Phone`);
  assert.equal(changed.data[0].Phone, "555-0101");

  await call("DELETE", `Leads/${id}`);
  assert.deepEqual(await call("GET", `Leads/${id}`), [204, null]);
});

test("a lead without a last name is refused", async () => {
  const [status, answer] = await call("POST", "Leads", { data: [{ First_Name: "Asha" }] });
  assert.equal(status, 400);
  assert.equal(answer.data[0].code, "MANDATORY_NOT_FOUND");
});
