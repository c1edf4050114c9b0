//! Operations on records, with the rules of the CRM and without HTTP.
//!
//! They work on a [`crate::store::Tx`] and return outcomes as values; statuses and envelopes are
//! made in `api`. Records of seeds go through the same checks as inserts.

pub mod attach;
pub mod blueprint;
pub mod bulk;
pub mod children;
pub mod clone;
pub mod conversion_options;
pub mod convert;
pub mod delete;
pub mod derive;
pub mod external;
pub mod held;
pub mod input;
pub mod inventory;
pub mod jobs;
pub mod linking;
pub mod locking;
pub mod meetings;
pub mod merge;
pub mod notify;
pub mod owner;
pub mod permit;
pub mod photo;
pub mod pricing;
pub mod recycle_bin;
pub mod relations;
pub mod repoint;
pub mod scoring;
pub mod tags;
pub mod totals;
pub mod upsert;
pub mod write;
