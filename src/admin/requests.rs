//! `requests`: what was asked of an org and what it answered.

mod har;
mod question;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value as Json, json};

pub use question::{Question, Verdict};

use super::error::AdminError;
use super::faults::pattern_schema;
use super::row::{Ask, Body, JSON, Outcome, Row, json_response};
use super::server::check_operation;
use crate::request::Method;
use crate::response::{Response, Wait};
use crate::runtime::journal::Entry;
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

pub(super) const ROWS: &[Row] = &[
    Row {
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
    Row {
        id: "requests.clear",
        method: Method::Delete,
        path: "/requests",
        summary: "Forget the journal, with its counts and violations",
        params: &[],
        body: Body::None,
        answers: &[(204, "", "it is empty")],
        handler: clear,
    },
    Row {
        id: "requests.get",
        method: Method::Get,
        path: "/requests/{id}",
        summary: "One request",
        params: &[],
        body: Body::None,
        answers: &[(200, JSON, "the request")],
        handler: get,
    },
    Row {
        id: "requests.har",
        method: Method::Get,
        path: "/requests/har",
        summary: "The journal as an HTTP archive (HAR 1.2)",
        params: PAGED,
        body: Body::None,
        answers: &[(200, JSON, "log")],
        handler: har,
    },
    Row {
        id: "requests.count",
        method: Method::Post,
        path: "/requests/count",
        summary: "How many requests match",
        params: &[],
        body: Body::Json(question_schema),
        answers: &[(200, JSON, "count")],
        handler: count,
    },
    Row {
        id: "requests.verify",
        method: Method::Post,
        path: "/requests/verify",
        summary: "Whether as many requests match as expected: count exactly, at_least, at_most; 422 with the near misses",
        params: &[],
        body: Body::Json(question_schema),
        answers: &[(200, JSON, "verified, count")],
        handler: verify,
    },
    Row {
        id: "requests.wait",
        method: Method::Post,
        path: "/requests/wait",
        summary: "Wait until so many requests match (1 without count); 408 with the near misses when the time is over",
        params: &[],
        body: Body::Json(question_schema),
        answers: &[(200, JSON, "count, requests")],
        handler: wait,
    },
];

fn question_schema() -> Json {
    let mut on = pattern_schema();
    if let Json::Object(on) = &mut on {
        on.insert(
            "status".into(),
            json!({"type": ["integer", "string"], "description": "a status, or like 4xx"}),
        );
    }
    json!({"type": "object", "properties": {
        "match": {"type": "object", "properties": on},
        "count": {"type": "integer"}, "at_least": {"type": "integer"}, "at_most": {"type": "integer"},
        "timeout_ms": {"type": "integer", "default": question::TIMEOUT_MS},
    }})
}

/// The pattern that the parameters make.
fn filter(ask: &Ask<'_>) -> Result<Pattern, AdminError> {
    if let Some(name) = ask.param("operation") {
        check_operation(name)?;
    }
    let text = |name: &str| ask.param(name).map(str::to_owned);
    let status = match ask.param("status") {
        None => None,
        Some(text) => Some(Statuses::parse(text).ok_or_else(|| {
            AdminError::bad_request(format!("status is a number, or like 4xx, not {text}"))
        })?),
    };
    Ok(Pattern {
        operation: text("operation"),
        method: text("method"),
        path: text("path"),
        module: text("module"),
        version: text("version"),
        status,
        ..Pattern::default()
    })
}

fn number(ask: &Ask<'_>, name: &str) -> Result<Option<u64>, AdminError> {
    let wrong = |text: &str| AdminError::bad_request(format!("{name} is a number, not {text}"));
    ask.param(name)
        .map(|text| text.parse().map_err(|_| wrong(text)))
        .transpose()
}

fn filtered(ask: &Ask<'_>) -> Result<Vec<Arc<Entry>>, AdminError> {
    let mut found = ask.org.journal.matching(&filter(ask)?);
    if let Some(after) = number(ask, "after")? {
        found.retain(|entry| entry.id > after);
    }
    if let Some(limit) = number(ask, "limit")? {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        found.drain(..found.len().saturating_sub(limit));
    }
    Ok(found)
}

fn list(ask: &Ask<'_>) -> Outcome {
    let shown: Vec<Json> = filtered(ask)?.iter().map(|entry| entry.json()).collect();
    let (_, dropped) = ask.org.journal.size();
    Ok(json_response(
        200,
        &json!({"requests": shown, "dropped": dropped}),
    ))
}

fn clear(ask: &Ask<'_>) -> Outcome {
    ask.org.journal.clear();
    Ok(Response::empty(204))
}

fn get(ask: &Ask<'_>) -> Outcome {
    let name = ask.path("id");
    let entry = name.parse().ok().and_then(|id| ask.org.journal.get(id));
    let entry = entry.ok_or_else(|| AdminError::not_found("request", name))?;
    Ok(json_response(200, &entry.json()))
}

fn har(ask: &Ask<'_>) -> Outcome {
    let log = har::log(&filtered(ask)?, &ask.url_of(&ask.org));
    Ok(json_response(200, &log))
}

/// The question in the body; an operation that does not exist would never match.
fn question(ask: &Ask<'_>) -> Result<Question, AdminError> {
    let question: Question = ask.read()?;
    if let Some(name) = &question.on.operation {
        check_operation(name)?;
    }
    question.check().map_err(AdminError::invalid)?;
    if !ask.org.journal.keeps() {
        return Err(AdminError::conflict("the journal is off (--journal 0)"));
    }
    Ok(question)
}

fn count(ask: &Ask<'_>) -> Outcome {
    let count = ask.org.journal.matching(&question(ask)?.on).len();
    let (_, dropped) = ask.org.journal.size();
    let mut body = json!({"count": count});
    if dropped > 0 {
        body["dropped"] = dropped.into();
    }
    Ok(json_response(200, &body))
}

fn verify(ask: &Ask<'_>) -> Outcome {
    let question = question(ask)?;
    match question.verify(&ask.org.journal) {
        Verdict::Holds(found) => {
            let body = json!({"verified": true, "count": found.len()});
            Ok(json_response(200, &body))
        }
        Verdict::Fails { message, details } => Err(AdminError::not_verified(message, details)),
    }
}

fn wait(ask: &Ask<'_>) -> Outcome {
    let question = question(ask)?;
    if question.at_most.is_some() {
        return Err(AdminError::invalid(
            "nothing comes to be fewer by waiting: count or at_least",
        ));
    }
    let question = question.waiting();
    let journal = &ask.org.journal;
    ask.org.touch(Duration::from_millis(question.timeout_ms()));
    // before looking, so that nothing is missed in between
    let changes = journal.watch();
    match question.verify(journal) {
        Verdict::Holds(found) => {
            let shown: Vec<Json> = found.iter().map(|entry| entry.json()).collect();
            let body = json!({"count": shown.len(), "requests": shown});
            Ok(json_response(200, &body))
        }
        Verdict::Fails { message, details } => {
            let mut response = AdminError::timed_out(message, details).response();
            response.wire().wait = Some(Wait {
                timeout: Duration::from_millis(question.timeout_ms()),
                changes,
            });
            Ok(response)
        }
    }
}

/// An object of a few keys.
fn object(pairs: impl IntoIterator<Item = (&'static str, Json)>) -> Map<String, Json> {
    pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
}
