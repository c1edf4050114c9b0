//! The integration tests: one binary, a module per subject.

#![recursion_limit = "256"]

mod adding;
mod admin;
mod authority;
mod automation;
mod blobs;
mod bulk;
mod captured;
mod cases;
mod changes;
mod cli;
mod composite;
mod concurrency;
mod connector;
mod contract;
mod conversions;
mod documented;
mod edge;
mod export;
mod faces;
mod fidelity;
mod files;
mod generate;
mod health;
mod hostile;
#[cfg(target_os = "linux")]
mod image;
mod known;
mod library;
mod metadata;
mod multipart;
mod notifications;
mod npm;
mod outbox;
mod properties;
mod python;
mod queries;
mod readme;
mod recycle_bin;
mod related;
mod rights;
mod round_trips;
mod rows;
mod run;
mod sdk;
mod seeds;
mod settings;
mod stock;
mod support;
mod tagging;
mod texts;
mod tidy;
mod together;
mod tokens;
mod verify;
