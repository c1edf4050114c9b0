//! The integration tests: one binary, a module per subject.

mod cli;
mod scenario;
mod scenarios;
mod sdk;
mod support;
