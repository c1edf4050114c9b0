//! Operations on records, with the rules of the CRM and without HTTP.
//!
//! They work on a [`crate::store::Tx`] and return outcomes as values; statuses and envelopes are
//! made in `api`. Records of seeds go through the same checks as inserts.

pub mod attach;
pub mod children;
pub mod convert;
pub mod delete;
pub mod derive;
pub mod external;
pub mod input;
pub mod jobs;
pub mod photo;
pub mod pricing;
pub mod totals;
pub mod upsert;
pub mod write;
