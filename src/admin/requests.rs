//! `requests`: what was asked of an org and what it answered.

mod har;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Body, HandlerResult, JSON, json_response};
use super::schema::of;
use crate::control::{self, Question};
use crate::request::Method;
use crate::response::{Response, Wait, WaitEnd};
use crate::runtime::journal::{Entry, Journal};
use crate::runtime::pattern::{Pattern, Statuses};

const FILTERS: &[(&str, &str)] = &[
    ("operation", "an operation; * stands for anything"),
    ("method", "a method"),
    ("path", "a path; * stands for anything"),
    ("module", "the module in the path"),
    ("version", "the version in the path"),
    ("status", "a status, or like 4xx"),
];
const PAGED: &[(&str, &str)] = &[
    FILTERS[0],
    FILTERS[1],
    FILTERS[2],
    FILTERS[3],
    FILTERS[4],
    FILTERS[5],
    ("after", "only requests after the one with this id"),
    ("limit", "only the last so many"),
];

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "requests.list",
        method: Method::Get,
        path: "/requests",
        summary: "The journal, oldest first",
        params: PAGED,
        body: Body::None,
        answers: &[(
            200,
            JSON,
            "requests: id, time, org, operation, method, path, query, status, duration_us, request, response, violations",
        )],
        handler: list,
    },
    AdminRow {
        id: "requests.clear",
        method: Method::Delete,
        path: "/requests",
        summary: "Forget the journal, with its counts and violations",
        params: &[],
        body: Body::None,
        answers: &[(204, "", "it is empty")],
        handler: clear,
    },
    AdminRow {
        id: "requests.get",
        method: Method::Get,
        path: "/requests/{id}",
        summary: "One request",
        params: &[],
        body: Body::None,
        answers: &[(200, JSON, "the request")],
        handler: get,
    },
    AdminRow {
        id: "requests.har",
        method: Method::Get,
        path: "/requests/har",
        summary: "The journal as an HTTP archive (HAR 1.2)",
        params: PAGED,
        body: Body::None,
        answers: &[(200, JSON, "log")],
        handler: har,
    },
    AdminRow {
        id: "requests.count",
        method: Method::Post,
        path: "/requests/count",
        summary: "How many requests match",
        params: &[],
        body: Body::Json(of::<CountedParams>),
        answers: &[(200, JSON, "count")],
        handler: count,
    },
    AdminRow {
        id: "requests.verify",
        method: Method::Post,
        path: "/requests/verify",
        summary: "Whether as many requests match as expected: count exactly, at_least, at_most; 422 with the near misses",
        params: &[],
        body: Body::Json(of::<Question>),
        answers: &[(200, JSON, "verified, count")],
        handler: verify,
    },
    AdminRow {
        id: "requests.wait",
        method: Method::Post,
        path: "/requests/wait",
        summary: "Wait until so many requests match (1 without count); 408 with the near misses when the time is over",
        params: &[],
        body: Body::Json(of::<Question>),
        answers: &[(200, JSON, "count, requests")],
        handler: wait,
    },
];

/// The pattern that the parameters make.
fn filter(request: &AdminRequest<'_>) -> Result<Pattern, AdminError> {
    let text = |name: &str| request.param(name).map(str::to_owned);
    let status = match request.param("status") {
        None => None,
        Some(text) => Some(Statuses::parse(text).ok_or_else(|| {
            AdminError::bad_request(format!(
                "status is a number from 200 to 599, or like 4xx, not {text}"
            ))
        })?),
    };
    let pattern = Pattern {
        operation: text("operation"),
        method: text("method"),
        path: text("path"),
        module: text("module"),
        version: text("version"),
        status,
        ..Pattern::default()
    };
    control::check_pattern(&pattern, &request.org)?;
    Ok(pattern)
}

fn number(request: &AdminRequest<'_>, name: &str) -> Result<Option<u64>, AdminError> {
    let wrong = |text: &str| AdminError::bad_request(format!("{name} is a number, not {text}"));
    request
        .param(name)
        .map(|text| text.parse().map_err(|_| wrong(text)))
        .transpose()
}

fn filtered(request: &AdminRequest<'_>) -> Result<Vec<Arc<Entry>>, AdminError> {
    let after = number(request, "after")?.unwrap_or(0);
    let mut found = request.org.journal.matching(&filter(request)?, after);
    if let Some(limit) = number(request, "limit")? {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        found.drain(..found.len().saturating_sub(limit));
    }
    Ok(found)
}

fn list(request: &AdminRequest<'_>) -> HandlerResult {
    let shown: Vec<Json> = filtered(request)?
        .iter()
        .map(|entry| entry.json())
        .collect();
    let (_, dropped) = request.org.journal.size();
    Ok(json_response(
        200,
        &json!({"requests": shown, "dropped": dropped}),
    ))
}

fn clear(request: &AdminRequest<'_>) -> HandlerResult {
    request.org.journal.clear();
    Ok(Response::empty(204))
}

fn get(request: &AdminRequest<'_>) -> HandlerResult {
    let name = request.path("id");
    let journal = control::journal(&request.org)?;
    let entry = name.parse().ok().and_then(|id| journal.get(id));
    let entry = entry.ok_or_else(|| AdminError::not_found("request", name))?;
    Ok(json_response(200, &entry.json()))
}

fn har(request: &AdminRequest<'_>) -> HandlerResult {
    let log = har::log(&filtered(request)?, &request.url_of(&request.org));
    Ok(json_response(200, &log))
}

/// Which requests are counted: the answer says how many there are.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct CountedParams {
    /// What they are like; every request without it.
    #[serde(rename = "match")]
    #[schemars(with = "Pattern")]
    on: Json,
}

fn count(request: &AdminRequest<'_>) -> HandlerResult {
    let CountedParams { on } = request.read()?;
    let on = if on.is_null() { json!({}) } else { on };
    let pattern = control::pattern(&on, &request.org)?;
    let count = request.org.journal.matching(&pattern, 0).len();
    let (_, dropped) = request.org.journal.size();
    let mut body = json!({"count": count});
    if dropped > 0 {
        body["dropped"] = dropped.into();
    }
    Ok(json_response(200, &body))
}

fn verify(request: &AdminRequest<'_>) -> HandlerResult {
    let question = Question::read(&request.body, &request.org)?;
    let found = question.verify(&request.org.journal).into_result()?;
    let body = json!({"verified": true, "count": found.len()});
    Ok(json_response(200, &body))
}

fn wait(request: &AdminRequest<'_>) -> HandlerResult {
    let question = Question::read(&request.body, &request.org)?.waiting()?;
    let timeout = question.timeout();
    request.org.touch(timeout);
    let journal = Arc::clone(&request.org.journal);
    let waiter = journal.wait_for(&question.on, question.wanted());
    if waiter.is_reached() {
        return Ok(came(&journal, &question));
    }
    // what is answered when nobody waits
    let mut response = AdminError::timed_out("nobody has waited", json!({})).response();
    response.wire().wait = Some(Wait {
        timeout,
        journal: Arc::clone(&journal),
        waiter,
        end: Box::new(move |end| match end {
            WaitEnd::Reached => came(&journal, &question),
            WaitEnd::TimedOut => match question.verify(&journal).into_result() {
                Ok(_) => came(&journal, &question),
                Err(refusal) => {
                    AdminError::timed_out(refusal.to_string(), refusal.details()).response()
                }
            },
            WaitEnd::Stopping => AdminError::stopping().response(),
        }),
    });
    Ok(response)
}

/// What was waited for.
fn came(journal: &Journal, question: &Question) -> Response {
    let found = journal.matching(&question.on, 0);
    let shown: Vec<Json> = found.iter().map(|entry| entry.json()).collect();
    json_response(200, &json!({"count": shown.len(), "requests": shown}))
}
