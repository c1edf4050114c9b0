//! The tree of conditions that criteria and COQL are parsed into.

/// A condition `C`, or several joined by `and` or `or`.
#[derive(Clone, Debug, PartialEq)]
pub enum Node<C> {
    /// Parts joined by `and`.
    All(Vec<Self>),
    /// Parts joined by `or`.
    Any(Vec<Self>),
    /// One condition.
    Condition(C),
}
