//! `/{module}/actions/mass_update` and `mass_delete`: many records at once, by their ids at once
//! or by a custom view as a job.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::call::Call;
use super::endpoint::{BodyKind, Endpoint};
use super::param::{Param, ParamKind};
use super::records::{answer, success_item};
use crate::error::{ApiError, Item, Kind, Message};
use crate::ids::Id;
use crate::ops::{delete as ops_delete, jobs as ops};
use crate::request::Method;
use crate::response::Response;
use crate::schema::{Module, View};
use crate::store::Job;
use crate::store::Tx;
use crate::store::job::{JobKind, JobResult, JobWork, MassAction, MassCounts};
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "mass_actions.update",
        method: Method::Post,
        path: "/crm/{v}/{module}/actions/mass_update",
        versions: Versions::ALL,
        scope: "mass_update.{module}.UPDATE",
        body: BodyKind::Json,
        params: &[],
        outcomes: &[200, 207, 400],
        summary: "Give the same values to up to 500 records, or to those of a custom view",
        handler: update,
    },
    Endpoint {
        id: "mass_actions.update_status",
        method: Method::Get,
        path: "/crm/{v}/{module}/actions/mass_update",
        versions: Versions::ALL,
        scope: "mass_update.{module}.READ",
        body: BodyKind::None,
        params: &[JOB_ID],
        outcomes: &[200, 400],
        summary: "How far a mass update is",
        handler: update_status,
    },
    Endpoint {
        id: "mass_actions.delete",
        method: Method::Post,
        path: "/crm/{v}/{module}/actions/mass_delete",
        versions: Versions::since(ApiVersion::V4),
        scope: "mass_delete.{module}.DELETE",
        body: BodyKind::Json,
        params: &[],
        outcomes: &[200, 207, 400],
        summary: "Delete up to 500 records, or those of a custom view",
        handler: delete,
    },
    Endpoint {
        id: "mass_actions.delete_status",
        method: Method::Get,
        path: "/crm/{v}/{module}/actions/mass_delete",
        versions: Versions::since(ApiVersion::V4),
        scope: "mass_delete.{module}.READ",
        body: BodyKind::None,
        params: &[JOB_ID],
        outcomes: &[200, 400],
        summary: "How far a mass delete is",
        handler: delete_status,
    },
];

/// `job_id`: the job that a call ordered.
const JOB_ID: Param = Param::new("job_id").of(ParamKind::Id).required();

/// Ids that one call takes (v8 description).
const MOST_IDS: usize = 500;

/// Which records a call is about.
enum Target {
    Ids(Vec<Json>),
    View(Id),
}

fn at(call: &Call<'_>, error: ApiError, key: &str) -> ApiError {
    let error = error.with("api_name", key);
    if call.version.has_json_path() {
        error.with("json_path", format!("$.{key}"))
    } else {
        error
    }
}

/// Reads `ids` or `cvid`.
fn target(call: &Call<'_>) -> Result<Target, ApiError> {
    let given = |key: &str| call.body.get(key).filter(|value| !value.is_null());
    let invalid = || ApiError::new(Kind::InvalidData);
    match (given("ids"), given("cvid")) {
        (Some(_), Some(_)) => Err(Kind::Ambiguity.into()),
        (None, None) => Err(at(call, Kind::MandatoryNotFound.into(), "ids")),
        (Some(ids), None) => {
            let ids = ids.as_array().ok_or_else(|| {
                at(
                    call,
                    invalid().with("expected_data_type", "jsonarray"),
                    "ids",
                )
            })?;
            if ids.is_empty() {
                return Err(at(call, invalid().with("minimum_length", 1), "ids"));
            }
            if ids.len() > MOST_IDS {
                return Err(at(call, invalid().with("maximum_length", MOST_IDS), "ids"));
            }
            Ok(Target::Ids(ids.clone()))
        }
        (None, Some(view)) => Id::from_json(view)
            .map(Target::View)
            .ok_or_else(|| at(call, invalid(), "cvid")),
    }
}

fn module(call: &Call<'_>, allows: impl Fn(&Module) -> bool) -> Result<Arc<Module>, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    if allows(module) {
        Ok(Arc::clone(module))
    } else {
        Err(Kind::ModuleNotSupportedForApi.into())
    }
}

fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = module(call, |m| m.spec.editable)?;
    call.items("data", 1)?;
    let request = call.body.as_object().cloned().unwrap_or_default();
    if ops::values(&request).is_none_or(Map::is_empty) {
        let error = ApiError::new(Kind::InvalidData).with("expected_data_type", "jsonobject");
        return Err(at(call, error, "data"));
    }
    match target(call)? {
        Target::View(view) => schedule(call, &module, view, JobKind::MassUpdate, request),
        Target::Ids(ids) => {
            let items = each(call, &ids, |tx, id, index| {
                let record = tx.state().table(&module).get(id).cloned();
                let record = record.ok_or_else(|| vec![unknown(&ids[index])])?;
                ops::change(tx, &module, &record, &request, index)?;
                Ok(success_item(call, tx, &module, id, Message::RecordUpdated))
            })?;
            Ok(answer(call, 200, &items))
        }
    }
}

fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = module(call, |m| m.spec.deletable)?;
    match target(call)? {
        Target::View(view) => {
            let request = call.body.as_object().cloned().unwrap_or_default();
            schedule(call, &module, view, JobKind::MassDelete, request)
        }
        Target::Ids(ids) => {
            let items = each(call, &ids, |tx, id, index| {
                if ops_delete::delete(tx, &module, id) {
                    Ok(Item::success_of(Message::RecordIsDeleted, id))
                } else {
                    Err(vec![unknown(&ids[index])])
                }
            })?;
            Ok(answer(call, 200, &items))
        }
    }
}

fn unknown(id: &Json) -> ApiError {
    let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    ApiError::new(Kind::InvalidData).with("id", id)
}

/// Runs `each` over ids, in one transaction.
fn each(
    call: &Call<'_>,
    ids: &[Json],
    mut each: impl FnMut(&mut Tx, Id, usize) -> Result<Item, Vec<ApiError>>,
) -> Result<Vec<Item>, ApiError> {
    call.write(|tx| {
        Ok(ids
            .iter()
            .enumerate()
            .map(|(index, given)| {
                if let Some(fault) = call.fault_of(index) {
                    return fault.into();
                }
                let id = Id::from_json(given).ok_or_else(|| vec![unknown(given)]);
                id.and_then(|id| each(tx, id, index))
                    .unwrap_or_else(|errors| {
                        crate::ops::write::combine(errors, call.version, call.wording).into()
                    })
            })
            .collect())
    })
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
    let invalid = || at(call, ApiError::new(Kind::InvalidData), "cvid");
    let found: &View = module
        .views
        .iter()
        .find(|v| v.id == view)
        .ok_or_else(invalid)?;
    let records = ops::records(&state, module, found, &request, call.now)?;
    if records.is_empty() {
        return Err(match kind {
            JobKind::MassUpdate => Kind::NothingToUpdate.into(),
            JobKind::MassDelete => Kind::NothingToDelete.into(),
        });
    }
    // the same mistake in every record is one of the request
    if let (JobKind::MassUpdate, Some(first)) = (kind, records.first()) {
        let probe = call.probe(|tx| ops::change(tx, module, first, &request, 0));
        if let Err(errors) = probe
            && !errors
                .iter()
                .any(|error| error.kind == Kind::ConvertedRecord)
        {
            return Err(crate::ops::write::combine(
                errors,
                call.version,
                call.wording,
            ));
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
        JobKind::MassDelete => JobWork::MassDelete(action),
    };
    let id = call.write(|tx| {
        let same = |job: &Arc<Job>| job.work.kind() == kind && job.work.view() == Some(view);
        if tx.state().jobs.open().any(same) {
            return Err(Kind::AlreadyScheduled.into());
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
        JobKind::MassUpdate => Message::MassUpdateScheduled,
        JobKind::MassDelete => Message::MassDeleteScheduled,
    };
    let details = format!("{{\"job_id\":\"{id}\"}}").into_bytes();
    Ok(answer(call, 200, &[Item::success(message, details)]))
}

/// The job that `job_id` names, after counting that it was asked for.
fn status(
    call: &Call<'_>,
    kind: JobKind,
    counts: impl Fn(MassCounts) -> Vec<(&'static str, usize)>,
) -> Result<Response, ApiError> {
    module(call, |_| true)?;
    let named = call
        .param("job_id")
        .ok_or_else(|| ApiError::new(Kind::MandatoryParamMissing).with("param_name", "job_id"))?;
    let invalid = || ApiError::new(Kind::JobInvalid).with("param_name", "job_id");
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
        None => MassCounts::default(),
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
