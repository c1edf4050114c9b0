//! Bulk reads and bulk writes: the jobs of `/crm/bulk/{v}`, and the files for them.

pub mod read;
pub mod upload;
pub mod write;

use std::sync::Arc;

use bytes::Bytes;
use http::Uri;
use serde_json::{Map, Value as Json, json};

use super::call::Call;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::jobs::{self, Patience};
use crate::request::Method;
use crate::response::{JSON, Response};
use crate::runtime::outgoing::{Address, Outgoing};
use crate::store::bulk::{BulkOrder, Callback};
use crate::store::job::{Job, JobKind, JobWork};
use crate::store::{OrgState, Tx};
use crate::value::order;
use crate::version::ApiVersion;
use crate::world::{Org, World};

/// The media type of a result (v8 description).
const DOWNLOAD: &str = "application/x-download";

/// Posts the ends of jobs to those who asked for it.
pub(crate) fn tell(world: &World, org: &Org, done: &[Arc<Job>]) {
    for job in done {
        let (order, told) = match &job.work {
            JobWork::BulkRead(read) => (&read.order, read::told(job, read, &org.read())),
            JobWork::BulkWrite(write, progress) => {
                let told = write::shown(job, write, progress, &org.read(), &write.order.base);
                (&write.order, told)
            }
            JobWork::MassUpdate(_) | JobWork::MassDelete(_) => continue,
        };
        let Some(callback) = &order.callback else {
            continue;
        };
        // what is no address of ours to send to was taken all the same, as Zoho takes it
        let address = match Address::parse(&callback.url) {
            Ok(address) => address,
            Err(error) => {
                tracing::warn!(job = %job.id, "the end of a job is not told: {error}");
                continue;
            }
        };
        let mut body = Vec::new();
        order::write_sorted(&mut body, &told);
        world.outgoing.put(Outgoing {
            method: Method::Post,
            address,
            media_type: JSON,
            body: body.into(),
        });
    }
}

/// Who orders a job, and whom it tells of its end.
///
/// # Errors
/// `INVALID_CALLBACK_URL` and `INVALID_CALLBACK_METHOD`.
fn order(call: &Call<'_>) -> Result<BulkOrder, ApiError> {
    let callback = call.body.get("callback").filter(|given| !given.is_null());
    Ok(BulkOrder {
        by: call.read().current_user,
        version: call.version,
        callback: callback.map(callback_of).transpose()?,
        base: call.request.base_url(),
        prefix: call.request.prefix.to_owned(),
    })
}

fn callback_of(given: &Json) -> Result<Callback, ApiError> {
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
    Ok(Callback {
        url: url.to_owned(),
        method: method.to_owned(),
    })
}

/// Orders a job. One that is done at once is done when this returns, in transactions of its own:
/// where the call is a part of another one, the next request does it.
fn ordered(
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
fn asked_for(call: &Call<'_>, kind: JobKind, missing: Code) -> Result<Arc<Job>, ApiError> {
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
fn job(call: &Call<'_>, kind: JobKind, missing: Code) -> Result<Arc<Job>, ApiError> {
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

/// A user as jobs show it.
fn user(state: &OrgState, id: Id) -> Json {
    json!({"id": id.json(), "name": state.user_name(id)})
}

/// The name of the module that an object names under `module`, in the form of the version.
fn module_name(object: &Map<String, Json>, version: ApiVersion) -> Option<&str> {
    let module = object.get("module")?;
    if version.bulk_modules_are_objects() {
        module.get("api_name")?.as_str()
    } else {
        module.as_str()
    }
}

/// A zip.
fn zip(name: &str, bytes: Bytes) -> Response {
    let disposition = format!("attachment; filename={name}");
    Response {
        status: 200,
        body: bytes,
        content_type: Some(DOWNLOAD),
        ..Response::default()
    }
    .header("Content-Disposition", disposition)
}
