import type { TestAPI } from "vitest";

import type { ForkedOrg, OrgOptions, Severity, SharedServerOptions } from "./index.js";

/** What a test gets that asks for it. */
export interface CrmFixtures {
  /** An org of the test's own, deleted afterwards. */
  crm: ForkedOrg;
  /** The settings of programs, which are in `process.env` while the test runs: not for concurrent tests. */
  crmEnv: Record<string, string>;
  /** How `crm` is made, for `test.override({ crmOptions: { … } })`. */
  crmOptions: OrgOptions & {
    /** The mildest severity of violations that fails the test. */
    failOn?: Severity;
  };
}

/** `test` of Vitest with an org of its own for each test that asks for `crm`. */
export const test: TestAPI<CrmFixtures>;
export const it: typeof test;

declare module "vitest" {
  interface ProvidedContext {
    /** Options of the shared server, as `test.provide` of the configuration has them. */
    zohoCrm?: SharedServerOptions;
    /** Where the shared server is. */
    zohoCrmUrl?: string;
  }
}
