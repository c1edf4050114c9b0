//! From the JSON of one record to typed changes, or to the errors Zoho would give.
//!
//! Nothing is written here. What can only be done while writing (new tags, an account that is
//! given by its name, ids of rows) is part of the [`Draft`].

mod draft;
mod files;
mod layout;
mod links;
mod parents;
mod pipeline;
mod problem;
mod reader;
mod record;
mod reference;
mod rows;
mod tags;
mod value;

pub use draft::{Draft, RecordInput, RowDraft, SystemValues};
pub use reader::{Mode, RecordPath, RecordReader};
pub(super) use rows::RowPath;
pub(super) use value::exceeded_length;
