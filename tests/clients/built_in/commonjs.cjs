"use strict";

// The same from a program of the older kind of modules.

const assert = require("node:assert/strict");
const https = require("node:https");
const tls = require("node:tls");

const headers = { Authorization: "Zoho-oauthtoken any" };
const url = "https://www.zohoapis.com/crm/v8/Leads/actions/count";

https.get(url, { headers }, (answer) => {
  let all = "";
  answer.on("data", (part) => (all += part));
  answer.on("end", () => assert.equal(all.trim(), '{"count":16}'));
});

// port and host as arguments of their own
const socket = tls.connect(443, "accounts.zoho.eu", { servername: "accounts.zoho.eu" }, () => {
  assert.ok(socket.authorized, socket.authorizationError);
  socket.end();
});
