//! Connections that fail on the way of an answer.

use serde::{Deserialize, Serialize};

/// What happens to the connection that an answer is sent on, or to its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Breakage {
    /// It ends without an answer, although the request was carried out.
    Reset,
    /// It ends within the body.
    Truncate,
    /// The body comes in small pieces.
    Slow,
    /// The body is no JSON.
    Garbage,
}

impl Breakage {
    /// The word of rules.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Truncate => "truncate",
            Self::Slow => "slow",
            Self::Garbage => "garbage",
        }
    }
}
