//! Reports of the contract as commands give them: their forms, and whether they fail.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use clap::ValueEnum;

use super::whole::{WholeFile, is_special};
use crate::contract::Severity;
use crate::contract::report::{Entry, Report};
use crate::words::printable;

/// A form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportForm {
    /// For people
    Text,
    /// As the server gives it
    Json,
    /// JUnit XML: a test case a rule
    Junit,
}

impl ReportForm {
    /// The form that the name of a file stands for.
    pub(super) fn of(path: &Path) -> Self {
        let end = path.extension().unwrap_or_default();
        match end.to_string_lossy().to_ascii_lowercase().as_str() {
            "json" => Self::Json,
            "xml" => Self::Junit,
            _ => Self::Text,
        }
    }

    /// A report in this form.
    ///
    /// # Errors
    /// If it cannot be written so, for which no reason is known.
    pub(super) fn write(self, report: &Report, fail_on: Severity) -> anyhow::Result<String> {
        Ok(match self {
            Self::Text => text(report, fail_on),
            Self::Json => format!("{:#}\n", serde_json::to_value(report)?),
            Self::Junit => report.junit(fail_on)?,
        })
    }
}

/// A part of a hundred, as options have it.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.0..=100.0).contains(n));
    number.ok_or_else(|| "a number from 0 to 100".to_owned())
}

/// How many violations there are of a severity or a worse one, those that are not listed any more
/// included.
fn violations(report: &Report, least: Severity) -> usize {
    let summary = &report.summary;
    let counts = [
        (Severity::Error, summary.error),
        (Severity::Warning, summary.warning),
        (Severity::Info, summary.info),
    ];
    let counted = counts.iter().filter(|(severity, _)| *severity >= least);
    counted.map(|(_, count)| count).sum()
}

/// Why a report fails, if it does: by violations of a severity or a worse one, where violations fail,
/// and by how much of the API was called.
pub(super) fn reasons(
    report: &Report,
    fail_on: Option<Severity>,
    fail_under: Option<f64>,
) -> Vec<String> {
    let mut reasons = Vec::new();
    match fail_on.map_or(0, |least| violations(report, least)) {
        0 => {}
        1 => reasons.push("1 violation".to_owned()),
        n => reasons.push(format!("{n} violations")),
    }
    let percent = report.coverage.percent;
    if let Some(least) = fail_under.filter(|least| percent < *least) {
        reasons.push(format!(
            "{percent} % of the operations were called, not {least} %"
        ));
    }
    reasons
}

/// Looks whether a file can be written, before work is done whose report it is to hold.
///
/// # Errors
/// If it cannot.
pub(super) fn probe(path: &Path) -> anyhow::Result<()> {
    let probed = is_special(path).and_then(|special| {
        // a pipe is not opened: whoever reads from it would take that for all
        (!special).then(|| WholeFile::create(path)).transpose()
    });
    probed.map(drop).with_context(|| no_file(path))
}

/// Writes a report to a file.
///
/// # Errors
/// If it cannot be written.
pub(super) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let written = WholeFile::create(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.finish()
    });
    written.with_context(|| no_file(path))
}

fn no_file(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// The report for people: rules with the worst first, what to do, and the first requests.
pub(super) fn text(report: &Report, fail_on: Severity) -> String {
    let mut out = String::new();
    let mut rules: BTreeMap<(std::cmp::Reverse<Severity>, &str), Vec<&Entry>> = BTreeMap::new();
    for entry in &report.violations {
        let key = (std::cmp::Reverse(entry.severity()), entry.rule.as_str());
        rules.entry(key).or_default().push(entry);
    }
    for ((severity, rule), entries) in &rules {
        let _ = write_rule(&mut out, severity.0, rule, entries);
    }
    out += &summary(report, fail_on);
    out
}

/// How many violations there are, and what was called.
pub(super) fn summary(report: &Report, fail_on: Severity) -> String {
    let mut out = String::new();
    // a String takes every write
    let _ = write_summary(&mut out, report, fail_on);
    out
}

fn write_rule(
    out: &mut String,
    severity: Severity,
    rule: &str,
    entries: &[&Entry],
) -> std::fmt::Result {
    const SHOWN: usize = 3;
    let times = match entries.len() {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    };
    writeln!(out, "{} {} ({times})", severity.as_str(), printable(rule))?;
    if let Some(first) = entries.first() {
        writeln!(out, "  {}", printable(&first.advice))?;
    }
    for entry in entries.iter().take(SHOWN) {
        let (source, request) = (entry.source(), printable(&entry.request));
        writeln!(out, "  - {}, {request}", printable(&source))?;
        let (path, message) = (printable(&entry.path), printable(&entry.message));
        writeln!(out, "    {path}: {message}")?;
    }
    if entries.len() > SHOWN {
        writeln!(out, "  - and {} more", entries.len() - SHOWN)?;
    }
    writeln!(out)
}

fn write_summary(out: &mut String, report: &Report, fail_on: Severity) -> std::fmt::Result {
    let summary = &report.summary;
    let count = |n: usize, what: &str| match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    };
    writeln!(
        out,
        "{}, {}, {}; {} at or above \"{}\"",
        count(summary.error, "error"),
        count(summary.warning, "warning"),
        count(summary.info, "hint"),
        violations(report, fail_on),
        fail_on.as_str(),
    )?;
    let coverage = &report.coverage;
    writeln!(
        out,
        "called {} of {} operations ({} %), saw {} of {} documented outcomes",
        coverage.exercised,
        coverage.operations,
        coverage.percent,
        coverage.outcomes.seen,
        coverage.outcomes.declared,
    )?;
    if !coverage.versions.is_empty() {
        let versions = coverage.versions.iter();
        let versions: Vec<String> = versions
            .map(|(version, count)| format!("{version} {count}"))
            .collect();
        writeln!(out, "requests: {}", versions.join(", "))?;
    }
    Ok(())
}
