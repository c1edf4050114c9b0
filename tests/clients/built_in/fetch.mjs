// Node's own ways to talk HTTP, and two packages, with Zoho's own addresses.

import assert from "node:assert/strict";
import http2 from "node:http2";
import https from "node:https";
import { Worker } from "node:worker_threads";
import axios from "axios";
import got from "got";

const headers = { Authorization: "Zoho-oauthtoken any" };
const hosts = ["www.zohoapis.com", "www.zohoapis.eu", "sandbox.zohoapis.in", "WWW.ZohoAPIs.com.au"];
const path = "/crm/v8/Leads/actions/count";

const text = async (stream) => {
  let all = "";
  for await (const part of stream.setEncoding("utf8")) all += part;
  return all;
};

const clients = {
  fetch: async (host) => (await fetch(`https://${host}${path}`, { headers })).json(),

  https: (host) =>
    new Promise((resolve, reject) => {
      const request = https.get(`https://${host}${path}`, { headers }, async (answer) => {
        resolve(JSON.parse(await text(answer)));
      });
      request.on("error", reject);
    }),

  http2: async (host) => {
    const session = http2.connect(`https://${host}`);
    const stream = session.request({ ":path": path, authorization: headers.Authorization });
    try {
      return JSON.parse(await text(stream));
    } finally {
      session.close();
    }
  },

  axios: async (host) => (await axios.get(`https://${host}${path}`, { headers })).data,

  got: (host) => got(`https://${host}${path}`, { headers, retry: { limit: 0 } }).json(),

  worker: (host) =>
    new Promise((resolve, reject) => {
      const program = `
        const { parentPort, workerData } = require("node:worker_threads");
        fetch(workerData.url, { headers: workerData.headers })
          .then((answer) => answer.json())
          .then((answer) => parentPort.postMessage(answer));`;
      const workerData = { url: `https://${host}${path}`, headers };
      const worker = new Worker(program, { eval: true, workerData });
      worker.on("message", resolve);
      worker.on("error", reject);
    }),
};

for (const [name, get] of Object.entries(clients)) {
  for (const host of hosts) {
    assert.deepEqual(await get(host), { count: 16 }, `${name} ${host}`);
  }
}

// what is no host of Zoho's is left alone
const own = await fetch(`${process.env.ZOHO_MOCK_URL}${path}`, { headers });
assert.deepEqual(await own.json(), { count: 16 });
