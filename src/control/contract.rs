//! What of Zoho's contract the requests of an org broke, and what of the API they exercised.

use std::collections::BTreeMap;

use crate::contract::report::{self, Observation, Recorded, Report};
use crate::version::ApiVersion;
use crate::world::Org;

/// The report of what an org was asked.
#[must_use]
pub fn report(org: &Org) -> Report {
    report_of(std::iter::once(org))
}

/// The report of what several orgs were asked together.
#[must_use]
pub fn report_of<'o>(orgs: impl Iterator<Item = &'o Org> + Clone) -> Report {
    let found = orgs.clone().flat_map(|org| org.journal.violations());
    let recorded: Vec<Recorded> = found
        .map(|found| Recorded {
            violation: found.violation,
            operation: found.operation,
            request_id: found.request_id,
            method: found.method,
            target: found.target,
            label: found.label,
        })
        .collect();
    let counts = orgs.clone().flat_map(|org| org.journal.counts());
    let seen: Vec<Observation> = counts
        .map(|((operation, version, status), count)| Observation {
            operation,
            version: ApiVersion::parse(version).unwrap_or(ApiVersion::LATEST),
            status,
            count: count.times,
        })
        .collect();
    let mut report = report::of(&recorded, &seen);
    let mut broken = BTreeMap::new();
    for (rule, (severity, times)) in orgs.flat_map(|org| org.journal.broken()) {
        let (_, sum) = broken.entry(rule).or_insert((severity, 0));
        *sum += times;
    }
    report.count(&broken);
    report
}
