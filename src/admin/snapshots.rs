//! `snapshots`: states of an org that are kept under a name.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Body, HandlerResult, JSON, json_response};
use super::schema::{Nothing, of};
use crate::control;
use crate::request::Method;
use crate::response::Response;
use crate::value::time::format_datetime;
use crate::world::KeptSnapshot;
use jiff::tz::TimeZone;

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "snapshots.create",
        method: Method::Post,
        path: "/snapshots",
        summary: "Keep the org's data under a name",
        params: &[],
        body: Body::Json(of::<NewSnapshot>),
        answers: &[(201, JSON, "name, org, created, records")],
        handler: create,
    },
    AdminRow {
        id: "snapshots.list",
        method: Method::Get,
        path: "/snapshots",
        summary: "What is kept of the org",
        params: &[],
        body: Body::None,
        answers: &[(200, JSON, "snapshots: name, org, created, records")],
        handler: list,
    },
    AdminRow {
        id: "snapshots.restore",
        method: Method::Post,
        path: "/snapshots/{name}/restore",
        summary: "The org's data back to what was kept; ids go on from there, too",
        params: &[],
        body: Body::Json(of::<Nothing>),
        answers: &[(200, JSON, "name, org, created, records")],
        handler: restore,
    },
    AdminRow {
        id: "snapshots.delete",
        method: Method::Delete,
        path: "/snapshots/{name}",
        summary: "Keep it no longer",
        params: &[],
        body: Body::None,
        answers: &[(204, "", "it is gone")],
        handler: delete,
    },
];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewSnapshot {
    /// A name that no snapshot of the org has.
    name: String,
}

fn describe(request: &AdminRequest<'_>, name: &str, kept: &KeptSnapshot) -> Json {
    json!({
        "name": name, "org": &*request.org.id,
        "created": format_datetime(kept.created, &TimeZone::UTC),
        "records": kept.state.tables.records(),
    })
}

fn kept(request: &AdminRequest<'_>, name: &str) -> Result<KeptSnapshot, AdminError> {
    request
        .org
        .kept(name)
        .ok_or_else(|| AdminError::not_found("snapshot", name))
}

fn create(request: &AdminRequest<'_>) -> HandlerResult {
    let NewSnapshot { name } = request.read()?;
    control::check_name(&name)?;
    if name == "seed" {
        return Err(AdminError::invalid("what was at first is called \"seed\""));
    }
    if !request.org.snapshot(&name) {
        return Err(AdminError::conflict(format!(
            "there is a snapshot \"{name}\" already"
        )));
    }
    let kept = kept(request, &name)?;
    Ok(json_response(201, &describe(request, &name, &kept)))
}

fn list(request: &AdminRequest<'_>) -> HandlerResult {
    let kept = request.org.snapshots();
    let all: Vec<Json> = kept.iter().map(|(n, k)| describe(request, n, k)).collect();
    Ok(json_response(200, &json!({"snapshots": all})))
}

fn restore(request: &AdminRequest<'_>) -> HandlerResult {
    let Nothing {} = request.read()?;
    let name = request.path("name");
    let kept = kept(request, name)?;
    request
        .org
        .store
        .replace(std::sync::Arc::clone(&kept.state));
    Ok(json_response(200, &describe(request, name, &kept)))
}

fn delete(request: &AdminRequest<'_>) -> HandlerResult {
    let name = request.path("name");
    if request.org.forget(name) {
        Ok(Response::empty(204))
    } else {
        Err(AdminError::not_found("snapshot", name))
    }
}
