//! Bulk reads: exports of records.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::common::{asked_for, job, module_name, order, ordered, zip};
use super::read_job::{bound_to, described, user};
use crate::api::body::{BodySpec, VersionedKey};
use crate::api::call::Call;
use crate::api::endpoint::{Credits, Endpoint};
use crate::api::paging::Token;
use crate::error::{ApiError, Code, Message};
use crate::ids::Id;
use crate::ops::bulk::Export;
use crate::response::Response;
use crate::schema::Module;
use crate::store::OrgState;
use crate::store::bulk::{BulkRead, ExportForm};
use crate::store::job::{Job, JobKind, JobResult, JobWork};
use crate::value::time::format_datetime;
use crate::version::Versions;

/// The last page that can be asked for (page on bulk reads).
const LAST_PAGE: usize = 500;

const KEYS: &[VersionedKey] = &[
    ("callback", Versions::ALL),
    ("query", Versions::ALL),
    ("file_type", Versions::ALL),
];

pub(in crate::api) const ENDPOINTS: &[&Endpoint] = &[&CREATE, &DETAILS, &RESULT];

pub(crate) static CREATE: Endpoint = Endpoint::post("bulk_read.create", "/crm/bulk/{v}/read")
    .scope("bulk.READ")
    .body(&BodySpec::object(&[KEYS]).unread(Code::BULK_NO_BODY, Code::BULK_UNREADABLE))
    .costs(Credits::Of(50))
    .outcomes(&[201, 400])
    .does("Order an export of the records of a module", create);

pub(crate) static DETAILS: Endpoint =
    Endpoint::get("bulk_read.details", "/crm/bulk/{v}/read/{job_id}")
        .scope("bulk.READ")
        .outcomes(&[200, 404])
        .does("How far an export is", details);

pub(crate) static RESULT: Endpoint =
    Endpoint::get("bulk_read.result", "/crm/bulk/{v}/read/{job_id}/result")
        .scope("bulk.READ")
        .outcomes(&[200, 206, 400, 404, 416])
        .does("The file of an export, in a zip", result);

fn create(call: &Call<'_>) -> Result<Response, ApiError> {
    let order = order(call)?;
    let query = call.body.get("query").filter(|query| !query.is_null());
    let query = query.ok_or(Code::BULK_BODY)?;
    let query = query.as_object().ok_or(Code::BULK_UNREADABLE)?;
    let state = call.read();
    let module = module(call, &state, query)?;
    let form = form(call, query, module)?;
    check_types(query)?;
    let (page, after) = page(call, query)?;
    let read = BulkRead {
        order,
        module: module.no,
        query: query.clone(),
        form,
        page,
        after,
    };
    // what is wrong with the query is said at once
    Export::new(&state, &read, call.now)?;
    let read = Arc::new(read);
    let id = ordered(call, JobKind::BulkRead, |_| {
        Ok(JobWork::BulkRead(Arc::clone(&read)))
    })?;
    let state = call.read();
    let body = json!({
        "data": [{
            "status": "success",
            "code": "ADDED_SUCCESSFULLY",
            "message": Message::BULK_READ_ADDED.text(call.wording),
            "details": {
                "id": id.json(),
                "operation": "read",
                "state": "ADDED",
                "created_by": user(&state, read.order.by),
                "created_time": format_datetime(call.now, &state.time_zone),
            },
        }],
        "info": {},
    });
    Ok(Response::json(201, body))
}

/// The module whose records are exported.
fn module<'s>(
    call: &Call<'_>,
    state: &'s OrgState,
    query: &Map<String, Json>,
) -> Result<&'s Arc<Module>, ApiError> {
    let named = query.get("module").filter(|module| !module.is_null());
    let name = module_name(query, call.version);
    if named.is_some() && name.is_none() {
        return Err(Code::BULK_UNREADABLE.into());
    }
    let name = name.unwrap_or_default();
    let about = |code: Code| {
        let error = ApiError::new(code).filled(&[name]);
        error.with("api_name", name).with("module", name)
    };
    let module = state.schema.module_meant(name, call.version);
    let module = module.ok_or_else(|| about(Code::BULK_MODULE))?;
    if !module.has_records(call.version) {
        return Err(about(Code::BULK_MODULE_UNSUPPORTED));
    }
    call.check_module_scope(module.api_name(), "READ")?;
    Ok(module)
}

/// The form of the file, which stands beside the query, or within (v8 description).
fn form(
    call: &Call<'_>,
    query: &Map<String, Json>,
    module: &Module,
) -> Result<ExportForm, ApiError> {
    let given = |of: Option<&Json>| of.filter(|given| !given.is_null()).cloned();
    let given = given(call.body.get("file_type")).or_else(|| given(query.get("file_type")));
    let form = match given.as_ref().map(Json::as_str) {
        None | Some(Some("csv")) => ExportForm::Csv,
        Some(Some("ics")) => ExportForm::Ics,
        Some(_) => return Err(Code::BULK_UNREADABLE.into()),
    };
    if form == ExportForm::Csv {
        return Ok(form);
    }
    let name = module.api_name();
    if name != "Events" {
        let error = ApiError::new(Code::BULK_MODULE_UNSUPPORTED).filled(&[name]);
        return Err(error.with("api_name", name).with("module", name));
    }
    if query.get("fields").is_some_and(|fields| !fields.is_null()) {
        return Err(unsupported("fields"));
    }
    Ok(form)
}

/// The error of a key that makes no sense beside the others.
fn unsupported(key: &str) -> ApiError {
    let error = ApiError::new(Code::BULK_QUERY).filled(&["read", key]);
    error.with("api_name", key)
}

/// Checks that the keys of a query have values of their types.
fn check_types(query: &Map<String, Json>) -> Result<(), ApiError> {
    let text = |value: &Json| value.is_string() || value.is_u64();
    let texts = |value: &Json| {
        let items = value.as_array();
        items.is_some_and(|items| items.iter().all(Json::is_string))
    };
    let fits = query.iter().all(|(key, value)| {
        value.is_null()
            || match key.as_str() {
                "cvid" => text(value),
                "page_token" => value.is_string(),
                "fields" => texts(value),
                "criteria" => value.is_object(),
                _ => true,
            }
    });
    if fits {
        Ok(())
    } else {
        Err(Code::BULK_UNREADABLE.into())
    }
}

/// The number of the page, and the record before it if a token leads there.
fn page(call: &Call<'_>, query: &Map<String, Json>) -> Result<(usize, Option<Id>), ApiError> {
    let given = query.get("page").filter(|page| !page.is_null());
    let token = query.get("page_token").and_then(Json::as_str);
    if let Some(token) = token.filter(|_| call.version.bulk_has_page_tokens()) {
        let read = Token::read(token, call.now, bound_to(query));
        let read = read.filter(|_| given.is_none());
        let (page, last) = read.ok_or_else(|| unsupported("page_token"))?;
        return Ok((page, Some(last)));
    }
    let Some(given) = given else {
        return Ok((1, None));
    };
    let shown = given
        .as_str()
        .map_or_else(|| given.to_string(), str::to_owned);
    let page = given.as_u64().and_then(|page| usize::try_from(page).ok());
    let page = page.filter(|page| *page > 0);
    let page = page.ok_or_else(|| ApiError::new(Code::BULK_PAGE).filled(&[&shown]))?;
    if page > LAST_PAGE {
        let words = [shown.as_str(), "1", &LAST_PAGE.to_string()];
        let error = ApiError::new(Code::BULK_PAGE_RANGE).filled(&words);
        return Err(error.with("max_limit", LAST_PAGE));
    }
    Ok((page, None))
}

fn details(call: &Call<'_>) -> Result<Response, ApiError> {
    let job = asked_for(call, JobKind::BulkRead, Code::BULK_NO_JOB)?;
    let state = call.read();
    let JobWork::BulkRead(read) = &job.work else {
        return Err(Code::INTERNAL_ERROR.into());
    };
    let shown = shown(&job, read, &state, call);
    Ok(Response::json(200, json!({"data": [shown]})))
}

fn shown(job: &Job, read: &BulkRead, state: &OrgState, call: &Call<'_>) -> Json {
    let prefix = call.request.prefix;
    let url = format!("{prefix}/crm/bulk/{}/read/{}/result", call.version, job.id);
    described(job, read, state, &url)
}

fn result(call: &Call<'_>) -> Result<Response, ApiError> {
    let job = job(call, JobKind::BulkRead, Code::BULK_NO_JOB)?;
    match &job.result {
        Some(JobResult::BulkRead(Some(exported))) => {
            Ok(zip(call, &format!("{}.zip", job.id), exported.file.bytes()))
        }
        _ => Err(ApiError::new(Code::BULK_NO_JOB).with("resource", job.id.json())),
    }
}
