//! Seeds: what an org holds when the server starts.
//!
//! A seed is a folder, a JSON or YAML file, or a CSV file of one module; several may be given.
//! [`mod@format`] reads them, [`load`] checks everything and builds the org, all or nothing, with
//! every problem named by file, path and reason; or adds to an org that lives. [`mod@export`]
//! writes the seed of an org, [`generate`] makes records that nobody has to write. The format is
//! described in `seed-data/README.md`.

pub mod embedded;
pub mod export;
pub mod format;
pub mod generate;
pub mod load;
mod once;
pub mod prepared;
mod problem;

pub use export::export;
pub use format::Document;
pub use load::{Added, Options, add, build, build_labelled};
pub use problem::{Problem, SeedError};

pub use crate::words::nearest;
