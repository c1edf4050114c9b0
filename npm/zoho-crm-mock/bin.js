#!/usr/bin/env node
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const { binary } = require("./lib/binary.js");

let program;
try {
  program = binary();
} catch (error) {
  console.error(`zoho-crm-mock: ${error.message}`);
  process.exit(2);
}
const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
child.on("error", (error) => {
  console.error(`zoho-crm-mock: ${program}: ${error.message}`);
  process.exit(2);
});
// the program decides what they mean; a terminal sends some of them to both
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("exit", (code, signal) => {
  process.exit(code ?? 128 + constants.signals[signal]);
});
