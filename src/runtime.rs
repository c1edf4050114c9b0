//! What requests need beside the data: time and identity, and what is done to them and noted of
//! them: limits, faults, the journal.

pub mod auth;
pub mod callbacks;
pub mod callees;
pub mod clock;
pub mod fault;
pub mod given;
pub mod jobs;
pub mod journal;
pub mod lifetime;
pub mod limits;
pub mod memory;
pub mod outgoing;
pub mod pattern;
pub mod redact;
pub mod violation;
pub mod visitors;
