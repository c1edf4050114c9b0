//! Why an object of a family is refused, and who sent it.

use serde_json::Value as Json;

use crate::error::Code;
use crate::version::ApiVersion;

/// Why an object is refused: the place in it, the error, and its details beside the place.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The path below the object (`sources[0].type`); empty for the object itself.
    pub path: String,
    /// The error.
    pub code: Code,
    /// Its details.
    pub details: Vec<(&'static str, Json)>,
    /// A detail that holds the place of another key of the object: the detail, the key, and
    /// whether it stands in a list.
    pub other: Option<(&'static str, &'static str, bool)>,
}

impl Refusal {
    /// A refusal of the value at a path.
    #[must_use]
    pub fn at(path: impl Into<String>, code: Code) -> Self {
        Self {
            path: path.into(),
            code,
            details: Vec::new(),
            other: None,
        }
    }

    /// A refusal of the object as a whole.
    #[must_use]
    pub fn whole(code: Code) -> Self {
        Self::at("", code)
    }

    /// With one more detail.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Json>) -> Self {
        self.details.push((key, value.into()));
        self
    }

    /// A detail.
    #[must_use]
    pub fn detail(&self, key: &str) -> Option<&Json> {
        let mut details = self.details.iter();
        details.find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// With the place of the key on which it depends (`dependee`).
    #[must_use]
    pub fn depending_on(mut self, key: &'static str) -> Self {
        self.other = Some(("dependee", key, false));
        self
    }

    /// With the place of the key to which a limit is due (`limit_due_to`).
    #[must_use]
    pub fn due_to(mut self, key: &'static str) -> Self {
        self.other = Some(("limit_due_to", key, true));
        self
    }

    /// The same below a key.
    pub(super) fn below(mut self, parent: &str) -> Self {
        self.path = match self.path.as_str() {
            "" => parent.to_owned(),
            path => format!("{parent}.{path}"),
        };
        self
    }
}

/// Where an object comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A client of a version: keys of other versions, and those it may not set, are passed over.
    Client(ApiVersion),
    /// An operation other than the usual ones, on behalf of a client of a version.
    Operation(ApiVersion),
    /// A seed, which may set everything.
    Seed,
}

impl Source {
    /// The version of the client; none for a seed.
    #[must_use]
    pub const fn version(self) -> Option<ApiVersion> {
        match self {
            Self::Client(version) | Self::Operation(version) => Some(version),
            Self::Seed => None,
        }
    }
}
