//! Indexes: built when first useful, shared by all copies of a table, never wrong.
//!
//! An index is an immutable base made from a table at some version, and a tree of the entries of
//! records written since (`Table::since`), which is brought up to date when the index is asked: a
//! write costs nothing until then. A lookup gives *candidates*, which the caller checks against
//! the records as they are now, so entries of what a record was once do no harm. Copies of an org
//! share a base as long as it belongs to the past of both. A base is renewed when much was written.

pub(in crate::store) mod cache;
mod hashed;
mod lookup;
pub mod order;

pub use hashed::{Candidates, Merge, hash_text, hash_value};
pub use lookup::participants;
