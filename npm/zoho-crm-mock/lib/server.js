"use strict";

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { createInterface } = require("node:readline");

const { binary } = require("./binary.js");
const { Control } = require("./control.js");
const { ForkedOrg, Org, asyncDispose, time } = require("./org.js");

/** How much of the program's own words is kept, in characters. */
const KEPT = 16_384;
/** How long the program has to come and to go, in milliseconds. */
const PATIENCE = 10_000;

const LISTENING = /^zoho-crm-mock listening on (?<url>\S+?)(?:, its control plane on (?<control>\S+))?$/;

/** The programs that were started here and have not ended. */
const running = new Set();

// an orphan ends by itself, but not on Windows
process.once("exit", () => running.forEach((child) => child.kill()));

/** A server; as an org it is its default one. */
class Server extends Org {
  #control;
  #stop;

  constructor(control, made, stop) {
    super(control, made);
    this.#control = control;
    this.#stop = stop;
  }

  /** Makes an org, which shares nothing with others of the server. */
  async org({ from, name, label, ttl, seed, now } = {}) {
    const made = await this.#control.call("POST", "orgs", { body: { from, name, label, ttl } });
    const org = new ForkedOrg(this.#control, made);
    try {
      if (now !== undefined) {
        await org.freeze(time(now));
      }
      if (seed !== undefined) {
        await org.seed(seed);
      }
    } catch (error) {
      await org.delete();
      throw error;
    }
    return org;
  }

  /** Stops the server, if it was started here. */
  async stop() {
    await this.#stop?.();
  }

  [asyncDispose]() {
    return this.stop();
  }
}

/** Starts a server on a free port. */
async function start(options = {}) {
  const { adminToken, binary: program = binary(), env, stderr, ...serve } = options;
  const secrets = adminToken === undefined ? {} : { ZOHO_MOCK_ADMIN_TOKEN: adminToken };
  const child = spawn(program, ["serve", ...flags({ port: 0, ...serve }), "--exit-with-parent"], {
    env: { ...process.env, ...env, ...secrets },
    stdio: ["ignore", "pipe", stderr === "inherit" ? "inherit" : "pipe"],
    windowsHide: true,
  });
  const stop = onlyOnce(() => ended(child));
  running.add(child);
  child.once("close", () => running.delete(child));
  try {
    const { url, control } = await listening(child, program);
    // a test that forgets its server ends all the same
    for (const one of [child, child.stdout, child.stderr]) {
      one?.unref?.();
    }
    return await reach(url, new Control(control ?? url, adminToken), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A server that runs already, such as one in a container. */
function connect(url, { adminToken, controlUrl = url } = {}) {
  return reach(url.replace(/\/+$/, ""), new Control(controlUrl, adminToken));
}

async function reach(url, control, stop) {
  const made = await control.call("GET", "connections");
  if (typeof made?.environment !== "object") {
    throw new Error(`${url} is no zoho-crm-mock`);
  }
  return new Server(control, { ...made, id: "default", name: "default", url }, stop);
}

/** Options as the command line has them: `rateLimit: "100/60"` is `--rate-limit 100/60`. */
function flags(options) {
  return Object.entries(options).flatMap(([key, value]) => {
    const flag = `--${key.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
    return values(value).flatMap((one) => (one === true ? [flag] : [flag, String(one)]));
  });
}

function values(value) {
  if (value === undefined || value === null || value === false) {
    return [];
  }
  if (Array.isArray(value)) {
    return value;
  }
  if (value instanceof Date) {
    return [time(value)];
  }
  if (typeof value === "object") {
    return Object.entries(value).map(([name, one]) => `${name}=${one}`);
  }
  return [value];
}

/** Waits for the line that says where the server is. */
function listening(child, program) {
  let said = "";
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (text) => {
    said = (said + text).slice(-KEPT);
  });
  return new Promise((resolve, reject) => {
    const fail = (why) => {
      clearTimeout(timer);
      reject(new Error(["zoho-crm-mock did not start", why].join(": ")));
    };
    const timer = setTimeout(() => fail(`nothing after ${PATIENCE} ms\n${said}`), PATIENCE);
    child.once("error", (cause) => fail(`${program}: ${cause.message}`));
    // not "exit": what it said comes before
    child.once("close", (code, signal) => {
      fail(said.trim().replace(/^zoho-crm-mock: /, "") || `it ended with ${signal ?? code}`);
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = LISTENING.exec(line);
      if (found) {
        clearTimeout(timer);
        resolve(found.groups);
      }
    });
  });
}

/** Ends the program, and waits until it has ended. */
async function ended(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const gone = once(child, "exit");
  child.ref();
  child.kill();
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  await gone;
  clearTimeout(timer);
}

/** A function that works once: who calls again waits for the same end. */
function onlyOnce(work) {
  let done;
  return () => (done ??= work());
}

module.exports = { Server, connect, start };
