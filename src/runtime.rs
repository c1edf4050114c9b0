//! What requests need beside the data: time and identity.

pub mod auth;
pub mod clock;
