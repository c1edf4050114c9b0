"use strict";

const { spawnSync } = require("node:child_process");
const { appendFileSync } = require("node:fs");

const { fail, input, state } = require("./runner.js");

/** Asks the server by its own program; what it said, and whether something was found. */
function verify(...options) {
  // "never" is for this action to say
  const severity = input("fail-on");
  const mildest = severity === "" || severity === "never" ? [] : ["--fail-on", severity];
  const under = input("fail-under") === "" ? [] : ["--fail-under", input("fail-under")];
  const all = ["verify", "--url", state("url"), ...mildest, ...under, ...options];
  return spawnSync(state("program"), all, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

function report() {
  const { error, status, stderr, stdout } = verify();
  if (error !== undefined || (status !== 0 && status !== 1)) {
    fail(`there is no contract report: ${error?.message ?? stderr}`);
    return;
  }
  console.log(stdout);
  appendFileSync(process.env.GITHUB_STEP_SUMMARY, `### Zoho's contract\n\n\`\`\`\`text\n${stdout}\`\`\`\`\n`);
  if (input("junit") !== "") {
    const written = verify("--format", "junit", "--output", input("junit"));
    if (written.status !== 0 && written.status !== 1) {
      fail(written.stderr);
    }
  }
  if (status === 1 && input("fail-on") !== "never") {
    fail(stderr);
  }
}

// a server that never came has said so in the first step
if (state("url") !== "") {
  try {
    report();
  } finally {
    try {
      process.kill(Number(state("pid")));
    } catch {
      // it has ended before
    }
  }
}
