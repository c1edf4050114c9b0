//! Conditions as written, whatever the language: joined by and, and by or.

/// A comparison `C`, or several joined.
#[derive(Clone, Debug, PartialEq)]
pub enum Node<C> {
    /// Every part holds.
    All(Vec<Self>),
    /// At least one part holds.
    Any(Vec<Self>),
    /// One comparison.
    Condition(C),
}
