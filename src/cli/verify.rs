//! `zoho-crm-mock verify`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::exit::{Exit, complain};
use super::plane::{self, AdminToken};
use super::whole::WholeFile;
use super::words::word;
use crate::contract::Severity;
use crate::contract::report::{Entry, Report};
use crate::words::printable;

/// Options of `verify`.
#[derive(Clone, Debug, Args)]
pub(super) struct VerifyArgs {
    /// Base address of the server
    #[arg(
        long,
        env = "ZOHO_MOCK_URL",
        value_name = "URL",
        default_value = "http://127.0.0.1:8080"
    )]
    url: String,
    #[command(flatten)]
    admin: AdminToken,
    /// The org whose requests are looked at; the server's first one unless said otherwise
    #[arg(long, value_name = "ID")]
    org: Option<String>,
    /// The mildest severity that fails
    #[arg(long, value_name = "SEVERITY", value_parser = word::<Severity>(), default_value = "error")]
    fail_on: Severity,
    /// Fail if less than so many in a hundred of the operations were called
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    fail_under: Option<f64>,
    /// Form of the report
    #[arg(long, value_name = "FORM", default_value = "text")]
    format: ReportForm,
    /// Write the report to this file instead of standard output
    #[arg(long, value_name = "PATH")]
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ReportForm {
    /// For people
    Text,
    /// As the server gives it
    Json,
    /// JUnit XML: a test case a rule
    Junit,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|n| (0.0..=100.0).contains(n));
    number.ok_or_else(|| "a number from 0 to 100".to_owned())
}

/// Asks a server what it has seen, and tells it.
pub(super) fn verify(args: &VerifyArgs) -> Exit {
    match run(args) {
        Ok(reasons) if reasons.is_empty() => Exit::Success,
        Ok(reasons) => {
            complain(&reasons.join("; "));
            Exit::Found
        }
        Err(error) => {
            complain(&format!("{error:#}"));
            Exit::Usage
        }
    }
}

/// Writes the report; gives the reasons for which it fails.
fn run(args: &VerifyArgs) -> anyhow::Result<Vec<String>> {
    let report = fetch(args)?;
    let text = match args.format {
        ReportForm::Text => text(&report, args.fail_on),
        ReportForm::Json => format!("{:#}\n", serde_json::to_value(&report)?),
        ReportForm::Junit => report.junit(args.fail_on)?,
    };
    write(args.output.as_deref(), &text)?;
    Ok(reasons(args, &report))
}

fn reasons(args: &VerifyArgs, report: &Report) -> Vec<String> {
    let mut reasons = Vec::new();
    match report.at_least(args.fail_on).count() {
        0 => {}
        1 => reasons.push("1 violation".to_owned()),
        n => reasons.push(format!("{n} violations")),
    }
    let percent = report.coverage.percent;
    if let Some(least) = args.fail_under.filter(|least| percent < *least) {
        reasons.push(format!(
            "{percent} % of the operations were called, not {least} %"
        ));
    }
    reasons
}

#[allow(clippy::print_stdout, reason = "this is the command's result")]
fn write(output: Option<&Path>, text: &str) -> anyhow::Result<()> {
    match output {
        Some(path) => {
            let told = || format!("cannot write {}", path.display());
            let written = WholeFile::create(path).and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.finish()
            });
            written.with_context(told)
        }
        None => {
            print!("{text}");
            Ok(())
        }
    }
}

/// Asks the server for its report.
fn fetch(args: &VerifyArgs) -> anyhow::Result<Report> {
    let body = plane::get(
        &args.url,
        args.admin.token(),
        args.org.as_deref(),
        "contract",
    )?;
    let address = plane::address(&args.url, "contract");
    serde_json::from_str(&body).with_context(|| format!("{address} gives no report"))
}

/// The report for people: rules with the worst first, what to do, and the first requests.
fn text(report: &Report, fail_on: Severity) -> String {
    let mut out = String::new();
    let mut rules: BTreeMap<(std::cmp::Reverse<Severity>, &str), Vec<&Entry>> = BTreeMap::new();
    for entry in &report.violations {
        let key = (std::cmp::Reverse(entry.severity()), entry.rule.as_str());
        rules.entry(key).or_default().push(entry);
    }
    for ((severity, rule), entries) in &rules {
        let _ = write_rule(&mut out, severity.0, rule, entries);
    }
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
        let request = printable(&entry.request);
        writeln!(out, "  - request {}, {request}", entry.request_id)?;
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
        report.at_least(fail_on).count(),
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
