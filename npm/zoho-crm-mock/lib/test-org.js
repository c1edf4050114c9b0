"use strict";

const { connect, start } = require("./server.js");

let made = 0;

/** A name that no other org has: that of a test, and a number of its own. */
function nameOf(test) {
  made += 1;
  const words = test.replace(/[\p{Cc}\s/]+/gu, " ").slice(0, 200);
  return `${words} #${process.pid}-${made}`;
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

/** The requests of an org in a line each, and what was wrong with them. */
async function story(org) {
  const requests = await org.requests();
  return requests.map(({ method, path, status, violations }) => {
    const told = violations.map(({ severity, rule, message }) => `\n    ${severity} ${rule}: ${message}`);
    return `  ${method} ${path} ${status}${told.join("")}`;
  }).join("\n");
}

/** Takes a server that runs already, or starts one. */
function serve({ url = process.env.ZOHO_MOCK_URL, failOn: _, ...options } = {}) {
  const { adminToken = process.env.ZOHO_MOCK_ADMIN_TOKEN } = options;
  return url ? connect(url, { adminToken }) : start(options);
}

module.exports = { finish, orgOf, serve, story };
