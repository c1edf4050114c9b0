//! A persistent, counted, ordered map.
//!
//! A copy-on-write B+ tree whose branches know how many entries, and how many *visible* entries,
//! lie below them. Cloning shares everything; a change copies one path. Beside the usual map
//! operations it answers "which entry stands at position n" in logarithmic time, so a page deep
//! in a list costs what the first one costs. No published persistent map offers that, which is
//! why this one is ours; it is checked against `BTreeMap` by a property test.

mod iter;
mod map;
mod node;
mod visible;

#[cfg(test)]
mod tests;

pub use iter::Iter;
pub use map::{Finder, Tree};
pub use visible::Visible;
