"use strict";

// The runner talks to a step by environment variables and files; its own package does the same and
// would have to be vendored.

const { appendFileSync } = require("node:fs");
const { randomUUID } = require("node:crypto");

/** An input of the step. */
function input(name) {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
}

/** Adds `name` to a file of the runner: `GITHUB_OUTPUT`, `GITHUB_ENV` or `GITHUB_STATE`. */
function set(file, name, value) {
  const end = randomUUID();
  appendFileSync(process.env[file], `${name}<<${end}\n${value}\n${end}\n`);
}

/** What the first step has kept for the last. */
function state(name) {
  return process.env[`STATE_${name}`] ?? "";
}

/** Shows an error beside the job, and fails the step. */
function fail(message) {
  const line = message.trim().replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  console.log(`::error title=zoho-crm-mock::${line}`);
  process.exitCode = 1;
}

module.exports = { fail, input, set, state };
