//! `faults`: requests that are to fail, and how.

use serde_json::{Value as Json, json};

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Body, HandlerResult, JSON, json_response};
use super::schema::of;
use crate::control;
use crate::request::Method;
use crate::response::Response;
use crate::runtime::fault::{Faults, RuleSpec};

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "faults.create",
        method: Method::Post,
        path: "/faults",
        summary: "Let requests fail: those that match, with an effect",
        params: &[],
        body: Body::Json(of::<RuleSpec>),
        answers: &[(201, JSON, "id, and the rule")],
        handler: create,
    },
    AdminRow {
        id: "faults.list",
        method: Method::Get,
        path: "/faults",
        summary: "The rules, how many requests matched and how often each fired",
        params: &[],
        body: Body::None,
        answers: &[(
            200,
            JSON,
            "faults: id, match, effect, matched, fired, active",
        )],
        handler: list,
    },
    AdminRow {
        id: "faults.get",
        method: Method::Get,
        path: "/faults/{id}",
        summary: "One rule",
        params: &[],
        body: Body::None,
        answers: &[(200, JSON, "id, match, effect, matched, fired, active")],
        handler: get,
    },
    AdminRow {
        id: "faults.delete",
        method: Method::Delete,
        path: "/faults/{id}",
        summary: "Take a rule away",
        params: &[],
        body: Body::None,
        answers: &[(204, "", "it is gone")],
        handler: delete,
    },
    AdminRow {
        id: "faults.clear",
        method: Method::Delete,
        path: "/faults",
        summary: "Take all rules of the org away",
        params: &[],
        body: Body::None,
        answers: &[(204, "", "they are gone")],
        handler: clear,
    },
];

fn create(request: &AdminRequest<'_>) -> HandlerResult {
    let added = control::add_fault(request.world, &request.org, &request.body)?;
    let rule = added.among(request.world).get(added.id, &added.org.clock);
    let mut rule = rule.unwrap_or_default();
    if added.everywhere {
        mark(&mut rule);
    }
    Ok(json_response(201, &rule))
}

/// Ids of rules for all orgs begin with `*`.
fn mark(rule: &mut Json) {
    if let Some(Json::String(id)) = rule.get_mut("id") {
        id.insert(0, '*');
    }
}

fn list(request: &AdminRequest<'_>) -> HandlerResult {
    let clock = &request.org.clock;
    let mut rules = request.org.faults.list(clock);
    let mut everywhere = request.world.faults.list(clock);
    everywhere.iter_mut().for_each(mark);
    rules.append(&mut everywhere);
    Ok(json_response(200, &json!({"faults": rules})))
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
