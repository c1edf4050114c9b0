//! `snapshots`: states of an org that are kept under a name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Answer, Body, HandlerResult, json_response};
use super::schema::{Nothing, of, of_answer};
use crate::control::{self, NAME};
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
        answers: &[Answer::Json(201, of_answer::<ShownSnapshot<'_>>)],
        handler: create,
    },
    AdminRow {
        id: "snapshots.list",
        method: Method::Get,
        path: "/snapshots",
        summary: "What is kept of the org",
        params: &[],
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<SnapshotList<'_>>)],
        handler: list,
    },
    AdminRow {
        id: "snapshots.restore",
        method: Method::Post,
        path: "/snapshots/{name}/restore",
        summary: "The org's data back to what was kept; ids go on from there, too",
        params: &[],
        body: Body::Json(of::<Nothing>),
        answers: &[Answer::Json(200, of_answer::<ShownSnapshot<'_>>)],
        handler: restore,
    },
    AdminRow {
        id: "snapshots.delete",
        method: Method::Delete,
        path: "/snapshots/{name}",
        summary: "Keep it no longer",
        params: &[],
        body: Body::None,
        answers: &[Answer::Empty("it is gone")],
        handler: delete,
    },
];

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewSnapshot {
    /// A name that no snapshot of the org has.
    #[schemars(regex(pattern = NAME))]
    name: String,
}

/// A snapshot of an org.
#[derive(Debug, Serialize, JsonSchema)]
struct ShownSnapshot<'a> {
    /// The name that it is kept under.
    name: &'a str,
    /// The id of the org.
    org: &'a str,
    /// When it was made, in UTC, on the org's clock.
    #[schemars(extend("format" = "date-time"))]
    created: String,
    /// How many records it holds.
    records: usize,
}

/// What is kept of the org.
#[derive(Debug, Serialize, JsonSchema)]
struct SnapshotList<'a> {
    /// Its snapshots, by name.
    snapshots: Vec<ShownSnapshot<'a>>,
}

fn describe<'a>(
    request: &'a AdminRequest<'_>,
    name: &'a str,
    kept: &KeptSnapshot,
) -> ShownSnapshot<'a> {
    ShownSnapshot {
        name,
        org: &request.org.id,
        created: format_datetime(kept.created, &TimeZone::UTC),
        records: kept.state.tables.records(),
    }
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
    let snapshots = kept.iter().map(|(n, k)| describe(request, n, k)).collect();
    Ok(json_response(200, &SnapshotList { snapshots }))
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
