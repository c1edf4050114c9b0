//! Bulk reads and bulk writes: the jobs of `/crm/bulk/{v}`, and the files for them.

mod common;
mod read_job;
mod told;
mod write_job;

pub mod read;
pub mod upload;
pub mod write;

pub(crate) use told::tell;
