//! A local, in-memory, stateful double of the Zoho CRM REST API, versions v2 to v8.
//!
//! Programs that talk to Zoho CRM are pointed at it in a test, unmodified, and find a CRM: what
//! they insert can be listed, searched, changed and deleted, and what they do wrong is answered
//! with Zoho's own errors.
//!
//! In a Rust test, start with [`MockServer`]. The `zoho-crm-mock` binary serves everything else.
//! How the crate is laid out is described in `ARCHITECTURE.md`.

#[cfg(feature = "admin")]
pub mod admin;
pub mod api;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "connector")]
pub mod connector;
pub mod contract;
pub mod control;
pub mod dispatch;
pub mod error;
pub mod ids;
pub mod mock;
pub mod ops;
pub mod query;
pub mod render;
pub mod request;
pub mod response;
pub mod runtime;
pub mod schema;
pub mod seed;
pub mod server;
pub mod store;
pub mod value;
pub mod version;
pub mod words;
pub mod world;

pub use mock::{Builder, MockServer, StartError};
