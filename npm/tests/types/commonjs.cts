// The types, as CommonJS sees them: tsc --noEmit

import mock = require("zoho-crm-mock");
import setup = require("zoho-crm-mock/jest/setup");
import teardown = require("zoho-crm-mock/jest/teardown");

export const started: Promise<mock.Server> = mock.start({ credits: "free" });
export const done: Promise<void>[] = [setup({}, {}), teardown()];
