"use strict";

const { optionalDependencies } = require("../package.json");

/** The packages that hold the program, one of which npm installs. */
const PACKAGES = Object.keys(optionalDependencies);

/**
 * The path of the program: `ZOHO_MOCK_BIN`, or that of this platform's package.
 */
function binary() {
  if (process.env.ZOHO_MOCK_BIN) {
    return process.env.ZOHO_MOCK_BIN;
  }
  const platform = `${process.platform}-${process.arch}`;
  const name = `@zoho-crm-mock/${platform}`;
  const hint = "set ZOHO_MOCK_BIN to a program that was built from source";
  if (!PACKAGES.includes(name)) {
    throw new Error(`zoho-crm-mock has no program for ${platform}; ${hint}`);
  }
  const suffix = process.platform === "win32" ? ".exe" : "";
  try {
    return require.resolve(`${name}/bin/zoho-crm-mock${suffix}`);
  } catch (cause) {
    const told = `the package ${name} is not installed: npm leaves optional packages away with --omit=optional, `
      + `and node_modules that were made on another platform lack it; install again, or ${hint}`;
    throw new Error(told, { cause });
  }
}

module.exports = { binary };
