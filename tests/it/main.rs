//! The integration tests: one binary, a module per subject.

#![recursion_limit = "256"]

mod adding;
mod admin;
mod captured;
mod cli;
mod connector;
mod contract;
mod documented;
mod export;
mod generate;
mod library;
mod metadata;
mod properties;
mod queries;
mod readme;
mod scenario;
mod scenarios;
mod sdk;
mod seeds;
mod support;
mod tidy;
mod verify;
