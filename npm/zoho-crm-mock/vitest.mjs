import { inject, test as base } from "vitest";

import { connect } from "./index.js";
import { finish, orgOf, story } from "./lib/test-org.js";

let server;

/** The server that the global set-up has started. */
function shared() {
  const url = inject("zohoCrmUrl");
  if (url === undefined) {
    throw new Error('no server was started: the configuration of Vitest needs globalSetup: "zoho-crm-mock/vitest/setup"');
  }
  const { adminToken = process.env.ZOHO_MOCK_ADMIN_TOKEN } = inject("zohoCrm") ?? {};
  server ??= connect(url, { adminToken });
  return server;
}

/** The names of a test, from the outermost suite on. */
function nameOf(task) {
  return task === undefined ? "" : [nameOf(task.suite), task.name].filter(Boolean).join(" > ");
}

/** `test` of Vitest with an org of its own for each test that asks for `crm`. */
export const test = base.extend({
  crmOptions: [{}, { injected: true }],

  crm: async ({ crmOptions, task }, use) => {
    const { failOn, ...options } = crmOptions;
    const org = await orgOf(await shared(), `${task.file.name} > ${nameOf(task)}`, options);
    try {
      await use(org);
      if (task.result?.state === "fail") {
        console.error(`What Zoho CRM was asked in "${nameOf(task)}":\n${await story(org)}`);
      }
    } finally {
      await finish(org, failOn ?? inject("zohoCrm")?.failOn);
    }
  },

  crmEnv: async ({ crm }, use) => {
    const env = await crm.env();
    const before = Object.keys(env).map((name) => [name, process.env[name]]);
    Object.assign(process.env, env);
    await use(env);
    for (const [name, value] of before) {
      if (value === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = value;
      }
    }
  },
});

export const it = test;
