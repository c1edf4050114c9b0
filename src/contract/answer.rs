//! Answers: refusals, and failures within a success.

use serde_json::Value as Json;

use super::findings::Findings;
use super::request::JudgedRequest;
use super::rules::{COQL, FAULT, OAUTH_REFUSED, PARTIAL_FAILURE, PAST_THE_END, REFUSED};
use super::service::Service;
use crate::api::param;

/// Judges an answer by its status, and reads its body where that is an error.
pub(super) fn judge(judged: &JudgedRequest<'_>, status: u16, body: &[u8], findings: &mut Findings) {
    match status {
        200 if Service::of(judged.request.path) == Service::Accounts => oauth(body, findings),
        202 | 207 => failures(status, body, findings),
        204 => past_the_end(judged, findings),
        429 | 500.. => findings.add(&FAULT, "$.answer", told(status, body)),
        400.. => refused(judged, status, body, findings),
        _ => {}
    }
}

fn read(body: &[u8]) -> Json {
    serde_json::from_slice(body).unwrap_or_default()
}

/// The text under a key; empty if there is none.
fn text<'j>(json: &'j Json, key: &str) -> &'j str {
    json.get(key).and_then(Json::as_str).unwrap_or_default()
}

/// Status, code and message of an error.
fn told(status: u16, body: &[u8]) -> String {
    let json = read(body);
    let code = text(&json, "code");
    if code.is_empty() {
        format!("status {status}")
    } else {
        format!("status {status}, {code}: {}", text(&json, "message"))
    }
}

fn refused(judged: &JudgedRequest<'_>, status: u16, body: &[u8], findings: &mut Findings) {
    let json = read(body);
    if text(&json, "code").is_empty() && items(&json).is_some() {
        failures(status, body, findings);
        return;
    }
    // what it says about the query; a token that is refused is not the query's fault
    let query = judged.endpoint.and_then(|row| row.body.query);
    let (rule, path) = match query.filter(|_| status == 400) {
        Some(key) => (&COQL, format!("$.body.{key}")),
        None => (&REFUSED, "$.answer".to_owned()),
    };
    let details = json.get("details").filter(|details| {
        details
            .as_object()
            .is_some_and(|details| !details.is_empty())
    });
    let details = details.map_or(String::new(), |details| format!(" {details}"));
    findings.add(rule, path, told(status, body) + &details);
}

/// The items of the answer to a write, whatever its root key is.
fn items(json: &Json) -> Option<&Vec<Json>> {
    json.as_object()?.values().find_map(Json::as_array)
}

/// Items that were refused.
fn failures(status: u16, body: &[u8], findings: &mut Findings) {
    let json = read(body);
    let Some(items) = items(&json) else { return };
    let failed = |item: &&Json| text(item, "status") == "error";
    let count = items.iter().filter(failed).count();
    if count == 0 {
        return;
    }
    let mut codes: Vec<&str> = items
        .iter()
        .filter(failed)
        .map(|i| text(i, "code"))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let message = format!(
        "status {status}: {count} of {} refused, {}",
        items.len(),
        codes.join(", ")
    );
    let rule = if count == items.len() {
        &REFUSED
    } else {
        &PARTIAL_FAILURE
    };
    findings.add(rule, "$.answer", message);
}

fn past_the_end(judged: &JudgedRequest<'_>, findings: &mut Findings) {
    let page = judged
        .params
        .get(param::PAGE.name)
        .and_then(|page| page.parse::<usize>().ok());
    if let Some(page @ 2..) = page {
        findings.add(
            &PAST_THE_END,
            "$.query.page",
            format!("page {page} is empty"),
        );
    }
}

/// Errors of the accounts server come as successes.
fn oauth(body: &[u8], findings: &mut Findings) {
    if body.starts_with(b"{\"error\"") {
        let message = format!("the error is {}", text(&read(body), "error"));
        findings.add(&OAUTH_REFUSED, "$.answer.error", message);
    }
}
