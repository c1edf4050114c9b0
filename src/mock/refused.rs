//! Why something that a test asked for was not done.

use std::fmt;

use crate::control::ControlRefusal;
use crate::runtime::clock::OutOfRange;
use crate::world::OrgError;

/// Why something that a test asked for was not done, in words. Where requests were not as expected,
/// these are those that were found, and how they differ.
///
/// `Debug` shows the words, too, since that is what a failing test prints.
#[derive(Clone, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(String);

impl Refused {
    pub(super) fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<ControlRefusal> for Refused {
    fn from(refusal: ControlRefusal) -> Self {
        match &refusal {
            ControlRefusal::NotVerified { message, details } => {
                Self(match details["text"].as_str() {
                    Some(text) => text.to_owned(),
                    None => format!("{message}\n{details:#}"),
                })
            }
            other => Self(other.to_string()),
        }
    }
}

impl From<OutOfRange> for Refused {
    fn from(error: OutOfRange) -> Self {
        Self(error.to_string())
    }
}

impl From<OrgError> for Refused {
    fn from(error: OrgError) -> Self {
        Self(error.to_string())
    }
}
