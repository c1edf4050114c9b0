"use strict";

const http = require("node:http");
const https = require("node:https");

/** What the control plane refuses, in its own words. */
class ControlError extends Error {
  constructor(message, { status, code, details }) {
    super(message);
    this.name = "ControlError";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/**
 * The control plane of a server, `/__admin`. It does not go through `fetch`, which tests replace.
 */
class Control {
  #base;
  #token;

  constructor(url, token) {
    this.#base = url.replace(/\/+$/, "");
    this.#token = token;
  }

  /** Sends a call; gives the JSON of its answer, and null where there is none. */
  async call(method, path, { org, body } = {}) {
    const url = new URL(`${this.#base}/__admin/${path}`);
    if (org !== undefined) {
      url.searchParams.set("org", org);
    }
    const { status, text } = await this.#send(method, url, body);
    const answer = parse(text);
    if (status >= 200 && status < 300) {
      return answer ?? null;
    }
    const refusal = answer?.error;
    // a failed question to the journal tells what came instead
    const message = refusal?.details?.text ?? refusal?.message ?? `${method} ${url} answers ${status}: ${text.trim()}`;
    throw new ControlError([message, ...problems(refusal)].join("\n  "), { status, code: refusal?.code, details: refusal?.details });
  }

  #send(method, url, body) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {};
    if (text !== undefined) {
      headers["Content-Type"] = "application/json";
      headers["Content-Length"] = Buffer.byteLength(text);
    }
    if (this.#token !== undefined) {
      headers.Authorization = `Bearer ${this.#token}`;
    }
    const { request } = url.protocol === "https:" ? https : http;
    return new Promise((resolve, reject) => {
      // a connection of its own: none is left that holds up the end of the process
      const sent = request(url, { method, headers, agent: false }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString("utf8") });
        });
      });
      sent.on("error", (cause) => {
        reject(new Error(`cannot reach ${this.#base}: ${cause.message || cause.code}`, { cause }));
      });
      sent.end(text);
    });
  }
}

/** What is wrong with a seed, a line each. */
function problems(refusal) {
  const found = refusal?.details?.problems ?? [];
  return found.map(({ file, path, reason }) => `${file}: ${path}: ${reason}`);
}

function parse(text) {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

module.exports = { Control, ControlError };
