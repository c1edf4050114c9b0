//! `requests`: what was asked of an org and what it answered.

mod har;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::error::AdminError;
use super::row::{
    AdminParam, AdminRequest, AdminRow, Answer, Body, HandlerResult, ParamForm, json_response,
};
use super::schema::{of, of_answer};
use crate::control::{self, Question};
use crate::request::Method;
use crate::response::{Awaited, Response, Wait, WaitEnd};
use crate::runtime::given::given;
use crate::runtime::journal::{Entry, Journal, ShownEntry};
use crate::runtime::pattern::{Pattern, Statuses};

const FILTERS: &[AdminParam] = &[
    AdminParam::new(
        "operation",
        ParamForm::Text,
        "an operation; * stands for anything",
    ),
    AdminParam::new("method", ParamForm::Text, "a method"),
    AdminParam::new("path", ParamForm::Text, "a path; * stands for anything"),
    AdminParam::new("module", ParamForm::Text, "the module in the path"),
    AdminParam::new("version", ParamForm::Text, "the version in the path"),
    AdminParam::new("status", ParamForm::Statuses, "a status, or like 4xx"),
    AdminParam::new(
        "after",
        ParamForm::Number,
        "only requests after the one with this id",
    ),
    AdminParam::new("limit", ParamForm::Number, "only the last so many"),
];

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "requests.list",
        method: Method::Get,
        path: "/requests",
        summary: "The journal, oldest first",
        params: FILTERS,
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<EntryList>)],
        handler: list,
    },
    AdminRow {
        id: "requests.clear",
        method: Method::Delete,
        path: "/requests",
        summary: "Forget the journal, with its counts and violations",
        params: &[],
        body: Body::None,
        answers: &[Answer::Empty("it is empty")],
        handler: clear,
    },
    AdminRow {
        id: "requests.get",
        method: Method::Get,
        path: "/requests/{id}",
        summary: "One request",
        params: &[],
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<ShownEntry>)],
        handler: get,
    },
    AdminRow {
        id: "requests.har",
        method: Method::Get,
        path: "/requests/har",
        summary: "The journal as an HTTP archive (HAR 1.2)",
        params: FILTERS,
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<har::Archive>)],
        handler: har,
    },
    AdminRow {
        id: "requests.count",
        method: Method::Post,
        path: "/requests/count",
        summary: "How many requests match",
        params: &[],
        body: Body::Json(of::<CountedParams>),
        answers: &[Answer::Json(200, of_answer::<EntryCount>)],
        handler: count,
    },
    AdminRow {
        id: "requests.verify",
        method: Method::Post,
        path: "/requests/verify",
        summary: "Whether as many requests match as expected: count exactly, at_least, at_most; 422 with the near misses",
        params: &[],
        body: Body::Json(of::<Question>),
        answers: &[Answer::Json(200, of_answer::<Verified>)],
        handler: verify,
    },
    AdminRow {
        id: "requests.wait",
        method: Method::Post,
        path: "/requests/wait",
        summary: "Wait until so many requests match (1 without count); 408 with the near misses when the time is over",
        params: &[],
        body: Body::Json(of::<Question>),
        answers: &[Answer::Json(200, of_answer::<AwaitedEntries>)],
        handler: wait,
    },
];

/// The pattern that the parameters make.
fn filter(request: &AdminRequest<'_>) -> Result<Pattern, AdminError> {
    let text = |name: &str| request.param(name).map(str::to_owned);
    let pattern = Pattern {
        operation: text("operation"),
        method: text("method"),
        path: text("path"),
        module: text("module"),
        version: text("version"),
        status: request.param("status").and_then(Statuses::parse),
        ..Pattern::default()
    };
    control::check_pattern(&pattern, &request.org)?;
    Ok(pattern)
}

fn filtered(request: &AdminRequest<'_>) -> Result<Vec<Arc<Entry>>, AdminError> {
    let after = request.number("after").unwrap_or(0);
    let mut found = request.org.journal.matching(&filter(request)?, after);
    if let Some(limit) = request.number("limit") {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        found.drain(..found.len().saturating_sub(limit));
    }
    Ok(found)
}

/// What is kept of the org's requests.
#[derive(Debug, Serialize, JsonSchema)]
struct EntryList {
    /// Those that were asked for, oldest first.
    requests: Vec<ShownEntry>,
    /// How many had to leave the journal.
    dropped: u64,
}

fn list(request: &AdminRequest<'_>) -> HandlerResult {
    let found = filtered(request)?;
    let requests = found.iter().map(|entry| entry.shown()).collect();
    let (_, dropped) = request.org.journal.size();
    Ok(json_response(200, &EntryList { requests, dropped }))
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
    Ok(json_response(200, &entry.shown()))
}

fn har(request: &AdminRequest<'_>) -> HandlerResult {
    let archive = har::archive(&filtered(request)?, &request.url_of(&request.org));
    Ok(json_response(200, &archive))
}

/// Which requests are counted: the answer says how many there are.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct CountedParams {
    /// What they are like; every request without it.
    #[serde(rename = "match", deserialize_with = "given")]
    #[schemars(with = "Pattern")]
    on: Option<Json>,
}

/// How many requests match.
#[derive(Debug, Serialize, JsonSchema)]
struct EntryCount {
    /// So many of those that are known.
    count: usize,
    /// How many others had to leave the journal.
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<u64>,
}

fn count(request: &AdminRequest<'_>) -> HandlerResult {
    let CountedParams { on } = request.read()?;
    let on = on.unwrap_or_else(|| json!({}));
    let pattern = control::pattern(&on, &request.org)?;
    let count = request.org.journal.matching(&pattern, 0).len();
    let (_, dropped) = request.org.journal.size();
    let dropped = (dropped > 0).then_some(dropped);
    Ok(json_response(200, &EntryCount { count, dropped }))
}

/// As many requests match as expected.
#[derive(Debug, Serialize, JsonSchema)]
struct Verified {
    /// True: where it does not hold, the answer is an error.
    verified: bool,
    /// How many match.
    count: usize,
}

fn verify(request: &AdminRequest<'_>) -> HandlerResult {
    let question = Question::read(&request.body, &request.org)?;
    let found = question.verify(&request.org.journal).into_result()?;
    let verified = Verified {
        verified: true,
        count: found.len(),
    };
    Ok(json_response(200, &verified))
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
        awaited: Awaited::Requests(Arc::clone(&journal), waiter),
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
#[derive(Debug, Serialize, JsonSchema)]
struct AwaitedEntries {
    /// How many match.
    count: usize,
    /// These, oldest first.
    requests: Vec<ShownEntry>,
}

fn came(journal: &Journal, question: &Question) -> Response {
    let found = journal.matching(&question.on, 0);
    let awaited = AwaitedEntries {
        count: found.len(),
        requests: found.iter().map(|entry| entry.shown()).collect(),
    };
    json_response(200, &awaited)
}
