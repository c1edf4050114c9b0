"use strict";

const { randomUUID } = require("node:crypto");

const { connect, start } = require("./server.js");

/** How many requests are told of a test that fails. */
const SHOWN = 50;

/** A name that no other org has: that of a test, which may run in several files at once. */
function nameOf(test) {
  const words = [...test.replace(/[\p{Cc}\s/]+/gu, " ")].slice(0, 200).join("");
  return `${words} #${randomUUID().slice(0, 8)}`;
}

/** Makes the org of a test; a test that dies leaves it for a while. */
function orgOf(server, test, options) {
  return server.org({ ttl: 3600, name: nameOf(test), ...options });
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
