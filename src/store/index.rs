//! Indexes: built when first useful, shared by all copies of a table, never wrong.
//!
//! An index is a list of immutable runs: one made from a table at some version, and shorter ones of
//! what was written since (`Table::since`). A write costs nothing until the index is asked, and a
//! question puts no more than some hundred written records into it; the others are looked at one by
//! one. A lookup gives *candidates*, which the caller checks against the records as they are now, so
//! entries of what a record was once do no harm. Copies of an org share the runs that belong to the
//! past of both. Runs of like length become one: long ones in a thread that is there for it
//! (`merger`), as the base of an order is renewed there.

pub(in crate::store) mod cache;
mod hash;
mod hashed;
mod lookup;
mod merger;
pub mod order;

pub use hash::{hash_text, hash_value};
pub use hashed::{Candidates, Merge};
pub use lookup::participants;
