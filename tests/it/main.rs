//! The integration tests: one binary, a module per subject.

mod readme;
mod scenario;
mod scenarios;
