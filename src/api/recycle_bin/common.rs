//! What the operations on the bin have in common.

use serde_json::{Map, Value as Json, json};

use crate::api::call::Call;
use crate::api::endpoint::Param;
use crate::api::param;
use crate::error::{ApiError, Code, Message};
use crate::ids::Id;
use crate::ops::jobs;
use crate::response::Response;
use crate::store::Tx;
use crate::store::bin::BinCondition;
use crate::store::job::{BinSelection, BinWork, JobKind, JobWork};

/// The key of entries in bodies.
pub(super) const ROOT: &str = "recycle_bin";
/// Entries that come or go at once with what belongs to them; more are left to a job (v7 and v8
/// pages).
pub(super) const AT_ONCE: usize = 1000;

/// `filters`: conditions, as JSON.
pub(super) const FILTERS: Param = Param::new("filters");

/// The ids of a parameter.
///
/// # Errors
/// `LIMIT_EXCEEDED` for more than a hundred.
pub(super) fn named(text: &str) -> Result<Vec<(&str, Option<Id>)>, ApiError> {
    const MOST_IDS: usize = 100;
    let ids = text.split(',').map(str::trim).filter(|id| !id.is_empty());
    let ids: Vec<_> = ids.map(|id| (id, Id::parse(id).ok())).collect();
    if ids.len() > MOST_IDS {
        return Err(ApiError::new(Code::TOO_MANY_IDS)
            .with("limit", MOST_IDS.to_string())
            .with("param_name", param::IDS.name));
    }
    Ok(ids)
}

/// The error of an id in the path that the bin does not have.
pub(super) fn unknown_in_path(call: &Call<'_>) -> ApiError {
    // `settings` is segment 0
    call.path_error(Code::UNKNOWN_SETTING, 2)
}

/// Orders a job.
pub(super) fn order(call: &Call<'_>, tx: &mut Tx, restore: bool, which: BinSelection) {
    let work = JobWork::RecycleBin(BinWork { restore, which });
    jobs::order(tx, work, call.org.jobs.of(JobKind::RecycleBin));
}

/// What is said of something that a job does; an id for a record by itself.
pub(super) fn scheduled(call: &Call<'_>, message: Message, id: Option<Id>) -> Json {
    let mut details = Map::new();
    details.extend(id.map(|id| ("id".to_owned(), id.json())));
    json!({
        "code": "SCHEDULED", "details": details, "message": message.text(call.wording),
        "status": "success",
    })
}

/// An answer that says nothing but that a job will do what the call asks for.
pub(super) fn scheduled_for(call: &Call<'_>, message: Message, ids: &[Option<Id>]) -> Response {
    let items: Vec<Json> = ids.iter().map(|id| scheduled(call, message, *id)).collect();
    let mut body = Map::new();
    body.insert(ROOT.to_owned(), items.into());
    Response::json(202, Json::Object(body))
}

/// Orders a job for all entries that meet conditions.
pub(super) fn schedule_filtered(
    call: &Call<'_>,
    restore: bool,
    conditions: Vec<BinCondition>,
    message: Message,
) -> Result<Response, ApiError> {
    call.write(|tx| {
        order(call, tx, restore, BinSelection::Meeting(conditions.into()));
        Ok(())
    })?;
    Ok(scheduled_for(call, message, &[None]))
}
