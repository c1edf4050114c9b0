//! Bulk writes: records from files.

mod order;

use std::sync::Arc;

use serde_json::json;

use super::common::{asked_for, job, ordered, zip};
use super::read_job::user;
use super::write_job::shown;
use crate::api::body::{BodySpec, VersionedKey};
use crate::api::call::Call;
use crate::api::endpoint::{Credits, Endpoint};
use crate::api::org::zgid;
use crate::error::{ApiError, Code, Message};
use crate::response::Response;
use crate::store::bulk::{Imported, WriteProgress};
use crate::store::job::{JobKind, JobResult, JobWork};
use crate::version::Versions;

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
.outcomes(&[200, 206, 400, 416])
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
        &call.request.download_url(),
    );
    Ok(Response::json(200, shown))
}

fn result(call: &Call<'_>) -> Result<Response, ApiError> {
    let job = job(call, JobKind::BulkWrite, Code::BULK_NO_WRITE)?;
    let name = format!("{}.zip", job.id);
    let here = call.path("zgid") == zgid(&call.read()) && call.path("file") == name;
    match &job.result {
        Some(JobResult::BulkWrite(Imported {
            report: Some(report),
            ..
        })) if here => Ok(zip(call, &name, report.bytes())),
        _ => Err(ApiError::new(Code::BULK_NO_WRITE).with("resource", job.id.json())),
    }
}
