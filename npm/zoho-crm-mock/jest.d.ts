import type { ForkedOrg, OrgOptions, Severity } from "./index.js";

/**
 * Gives each test of the file, or of the `describe` around it, an org of its own, which is deleted
 * afterwards: not for `test.concurrent`.
 */
export function useCrm(
  options?: OrgOptions & {
    /** The mildest severity of violations that fails a test. */
    failOn?: Severity;
  },
): ForkedOrg;
