//! What is wrong with a request by Zoho's contract: the form in which it is kept.

use serde::{Serialize, Serializer};

/// How bad a violation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It works; it could be better.
    Info,
    /// It works, but not as the documentation says, and need not always.
    Warning,
    /// Zoho refuses it, or silently does something else.
    Error,
}

impl Severity {
    /// Every severity, mildest first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Error];

    /// The word of reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// Reads the word of reports.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// Something that breaks a rule. Its JSON is what the control plane shows, its secrets taken out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
pub struct Violation {
    /// The rule's id (`query.unknown_param`).
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where: a JSON path into the request (`$.query.fields`, `$.headers.authorization`,
    /// `$.path.module`, `$.body.data[0].Owner`) or into its answer (`$.answer`).
    #[serde(serialize_with = "redacted")]
    #[cfg_attr(feature = "admin", schemars(with = "String"))]
    pub path: String,
    /// What is wrong.
    #[serde(serialize_with = "redacted")]
    #[cfg_attr(feature = "admin", schemars(with = "String"))]
    pub message: String,
    /// What to do.
    pub advice: &'static str,
}

/// A text without its secrets.
fn redacted<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&super::redact::text(text))
}
