module.exports = {
  globalSetup: "zoho-crm-mock/jest/setup",
  globalTeardown: "zoho-crm-mock/jest/teardown",
  globals: { zohoCrm: { empty: true, failOn: "error" } },
};
