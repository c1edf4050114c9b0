//! `/{module}/actions/mass_update` and `mass_delete`: many records at once, by their ids at once
//! or by a custom view as a job.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Credits, Endpoint, Items, Param, ParamKind, VersionedKey};
use crate::api::records::{ROOT, has_territories, writable};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::ops::write::{combine, success};
use crate::ops::{delete as ops_delete, jobs as ops};
use crate::response::Response;
use crate::schema::{Module, View};
use crate::store::Job;
use crate::store::job::{JobKind, JobResult, JobWork, MassAction, MassCounts};
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&UPDATE, &UPDATE_STATUS, &DELETE, &DELETE_STATUS];

/// Keys that say which records are meant.
const TARGET_KEYS: &[VersionedKey] = &[
    ("ids", Versions::ALL),
    ("cvid", Versions::ALL),
    ("criteria", Versions::ALL),
    ("territory", Versions::ALL),
];

/// Keys beside the values of an update.
const UPDATE_KEYS: &[VersionedKey] = &[("over_write", Versions::ALL)];

static UPDATE_BODY: BodySpec =
    BodySpec::list(ROOT, 1, Items::Own).keys(&[TARGET_KEYS, UPDATE_KEYS]);
static DELETE_BODY: BodySpec = BodySpec::object(&[TARGET_KEYS]);

/// A credit for each fifty records that are named by their ids.
const CREDITS: Credits = Credits::PerIds(50);

pub(crate) static UPDATE: Endpoint = Endpoint::post(
    "mass_actions.update",
    "/crm/{v}/{module}/actions/mass_update",
)
.scope("mass_update.{module}.UPDATE")
.body(&UPDATE_BODY)
.costs(CREDITS)
.outcomes(&[200, 202, 207, 400])
.does(
    "Give the same values to up to 500 records, or to those of a custom view",
    update,
);

pub(crate) static UPDATE_STATUS: Endpoint = Endpoint::get(
    "mass_actions.update_status",
    "/crm/{v}/{module}/actions/mass_update",
)
.scope("mass_update.{module}.READ")
.params(&[JOB_ID])
.outcomes(&[200, 400])
.does("How far a mass update is", update_status);

pub(crate) static DELETE: Endpoint = Endpoint::post(
    "mass_actions.delete",
    "/crm/{v}/{module}/actions/mass_delete",
)
.since(ApiVersion::V4)
.scope("mass_delete.{module}.DELETE")
.body(&DELETE_BODY)
.costs(CREDITS)
.outcomes(&[200, 207, 400])
.does(
    "Delete up to 500 records, or those of a custom view",
    delete,
);

pub(crate) static DELETE_STATUS: Endpoint = Endpoint::get(
    "mass_actions.delete_status",
    "/crm/{v}/{module}/actions/mass_delete",
)
.since(ApiVersion::V4)
.scope("mass_delete.{module}.READ")
.params(&[JOB_ID])
.outcomes(&[200, 400])
.does("How far a mass delete is", delete_status);

/// `job_id`: the job that a call ordered.
const JOB_ID: Param = Param::new("job_id").of(ParamKind::Id).required();

/// Ids that one call takes (v8 description).
const MOST_IDS: usize = 500;

/// Which records a call is about.
enum Target {
    Ids(Vec<Json>),
    View(Id),
}

/// Reads `ids` or `cvid`.
fn target(call: &Call<'_>) -> Result<Target, ApiError> {
    let given = |key: &str| call.body.get(key).filter(|value| !value.is_null());
    let body = Spot::body(call.version);
    match (given("ids"), given("cvid")) {
        (Some(_), Some(_)) => Err(Code::AMBIGUITY.into()),
        (None, None) => Err(body.about(Code::MANDATORY_NOT_FOUND, "ids")),
        (Some(_), None) => Ok(Target::Ids(call.array("ids", MOST_IDS)?.to_vec())),
        (None, Some(view)) => Id::from_json(view)
            .map(Target::View)
            .ok_or_else(|| body.about(Code::INVALID_DATA, "cvid")),
    }
}

fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.editable)?;
    // how the call as a whole is refused is only known of v8, where it is an item
    let refused = |error: ApiError| {
        let batch = Batch::new(call, ROOT, 200).refused_with(error.kind.status());
        Ok(batch.answer(&[error.into()]))
    };
    let found = call.items().and_then(|_| target(call));
    let request = call.body.as_object().cloned().unwrap_or_default();
    if let Err(error) = check_values(call, &module, &request) {
        return refused(error);
    }
    let target = match found {
        Err(error)
            if error.kind == Code::MANDATORY_NOT_FOUND
                && call.version.mass_update_lacks_in_data() =>
        {
            return refused(error.kind.into());
        }
        found => found?,
    };
    check_territory(call, &module)?;
    match target {
        Target::View(view) => schedule(call, &module, view, JobKind::MassUpdate, request),
        Target::Ids(ids) => {
            let batch = Batch::new(call, ROOT, 200);
            let items = batch.run(&ids, |tx, given, index| {
                let unknown = || vec![unknown(Code::UNKNOWN_ID, given)];
                let id = Id::from_json(given).ok_or_else(unknown)?;
                let record = tx.state().table(&module).get(id).cloned();
                let record = record.ok_or_else(unknown)?;
                ops::change(tx, &module, &record, &request, index, call.version).map_err(
                    |errors| {
                        errors
                            .into_iter()
                            .map(|e| of_layout(e, id))
                            .collect::<Vec<_>>()
                    },
                )?;
                // five keys, without `$approval_state` (captured v8)
                Ok(success(tx, &module, id, Message::RECORD_UPDATED, false))
            })?;
            let named: Vec<String> = ids.iter().map(as_text).collect();
            let named = named.iter().map(String::as_str);
            Ok(batch.answer_by_ids(items, named, Code::RECORD_LOCKED))
        }
    }
}

/// A pipeline that does not fit is told in other words than by an update (captured v8).
fn of_layout(error: ApiError, id: Id) -> ApiError {
    if error.kind != Code::PIPELINE_NOT_IN_LAYOUT {
        return error;
    }
    let name = error.details.get("api_name").cloned().unwrap_or_default();
    ApiError::new(Code::NOT_IN_RECORD_LAYOUT)
        .with("api_name", name)
        .with("id", id.json())
}

/// Whether a mass update may set the fields that it names. Nothing is said of a body without an
/// item.
///
/// # Errors
/// `INVALID_DATA` for no field, too many of them, and one that mass updates leave alone.
fn check_values(
    call: &Call<'_>,
    module: &Module,
    request: &Map<String, Json>,
) -> Result<(), ApiError> {
    let items = request.get(ROOT).and_then(Json::as_array);
    let Some(items) = items.filter(|items| items.len() < 2) else {
        return Ok(());
    };
    if items.iter().any(|item| !item.is_object()) {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject");
        return Err(Spot::body(call.version).about(error, ROOT));
    }
    let nothing = Map::new();
    let values = ops::values(request).unwrap_or(&nothing);
    let most = ops::most_fields(module);
    if values.is_empty() {
        return Err(Code::MASS_UPDATE_OF_NOTHING.into());
    }
    if values.len() > most {
        // the limit as a detail is that of Zoho's Swift SDK
        return Err(ApiError::new(Code::MASS_UPDATE_FIELDS).with("limit", most));
    }
    let mut names = values.keys();
    let bad = names.find(|name| !ops::may_change(module, name, call.version));
    match bad {
        Some(name) => Err(Spot::item(call.version, ROOT, 0).about(Code::MASS_UPDATE_FIELD, name)),
        None => Ok(()),
    }
}

/// The key `territory`: there are no territories, so that none has its id.
///
/// # Errors
/// `INVALID_MODULE` for a module without territories, `INVALID_DATA` for an id.
fn check_territory(call: &Call<'_>, module: &Module) -> Result<(), ApiError> {
    let given = call.body.get("territory").filter(|given| !given.is_null());
    match given {
        None => Ok(()),
        Some(_) if !has_territories(module) => Err(Code::TERRITORY_NOT_SUPPORTED.into()),
        Some(_) => Err(Spot::body(call.version).about(Code::UNKNOWN_ID, "territory.id")),
    }
}

fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.deletable)?;
    let target = target(call)?;
    check_territory(call, &module)?;
    match target {
        Target::View(view) => {
            let request = call.body.as_object().cloned().unwrap_or_default();
            schedule(call, &module, view, JobKind::MassDelete, request)
        }
        Target::Ids(ids) => {
            let batch = Batch::new(call, ROOT, 200);
            let items = batch.run(&ids, |tx, given, _| {
                let id = Id::from_json(given).filter(|id| ops_delete::delete(tx, &module, *id));
                let id = id.ok_or_else(|| vec![unknown(Code::INVALID_DATA, given)])?;
                Ok(Item::success_of(Message::RECORD_IS_DELETED, id))
            })?;
            let named: Vec<String> = ids.iter().map(as_text).collect();
            let named = named.iter().map(String::as_str);
            Ok(batch.answer_by_ids(items, named, Code::RECORD_LOCKED))
        }
    }
}

fn unknown(code: Code, id: &Json) -> ApiError {
    ApiError::new(code).with("id", as_text(id))
}

/// An id as errors tell it, which may be no id at all.
fn as_text(id: &Json) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// Orders a job for the records of a view.
fn schedule(
    call: &Call<'_>,
    module: &Arc<Module>,
    view: Id,
    kind: JobKind,
    request: Map<String, Json>,
) -> Result<Response, ApiError> {
    let state = call.read();
    let invalid = || Spot::body(call.version).about(Code::INVALID_DATA, "cvid");
    let found: &View = module
        .views
        .iter()
        .find(|v| v.id == view)
        .ok_or_else(invalid)?;
    let records = ops::records(&state, module, found, &request, call.now)?;
    if records.is_empty() {
        return Err(match kind {
            JobKind::MassUpdate => Code::NOTHING_TO_UPDATE.into(),
            _ => Code::NOTHING_TO_DELETE.into(),
        });
    }
    // the same mistake in every record is one of the request
    if let (JobKind::MassUpdate, Some(first)) = (kind, records.first()) {
        let probe = call.probe(|tx| ops::change(tx, module, first, &request, 0, call.version));
        if let Err(errors) = probe
            && !errors
                .iter()
                .any(|error| error.kind == Code::CONVERTED_RECORD)
        {
            return Err(combine(errors, call.version, call.wording));
        }
    }
    let advance = call.org.jobs.of(kind);
    let action = MassAction {
        module: module.no,
        view,
        request: Arc::new(request),
    };
    let work = match kind {
        JobKind::MassUpdate => JobWork::MassUpdate(action),
        _ => JobWork::MassDelete(action),
    };
    let id = call.write(|tx| {
        let same = |job: &Arc<Job>| job.work.kind() == kind && job.work.view() == Some(view);
        if tx.state().jobs.open().any(same) {
            return Err(Code::ALREADY_SCHEDULED.into());
        }
        let id = tx.next_id();
        tx.put_job(Job {
            id,
            work,
            created: tx.now(),
            advance,
            polls: 0,
            result: None,
        });
        ops::advance(tx);
        Ok(id)
    })?;
    let message = match kind {
        JobKind::MassUpdate => Message::MASS_UPDATE_SCHEDULED,
        _ => Message::MASS_DELETE_SCHEDULED,
    };
    let details = format!("{{\"job_id\":\"{id}\"}}").into_bytes();
    Ok(Batch::new(call, ROOT, 200).answer(&[Item::success(message, details)]))
}

/// The job that `job_id` names, after counting that it was asked for.
fn status(
    call: &Call<'_>,
    kind: JobKind,
    counts: impl Fn(MassCounts) -> Vec<(&'static str, usize)>,
) -> Result<Response, ApiError> {
    call.module(&call.read())?;
    let named = call
        .get(JOB_ID)
        .ok_or_else(|| ApiError::new(Code::MANDATORY_PARAM_MISSING).with("param_name", "job_id"))?;
    let invalid = || ApiError::new(Code::JOB_INVALID).with("param_name", "job_id");
    let id = Id::parse(named).map_err(|_| invalid())?;
    call.write(|tx| {
        ops::poll(tx, id);
        Ok(())
    })?;
    let state = call.read();
    let job = state.jobs.get(id).filter(|job| job.work.kind() == kind);
    let job = job.ok_or_else(invalid)?;
    let so_far = match job.result {
        Some(JobResult::Mass(counts)) => counts,
        _ => MassCounts::default(),
    };
    let mut body = Map::new();
    body.insert("Status".into(), job.status().as_str().into());
    for (key, count) in counts(so_far) {
        body.insert(key.into(), count.into());
    }
    Ok(Response::json(200, json!({"data": [body]})))
}

fn update_status(call: &Call<'_>) -> Result<Response, ApiError> {
    status(call, JobKind::MassUpdate, |result| {
        vec![
            ("Failed_Count", result.failed),
            ("Updated_Count", result.done),
            ("Not_Updated_Count", result.unchanged),
            ("Total_Count", result.total),
        ]
    })
}

fn delete_status(call: &Call<'_>) -> Result<Response, ApiError> {
    status(call, JobKind::MassDelete, |result| {
        vec![
            ("Total_Count", result.total),
            ("Deleted_Count", result.done),
            ("Failed_Count", result.failed),
        ]
    })
}
