//! The integration tests: one binary, a module per subject.

mod captured;
mod scenario;
mod scenarios;
