//! A bulk write as it is shown.

use serde_json::{Map, Value as Json, json};

use super::read_job::user;
use crate::api::org::zgid;
use crate::store::OrgState;
use crate::store::bulk::{
    BulkResource, BulkWrite, FieldMapping, Imported, ResourceProgress, WriteProgress,
};
use crate::store::job::{Job, JobResult, JobStatus};
use crate::value::time::format_datetime;
use crate::version::ApiVersion;

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
    if let Some(JobResult::BulkWrite(Imported {
        report: Some(_), ..
    })) = &job.result
    {
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
