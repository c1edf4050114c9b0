// What the package does without a runner of tests of its own: node --test

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { promisify } from "node:util";

import { ControlError, ForkedOrg, Org, Server, binary, connect, start } from "zoho-crm-mock";

const require = createRequire(import.meta.url);
const node = (code) => promisify(execFile)(process.execPath, ["--input-type=module", "--eval", code]);
const count = async (org) => (await (await org.fetch("crm/v8/Leads/actions/count")).json()).count;
const alive = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("both ways of loading give the same classes", () => {
  assert.equal(require("zoho-crm-mock").Server, Server);
  assert.match(binary(), /linux|darwin|win32|zoho-crm-mock/);
});

describe("a server", async () => {
  test("has the options that it is given", async () => {
    const options = { empty: true, now: new Date("2026-11-16T09:00:00Z"), generate: { Leads: 3, Contacts: 2 } };
    const server = await start({ ...options, rateLimit: "1000/60", strict: false, workers: 1 });
    try {
      assert.ok(server instanceof Org);
      assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
      assert.equal(await count(server), 3);
      assert.equal((await server.control("GET", "limits")).rate, "1000/60");
      assert.equal((await server.control("GET", "clock")).now, "2026-11-16T09:00:00+00:00");
      const env = await server.env();
      assert.equal(env.ZOHO_API_DOMAIN, server.url);
      assert.equal(env.ZOHO_ACCESS_TOKEN, server.accessToken);
    } finally {
      await server.stop();
    }
    await server.stop();
    await assert.rejects(server.contract(), /cannot reach http:\/\/127/);
  });

  test("says why it does not start", async () => {
    for (const [options, told] of [
      [{ seed: "nosuch" }, /did not start: .*"nosuch"/s],
      [{ sede: "default" }, /did not start: .*--sede/],
      [{ empty: true, seed: ["default"] }, /did not start: .*--empty/],
      [{ binary: "/no/such/program" }, /did not start: \/no\/such\/program: .*ENOENT/],
    ]) {
      await assert.rejects(start(options), told);
    }
  });

  test("keeps its control plane to those with a token", async () => {
    const server = await start({ empty: true, adminToken: "secret" });
    try {
      const org = await server.org({ name: "mine" });
      await org.delete();
      await assert.rejects(connect(server.url), ControlError);
      await connect(server.url, { adminToken: "secret" });
    } finally {
      await server.stop();
    }
  });

  test("ends with the process that has forgotten it", async () => {
    const code = `
      import { start } from "zoho-crm-mock";
      const server = await start({ empty: true });
      console.log(server.url);`;
    const { stdout } = await node(code);
    const gone = async () => fetch(`${stdout.trim()}/__admin/health`).then(() => false, () => true);
    const until = Date.now() + 5_000;
    while (!(await gone())) {
      assert.ok(Date.now() < until, "it runs still");
    }
  });

  test("that is none is not taken for one", async () => {
    await assert.rejects(connect("http://127.0.0.1:1"), /cannot reach http:\/\/127.0.0.1:1/);
  });
});

test("orgs share nothing, and have what a test does to one", async () => {
  const server = await start({ empty: true });
  try {
    const one = await server.org({ name: "one", seed: { Leads: [{ Last_Name: "Rao" }] } });
    const other = await (await connect(server.url)).org({ now: "2026-11-16T09:00:00Z" });
    assert.ok(one instanceof ForkedOrg);
    assert.deepEqual([await count(one), await count(other), await count(server)], [1, 0, 0]);

    await one.snapshot("with Rao");
    await one.reset();
    assert.equal(await count(one), 0);
    await one.restore("with Rao");
    assert.equal(await count(one), 1);
    assert.match(JSON.stringify(await one.export()), /"Last_Name":"Rao"/);
    const labels = await one.seed({ Leads: [{ id: "#okafor", Last_Name: "Okafor" }] });
    assert.match(labels["#okafor"], /^\d+$/);

    assert.deepEqual(await other.advance("PT1H"), { now: "2026-11-16T10:00:00+00:00", frozen: true });
    await other.fault({ match: { operation: "records.count" }, effect: { error: "TOO_MANY_REQUESTS" } });
    assert.equal((await other.fetch("/crm/v8/Leads/actions/count")).status, 429);
    await other.clearFaults();
    assert.equal(await count(other), 0);

    const waited = other.waitFor({ match: { operation: "records.insert" }, timeout_ms: 5000 });
    await other.fetch("crm/v8/Leads", { json: { data: [{ Last_Name: "Ito", Compny: "x" }] } });
    assert.equal((await waited).length, 1);
    await other.verify({ match: { operation: "records.insert" }, count: 1 });
    await assert.rejects(other.verify({ match: { operation: "records.insert" }, count: 2 }), ControlError);
    await assert.rejects(other.verify({ match: { operation: "records.insert" }, count: 0 }), {
      name: "ControlError",
      message: /found 1\nthese match:\n {2}\d: POST \/crm\/v8\/Leads, 201 \(records\.insert\)$/,
    });
    const nearest = /found 0\nnearest:\n(.*\n)* {4}\$\.operation: expected "records\.update", found "records\.insert"/;
    await assert.rejects(other.waitFor({ match: { operation: "records.update" }, timeout_ms: 50 }), nearest);
    assert.equal((await other.requests({ operation: "records.insert" })).length, 1);

    assert.equal((await other.contract()).summary.error, 1);
    await assert.rejects(other.assertContract(), /record\.unknown_field.*"Compny".*"Company"/s);
    await one.assertContract("info");
    await assert.rejects(one.assertContract("fatal"), TypeError);

    await assert.rejects(server.org({ name: "one" }), { status: 409 });
    await assert.rejects(server.org({ name: "bad", seed: { Leads: [{ Last_Nam: "x" }] } }), /Last_Name/);
    const { orgs } = await server.control("GET", "orgs");
    assert.ok(orgs.every(({ name }) => name !== "bad"), "half an org was left");
    await one.delete();
    await assert.rejects(one.delete(), { status: 404 });
  } finally {
    await server.stop();
  }
});

test("orgs have labels, which need not be unique", async () => {
  const server = await start({ empty: true });
  try {
    const label = "tests/a.test.mjs > a / b";
    const [one, again] = [await server.org({ label }), await server.org({ label })];
    assert.deepEqual([one.label, again.label, server.label], [label, label, ""]);
    assert.equal(await count(one), 0);
    await one.setLabel("another");
    await one.fetch("crm/v8/Leads", { json: { data: [{ Last_Name: "Ito", Compny: "x" }] } });
    assert.deepEqual((await one.requests()).map((request) => request.label), [label, "another"]);
    assert.equal((await one.contract()).violations[0].label, "another");
    await assert.rejects(one.setLabel("x".repeat(1001)), { status: 422 });
    assert.equal(one.label, "another");
  } finally {
    await server.stop();
  }
});

test("an export takes the place of the data", async () => {
  const server = await start();
  try {
    const org = await server.org();
    const before = await org.export();
    const labels = await org.replace({ Leads: [{ id: "#rao", Last_Name: "Rao" }] });
    assert.match(labels["#rao"], /^\d+$/);
    assert.equal(await count(org), 1);
    await assert.rejects(org.replace({ Leads: [{ Last_Nam: "Rao" }] }), /nothing was replaced\n.*Last_Name/);
    assert.equal(await count(org), 1);
    assert.deepEqual(await org.replace(before), {});
    assert.deepEqual(await org.export(), before);
  } finally {
    await server.stop();
  }
});

describe("the command", { skip: process.platform === "win32" }, () => {
  const bin = require.resolve("zoho-crm-mock/package.json").replace("package.json", "bin.js");

  test("is the program, with its words and its status", async () => {
    const run = (...words) => promisify(execFile)(process.execPath, [bin, ...words]);
    assert.match((await run("--version")).stdout, /^zoho-crm-mock \d/);
    await assert.rejects(run("check", "nosuch"), { code: 1 });
    await assert.rejects(run("--nosuch"), { code: 2 });
  });

  test("passes signals on and leaves nothing", async () => {
    const child = spawn(process.execPath, [bin, "--port", "0", "--empty"], { stdio: ["ignore", "pipe", "ignore"] });
    const [line] = await once(child.stdout.setEncoding("utf8"), "data");
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
    assert.equal(alive(child.pid), false);
    const url = line.trim().split(" ").at(-1);
    await assert.rejects(fetch(`${url}/__admin/health`));
  });
});
