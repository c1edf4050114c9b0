//! What orders of bulk jobs, and questions for them, have in common.

use std::sync::Arc;

use bytes::Bytes;
use http::Uri;
use serde_json::{Map, Value as Json};

use super::told::tell;
use crate::api::call::Call;
use crate::api::files::asked_part;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::jobs::{self, Patience};
use crate::response::Response;
use crate::store::Tx;
use crate::store::bulk::{BulkOrder, JobCallback};
use crate::store::job::{Job, JobKind, JobWork};
use crate::version::ApiVersion;

/// The media type of a result (v8 description).
const DOWNLOAD: &str = "application/x-download";

/// Who orders a job, and whom it tells of its end.
///
/// # Errors
/// `INVALID_CALLBACK_URL` and `INVALID_CALLBACK_METHOD`.
pub(super) fn order(call: &Call<'_>) -> Result<BulkOrder, ApiError> {
    let callback = call.body.get("callback").filter(|given| !given.is_null());
    Ok(BulkOrder {
        by: call.read().current_user,
        version: call.version,
        callback: callback.map(callback_of).transpose()?,
        base: call.request.download_url(),
        prefix: call.request.prefix.to_owned(),
    })
}

fn callback_of(given: &Json) -> Result<JobCallback, ApiError> {
    let text = |key: &str| given.get(key).and_then(Json::as_str).unwrap_or_default();
    let (url, method) = (text("url"), text("method"));
    let web = |uri: &Uri| {
        let scheme = uri.scheme_str().unwrap_or_default();
        matches!(scheme, "http" | "https") && uri.host().is_some_and(|host| !host.is_empty())
    };
    if !url.parse::<Uri>().is_ok_and(|uri| web(&uri)) {
        return Err(ApiError::new(Code::BULK_CALLBACK_URL).filled(&[url]));
    }
    if !method.eq_ignore_ascii_case("post") {
        let error = ApiError::new(Code::BULK_CALLBACK_METHOD).filled(&[method]);
        return Err(error.with("supported_callback_methods", vec!["post"]));
    }
    Ok(JobCallback {
        url: url.to_owned(),
        method: method.to_owned(),
    })
}

/// Orders a job. One that is done at once is done when this returns, in transactions of its own:
/// where the call is a part of another one, the next request does it.
pub(super) fn ordered(
    call: &Call<'_>,
    kind: JobKind,
    work: impl FnOnce(&mut Tx) -> Result<JobWork, ApiError>,
) -> Result<Id, ApiError> {
    let advance = call.org.jobs.of(kind);
    let id = call.write(|tx| {
        let work = work(tx)?;
        let id = tx.next_id();
        tx.put_job(Job {
            id,
            work,
            user: tx.user(),
            created: tx.now(),
            advance,
            polls: 0,
            result: None,
        });
        Ok(id)
    })?;
    work_off(call);
    Ok(id)
}

/// The job of a kind that the path names, after counting that it was asked for.
///
/// # Errors
/// `missing` with the id, if there is none.
pub(super) fn asked_for(
    call: &Call<'_>,
    kind: JobKind,
    missing: Code,
) -> Result<Arc<Job>, ApiError> {
    let id = job(call, kind, missing)?.id;
    call.write(|tx| {
        jobs::poll(tx, id);
        Ok(())
    })?;
    work_off(call);
    job(call, kind, missing)
}

/// The job of a kind that the path names.
///
/// # Errors
/// `missing` with the id, if there is none.
pub(super) fn job(call: &Call<'_>, kind: JobKind, missing: Code) -> Result<Arc<Job>, ApiError> {
    let named = call.path("job_id");
    let state = call.read();
    let found = Id::parse(named).ok().and_then(|id| state.jobs.get(id));
    let found = found.filter(|job| job.work.kind() == kind).cloned();
    found.ok_or_else(|| ApiError::new(missing).with("resource", named))
}

fn work_off(call: &Call<'_>) {
    if call.shared.is_none() {
        let done = jobs::catch_up(&call.org.store, call.now, Patience::UntilDone);
        tell(call.world, call.org, &done);
    }
}

/// The name of the module that an object names under `module`, in the form of the version.
pub(super) fn module_name(object: &Map<String, Json>, version: ApiVersion) -> Option<&str> {
    let module = object.get("module")?;
    if version.bulk_modules_are_objects() {
        module.get("api_name")?.as_str()
    } else {
        module.as_str()
    }
}

/// A zip.
pub(super) fn zip(call: &Call<'_>, name: &str, bytes: Bytes) -> Response {
    // the SDKs look for a name in quotes
    let disposition = format!("attachment; filename=\"{name}\"");
    let whole = Response {
        status: 200,
        body: bytes,
        content_type: Some(DOWNLOAD),
        ..Response::default()
    };
    asked_part(call, whole.header("Content-Disposition", disposition))
}
