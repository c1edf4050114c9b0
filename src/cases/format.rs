//! The form of a file of cases.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// How sure it is that Zoho answers so, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// An answer of real Zoho was kept.
    Recorded,
    /// Zoho's own pages say so.
    Docs,
    /// Somebody tells it who has seen it.
    Reported,
}

impl Evidence {
    /// Every grade, the surest first.
    pub const ALL: [Self; 3] = [Self::Recorded, Self::Docs, Self::Reported];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Docs => "docs",
            Self::Reported => "reported",
        }
    }
}

/// An exchange, or a few that belong together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// A name that no other case of the file has.
    pub id: String,
    /// What it shows, in a line.
    pub title: String,
    /// Where it was found: a public place.
    pub source: String,
    /// How sure it is.
    pub evidence: Evidence,
    /// The seed that the server starts with: that of the options without it.
    #[serde(default)]
    pub seed: Option<Json>,
    /// Options of `serve`.
    #[serde(default)]
    pub options: Vec<String>,
    /// What is asked, in order.
    pub steps: Vec<Step>,
    /// What else is to be known.
    #[serde(default)]
    pub note: Option<String>,
    /// Why this server answers otherwise, where better evidence contradicts the case.
    #[serde(default)]
    pub contested: Option<String>,
    /// What came out when somebody tried it. It says nothing about now.
    #[serde(default, rename = "verdict")]
    _verdict: Option<String>,
    /// What differed then.
    #[serde(default, rename = "differences")]
    _differences: Option<Vec<String>>,
}

/// One value, or a list of which any will do.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Expected {
    /// This status.
    One(u16),
    /// One of these.
    Any(Vec<u16>),
}

impl Expected {
    /// Whether a status is as expected.
    #[must_use]
    pub fn holds(&self, status: u16) -> bool {
        match self {
            Self::One(one) => *one == status,
            Self::Any(any) => any.contains(&status),
        }
    }
}

/// A request, and what is expected of its answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers, besides a token that the server takes. One that is null is not sent.
    #[serde(default)]
    pub headers: BTreeMap<String, Option<String>>,
    /// The body: JSON, or a text that is sent as it is.
    #[serde(default)]
    pub body: Option<Json>,
    /// The status.
    pub expect_status: Expected,
    /// What the JSON of the answer holds: of an object these keys, of a list these first items.
    #[serde(default)]
    pub expect_json_subset: Option<Json>,
    /// Places that the answer does not have (`data.0.Tag`).
    #[serde(default)]
    pub expect_absent: Vec<String>,
    /// Keys that stand in the answer's text in this order.
    #[serde(default)]
    pub expect_key_order: Vec<String>,
    /// Names for places of the answer: `{name}` stands for what is there, in every later step.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
}

/// Why a file of cases cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// A line is no case.
    #[error("line {line}: {reason}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong with it.
        reason: serde_json::Error,
    },
    /// Two cases have the same id.
    #[error("line {line}: there is a case {id} before")]
    Twice {
        /// The number of the second one's line, from 1.
        line: usize,
        /// The id.
        id: String,
    },
}

/// Reads the text of a file: a case a line; lines that are empty or begin with `#` are none.
///
/// # Errors
/// The first line that is no case.
pub fn read(text: &str) -> Result<Vec<Case>, CaseError> {
    let mut cases: Vec<Case> = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for (at, text) in text.lines().enumerate() {
        let line = at + 1;
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let case: Case =
            serde_json::from_str(text).map_err(|reason| CaseError::Line { line, reason })?;
        if !ids.insert(case.id.clone()) {
            let id = case.id;
            return Err(CaseError::Twice { line, id });
        }
        cases.push(case);
    }
    Ok(cases)
}
