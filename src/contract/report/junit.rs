//! The report as JUnit XML, the form that CI systems show.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::{Entry, Report};
use crate::contract::Severity;
use crate::contract::rules::{self, RULES};

pub(super) fn write(
    report: &Report,
    threshold: Severity,
) -> Result<String, quick_junit::SerializeError> {
    let mut broken: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in &report.violations {
        broken.entry(&entry.rule).or_default().push(entry);
    }
    let mut suite = TestSuite::new("contract");
    let coverage = &report.coverage;
    for (name, value) in [
        ("coverage.operations", coverage.operations.to_string()),
        ("coverage.exercised", coverage.exercised.to_string()),
        ("coverage.percent", coverage.percent.to_string()),
        ("coverage.not_exercised", coverage.not_exercised.join(" ")),
        (
            "coverage.outcomes.declared",
            coverage.outcomes.declared.to_string(),
        ),
        ("coverage.outcomes.seen", coverage.outcomes.seen.to_string()),
    ] {
        suite.add_property((name, value.as_str()));
    }
    let known = RULES.iter().map(|rule| rule.id);
    // and those of a server with other rules
    let others = broken
        .keys()
        .copied()
        .filter(|id| rules::find(id).is_none());
    for id in known.chain(others) {
        let entries = broken.get(id).map_or(&[][..], Vec::as_slice);
        suite.add_test_case(case(id, entries, threshold));
    }
    let mut xml = quick_junit::Report::new("zoho-crm-mock");
    xml.add_test_suite(suite);
    xml.to_string()
}

fn case(id: &str, entries: &[&Entry], threshold: Severity) -> TestCase {
    let text: String = entries
        .iter()
        .map(|entry| {
            format!(
                "{} ({}), {}: {}\n",
                entry.source(),
                entry.request,
                entry.path,
                entry.message
            )
        })
        .collect();
    let worst = entries.iter().max_by_key(|entry| entry.severity());
    let Some(worst) = worst.filter(|entry| entry.severity() >= threshold) else {
        let mut case = TestCase::new(id, TestCaseStatus::success());
        case.set_classname("contract");
        if !text.is_empty() {
            case.set_system_out(text);
        }
        return case;
    };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_message(worst.advice.as_str())
        .set_type(worst.severity.as_str())
        .set_description(text);
    let mut case = TestCase::new(id, status);
    case.set_classname("contract");
    case
}
