"use strict";

// Leads connections to Zoho's hosts to zoho-crm-mock, which has written this file. Node's own fetch and
// its modules http, https and http2 do not ask for a proxy, or not in all versions; a connection of
// each of them begins in this one function. Other hosts are left alone.

const net = require("node:net");

const server = { host: "{host}", port: Number("{port}") };
const domains = "{domains}".split(" ");

const isZoho = (host) => {
  const name = String(host).toLowerCase().replace(/\.$/, "");
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
};

/** Options of a connection that lead to the server. The name for TLS stays that of Zoho. */
const led = (options) => ({ ...options, ...server });

const { connect } = net.Socket.prototype;

net.Socket.prototype.connect = function (...given) {
  const [first, second] = given;
  if (Array.isArray(first)) {
    // as node:net hands over what it has read: options and callback
    if (isZoho(first[0]?.host)) first[0] = led(first[0]);
  } else if (typeof first === "object" && first !== null) {
    if (isZoho(first.host)) given[0] = led(first);
  } else if (typeof second === "string" && isZoho(second)) {
    given.splice(0, 2, server);
  }
  return connect.apply(this, given);
};
