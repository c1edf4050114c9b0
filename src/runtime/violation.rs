//! What is wrong with a request by Zoho's contract: the form in which it is kept.

use serde_json::{Value as Json, json};

/// How bad a violation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Something that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule's id (`query.unknown_param`).
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where: a JSON path into the request (`$.query.fields`, `$.headers.authorization`,
    /// `$.path.module`, `$.body.data[0].Owner`) or into its answer (`$.answer`).
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub advice: &'static str,
}

impl Violation {
    /// As the control plane shows it, its secrets taken out.
    #[must_use]
    pub fn json(&self) -> Json {
        json!({
            "rule": self.rule, "severity": self.severity.as_str(),
            "path": super::redact::text(&self.path),
            "message": super::redact::text(&self.message), "advice": self.advice,
        })
    }
}
