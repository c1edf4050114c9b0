//! Questions to the journal: how many requests there were of a kind, and how others differ.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::ControlRefusal;
use crate::runtime::given::given;
use crate::runtime::journal::{Entry, Journal};
use crate::runtime::pattern::{Difference, Pattern};
use crate::world::Org;

/// How long a question waits unless it says otherwise, in milliseconds.
pub const TIMEOUT_MS: u64 = 5_000;
/// How many near misses are told of unless a question says otherwise.
const NEAR_MISSES: usize = 5;
/// The longest wait, in milliseconds: ten minutes.
pub(super) const LONGEST_MS: u64 = 600_000;

/// Which requests, and how many; at least one unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "admin", schemars(transform = only_what_can_fail))]
#[serde(default, deny_unknown_fields)]
pub struct Question {
    /// What they are like; every request without it.
    #[serde(rename = "match")]
    pub on: Pattern,
    /// Exactly so many. Excludes `at_least` and `at_most`.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// So many or more.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub at_least: Option<usize>,
    /// So many or fewer.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub at_most: Option<usize>,
    /// How long to wait for them, where there is waiting; 5000 without it.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "admin", schemars(range(max = 600_000), extend("default" = TIMEOUT_MS)))]
    pub timeout_ms: Option<u64>,
    /// How many of the nearest other requests are told of where it fails; 5 without it.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "admin", schemars(extend("default" = NEAR_MISSES)))]
    pub near_misses: Option<usize>,
    /// Whether the requests that are told of where it fails have their bodies and headers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bodies: bool,
}

/// What a question cannot ask for: `count` beside a bound, and what always holds.
#[cfg(feature = "admin")]
fn only_what_can_fail(schema: &mut schemars::Schema) {
    let always = json!({"required": ["at_least"], "properties": {"at_least": {"const": 0}}});
    let excluded = json!([
        {"required": ["count", "at_least"]}, {"required": ["count", "at_most"]},
        {"allOf": [always, {"not": {"required": ["at_most"]}}]},
    ]);
    schema.insert("not".into(), json!({"anyOf": excluded}));
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
        /// `expected`, `found`, the requests that match, and the near misses, nearest first: those
        /// that are of the right kind, or most like it, with every difference; and all that as a
        /// `text` for people.
        details: Json,
    },
}

impl Verdict {
    /// The requests, if there are as many as expected.
    ///
    /// # Errors
    /// [`ControlRefusal::NotVerified`] if not.
    pub fn into_result(self) -> Result<Vec<Arc<Entry>>, ControlRefusal> {
        match self {
            Self::Holds(found) => Ok(found),
            Self::Fails { message, details } => {
                Err(ControlRefusal::NotVerified { message, details })
            }
        }
    }
}

impl Question {
    /// Reads a question to the journal of an org.
    ///
    /// # Errors
    /// [`ControlRefusal::Invalid`] for a question that makes no sense, or that no request can answer;
    /// [`ControlRefusal::Conflict`] if there is no journal.
    pub fn read(json: &Json, org: &Org) -> Result<Self, ControlRefusal> {
        let invalid = |reason: &str| ControlRefusal::Invalid(reason.to_owned());
        let nothing = json!({});
        let question = Self::deserialize(json).map_err(|error| invalid(&error.to_string()))?;
        let on = json.get("match").unwrap_or(&nothing);
        let question = Self {
            on: super::pattern(on, org)?,
            ..question
        };
        if question.count.is_some() && (question.at_least.is_some() || question.at_most.is_some()) {
            return Err(invalid("count excludes at_least and at_most"));
        }
        if let (Some(least), Some(most)) = (question.at_least, question.at_most)
            && least > most
        {
            return Err(invalid("at_least is not more than at_most"));
        }
        if question.at_least == Some(0) && question.at_most.is_none() {
            return Err(invalid("at_least 0 always holds"));
        }
        if question.timeout_ms.is_some_and(|ms| ms > LONGEST_MS) {
            return Err(ControlRefusal::Invalid(format!(
                "timeout_ms is at most {LONGEST_MS}"
            )));
        }
        Ok(question)
    }

    /// The question, to be waited for: as many requests as it says may come to be, but more are no
    /// reason to wait.
    ///
    /// # Errors
    /// [`ControlRefusal::Invalid`] for a number that cannot be waited for.
    pub fn waiting(mut self) -> Result<Self, ControlRefusal> {
        if self.at_most.is_some() {
            return Err(ControlRefusal::Invalid(
                "nothing comes to be fewer by waiting: count or at_least".into(),
            ));
        }
        self.at_least = self.count.take().or(self.at_least).or(Some(1));
        if self.at_least == Some(0) {
            return Err(ControlRefusal::Invalid(
                "nobody needs to wait for 0 requests".into(),
            ));
        }
        Ok(self)
    }

    /// How many requests it waits for.
    #[must_use]
    pub fn wanted(&self) -> usize {
        self.at_least.unwrap_or(1)
    }

    /// How long it waits.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.unwrap_or(TIMEOUT_MS))
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

    /// How many requests a failed question tells of.
    fn told_of(&self) -> usize {
        self.near_misses.unwrap_or(NEAR_MISSES)
    }

    /// What a test runner may print: where too many match, which ones, else those that nearly do.
    fn text(&self, message: &str, found: &[Arc<Entry>], misses: &[Miss]) -> String {
        let most = self.count.or(self.at_most);
        if most.is_none_or(|most| found.len() <= most) {
            return nearest(message, misses);
        }
        let mut text = format!("{message}\nthese match:");
        for entry in found.iter().take(self.told_of()) {
            text.push_str(&format!("\n  {entry}"));
        }
        match found.len().saturating_sub(self.told_of()) {
            0 => {}
            more => text.push_str(&format!("\n  and {more} more")),
        }
        text
    }

    /// A request as a failed question tells of it. The rest is asked for by its id.
    fn told(&self, entry: &Entry) -> Json {
        const LONG: [&str; 3] = ["request", "response", "request_headers"];
        let mut shown = entry.json();
        if let Json::Object(keys) = &mut shown
            && !self.bodies
        {
            keys.retain(|key, _| !LONG.contains(&key.as_str()));
        }
        shown
    }

    fn told_miss(&self, (entry, differences): &Miss) -> Json {
        let differences = differences.iter().map(|d| {
            let mut shown = json!({"path": d.path, "expected": d.expected});
            // what is absent is not null
            if let Some(actual) = &d.actual {
                shown["actual"] = actual.clone();
            }
            shown
        });
        let differences: Vec<Json> = differences.collect();
        json!({"request": self.told(entry), "differences": differences})
    }

    /// Asks a journal about all requests.
    #[must_use]
    pub fn verify(&self, journal: &Journal) -> Verdict {
        self.verify_since(journal, 0)
    }

    /// Asks a journal about the requests after the one with an id.
    #[must_use]
    pub fn verify_since(&self, journal: &Journal, after: u64) -> Verdict {
        let found = journal.matching(&self.on, after);
        let dropped = journal.dropped_since(after);
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
        let mut misses = near_misses(journal, &self.on, after);
        misses.truncate(self.told_of());
        let matching: Vec<Json> = found.iter().map(|entry| self.told(entry)).collect();
        let near: Vec<Json> = misses.iter().map(|miss| self.told_miss(miss)).collect();
        let mut details = json!({
            "expected": self.words(), "found": found.len(),
            "matching": matching, "near_misses": near, "text": self.text(&message, &found, &misses),
        });
        if dropped > 0 {
            details["dropped"] = dropped.into();
        }
        Verdict::Fails { message, details }
    }
}

/// A request that is not of the kind that was asked for, and in what.
type Miss = (Arc<Entry>, Vec<Difference>);

/// Requests of the right kind that hold something else; where there is none, those that are most
/// like it.
fn near_misses(journal: &Journal, pattern: &Pattern, after: u64) -> Vec<Miss> {
    const KIND: [&str; 4] = ["$.operation", "$.method", "$.path", "$.module"];
    let of_kind =
        |differences: &[Difference]| !differences.iter().any(|d| KIND.contains(&d.path.as_str()));
    let mut all = journal.near_misses(pattern, after);
    let fewest = all.first().map_or(0, |(_, differences)| differences.len());
    let any_of_kind = all.iter().any(|(_, differences)| of_kind(differences));
    all.retain(|(_, differences)| {
        if any_of_kind {
            of_kind(differences)
        } else {
            differences.len() == fewest
        }
    });
    all
}

/// A message, and the requests that are nearest to what was expected, with what they lack.
fn nearest(message: &str, misses: &[Miss]) -> String {
    let mut text = message.to_owned();
    if !misses.is_empty() {
        text.push_str("\nnearest:");
    }
    for (entry, differences) in misses {
        text.push_str(&format!("\n  {entry}"));
        for difference in differences {
            let Difference { path, expected, .. } = difference;
            text.push_str(&format!("\n    {path}: expected {expected}, found "));
            match &difference.actual {
                Some(actual) => text.push_str(&actual.to_string()),
                None => text.push_str("nothing"),
            }
        }
    }
    text
}
