//! Work on many records, at once or as a job.

pub mod mass_actions;
pub mod mass_convert;
pub mod mass_owner;
