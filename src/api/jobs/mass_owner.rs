//! `/{module}/actions/mass_change_owner`: all records of a custom view go over to another user, as a
//! job.

use std::sync::Arc;

use serde_json::json;

use super::mass_actions::{JOB_ID, check_territory, order};
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, VersionedKey};
use crate::api::records::ROOT;
use crate::api::records::owner::{new_owner, owned_module};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Row};
use crate::ids::Id;
use crate::ops::jobs as ops;
use crate::response::Response;
use crate::store::job::{JobKind, JobWork, MassAction};
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&CHANGE, &STATUS];

const KEYS: &[VersionedKey] = &[
    ("cvid", Versions::ALL),
    ("owner", Versions::ALL),
    ("criteria", Versions::ALL),
    ("territory", Versions::ALL),
];
static BODY: BodySpec = BodySpec::object(&[KEYS]);
const PATH: &str = "/crm/{v}/{module}/actions/mass_change_owner";

pub(crate) static CHANGE: Endpoint = Endpoint::post("mass_actions.change_owner", PATH)
    .since(ApiVersion::V4)
    .scope("change_owner.CREATE")
    .body(&BODY)
    .outcomes(&[202, 400])
    .does("Give the records of a custom view to another user", change);

pub(crate) static STATUS: Endpoint = Endpoint::get("mass_actions.change_owner_status", PATH)
    .since(ApiVersion::V4)
    .scope("change_owner.READ")
    .params(&[JOB_ID])
    .outcomes(&[200, 204, 400])
    .does("How far a mass change of owner is", status);

/// Records that a view may have (pages of all versions).
const MOST_RECORDS: usize = 50_000;

const NO_VIEW: Code = Code::of(&Row::invalid("the cvid given seems to be invalid"));
const TOO_MANY: Code = Code::of(&Row::new(
    "RECORD_LIMIT_EXCEEDED",
    400,
    "The number of records exceeds the limit",
));
const OTHER_MODULE: Code = Code::of(&Row::new(
    "NOT_FOUND",
    404,
    "The specified job does not belong to this module",
));

fn change(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = owned_module(call, &state)?;
    let body = Spot::body(call.version);
    let given = call.body.get("cvid").filter(|value| !value.is_null());
    let given = given.ok_or_else(|| body.about(Code::MANDATORY_NOT_FOUND, "cvid"))?;
    let id = Id::from_json(given).ok_or_else(|| {
        let error = ApiError::new(NO_VIEW).with("expected_data_type", "bigint");
        body.about(error, "cvid")
    })?;
    let view = module.views.iter().find(|view| view.id == id);
    let view = view.ok_or_else(|| body.about(NO_VIEW, "cvid"))?;
    new_owner(call, &state)?;
    check_territory(call, &module)?;
    let request = call.body.as_object().cloned().unwrap_or_default();
    let records = ops::records(&state, &module, view, &request, call.now)?;
    if records.len() > MOST_RECORDS {
        return Err(ApiError::new(TOO_MANY).with("limit", MOST_RECORDS));
    }
    // that a view without records is no error is assumed
    let job = order(
        call,
        JobWork::MassChangeOwner(MassAction {
            module: module.no,
            view: id,
            request: Arc::new(request),
        }),
    )?;
    Ok(Response::json(
        202,
        json!({ROOT: [{
            "code": "SCHEDULED",
            "details": {"job_id": job.json()},
            "message": "change owner is successfully scheduled",
            "status": "success",
        }]}),
    ))
}

fn status(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = owned_module(call, &call.read())?;
    let missing = || ApiError::new(Code::REQUIRED_PARAM_MISSING).with("param_name", JOB_ID.name);
    let Ok(id) = Id::parse(call.get(JOB_ID).ok_or_else(missing)?) else {
        return Ok(Response::no_content());
    };
    call.write(|tx| {
        ops::poll(tx, id);
        Ok(())
    })?;
    let state = call.read();
    let job = state.jobs.get(id);
    let Some(job) = job.filter(|job| job.work.kind() == JobKind::MassChangeOwner) else {
        return Ok(Response::no_content());
    };
    if job.work.module() != Some(module.no) {
        return Err(OTHER_MODULE.into());
    }
    let counts = job.counts();
    Ok(Response::json(
        200,
        json!({ROOT: [{
            "Status": job.status().as_str(),
            "Failed_Count": counts.failed,
            "Not_Updated_Count": counts.unchanged,
            "Updated_Count": counts.done,
            "Total_Count": counts.total,
        }]}),
    ))
}
