"use strict";

const { connect, start } = require("./server.js");

/** How many characters a label may have; the names of some tests go on and on. */
const LABEL = 1000;
/** How many requests are told of a test that fails. */
const SHOWN = 50;

/** Makes the org of a test, which its label names; a test that dies leaves it for a while. */
function orgOf(server, test, options) {
  const label = [...test].slice(0, LABEL).join("");
  return server.org({ ttl: 3600, label, ...options });
}

/** Takes an org away, and fails if the test has broken the contract in it. */
async function finish(org, failOn) {
  try {
    if (failOn !== undefined) {
      await org.assertContract(failOn);
    }
  } finally {
    await org.delete();
  }
}

/** The last requests of an org in a line each, and what was wrong with them. */
async function story(org) {
  const requests = await org.requests();
  const left = Math.max(0, requests.length - SHOWN);
  const lines = requests.slice(left).map(({ method, path, status, violations }) => {
    const told = violations.map(({ severity, rule, message }) => `\n    ${severity} ${rule}: ${message}`);
    return `  ${method} ${path} ${status}${told.join("")}`;
  });
  return [...(left > 0 ? [`  ${left} before`] : []), ...lines].join("\n");
}

/** Takes a server that runs already, or starts one. */
function serve({ url = process.env.ZOHO_MOCK_URL, failOn: _, ...options } = {}) {
  const { adminToken = process.env.ZOHO_MOCK_ADMIN_TOKEN } = options;
  return url ? connect(url, { adminToken }) : start(options);
}

module.exports = { finish, orgOf, serve, story };
