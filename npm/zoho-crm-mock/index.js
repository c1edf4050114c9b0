"use strict";

const { binary } = require("./lib/binary.js");
const { ControlError } = require("./lib/control.js");
const { ForkedOrg, Org } = require("./lib/org.js");
const { Server, connect, start } = require("./lib/server.js");

exports.ControlError = ControlError;
exports.ForkedOrg = ForkedOrg;
exports.Org = Org;
exports.Server = Server;
exports.binary = binary;
exports.connect = connect;
exports.start = start;
