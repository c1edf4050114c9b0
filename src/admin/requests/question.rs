//! Questions to the journal: how many requests there were of a kind, and how others differ.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::object;
use crate::runtime::journal::{Entry, Journal};
use crate::runtime::pattern::{Difference, Pattern};

/// How long a question waits unless it says otherwise, in milliseconds.
pub(super) const TIMEOUT_MS: u64 = 5_000;
/// Longest wait, in milliseconds: ten minutes.
const LONGEST_MS: u64 = 600_000;

/// Which requests, and how many.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    /// What they are like.
    #[serde(rename = "match")]
    pub on: Pattern,
    /// Exactly so many.
    pub count: Option<usize>,
    /// So many or more.
    pub at_least: Option<usize>,
    /// So many or fewer.
    pub at_most: Option<usize>,
    timeout_ms: Option<u64>,
}

/// The answer to a question.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// There are as many as expected: these.
    Holds(Vec<Arc<Entry>>),
    /// There are not.
    Fails {
        /// A sentence.
        message: String,
        /// `expected`, `found`, the requests that match, and the near misses: those that are of
        /// the right kind, or most like it, with every difference.
        details: Json,
    },
}

impl Question {
    /// A question for requests that are like something.
    #[must_use]
    pub fn new(on: Pattern) -> Self {
        Self {
            on,
            ..Self::default()
        }
    }

    /// The same for exactly so many.
    #[must_use]
    pub fn count(mut self, count: usize) -> Self {
        self.count = Some(count);
        self
    }

    /// What makes no sense about the numbers.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.count.is_some() && (self.at_least.is_some() || self.at_most.is_some()) {
            return Err("count excludes at_least and at_most".into());
        }
        if let (Some(least), Some(most)) = (self.at_least, self.at_most)
            && least > most
        {
            return Err("at_least is not more than at_most".into());
        }
        if self.timeout_ms.is_some_and(|ms| ms > LONGEST_MS) {
            return Err(format!("timeout_ms is at most {LONGEST_MS}"));
        }
        Ok(())
    }

    /// The same question, to be waited for: as many requests as it says may come to be, but more
    /// are no reason to wait.
    pub(super) fn waiting(mut self) -> Self {
        self.at_least = self.count.take().or(self.at_least).or(Some(1));
        self
    }

    pub(super) fn timeout_ms(&self) -> u64 {
        self.timeout_ms.unwrap_or(TIMEOUT_MS)
    }

    fn fits(&self, found: usize) -> bool {
        let at_least = match (self.count, self.at_least, self.at_most) {
            (None, None, None) => Some(1),
            _ => self.at_least,
        };
        self.count.is_none_or(|count| found == count)
            && at_least.is_none_or(|least| found >= least)
            && self.at_most.is_none_or(|most| found <= most)
    }

    fn words(&self) -> String {
        match (self.count, self.at_least, self.at_most) {
            (Some(count), ..) => format!("exactly {count}"),
            (None, Some(least), Some(most)) => format!("{least} to {most}"),
            (None, Some(least), None) => format!("at least {least}"),
            (None, None, Some(most)) => format!("at most {most}"),
            (None, None, None) => "at least 1".into(),
        }
    }

    /// Asks a journal.
    #[must_use]
    pub fn verify(&self, journal: &Journal) -> Verdict {
        let found = journal.matching(&self.on);
        let (_, dropped) = journal.size();
        // requests that are no longer known may have matched, too
        let certain = dropped == 0 || (self.count.is_none() && self.at_most.is_none());
        if self.fits(found.len()) && certain {
            return Verdict::Holds(found);
        }
        let mut message = format!(
            "expected {} matching requests, found {}",
            self.words(),
            found.len()
        );
        if dropped > 0 {
            message.push_str(&format!(
                "; {dropped} requests had to leave the journal, so there may have been more"
            ));
        }
        let matching: Vec<Json> = found.iter().map(|entry| entry.json()).collect();
        let mut details = object([
            ("expected", self.words().into()),
            ("found", found.len().into()),
            ("matching", matching.into()),
            ("near_misses", near_misses(journal, &self.on).into()),
        ]);
        if dropped > 0 {
            details.insert("dropped".into(), dropped.into());
        }
        Verdict::Fails {
            message,
            details: Json::Object(details),
        }
    }
}

/// Requests of the right kind that hold something else; where there is none, those that are most
/// like it.
fn near_misses(journal: &Journal, pattern: &Pattern) -> Vec<Json> {
    const KIND: [&str; 4] = ["$.operation", "$.method", "$.path", "$.module"];
    let of_kind =
        |differences: &[Difference]| !differences.iter().any(|d| KIND.contains(&d.path.as_str()));
    let all = journal.near_misses(pattern);
    let fewest = all.first().map_or(0, |(_, differences)| differences.len());
    let any_of_kind = all.iter().any(|(_, differences)| of_kind(differences));
    all.iter()
        .filter(|(_, differences)| {
            if any_of_kind {
                of_kind(differences)
            } else {
                differences.len() == fewest
            }
        })
        .map(|(entry, differences)| {
            let differences: Vec<Json> = differences
                .iter()
                .map(|d| {
                    let mut shown = json!({"path": d.path, "expected": d.expected});
                    // what is absent is not null
                    if let Some(actual) = &d.actual {
                        shown["actual"] = actual.clone();
                    }
                    shown
                })
                .collect();
            json!({"request": entry.json(), "differences": differences})
        })
        .collect()
}
