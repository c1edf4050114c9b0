import { serve } from "./lib/test-org.js";

/** Starts the server that the tests of a project share, and stops it afterwards. */
export default async function setup(project) {
  const server = await serve(project.config.provide?.zohoCrm);
  project.provide("zohoCrmUrl", server.url);
  return () => server.stop();
}
