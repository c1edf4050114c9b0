//! Where in a body something stands.

use std::fmt;

/// A place in a body. Written out, as a JSON path, only where something is wrong.
#[derive(Clone, Copy)]
pub(super) enum BodyPlace<'p> {
    /// An item of the array under a root key.
    Item(&'p str, usize),
    /// The value of a key of a place.
    Key(&'p Self, &'p str),
    /// A row of a subform of a place.
    Row(&'p Self, &'p str, usize),
}

impl fmt::Display for BodyPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(root, n) => write!(f, "$.body.{root}[{n}]"),
            Self::Key(place, key) => write!(f, "{place}.{}", super::text::short(key)),
            Self::Row(place, key, n) => write!(f, "{place}.{key}[{n}]"),
        }
    }
}
