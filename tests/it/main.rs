//! The integration tests: one binary, a module per subject.

#![recursion_limit = "256"]

mod adding;
mod admin;
mod blobs;
mod captured;
mod cases;
mod changes;
mod cli;
mod concurrency;
mod connector;
mod contract;
mod documented;
mod edge;
mod export;
mod faces;
mod fidelity;
mod files;
mod generate;
mod hostile;
mod known;
mod library;
mod metadata;
mod multipart;
mod outbox;
mod properties;
mod queries;
mod readme;
mod round_trips;
mod rows;
mod sdk;
mod seeds;
mod settings;
mod stock;
mod support;
mod texts;
mod tidy;
mod tokens;
mod verify;
