"use strict";

const { serve } = require("./lib/test-org.js");

/** Starts the server that all tests share; workers find it in the environment. */
module.exports = async function setup(_, project) {
  const server = await serve(project.globals?.zohoCrm);
  globalThis[Symbol.for("zoho-crm-mock")] = { server, before: process.env.ZOHO_MOCK_URL };
  process.env.ZOHO_MOCK_URL = server.url;
};
