"use strict";

const { relative, sep } = require("node:path");

const { afterEach, beforeEach, expect } = require("@jest/globals");

const { connect } = require("./lib/server.js");
const { finish, orgOf } = require("./lib/test-org.js");

let server;

/** The server that the global set-up has started. */
function shared() {
  const { ZOHO_MOCK_ADMIN_TOKEN, ZOHO_MOCK_URL } = process.env;
  if (!ZOHO_MOCK_URL) {
    throw new Error('no server was started: the configuration of Jest needs globalSetup: "zoho-crm-mock/jest/setup"');
  }
  const { adminToken = ZOHO_MOCK_ADMIN_TOKEN } = globalThis.zohoCrm ?? {};
  server ??= connect(ZOHO_MOCK_URL, { adminToken });
  return server;
}

/** The name of the test that runs, behind its file. */
function nameOfTest() {
  const { currentTestName = "", testPath } = expect.getState();
  const file = testPath && relative(process.cwd(), testPath).replaceAll(sep, "/");
  return [file, currentTestName].filter(Boolean).join(" > ");
}

/** Gives each test of the file, or of the block around it, an org of its own. */
function useCrm({ failOn, ...options } = {}) {
  let org;

  beforeEach(async () => {
    org = await orgOf(await shared(), nameOfTest(), options);
  });

  afterEach(async () => {
    const done = org;
    org = undefined;
    if (done !== undefined) {
      await finish(done, failOn ?? globalThis.zohoCrm?.failOn);
    }
  });

  // the org of the test that runs
  return new Proxy({}, {
    get(_, key) {
      if (org === undefined) {
        throw new Error("the org of useCrm() is there while a test runs");
      }
      const value = Reflect.get(org, key, org);
      return typeof value === "function" ? value.bind(org) : value;
    },
  });
}

exports.useCrm = useCrm;
