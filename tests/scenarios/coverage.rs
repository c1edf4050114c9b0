//! Rules over all files together.

use std::collections::BTreeMap;

use libtest_mimic::{Failed, Trial};
use zoho_crm_mock::api::endpoints;
use zoho_crm_mock::version::ApiVersion;

use crate::{all_cases, files, forgiven, name};

/// The rules, each as a test.
pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test("coverage::every_row_has_a_request", every_row_has_a_request),
        Trial::test("coverage::every_version_has_cases", every_version_has_cases),
        Trial::test(
            "coverage::what_is_forgiven_is_of_a_file",
            what_is_forgiven_is_of_a_file,
        ),
    ]
}

fn every_row_has_a_request() -> Result<(), Failed> {
    let steps: Vec<_> = all_cases()
        .into_iter()
        .flat_map(|case| case.steps)
        .collect();
    let mut missing = Vec::new();
    for row in endpoints() {
        let segments: Vec<&str> = row.path.split('/').collect();
        let hit = steps.iter().any(|step| {
            let path = step.target.split('?').next().unwrap_or_default();
            let path: Vec<&str> = path.split('/').collect();
            let mut pairs = segments.iter().zip(&path);
            step.method == row.method.as_str()
                && path.len() == segments.len()
                && pairs.all(|(segment, given)| segment.starts_with('{') || segment == given)
        });
        if !hit {
            missing.push(format!("{} ({} {})", row.id, row.method.as_str(), row.path));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("no scenario calls {missing:#?}").into())
}

fn every_version_has_cases() -> Result<(), Failed> {
    let mut counts: BTreeMap<ApiVersion, usize> = BTreeMap::new();
    for version in all_cases().iter().flat_map(|case| &case.versions) {
        *counts.entry(*version).or_default() += 1;
    }
    for version in ApiVersion::ALL {
        let count = counts.get(&version).copied().unwrap_or_default();
        if count < 60 {
            return Err(format!("only {count} cases for {version}").into());
        }
    }
    Ok(())
}

fn what_is_forgiven_is_of_a_file() -> Result<(), Failed> {
    let names: Vec<String> = files().iter().map(|file| name(file)).collect();
    for (file, _) in forgiven::read() {
        if !names.contains(&file) {
            return Err(format!("forgiven.txt names {file}, which is no scenario").into());
        }
    }
    Ok(())
}
