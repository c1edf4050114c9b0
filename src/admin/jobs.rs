//! `jobs`: work that the service does in the background, and how fast.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Answer, Body, HandlerResult, json_response};
use super::schema::{Nothing, of, of_answer};
use crate::api::bulk;
use crate::ids::Id;
use crate::ops::jobs as ops;
use crate::request::Method;
use crate::runtime::jobs::{AdvanceForm, JobSetting, advance_from_json, advance_json};
use crate::store::job::{Job, JobKind, JobStatus};
use crate::value::time::format_datetime;
use jiff::tz::TimeZone;

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "jobs.list",
        method: Method::Get,
        path: "/jobs",
        summary: "The org's jobs, and how each kind advances",
        params: &[],
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<JobList>)],
        handler: list,
    },
    AdminRow {
        id: "jobs.set",
        method: Method::Put,
        path: "/jobs",
        summary: "Say how jobs advance that are made from now on, by kind or for all",
        params: &[],
        body: Body::Json(set_schema),
        answers: &[Answer::Json(200, of_answer::<JobList>)],
        handler: set,
    },
    AdminRow {
        id: "jobs.finish",
        method: Method::Post,
        path: "/jobs/{id}/finish",
        summary: "Let a job be done now",
        params: &[],
        body: Body::Json(of::<Nothing>),
        answers: &[Answer::Json(200, of_answer::<ShownJob>)],
        handler: finish,
    },
];

/// A key for each kind of jobs, and `all`.
fn set_schema() -> Json {
    let advance = of::<AdvanceForm>();
    let kinds = JobKind::ALL.iter().map(|kind| kind.as_str());
    let keys: Map<String, Json> = kinds
        .chain(["all"])
        .map(|name| (name.to_owned(), advance.clone()))
        .collect();
    json!({"type": "object", "properties": keys, "additionalProperties": false})
}

/// A job.
#[derive(Debug, Serialize, JsonSchema)]
struct ShownJob {
    /// Its id.
    id: String,
    /// What kind of work it does.
    #[schemars(extend("enum" = JobKind::ALL.map(JobKind::as_str)))]
    kind: &'static str,
    /// The module whose records it is about; null if it is about none or several.
    module: Option<String>,
    /// How far it is, in Zoho's words.
    #[schemars(extend("enum" = JobStatus::ALL.map(JobStatus::as_str)))]
    status: &'static str,
    /// How often its status was asked for.
    polls: u32,
    /// When it was ordered, in UTC, on the org's clock.
    #[schemars(extend("format" = "date-time"))]
    created: String,
}

/// The org's jobs, and how those advance that are made from now on.
#[derive(Debug, Serialize, JsonSchema)]
struct JobList {
    /// How jobs advance, by kind.
    #[schemars(with = "BTreeMap<String, AdvanceForm>")]
    settings: Map<String, Json>,
    /// The jobs, by id.
    jobs: Vec<ShownJob>,
}

fn describe(request: &AdminRequest<'_>, job: &Job) -> ShownJob {
    let state = request.org.read();
    let module = job.work.module();
    let module = module.map(|no| state.schema.module_at(no).api_name().to_owned());
    ShownJob {
        id: job.id.to_string(),
        kind: job.work.kind().as_str(),
        module,
        status: job.status().as_str(),
        polls: job.polls,
        created: format_datetime(job.created, &TimeZone::UTC),
    }
}

fn list(request: &AdminRequest<'_>) -> HandlerResult {
    let settings = JobKind::ALL
        .iter()
        .map(|kind| {
            let advance = advance_json(request.org.jobs.of(*kind));
            (kind.as_str().to_owned(), advance)
        })
        .collect();
    let jobs = request
        .org
        .read()
        .jobs
        .iter()
        .map(|job| describe(request, job))
        .collect();
    Ok(json_response(200, &JobList { settings, jobs }))
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
    let (org, now) = (&request.org, request.org.clock.now());
    let done = ops::finish_now(&org.store, now, id).ok_or_else(unknown)?;
    bulk::tell(request.world, org, &done);
    let state = request.org.read();
    let job = state.jobs.get(id).ok_or_else(unknown)?;
    Ok(json_response(200, &describe(request, job)))
}
