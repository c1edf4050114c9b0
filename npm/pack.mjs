// Packs the packages of npm: node npm/pack.mjs FOLDER [PLATFORM=PROGRAM ...]
//
// FOLDER gets `zoho-crm-mock-VERSION.tgz`, and for each PLATFORM, such as linux-x64, the package that
// holds its PROGRAM. The version is that of Cargo.toml; the platforms are those that the wrapper names.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = resolve(here, "..");
const [folder, ...programs] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node npm/pack.mjs FOLDER [PLATFORM=PROGRAM ...]");
  process.exit(2);
}

const cargo = readFileSync(join(root, "Cargo.toml"), "utf8");
const field = (name) => new RegExp(`^${name} = "(.+)"$`, "m").exec(cargo)[1];
const version = field("version");
// npm holds it against the workflow that signs where a package comes from
const repository = { type: "git", url: `git+${field("repository")}.git` };
const manifest = JSON.parse(readFileSync(join(here, "zoho-crm-mock/package.json"), "utf8"));
const platforms = Object.keys(manifest.optionalDependencies);

const stage = mkdtempSync(join(tmpdir(), "zoho-crm-mock-"));
try {
  mkdirSync(resolve(folder), { recursive: true });
  pack(wrapper());
  for (const program of programs) {
    pack(platform(...program.split("=", 2)));
  }
} finally {
  rmSync(stage, { recursive: true });
}

/** What people install. */
function wrapper() {
  const to = join(stage, "wrapper");
  cpSync(join(here, "zoho-crm-mock"), to, { recursive: true });
  const optionalDependencies = Object.fromEntries(platforms.map((name) => [name, version]));
  describe(to, { ...manifest, version, optionalDependencies });
  return to;
}

/** The program for one platform. */
function platform(name, program) {
  const id = `@zoho-crm-mock/${name}`;
  if (!platforms.includes(id) || program === undefined) {
    throw new Error(`${name}=${program}: PLATFORM=PROGRAM is wanted, and platforms are ${platforms.join(", ")}`);
  }
  const [os, cpu] = name.split("-");
  const to = join(stage, name);
  const bin = join(to, "bin", os === "win32" ? "zoho-crm-mock.exe" : "zoho-crm-mock");
  mkdirSync(join(to, "bin"), { recursive: true });
  copyFileSync(program, bin);
  chmodSync(bin, 0o755);
  const description = `zoho-crm-mock for ${name}; the package zoho-crm-mock needs it`;
  writeFileSync(join(to, "README.md"), `# ${id}\n\n${description}.\n`);
  const { license, engines } = manifest;
  // static on Linux, so that there is one for every C library
  describe(to, { name: id, version, description, license, engines, os: [os], cpu: [cpu], preferUnplugged: true });
  return to;
}

/** What every package has. */
function describe(to, fields) {
  for (const license of ["LICENSE-APACHE", "LICENSE-MIT"]) {
    copyFileSync(join(root, license), join(to, license));
  }
  writeFileSync(join(to, "package.json"), `${JSON.stringify({ ...fields, repository }, null, 2)}\n`);
}

function pack(from) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const options = ["pack", "--silent", "--offline", "--pack-destination", resolve(folder), from];
  execFileSync(npm, options, { stdio: ["ignore", "inherit", "inherit"], shell: process.platform === "win32" });
}
