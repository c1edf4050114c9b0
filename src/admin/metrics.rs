//! `metrics`: counts of the whole server, in the text form of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::row::{Ask, Body, Outcome, Row, text_response};
use crate::request::Method;
use crate::runtime::journal::{Count, Key};

/// The media type of the exposition format.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) const ROWS: &[Row] = &[Row {
    id: "metrics",
    method: Method::Get,
    path: "/metrics",
    summary: "Counts in the text form of Prometheus: of one org if one is asked for, else of all",
    params: &[],
    body: Body::None,
    answers: &[(200, PROMETHEUS, "metrics")],
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

#[allow(
    clippy::cast_precision_loss,
    reason = "metrics are floating-point numbers"
)]
fn metrics(ask: &Ask<'_>) -> Outcome {
    let orgs = match ask.param("org") {
        Some(_) => vec![std::sync::Arc::clone(&ask.org)],
        None => ask.world.orgs(),
    };
    let mut counts: BTreeMap<Key, Count> = BTreeMap::new();
    let (mut records, mut violations, mut faults, mut kept, mut dropped) = (0, 0, 0, 0, 0);
    let mut credits = 0;
    for org in &orgs {
        for (key, count) in org.journal.counts() {
            let sum = counts.entry(key).or_default();
            sum.times += count.times;
            sum.micros += count.micros;
        }
        records += org.read().tables.records();
        violations += org.journal.broken().values().map(|(_, n)| n).sum::<u64>();
        faults += org.faults.fired();
        let (entries, gone) = org.journal.size();
        kept += entries;
        dropped += gone;
        credits += org.limits.usage(org.users(), org.clock.now()).1;
    }
    faults += ask.world.faults.fired();
    let labels = |(operation, version, status): &Key| {
        format!("{{operation=\"{operation}\",version=\"{version}\",status=\"{status}\"}}")
    };
    let times: Vec<(String, f64)> = counts
        .iter()
        .map(|(key, count)| (labels(key), count.times as f64))
        .collect();
    let seconds: Vec<(String, f64)> = counts
        .iter()
        .map(|(key, count)| (labels(key), count.micros as f64 / 1e6))
        .collect();
    let one = |value: f64| [(String::new(), value)];
    let mut out = String::new();
    let uptime = ask.world.uptime().as_secs_f64();
    for (name, kind, help, samples) in [
        (
            "requests_total",
            "counter",
            "Requests by operation, version and status of the answer.",
            &times[..],
        ),
        (
            "request_seconds_total",
            "counter",
            "Seconds that answers took to make.",
            &seconds[..],
        ),
        (
            "uptime_seconds",
            "gauge",
            "Seconds since the start.",
            &one(uptime),
        ),
        ("orgs", "gauge", "Orgs.", &one(orgs.len() as f64)),
        (
            "records",
            "gauge",
            "Records in all orgs.",
            &one(records as f64),
        ),
        (
            "contract_violations_total",
            "counter",
            "Violations of the contract.",
            &one(violations as f64),
        ),
        (
            "faults_fired_total",
            "counter",
            "Faults that fired.",
            &one(faults as f64),
        ),
        (
            "journal_entries",
            "gauge",
            "Requests in the journals.",
            &one(kept as f64),
        ),
        (
            "journal_dropped_total",
            "counter",
            "Requests that had to leave the journals.",
            &one(dropped as f64),
        ),
        (
            "credits_used",
            "gauge",
            "API credits of the last 24 hours, where they are limited.",
            &one(credits as f64),
        ),
    ] {
        family(&mut out, name, kind, help, samples);
    }
    Ok(text_response(PROMETHEUS, out))
}
