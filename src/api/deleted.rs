//! `/crm/{version}/{module}/deleted`: what was deleted, newest first.

use serde_json::{Value as Json, json};

use super::call::Call;
use super::endpoint::{BodyKind, Endpoint, Param, ParamKind};
use super::paging::{Page, Shown, nothing};
use super::param;
use crate::error::{ApiError, Kind};
use crate::render::user_reference;
use crate::request::Method;
use crate::response::Response;
use crate::store::{Deleted, OrgState};
use crate::value::time;
use crate::version::Versions;

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[Endpoint {
    id: "records.deleted",
    method: Method::Get,
    path: "/crm/{v}/{module}/deleted",
    versions: Versions::ALL,
    scope: "modules.{module}.READ",
    body: BodyKind::None,
    params: &[
        Param::new("type").of(ParamKind::Word(&["all", "recycle", "permanent"])),
        param::PAGE,
        param::PER_PAGE,
    ],
    outcomes: &[200, 204, 304, 400],
    summary: "Deleted records of a module",
    handler: deleted,
}];

fn deleted(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let page = Page::plain(call)?;
    // what the recycle bin still holds, what it does not, or both
    let wanted: fn(bool) -> bool = match call.param("type") {
        None | Some("all") => |_| true,
        Some("recycle") => |permanent| !permanent,
        Some("permanent") => |permanent| permanent,
        Some(_) => return Err(ApiError::new(Kind::PatternNotMatched).with("param_name", "type")),
    };
    let since = call
        .request
        .headers
        .get("if-modified-since")
        .and_then(time::parse_datetime);
    let mut entries: Vec<&Deleted> = state
        .table(module)
        .deleted()
        .in_order(true)
        .map(|(_, entry)| &**entry)
        .filter(|entry| {
            wanted(entry.permanent(call.now)) && since.is_none_or(|at| entry.deleted_time > at)
        })
        .skip(page.skip)
        .take(page.wanted())
        .collect();
    let more = page.cut(&mut entries);
    if entries.is_empty() {
        return Ok(nothing(since));
    }
    let shown = Shown {
        page: &page,
        count: entries.len(),
        more,
        last: None,
        sort_by: "id",
        sort_order: "desc",
    };
    let data: Vec<Json> = entries
        .iter()
        .map(|entry| item(entry, &state, call.now))
        .collect();
    Ok(Response::json(
        200,
        json!({"data": data, "info": shown.plain()}),
    ))
}

/// A deleted record. Of one that the recycle bin has lost, only id and time are known.
fn item(entry: &Deleted, state: &OrgState, now: i64) -> Json {
    let permanent = entry.permanent(now);
    let known = |value: Json| if permanent { Json::Null } else { value };
    json!({
        "deleted_by": known(user_reference(state, entry.deleted_by)),
        "id": entry.record.id.json(),
        "display_name": known(entry.display_name.as_deref().into()),
        "type": if permanent { "permanent" } else { "recycle" },
        "created_by": known(user_reference(state, entry.record.created_by)),
        "deleted_time": time::format_datetime(entry.deleted_time, &state.time_zone),
    })
}
