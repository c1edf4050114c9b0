//! Which entries take a position.

/// Whether an entry counts for positions: a converted lead is stored but not listed.
pub trait Visible {
    /// True if the entry takes a position in lists.
    fn visible(&self) -> bool;
}

impl Visible for () {
    fn visible(&self) -> bool {
        true
    }
}
