//! `/crm/{version}/{module}/deleted`: what was deleted, newest first.

use serde_json::{Value as Json, json};

use crate::api::call::Call;
use crate::api::endpoint::{Credits, Endpoint, Param, ParamKind};
use crate::api::paging::{Page, PageInfo, nothing};
use crate::api::param;
use crate::error::{ApiError, Code};
use crate::render::user_reference;
use crate::response::Response;
use crate::settings::access::{self, AccessLevel};
use crate::store::{Deleted, OrgState};
use crate::value::time;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&DELETED];

pub(crate) static DELETED: Endpoint = Endpoint::get("records.deleted", "/crm/{v}/{module}/deleted")
    .scope("modules.{module}.READ")
    .params(&[TYPE, param::PAGE, param::PER_PAGE])
    .costs(Credits::Of(2))
    .composite(25)
    .outcomes(&[200, 204, 304, 400])
    .does("Deleted records of a module", deleted);

/// `type`: what the recycle bin still holds, what it has lost, or both.
const TYPE: Param = Param::new("type").of(ParamKind::Word(&["all", "recycle", "permanent"]));

fn deleted(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let page = Page::plain(call)?;
    // what the recycle bin still holds, what it does not, or both
    let wanted: fn(bool) -> bool = match call.get(TYPE) {
        None | Some("all") => |_| true,
        Some("recycle") => |permanent| !permanent,
        Some("permanent") => |permanent| permanent,
        Some(_) => {
            return Err(ApiError::new(Code::PATTERN_NOT_MATCHED).with("param_name", TYPE.name));
        }
    };
    let since = call.if_modified_since();
    let mut entries: Vec<&Deleted> = state
        .table(module)
        .deleted()
        .in_order(true)
        .map(|(_, entry)| &**entry)
        .filter(|entry| {
            wanted(entry.permanent(call.now))
                && since.is_none_or(|at| entry.deleted_time > at)
                && access::level(&state, module, &entry.record) > AccessLevel::Nothing
        })
        .skip(page.skip)
        .take(page.wanted())
        .collect();
    let more = page.cut(&mut entries);
    if entries.is_empty() {
        return Ok(nothing(since));
    }
    let shown = PageInfo {
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
