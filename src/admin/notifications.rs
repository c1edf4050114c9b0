//! `notifications`: what channels were told, and what they answered.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize as _, Serialize};
use serde_json::{Value as Json, json};

use super::error::AdminError;
use super::row::{
    AdminParam, AdminRequest, AdminRow, Answer, Body, HandlerResult, ParamForm, json_response,
};
use super::schema::{of, of_answer};
use crate::control::notification::{AwaitedCallbacks, check_callbacks};
use crate::request::Method;
use crate::response::{Awaited, Response, Wait, WaitEnd};
use crate::runtime::callbacks::{Callback, CallbackPattern, ShownCallback};

const FILTERS: &[AdminParam] = &[
    AdminParam::new("channel_id", ParamForm::Text, "a channel"),
    AdminParam::new("module", ParamForm::Text, "a module, or users"),
    AdminParam::new(
        "operation",
        ParamForm::Text,
        "what was done: insert, update, delete",
    ),
    AdminParam::new(
        "outcome",
        ParamForm::Text,
        "what it came to: delivered, refused, given_up, not_sent",
    ),
];

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "notifications.list",
        method: Method::Get,
        path: "/notifications",
        summary: "What channels were told, with their answers, oldest first",
        params: FILTERS,
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<CallbackList>)],
        handler: list,
    },
    AdminRow {
        id: "notifications.clear",
        method: Method::Delete,
        path: "/notifications",
        summary: "Forget what channels were told",
        params: &[],
        body: Body::None,
        answers: &[Answer::Empty("nothing is known any more")],
        handler: clear,
    },
    AdminRow {
        id: "notifications.wait",
        method: Method::Post,
        path: "/notifications/wait",
        summary: "Wait until channels were told so much that matches (1 without count); 408 when the time is over",
        params: &[],
        body: Body::Json(of::<AwaitedCallbacks>),
        answers: &[Answer::Json(200, of_answer::<CameCallbacks>)],
        handler: wait,
    },
];

/// What is kept of the org's callbacks.
#[derive(Debug, Serialize, JsonSchema)]
struct CallbackList {
    /// Those that were asked for, oldest first.
    notifications: Vec<ShownCallback>,
    /// How many had to go.
    dropped: u64,
}

fn list(request: &AdminRequest<'_>) -> HandlerResult {
    let given = FILTERS.iter().filter_map(|filter| {
        let value = request.param(filter.name)?;
        Some((filter.name.to_owned(), Json::from(value)))
    });
    let pattern = CallbackPattern::deserialize(Json::Object(given.collect()));
    let pattern = pattern.map_err(|error| AdminError::invalid(error.to_string()))?;
    check_callbacks(&pattern, &request.org)?;
    let callbacks = &request.org.callbacks;
    let list = CallbackList {
        notifications: shown(&callbacks.matching(&pattern)),
        dropped: callbacks.dropped(),
    };
    Ok(json_response(200, &list))
}

fn shown(callbacks: &[Arc<Callback>]) -> Vec<ShownCallback> {
    callbacks.iter().map(|one| one.shown()).collect()
}

fn clear(request: &AdminRequest<'_>) -> HandlerResult {
    request.org.callbacks.clear();
    Ok(Response::empty(204))
}

/// What was waited for.
#[derive(Debug, Serialize, JsonSchema)]
struct CameCallbacks {
    /// How many match.
    count: usize,
    /// These, oldest first.
    notifications: Vec<ShownCallback>,
}

fn came(callbacks: &[Arc<Callback>]) -> Response {
    let came = CameCallbacks {
        count: callbacks.len(),
        notifications: shown(callbacks),
    };
    json_response(200, &came)
}

fn wait(request: &AdminRequest<'_>) -> HandlerResult {
    let awaited = AwaitedCallbacks::read(&request.body, &request.org)?;
    let timeout = awaited.timeout();
    request.org.touch(timeout);
    let callbacks = Arc::clone(&request.org.callbacks);
    let waiter = callbacks.wait_for(&awaited.on, awaited.wanted());
    if waiter.is_reached() {
        return Ok(came(&waiter.came()));
    }
    // what is answered when nobody waits
    let mut response = AdminError::timed_out("nobody has waited", json!({})).response();
    response.wire().wait = Some(Wait {
        timeout,
        awaited: Awaited::Callbacks(waiter),
        end: Box::new(move |end| {
            let found = callbacks.matching(&awaited.on);
            match end {
                WaitEnd::Stopping => AdminError::stopping().response(),
                _ if found.len() >= awaited.wanted() => came(&found),
                WaitEnd::Reached | WaitEnd::TimedOut => {
                    let refusal = awaited.too_few(&callbacks);
                    AdminError::timed_out(refusal.to_string(), refusal.details()).response()
                }
            }
        }),
    });
    Ok(response)
}
