//! Rules over several requests.

use super::findings::Findings;
use super::request::JudgedRequest;
use super::rules::{
    CODE_TWICE, CONSENT_NOT_PROMPTED, POLLING, READS_ONE_BY_ONE, REFRESH_TOO_OFTEN, RETRY,
    SUPERSEDED, TOO_MANY_TOKENS, WRITES_ONE_BY_ONE,
};
use super::service::Service;
use crate::api::endpoint::{Items, Reads, Write};
use crate::error::AccountsError;
use crate::request::{Method, Request};
use crate::runtime::memory::Memory;
use crate::runtime::violation::Violation;
use crate::store::index::hash_text;
use crate::version::ApiVersion;

/// A second, in the unit of times here.
const SECOND: i64 = 1_000_000;
/// How old an access token is at least when the next one is reasonably asked for: three quarters
/// of its life.
const FRESH: i64 = 45 * 60 * SECOND;
/// Access tokens that a refresh token gives within a span (Zoho's page on token validity).
const MOST_TOKENS: usize = 10;
/// The span.
const SPAN: i64 = 10 * 60 * SECOND;
/// How soon after a refusal for the time being a request comes too soon again.
const BACKOFF: i64 = SECOND;
/// Records that are read one by one before a list would have done.
const READS: u32 = 20;
/// Records that are inserted one by one before a batch would have done.
const WRITES: u32 = 10;
/// Times that a list is asked for before it is polled.
const POLLS: u32 = 5;

/// Takes note of a request that was answered with `status` at `at` (microseconds of a clock
/// that does not go back), and says what it shows together with earlier ones. A rule that
/// many requests break is told of once, where they begin to.
pub fn judge_series(
    memory: &mut Memory,
    judged: &JudgedRequest<'_>,
    status: u16,
    at: i64,
) -> Vec<Violation> {
    let mut findings = Findings::default();
    match Service::of(judged.request.path) {
        Service::Api => {
            version(memory, judged.version, &mut findings);
            retry(memory, judged, status, at, &mut findings);
            one_by_one(memory, judged, &mut findings);
            poll(memory, judged, status, &mut findings);
        }
        Service::Accounts => accounts(memory, judged, status, at, &mut findings),
        Service::Other => {}
    }
    findings.finish()
}

/// Tells of an old version once.
fn version(memory: &mut Memory, version: ApiVersion, findings: &mut Findings) {
    if version.is_superseded() && !memory.versions.contains(&version) {
        memory.versions.push(version);
        findings.add(&SUPERSEDED, "$.path.v", format!("{version} is in use"));
    }
}

/// The same request again, right after it was told to come later.
fn retry(
    memory: &mut Memory,
    judged: &JudgedRequest<'_>,
    status: u16,
    at: i64,
    findings: &mut Findings,
) {
    let fault = status == 429 || status >= 500;
    if memory.failed.is_none() && !fault {
        return;
    }
    let request = hash(judged.request);
    if let Some((same, before)) = memory.failed.take()
        && same == request
        && (0..BACKOFF).contains(&(at - before))
    {
        let message = format!("sent again within {} s", BACKOFF / 1_000_000);
        findings.add(&RETRY, "$", message);
    }
    if fault {
        memory.failed = Some((request, at));
    }
}

fn one_by_one(memory: &mut Memory, judged: &JudgedRequest<'_>, findings: &mut Findings) {
    let module = || judged.module();
    let reads = judged.endpoint.map_or(Reads::Other, |row| row.reads);
    let read = (reads == Reads::Record).then(module).flatten();
    if memory.reads.count(read.map(|module| module.no), READS) {
        let name = read.map_or("", |module| module.api_name());
        let message = format!("{READS} records of {name} in a row, each in a call of its own");
        findings.add(&READS_ONE_BY_ONE, "$.path.id", message);
    }
    let single = || {
        let items = judged.body.get("data").and_then(|data| data.as_array());
        items.is_some_and(|items| items.len() == 1)
    };
    let items = judged.endpoint.map_or(Items::Own, |row| row.body.items);
    let written = (items == Items::Records(Write::Insert) && single())
        .then(module)
        .flatten();
    if memory.writes.count(written.map(|module| module.no), WRITES) {
        let name = written.map_or("", |module| module.api_name());
        let message = format!("{WRITES} records of {name} in a row, each in a call of its own");
        findings.add(&WRITES_ONE_BY_ONE, "$.body.data", message);
    }
}

/// The same list again and again, with nothing in between.
fn poll(memory: &mut Memory, judged: &JudgedRequest<'_>, status: u16, findings: &mut Findings) {
    let list = judged
        .endpoint
        .is_some_and(|row| row.reads == Reads::Records);
    let conditional = || judged.request.headers.get("if-modified-since").is_some();
    if !list || status >= 400 || conditional() {
        memory.polls = None;
        return;
    }
    let request = hash(judged.request);
    let times = match memory.polls {
        Some((same, times)) if same == request => times.saturating_add(1),
        _ => 1,
    };
    memory.polls = Some((request, times));
    if times == POLLS {
        let message = format!("the same list is asked for the {POLLS}th time in a row");
        findings.add(&POLLING, "$.headers.if-modified-since", message);
    }
}

fn accounts(
    memory: &mut Memory,
    judged: &JudgedRequest<'_>,
    status: u16,
    at: i64,
    findings: &mut Findings,
) {
    let param = |name| judged.params.get(name).unwrap_or_default();
    match param("grant_type") {
        "refresh_token" if status == 200 || status == AccountsError::TOO_MANY.status() => {
            let refreshed = memory.refreshed.of(param("refresh_token"));
            let before = refreshed.last;
            let count = refreshed.count(at, SPAN);
            if count == MOST_TOKENS + 1 {
                let message = format!("more than {MOST_TOKENS} access tokens in ten minutes");
                findings.add(&TOO_MANY_TOKENS, "$.body.refresh_token", message);
            }
            if let Some(before) = before.filter(|before| (0..FRESH).contains(&(at - before))) {
                let seconds = (at - before) / SECOND;
                let message = format!("the last access token is {seconds} s old");
                findings.add(&REFRESH_TOO_OFTEN, "$.body.grant_type", message);
            }
        }
        "authorization_code" if memory.codes.replace(param("code"), ()).is_some() => {
            findings.add(&CODE_TWICE, "$.body.code", "the code was used before");
        }
        _ => {}
    }
    let consented = status == 302 && param("access_type") == "offline";
    if consented && param("prompt") != "consent" {
        let message = "a second consent gives no refresh token";
        findings.add(&CONSENT_NOT_PROMPTED, "$.query.prompt", message);
    }
}

/// What tells requests apart: method, path, query and body.
fn hash(request: &Request<'_>) -> u64 {
    let body = String::from_utf8_lossy(request.body.unwrap_or_default());
    let method = request.method.map_or("", Method::as_str);
    [method, request.path, request.query, &body]
        .iter()
        .fold(0, |hash: u64, part| hash.rotate_left(17) ^ hash_text(part))
}
