import type { TestProject } from "vitest/node";

import type {} from "./vitest.mjs";

/** Starts the server that the tests of a project share, and stops it afterwards. */
export default function setup(project: TestProject): Promise<() => Promise<void>>;
