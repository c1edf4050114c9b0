import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "zoho-crm-mock/vitest/setup",
    provide: { zohoCrm: { empty: true, failOn: "error" } },
  },
});
