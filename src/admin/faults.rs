//! `faults`: requests that are to fail, and how.

use schemars::JsonSchema;
use serde::Serialize;

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Answer, Body, HandlerResult, json_response};
use super::schema::{of, of_answer};
use crate::control;
use crate::request::Method;
use crate::response::Response;
use crate::runtime::fault::{Faults, RuleSpec, ShownRule};

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "faults.create",
        method: Method::Post,
        path: "/faults",
        summary: "Let requests fail: those that match, with an effect",
        params: &[],
        body: Body::Json(of::<RuleSpec>),
        answers: &[Answer::Json(201, of_answer::<ShownRule>)],
        handler: create,
    },
    AdminRow {
        id: "faults.list",
        method: Method::Get,
        path: "/faults",
        summary: "The rules, how many requests matched and how often each fired",
        params: &[],
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<FaultList>)],
        handler: list,
    },
    AdminRow {
        id: "faults.get",
        method: Method::Get,
        path: "/faults/{id}",
        summary: "One rule",
        params: &[],
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<ShownRule>)],
        handler: get,
    },
    AdminRow {
        id: "faults.delete",
        method: Method::Delete,
        path: "/faults/{id}",
        summary: "Take a rule away",
        params: &[],
        body: Body::None,
        answers: &[Answer::Empty("it is gone")],
        handler: delete,
    },
    AdminRow {
        id: "faults.clear",
        method: Method::Delete,
        path: "/faults",
        summary: "Take all rules of the org away",
        params: &[],
        body: Body::None,
        answers: &[Answer::Empty("they are gone")],
        handler: clear,
    },
];

fn create(request: &AdminRequest<'_>) -> HandlerResult {
    let added = control::add_fault(request.world, &request.org, &request.body)?;
    let rule = added.among(request.world).get(added.id, &added.org.clock);
    // between the two steps somebody else may have taken it away
    let mut rule = rule.ok_or_else(|| AdminError::not_found("fault", &added.id.to_string()))?;
    if added.everywhere {
        mark(&mut rule);
    }
    Ok(json_response(201, &rule))
}

/// Ids of rules for all orgs begin with `*`.
fn mark(rule: &mut ShownRule) {
    rule.id.insert(0, '*');
}

/// The rules, those for all orgs last.
#[derive(Debug, Serialize, JsonSchema)]
struct FaultList {
    /// What is to fail, by id.
    faults: Vec<ShownRule>,
}

fn list(request: &AdminRequest<'_>) -> HandlerResult {
    let clock = &request.org.clock;
    let mut faults = request.org.faults.list(clock);
    let mut everywhere = request.world.faults.list(clock);
    everywhere.iter_mut().for_each(mark);
    faults.append(&mut everywhere);
    Ok(json_response(200, &FaultList { faults }))
}

/// The rules among which an id is found, and its number there.
fn place<'a>(request: &'a AdminRequest<'_>) -> Result<(&'a Faults, u64), AdminError> {
    let id = request.path("id");
    let (faults, digits) = match id.strip_prefix('*') {
        Some(digits) => (&request.world.faults, digits),
        None => (&request.org.faults, id),
    };
    let number = digits
        .parse()
        .map_err(|_| AdminError::not_found("fault", id))?;
    Ok((faults, number))
}

fn get(request: &AdminRequest<'_>) -> HandlerResult {
    let (faults, number) = place(request)?;
    let rule = faults.get(number, &request.org.clock);
    let mut rule = rule.ok_or_else(|| AdminError::not_found("fault", request.path("id")))?;
    if request.path("id").starts_with('*') {
        mark(&mut rule);
    }
    Ok(json_response(200, &rule))
}

fn delete(request: &AdminRequest<'_>) -> HandlerResult {
    let (faults, number) = place(request)?;
    if faults.remove(number) {
        Ok(Response::empty(204))
    } else {
        Err(AdminError::not_found("fault", request.path("id")))
    }
}

fn clear(request: &AdminRequest<'_>) -> HandlerResult {
    request.org.faults.clear();
    if request.org.number == 0 {
        request.world.faults.clear();
    }
    Ok(Response::empty(204))
}
