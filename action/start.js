"use strict";

const { spawn } = require("node:child_process");
const { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

const { program } = require("./program.js");
const { fail, input, set } = require("./runner.js");

/** How long the server has to come, in milliseconds. */
const PATIENCE = 30_000;

async function start() {
  const parent = process.env.RUNNER_TEMP;
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "zoho-crm-mock-"));
  const path = await program(folder);
  const ready = join(folder, "ready.json");
  const log = join(folder, "log");
  const out = openSync(log, "a");
  const options = input("arguments").split(/\s+/).filter((option) => option !== "");
  const child = spawn(path, ["serve", "--port", "0", "--ready-file", ready, ...options], {
    detached: true, // it outlives the step
    stdio: ["ignore", out, out],
    windowsHide: true,
  });
  const { port, url } = await listening(child, ready, log);
  child.unref();
  set("GITHUB_STATE", "pid", child.pid);
  set("GITHUB_STATE", "program", path);
  set("GITHUB_STATE", "url", url);
  set("GITHUB_OUTPUT", "port", port);
  set("GITHUB_OUTPUT", "url", url);
  set("GITHUB_ENV", "ZOHO_MOCK_URL", url);
  console.log(`zoho-crm-mock listens on ${url}; its log is ${log}`);
}

/** What the server says of itself as soon as it takes requests. */
async function listening(child, ready, log) {
  let ended;
  child.once("error", (error) => { ended = error.message; });
  child.once("exit", (code) => { ended = `it ended with ${code}:\n${readFileSync(log, "utf8")}`; });
  const end = Date.now() + PATIENCE;
  while (ended === undefined && !existsSync(ready)) {
    if (Date.now() > end) {
      child.kill();
      ended = `it took no requests within ${PATIENCE / 1000} s:\n${readFileSync(log, "utf8")}`;
    }
    await sleep(20);
  }
  if (ended !== undefined) {
    throw new Error(`the server cannot be started: ${ended}`);
  }
  return JSON.parse(readFileSync(ready, "utf8"));
}

start().catch((error) => fail(error.message));
