"use strict";

const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { mkdirSync, mkdtempSync, readFileSync, writeFileSync } = require("node:fs");
const { join, resolve } = require("node:path");

const { input } = require("./runner.js");

/** The archives of a release, and where the program is in them. */
const ARCHIVES = {
  "linux-x64": ["x86_64-unknown-linux-musl.tar.gz", "zoho-crm-mock-x86_64-unknown-linux-musl/zoho-crm-mock"],
  "linux-arm64": ["aarch64-unknown-linux-musl.tar.gz", "zoho-crm-mock-aarch64-unknown-linux-musl/zoho-crm-mock"],
  "darwin-x64": ["x86_64-apple-darwin.tar.gz", "zoho-crm-mock-x86_64-apple-darwin/zoho-crm-mock"],
  "darwin-arm64": ["aarch64-apple-darwin.tar.gz", "zoho-crm-mock-aarch64-apple-darwin/zoho-crm-mock"],
  "win32-x64": ["x86_64-pc-windows-msvc.zip", "zoho-crm-mock.exe"],
};

/** The path of the program: the input, or one that is downloaded into `folder`. */
async function program(folder) {
  const given = input("program");
  return given === "" ? download(folder) : resolve(given);
}

async function download(folder) {
  const platform = `${process.platform}-${process.arch}`;
  if (!(platform in ARCHIVES)) {
    throw new Error(`a release has no program for ${platform}; give the path of one as program`);
  }
  const [archive, path] = ARCHIVES[platform];
  const version = input("version").replace(/^v/, "") || ownVersion();
  // the repository of this action, whoever owns it
  const { GITHUB_SERVER_URL, GITHUB_ACTION_REPOSITORY } = process.env;
  const url = `${GITHUB_SERVER_URL}/${GITHUB_ACTION_REPOSITORY}/releases/download/v${version}/zoho-crm-mock-${archive}`;
  const bytes = await get(url);
  const sum = (await get(`${url}.sha256`)).toString("utf8").trim().split(/\s/)[0];
  if (createHash("sha256").update(bytes).digest("hex") !== sum) {
    throw new Error(`${url} is not what its checksum says`);
  }
  mkdirSync(folder, { recursive: true });
  const to = mkdtempSync(join(folder, "program-"));
  writeFileSync(join(to, "archive"), bytes);
  // that of Windows reads zip, too; one of Git before it does not
  const tar = process.platform === "win32" ? join(process.env.SystemRoot, "System32", "tar.exe") : "tar";
  execFileSync(tar, ["-xf", "archive"], { cwd: to, stdio: ["ignore", "ignore", "inherit"] });
  return join(to, path);
}

/** The version of the tree that this action is in. */
function ownVersion() {
  const cargo = readFileSync(join(__dirname, "..", "Cargo.toml"), "utf8");
  return /^version = "(.+)"$/m.exec(cargo)[1];
}

async function get(url) {
  const answer = await fetch(url);
  if (!answer.ok) {
    throw new Error(`${url}: ${answer.status} ${answer.statusText}`);
  }
  return Buffer.from(await answer.arrayBuffer());
}

module.exports = { program };
