//! The integration tests: one binary, a module per subject.

#![recursion_limit = "256"]

mod adding;
mod captured;
mod cli;
mod connector;
mod documented;
mod export;
mod library;
mod properties;
mod queries;
mod readme;
mod scenario;
mod scenarios;
mod sdk;
mod seeds;
mod support;
mod tidy;
