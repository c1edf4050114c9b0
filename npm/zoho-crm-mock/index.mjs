// one set of classes, whichever way the package is loaded
export { ControlError, ForkedOrg, Org, Server, binary, connect, start } from "./index.js";
