"use strict";

/** From the mildest severity to the worst. */
const SEVERITIES = ["info", "warning", "error"];

const asyncDispose = Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose");

/** An org of a server, and what a test may do to it. */
class Org {
  #control;

  constructor(control, made) {
    this.#control = control;
    this.id = made.id;
    this.name = made.name;
    this.label = made.label ?? "";
    this.url = made.url;
    this.accessToken = made.access_token;
    this.refreshToken = made.refresh_token;
    this.clientId = made.client_id;
    this.clientSecret = made.client_secret;
  }

  /** A call of the control plane about this org. */
  control(method, path, body) {
    return this.#control.call(method, path, { org: this.id, body });
  }

  /** Asks the org as a program does, with its token. */
  fetch(path, init = {}) {
    const headers = new Headers(init.headers);
    if (!headers.has("Authorization")) {
      headers.set("Authorization", `Zoho-oauthtoken ${this.accessToken}`);
    }
    const { json, ...rest } = init;
    if (json !== undefined) {
      headers.set("Content-Type", "application/json");
      rest.body = JSON.stringify(json);
      rest.method ??= "POST";
    }
    return globalThis.fetch(`${this.url}/${path.replace(/^\/+/, "")}`, { ...rest, headers });
  }

  /** The settings with which a program finds the org. */
  async env() {
    const { environment } = await this.control("GET", "connections");
    return environment;
  }

  /** Adds a seed; gives the ids of its labels. */
  async seed(seed) {
    const { labels } = await this.control("POST", "seed", seed);
    return labels;
  }

  /** Puts an export, or another seed, in the place of all that the org holds; gives the ids of its labels. */
  async replace(seed) {
    const { labels } = await this.control("PUT", "state", seed);
    return labels;
  }

  /** What the org holds, as a seed. */
  export() {
    return this.control("GET", "export");
  }

  /** Back to what the org began with. */
  async reset(...also) {
    await this.control("POST", "reset", { also });
  }

  /** Gives the org another label, which journal and contract tell from then on. */
  async setLabel(label) {
    const changed = await this.control("PATCH", `orgs/${encodeURIComponent(this.id)}`, { label });
    this.label = changed.label ?? "";
  }

  /** Keeps what the org holds under a name. */
  async snapshot(name) {
    await this.control("POST", "snapshots", { name });
  }

  /** Takes what was kept under a name. */
  async restore(name) {
    await this.control("POST", `snapshots/${encodeURIComponent(name)}/restore`);
  }

  /** Stops the clock, at a time if one is given. */
  freeze(now) {
    return this.control("PUT", "clock", { frozen: true, ...(now !== undefined && { now: time(now) }) });
  }

  /** Sets the clock forward, by seconds or a duration such as `PT1H`. */
  advance(by) {
    return this.control("POST", "clock/advance", { by });
  }

  /** Adds a rule of faults. */
  fault(rule) {
    return this.control("POST", "faults", rule);
  }

  /** Takes the rules of faults away. */
  async clearFaults() {
    await this.control("DELETE", "faults");
  }

  /** The requests that came, the oldest first. */
  async requests(filter = {}) {
    const query = new URLSearchParams(filter).toString();
    const { requests } = await this.control("GET", query ? `requests?${query}` : "requests");
    return requests;
  }

  /** Fails if the requests that came are not as expected. */
  async verify(expectation) {
    await this.control("POST", "requests/verify", expectation);
  }

  /** Waits for requests; gives them. */
  async waitFor(expectation) {
    const { requests } = await this.control("POST", "requests/wait", expectation);
    return requests;
  }

  /** What was wrong by Zoho's contract, and what of the API was called. */
  contract() {
    return this.control("GET", "contract");
  }

  /** Fails if the contract was broken so badly, or worse. */
  async assertContract(failOn = "error") {
    const least = SEVERITIES.indexOf(failOn);
    if (least < 0) {
      throw new TypeError(`"${failOn}" is no severity: ${SEVERITIES.join(", ")}`);
    }
    const { violations } = await this.contract();
    const told = violations.filter(({ severity }) => SEVERITIES.indexOf(severity) >= least);
    if (told.length > 0) {
      throw new Error(`Zoho's contract was broken:\n${told.map(violation).join("\n")}`);
    }
  }
}

/** An org that a test has made. */
class ForkedOrg extends Org {
  #control;

  constructor(control, made) {
    super(control, made);
    this.#control = control;
  }

  /** Takes the org away. */
  async delete() {
    await this.#control.call("DELETE", `orgs/${encodeURIComponent(this.id)}`);
  }

  [asyncDispose]() {
    return this.delete();
  }
}

function violation({ severity, rule, path, message, advice, request, request_id: id }) {
  return `${severity} ${rule}: ${message}\n  at ${path} of request ${id}, ${request}\n  ${advice}`;
}

/** A time as the control plane reads it. */
function time(when) {
  return when instanceof Date ? when.toISOString() : when;
}

module.exports = { ForkedOrg, Org, asyncDispose, time };
