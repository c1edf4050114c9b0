"use strict";

/** Stops what the set-up has started. */
module.exports = async function teardown() {
  const { server, before } = globalThis[Symbol.for("zoho-crm-mock")] ?? {};
  if (before === undefined) {
    delete process.env.ZOHO_MOCK_URL;
  }
  await server?.stop();
};
