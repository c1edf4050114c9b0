//! `metrics`: counts of the whole server, in the text form of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rustc_hash::FxHashSet;

use super::row::{AdminRequest, AdminRow, Answer, Body, HandlerResult, text_response};
use crate::request::Method;
use crate::runtime::journal::{Count, CountKey};
use crate::world::Org;

/// The media type of the exposition format.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) const ROWS: &[AdminRow] = &[AdminRow {
    id: "metrics",
    method: Method::Get,
    path: "/metrics",
    summary: "Counts in the text form of Prometheus: of one org if one is asked for, else of all",
    params: &[],
    body: Body::None,
    answers: &[Answer::Text(PROMETHEUS, "metrics")],
    handler: metrics,
}];

/// A family of metrics: its name, its type, what it says, and its samples.
fn family(out: &mut String, name: &str, kind: &str, help: &str, samples: &[(String, f64)]) {
    let name = format!("zoho_crm_mock_{name}");
    // a String takes every write
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
    for (labels, value) in samples {
        let _ = writeln!(out, "{name}{labels} {value}");
    }
}

/// What the orgs have counted, in all.
#[derive(Debug, Default)]
struct Sums {
    counts: BTreeMap<CountKey, Count>,
    orgs: usize,
    records: usize,
    index_bytes: usize,
    /// The indexes that were counted: forks share theirs.
    seen: FxHashSet<usize>,
    violations: u64,
    faults: u64,
    entries: usize,
    dropped: u64,
    credits: u64,
}

impl Sums {
    fn add(&mut self, org: &Org) {
        for (key, count) in org.journal.counts() {
            let sum = self.counts.entry(key).or_default();
            sum.times += count.times;
            sum.micros += count.micros;
        }
        let (entries, dropped) = org.journal.size();
        self.orgs += 1;
        let tables = &org.look().tables;
        self.records += tables.records();
        self.index_bytes += tables.index_bytes(&mut self.seen);
        self.violations += org.journal.broken().values().map(|(_, n)| n).sum::<u64>();
        self.faults += org.faults.fired();
        self.entries += entries;
        self.dropped += dropped;
        self.credits += org.limits.usage(org.users(), org.clock.now()).1;
    }

    /// Samples by operation, version and status.
    fn samples(&self, value: impl Fn(&Count) -> f64) -> Vec<(String, f64)> {
        let labels = |(operation, version, status): &CountKey| {
            format!("{{operation=\"{operation}\",version=\"{version}\",status=\"{status}\"}}")
        };
        let counts = self.counts.iter();
        counts
            .map(|(key, count)| (labels(key), value(count)))
            .collect()
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "metrics are floating-point numbers"
)]
fn metrics(request: &AdminRequest<'_>) -> HandlerResult {
    let mut sums = Sums::default();
    match request.param("org") {
        Some(_) => sums.add(&request.org),
        None => request.world.orgs().iter().for_each(|org| sums.add(org)),
    }
    let faults = sums.faults + request.world.faults.fired();
    let times = sums.samples(|count| count.times as f64);
    let seconds = sums.samples(|count| count.micros as f64 / 1e6);
    let mut out = String::new();
    for (name, help, samples) in [
        (
            "requests_total",
            "Requests by operation, version and status of the answer.",
            &times,
        ),
        (
            "request_seconds_total",
            "Seconds that answers took to make.",
            &seconds,
        ),
    ] {
        family(&mut out, name, "counter", help, samples);
    }
    for (name, kind, help, value) in [
        (
            "uptime_seconds",
            "gauge",
            "Seconds since the start.",
            request.world.uptime().as_secs_f64(),
        ),
        ("orgs", "gauge", "Orgs.", sums.orgs as f64),
        (
            "records",
            "gauge",
            "Records in all orgs.",
            sums.records as f64,
        ),
        (
            "index_bytes",
            "gauge",
            "Bytes of the indexes of all orgs, which are made when asked for and given back when not.",
            sums.index_bytes as f64,
        ),
        (
            "contract_violations_total",
            "counter",
            "Violations of the contract.",
            sums.violations as f64,
        ),
        (
            "faults_fired_total",
            "counter",
            "Faults that fired.",
            faults as f64,
        ),
        (
            "journal_entries",
            "gauge",
            "Requests in the journals.",
            sums.entries as f64,
        ),
        (
            "journal_dropped_total",
            "counter",
            "Requests that had to leave the journals.",
            sums.dropped as f64,
        ),
        (
            "credits_used",
            "gauge",
            "API credits of the last 24 hours, where they are limited.",
            sums.credits as f64,
        ),
    ] {
        family(&mut out, name, kind, help, &[(String::new(), value)]);
    }
    Ok(text_response(PROMETHEUS, out))
}
