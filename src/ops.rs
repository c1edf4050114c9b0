//! What can be done to records: the rules of the CRM, without HTTP.
//!
//! Everything here works on a [`crate::store::Tx`] and gives outcomes as values; statuses and
//! envelopes are left to `api`. Seeds go through the same checks as inserts.

pub mod children;
pub mod convert;
pub mod delete;
pub mod derive;
pub mod input;
pub mod jobs;
pub mod totals;
pub mod upsert;
pub mod write;
