//! `jobs`: work that the service does in the background, and how fast.

use serde_json::{Value as Json, json};

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Body, HandlerResult, JSON, json_response};
use super::schema::{Nothing, of};
use crate::ids::Id;
use crate::ops::jobs as ops;
use crate::request::Method;
use crate::runtime::jobs::{JobSetting, advance_from_json, advance_json};
use crate::store::job::{Job, JobKind};

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "jobs.list",
        method: Method::Get,
        path: "/jobs",
        summary: "The org's jobs, and how each kind advances",
        params: &[],
        body: Body::None,
        answers: &[(
            200,
            JSON,
            "settings by kind; jobs: id, kind, module, status, polls, created",
        )],
        handler: list,
    },
    AdminRow {
        id: "jobs.set",
        method: Method::Put,
        path: "/jobs",
        summary: "Say how jobs advance that are made from now on, by kind or for all",
        params: &[],
        body: Body::Json(set_schema),
        answers: &[(200, JSON, "settings, jobs")],
        handler: set,
    },
    AdminRow {
        id: "jobs.finish",
        method: Method::Post,
        path: "/jobs/{id}/finish",
        summary: "Let a job be done now",
        params: &[],
        body: Body::Json(of::<Nothing>),
        answers: &[(200, JSON, "id, kind, module, status, polls, created")],
        handler: finish,
    },
];

/// A key for each kind of jobs, and `all`.
fn set_schema() -> Json {
    let only = |name: &str, value: Json| {
        json!({"type": "object", "required": [name], "properties": {name: value},
            "additionalProperties": false})
    };
    let advance = json!({"oneOf": [{"const": "at_once"},
        only("polls", json!({"type": "integer", "minimum": 0})),
        only("after", json!({"type": ["string", "number"]}))]});
    let kinds = JobKind::ALL.iter().map(|kind| kind.as_str());
    let keys: serde_json::Map<String, Json> = kinds
        .chain(["all"])
        .map(|name| (name.to_owned(), advance.clone()))
        .collect();
    json!({"type": "object", "properties": keys, "additionalProperties": false})
}

fn describe(request: &AdminRequest<'_>, job: &Job) -> Json {
    let state = request.org.read();
    let module = job.work.module();
    let module = module.map(|no| state.schema.module_at(no).api_name());
    let created = crate::value::time::format_datetime(job.created, &jiff::tz::TimeZone::UTC);
    json!({
        "id": job.id.to_string(), "kind": job.work.kind().as_str(), "module": module,
        "status": job.status().as_str(), "polls": job.polls, "created": created,
    })
}

fn list(request: &AdminRequest<'_>) -> HandlerResult {
    let settings: serde_json::Map<String, Json> = JobKind::ALL
        .iter()
        .map(|kind| {
            let advance = advance_json(request.org.jobs.of(*kind));
            (kind.as_str().to_owned(), advance)
        })
        .collect();
    let jobs: Vec<Json> = request
        .org
        .read()
        .jobs
        .iter()
        .map(|job| describe(request, job))
        .collect();
    Ok(json_response(
        200,
        &json!({"settings": settings, "jobs": jobs}),
    ))
}

fn set(request: &AdminRequest<'_>) -> HandlerResult {
    let mut settings = Vec::new();
    for (name, value) in request.body.as_object().into_iter().flatten() {
        let kind = match name.as_str() {
            "all" => None,
            name => Some(JobKind::parse(name).ok_or_else(|| {
                let names = JobKind::ALL.map(JobKind::as_str).join(", ");
                AdminError::invalid(format!(
                    "unknown kind of jobs \"{name}\"; there are {names}"
                ))
            })?),
        };
        let advance = advance_from_json(value).ok_or_else(|| {
            AdminError::invalid(format!(
                "{name} is \"at_once\", {{\"polls\": 3}} or {{\"after\": \"PT10S\"}}, not {value}"
            ))
        })?;
        settings.push(JobSetting { kind, advance });
    }
    // all or nothing
    settings.into_iter().for_each(|s| request.org.jobs.set(s));
    list(request)
}

fn finish(request: &AdminRequest<'_>) -> HandlerResult {
    let Nothing {} = request.read()?;
    let name = request.path("id");
    let unknown = || AdminError::not_found("job", name);
    let id = Id::parse(name).map_err(|_| unknown())?;
    let found = request
        .org
        .write(|tx| Ok::<bool, AdminError>(ops::finish(tx, id)))?;
    if !found {
        return Err(unknown());
    }
    let state = request.org.read();
    let job = state.jobs.get(id).ok_or_else(unknown)?;
    Ok(json_response(200, &describe(request, job)))
}
