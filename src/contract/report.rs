//! The report: what was violated, and what of the API was exercised.

#[cfg(feature = "admin")]
mod junit;
mod only;

use std::collections::{BTreeMap, BTreeSet};

use lean_string::LeanString;
use serde::{Deserialize, Serialize};

use crate::api::endpoint::ANYWHERE;
use crate::api::endpoints;
use crate::runtime::redact;
use crate::runtime::violation::{Severity, Violation};
use crate::version::ApiVersion;
pub use only::OperationNames;

/// A violation and the request that it was found in.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The violation.
    pub violation: Violation,
    /// The operation's id; empty where there is no such operation.
    pub operation: &'static str,
    /// The number of the request.
    pub request_id: u64,
    /// The request's method.
    pub method: String,
    /// Its target. Reports show the path alone: a query may hold what is nobody's business.
    pub target: String,
    /// The label of its org; empty without one.
    pub label: LeanString,
}

/// How often an operation was answered with a status under a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The operation's id.
    pub operation: &'static str,
    /// The version.
    pub version: ApiVersion,
    /// The HTTP status.
    pub status: u16,
    /// How often.
    pub count: u64,
}

/// Everything that is reported. Its JSON is the form in which servers give it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
pub struct Report {
    /// The violations, in the order in which they were found.
    pub violations: Vec<Entry>,
    /// Their numbers.
    pub summary: Summary,
    /// What was exercised.
    pub coverage: Coverage,
}

/// A violation, as reported.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
pub struct Entry {
    /// The rule's id.
    pub rule: String,
    /// `error`, `warning` or `info`.
    #[cfg_attr(feature = "admin", schemars(with = "Severity"))]
    pub severity: String,
    /// The operation's id; empty where there is no such operation.
    pub operation: String,
    /// The place.
    pub path: String,
    /// What is wrong there.
    pub message: String,
    /// What to do.
    pub advice: String,
    /// The number of the request.
    pub request_id: u64,
    /// Method and path of the request.
    #[serde(default)]
    pub request: String,
    /// The label of the org that was asked, if it had one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

impl Entry {
    /// The severity; a word that is unknown counts as the worst.
    #[must_use]
    pub fn severity(&self) -> Severity {
        Severity::parse(&self.severity).unwrap_or(Severity::Error)
    }

    /// Which request it was, for people: its number, and the label of its org if that had one.
    #[must_use]
    pub fn source(&self) -> String {
        let id = self.request_id;
        if self.label.is_empty() {
            return format!("request {id}");
        }
        format!("request {id} of {}", self.label)
    }
}

/// Numbers of violations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
pub struct Summary {
    /// Of the severity `error`.
    pub error: usize,
    /// Of the severity `warning`.
    pub warning: usize,
    /// Of the severity `info`.
    pub info: usize,
    /// By rule.
    pub rules: BTreeMap<String, usize>,
    /// Of these, how many are not listed, since there were too many of their rule.
    #[serde(default, skip_serializing_if = "is_none")]
    pub not_listed: usize,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_none(number: &usize) -> bool {
    *number == 0
}

impl Summary {
    fn add(&mut self, rule: &str, severity: Severity, times: usize) {
        let count = match severity {
            Severity::Error => &mut self.error,
            Severity::Warning => &mut self.warning,
            Severity::Info => &mut self.info,
        };
        *count += times;
        *self.rules.entry(rule.to_owned()).or_default() += times;
    }
}

/// What of the API was exercised.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
pub struct Coverage {
    /// Operations that there are.
    pub operations: usize,
    /// Operations that were called.
    pub exercised: usize,
    /// Their part in a hundred, to one decimal.
    pub percent: f64,
    /// Ids of the others.
    pub not_exercised: Vec<String>,
    /// Their statuses.
    pub outcomes: Outcomes,
    /// Requests by version.
    pub versions: BTreeMap<String, u64>,
}

/// Statuses of operations, of all versions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
pub struct Outcomes {
    /// Statuses that are declared for operations.
    pub declared: usize,
    /// Of these, how many were answered.
    pub seen: usize,
    /// Declared ones of operations that were called which were not answered. What operations that
    /// were not called could answer is missing, too, and is not listed again.
    pub missing: Vec<Outcome>,
    /// Answered ones that are neither declared nor possible [`ANYWHERE`].
    pub undeclared: Vec<Outcome>,
}

/// A status of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
pub struct Outcome {
    /// The operation's id.
    pub operation: String,
    /// The HTTP status.
    pub status: u16,
}

/// The report of what was recorded.
#[must_use]
pub fn of(violations: &[Recorded], seen: &[Observation]) -> Report {
    Report {
        violations: violations.iter().map(entry).collect(),
        summary: summary(violations),
        coverage: coverage(seen),
    }
}

fn entry(recorded: &Recorded) -> Entry {
    let Violation {
        rule,
        severity,
        path,
        message,
        advice,
    } = &recorded.violation;
    let target = recorded.target.split('?').next().unwrap_or_default();
    // a token in the path ends it here
    let target = target.split("/1000.").next().unwrap_or_default();
    Entry {
        rule: (*rule).to_owned(),
        severity: severity.as_str().to_owned(),
        operation: recorded.operation.to_owned(),
        path: shown(path),
        message: shown(message),
        advice: (*advice).to_owned(),
        request_id: recorded.request_id,
        request: format!("{} {target}", recorded.method),
        label: shown(&recorded.label),
    }
}

/// A text without tokens, and without what XML cannot hold.
fn shown(text: &str) -> String {
    redact::text(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

fn summary(violations: &[Recorded]) -> Summary {
    let mut summary = Summary::default();
    for Recorded { violation, .. } in violations {
        summary.add(violation.rule, violation.severity, 1);
    }
    summary
}

/// The coverage that observations show.
#[must_use]
pub fn coverage(seen: &[Observation]) -> Coverage {
    let answered: BTreeSet<(&str, u16)> =
        seen.iter().map(|one| (one.operation, one.status)).collect();
    let called = |id: &str| seen.iter().any(|one| one.operation == id);
    let mut coverage = Coverage::default();
    for row in endpoints() {
        coverage.operations += 1;
        coverage.outcomes.declared += row.outcomes.len();
        if !called(row.id) {
            coverage.not_exercised.push(row.id.to_owned());
            continue;
        }
        coverage.exercised += 1;
        for status in row.outcomes {
            if answered.contains(&(row.id, *status)) {
                coverage.outcomes.seen += 1;
            } else {
                coverage.outcomes.missing.push(outcome(row.id, *status));
            }
        }
        for (_, status) in answered.iter().filter(|(id, _)| *id == row.id) {
            if !row.outcomes.contains(status) && !ANYWHERE.contains(status) {
                coverage.outcomes.undeclared.push(outcome(row.id, *status));
            }
        }
    }
    coverage.percent = percent(coverage.exercised, coverage.operations);
    for one in seen {
        let version = one.version.as_str().to_owned();
        *coverage.versions.entry(version).or_default() += one.count;
    }
    coverage
}

fn outcome(operation: &str, status: u16) -> Outcome {
    Outcome {
        operation: operation.to_owned(),
        status,
    }
}

/// A part of a whole in a hundred, to one decimal; all of nothing is 100.
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 100.0;
    }
    (part as f64 * 1000.0 / whole as f64).round() / 10.0
}

impl Report {
    /// Puts the numbers of all violations in place of those of the listed ones.
    pub fn count(&mut self, broken: &BTreeMap<&'static str, (Severity, u64)>) {
        let listed = self.violations.len();
        let mut summary = Summary::default();
        for (rule, (severity, times)) in broken {
            let times = usize::try_from(*times).unwrap_or(usize::MAX);
            summary.add(rule, *severity, times);
        }
        let all = summary.error + summary.warning + summary.info;
        summary.not_listed = all.saturating_sub(listed);
        self.summary = summary;
    }

    /// Violations of a severity or a worse one.
    pub fn at_least(&self, severity: Severity) -> impl Iterator<Item = &Entry> {
        let entries = self.violations.iter();
        entries.filter(move |entry| entry.severity() >= severity)
    }

    /// The report as JUnit XML: a test case a rule, which fails where the rule was broken and its
    /// severity is `threshold` or worse.
    ///
    /// # Errors
    /// Those of writing XML, which are none that is known.
    #[cfg(feature = "admin")]
    pub fn junit(&self, threshold: Severity) -> Result<String, quick_junit::SerializeError> {
        junit::write(self, threshold)
    }
}

#[cfg(test)]
mod tests;
