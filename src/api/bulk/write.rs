//! Bulk writes: records from files.

mod order;

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::{asked_for, job, ordered, user, zip};
use crate::api::body::{BodySpec, VersionedKey};
use crate::api::call::Call;
use crate::api::endpoint::{Credits, Endpoint};
use crate::api::org::zgid;
use crate::error::{ApiError, Code, Message};
use crate::response::Response;
use crate::store::OrgState;
use crate::store::bulk::{
    BulkResource, BulkWrite, FieldMapping, Imported, ResourceProgress, WriteProgress,
};
use crate::store::job::{Job, JobKind, JobResult, JobStatus, JobWork};
use crate::value::time::format_datetime;
use crate::version::{ApiVersion, Versions};

const KEYS: &[VersionedKey] = &[
    ("operation", Versions::ALL),
    ("resource", Versions::ALL),
    ("callback", Versions::ALL),
    ("ignore_empty", Versions::ALL),
    ("character_encoding", Versions::ALL),
];

pub(in crate::api) const ENDPOINTS: &[&Endpoint] = &[&CREATE, &DETAILS, &RESULT];

pub(crate) static CREATE: Endpoint = Endpoint::post("bulk_write.create", "/crm/bulk/{v}/write")
    .scope("bulk.CREATE")
    .body(&BodySpec::object(&[KEYS]))
    .costs(Credits::Of(500))
    .outcomes(&[201, 400])
    .does(
        "Order that the rows of uploaded files become records",
        create,
    );

pub(crate) static DETAILS: Endpoint =
    Endpoint::get("bulk_write.details", "/crm/bulk/{v}/write/{job_id}")
        .scope("bulk.READ")
        .outcomes(&[200, 400])
        .does("How far a bulk write is", details);

/// The host of contents has it below a path without the version of the API.
pub(crate) static RESULT: Endpoint = Endpoint::get(
    "bulk_write.result",
    "/v2/crm/{zgid}/bulk-write/{job_id}/{file}",
)
.scope("bulk.READ")
.outcomes(&[200, 400])
.does("What became of the rows of a bulk write, in a zip", result);

fn create(call: &Call<'_>) -> Result<Response, ApiError> {
    let write = Arc::new(order::read(call)?);
    let id = ordered(call, JobKind::BulkWrite, |_| {
        Ok(JobWork::BulkWrite(
            Arc::clone(&write),
            WriteProgress::default(),
        ))
    })?;
    let body = json!({
        "status": "success",
        "code": "SUCCESS",
        "message": Message::BULK_WRITE_ADDED.text(call.wording),
        "details": {"id": id.json(), "created_by": user(&call.read(), write.order.by)},
    });
    Ok(Response::json(201, body))
}

fn details(call: &Call<'_>) -> Result<Response, ApiError> {
    let job = asked_for(call, JobKind::BulkWrite, Code::BULK_NO_WRITE)?;
    let JobWork::BulkWrite(write, progress) = &job.work else {
        return Err(Code::INTERNAL_ERROR.into());
    };
    let shown = shown(
        &job,
        write,
        progress,
        &call.read(),
        &call.request.base_url(),
    );
    Ok(Response::json(200, shown))
}

/// A job as it is shown, and as its end is told.
pub(super) fn shown(
    job: &Job,
    write: &BulkWrite,
    progress: &WriteProgress,
    state: &OrgState,
    base: &str,
) -> Json {
    let status = job.status();
    let resources = write.resources.iter().enumerate().map(|(n, resource)| {
        let done = progress.resources.get(n);
        resource_json(resource, done, status, state, write.order.version)
    });
    let mut shown = Map::new();
    let mut put = |key: &str, value: Json| shown.insert(key.to_owned(), value);
    put("status", job_status(status).into());
    let encoding = write.encoding.as_deref().unwrap_or("UTF-8");
    put("character_encoding", encoding.into());
    put("resource", resources.collect());
    put("id", job.id.json());
    put("created_by", user(state, write.order.by));
    put("operation", write.operation.as_str().into());
    put(
        "created_time",
        format_datetime(job.created, &state.time_zone).into(),
    );
    if let Some(callback) = &write.order.callback {
        put(
            "callback",
            json!({"url": callback.url, "method": callback.method}),
        );
    }
    if let Some(ignore) = write.ignore_empty {
        put("ignore_empty", ignore.into());
    }
    if let Some(JobResult::BulkWrite(Imported { report: Some(_) })) = &job.result {
        let zgid = zgid(state);
        let url = format!("{base}/v2/crm/{zgid}/bulk-write/{}/{}.zip", job.id, job.id);
        put("result", json!({"download_url": url}));
    }
    shown.into()
}

/// The word for the job itself, which the page writes otherwise than that for its parts.
fn job_status(status: JobStatus) -> &'static str {
    match status {
        JobStatus::InProgress => "INPROGRESS",
        other => other.as_str(),
    }
}

fn resource_json(
    resource: &BulkResource,
    done: Option<&ResourceProgress>,
    job: JobStatus,
    state: &OrgState,
    version: ApiVersion,
) -> Json {
    let status = match (job, done) {
        (_, Some(done)) if done.failed.is_some() => "FAILED",
        (JobStatus::Failed, _) => "SKIPPED",
        (JobStatus::Added, _) | (_, None) => "ADDED",
        (_, Some(done)) if done.done => "COMPLETED",
        _ => "IN PROGRESS",
    };
    let module = state.schema.module_at(resource.module);
    let counts = done.map(|done| done.counts).unwrap_or_default();
    let mut shown = Map::new();
    let mut put = |key: &str, value: Json| shown.insert(key.to_owned(), value);
    put("status", status.into());
    put("type", "data".into());
    put(
        "module",
        if version.bulk_modules_are_objects() {
            json!({"api_name": module.api_name(), "id": module.id.json()})
        } else {
            module.api_name().into()
        },
    );
    if let Some(code) = done.and_then(|done| done.failed) {
        put("code", code.code().into());
    }
    put("file_id", resource.file_id.as_str().into());
    if resource.files_named {
        put("file_names", resource.files.clone().into());
    }
    if let Some(ignore) = resource.own_ignore_empty {
        put("ignore_empty", ignore.into());
    }
    if let Some(find_by) = &resource.find_by {
        put("find_by", find_by.as_str().into());
    }
    let mappings = resource.mappings.iter().map(mapping_json);
    put("field_mappings", mappings.collect());
    put(
        "file",
        json!({
            "status": status,
            "name": resource.files.first(),
            "added_count": counts.added,
            "skipped_count": counts.skipped,
            "updated_count": counts.updated,
            "total_count": counts.total(),
        }),
    );
    shown.into()
}

fn mapping_json(mapping: &FieldMapping) -> Json {
    let mut shown = json!({
        "api_name": mapping.api_name.as_str(),
        "index": mapping.index,
        "format": mapping.format,
        "find_by": mapping.find_by.as_deref(),
        "default_value": mapping.default,
    });
    if let Some(module) = &mapping.module {
        shown["module"] = module.as_str().into();
    }
    if let Some(column) = mapping.parent_column {
        shown["parent_column_index"] = column.into();
    }
    shown
}

fn result(call: &Call<'_>) -> Result<Response, ApiError> {
    let job = job(call, JobKind::BulkWrite, Code::BULK_NO_WRITE)?;
    let name = format!("{}.zip", job.id);
    let here = call.path("zgid") == zgid(&call.read()) && call.path("file") == name;
    match &job.result {
        Some(JobResult::BulkWrite(Imported {
            report: Some(report),
        })) if here => Ok(zip(&name, report.bytes())),
        _ => Err(ApiError::new(Code::BULK_NO_WRITE).with("resource", job.id.json())),
    }
}
