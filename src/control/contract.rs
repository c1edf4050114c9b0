//! What of Zoho's contract the requests of an org broke, and what of the API they exercised.

use crate::contract::report::{self, Observation, Recorded, Report};
use crate::version::ApiVersion;
use crate::world::Org;

/// The report of what an org was asked.
#[must_use]
pub fn report(org: &Org) -> Report {
    let found = org.journal.violations();
    let recorded: Vec<Recorded> = found
        .into_iter()
        .map(|found| Recorded {
            violation: found.violation,
            operation: found.operation,
            request_id: found.request_id,
            method: found.method,
            target: found.target,
        })
        .collect();
    let seen: Vec<Observation> = org
        .journal
        .counts()
        .into_iter()
        .map(|((operation, version, status), count)| Observation {
            operation,
            version: ApiVersion::parse(version).unwrap_or(ApiVersion::LATEST),
            status,
            count: count.times,
        })
        .collect();
    let mut report = report::of(&recorded, &seen);
    report.count(&org.journal.broken());
    report
}
