//! Activities of all kinds as one list: the module of v2 and v2.1, and related lists.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::common::{fields, write_data};
use super::listing::{SortFields, WriteInfo, filters, sort};
use crate::api::call::Call;
use crate::api::paging::{Page, PageInfo, nothing};
use crate::error::ApiError;
use crate::ops::permit::may_see;
use crate::query::expr::Expr;
use crate::query::plan::{Converted, Query, Sort};
use crate::render::{self, Detail};
use crate::response::Response;
use crate::schema::relation::ACTIVITY_KINDS;
use crate::schema::{Module, Slot};
use crate::store::{OrgState, Record};
use crate::value;

/// The module of all activities.
pub(crate) const ACTIVITIES: &str = "Activities";
/// What a record's module is called in it.
const TYPE: &str = "Activity_Type";

/// Whether a call is about activities of all kinds.
pub(super) fn of_all_kinds(call: &Call<'_>) -> bool {
    call.version.has_activities_module() && call.path("module") == ACTIVITIES
}

/// The modules that a module is a view of; none if it has records of its own.
pub(in crate::api) fn parts<'s>(state: &'s OrgState, module: &Module) -> Vec<&'s Module> {
    if module.api_name() != ACTIVITIES {
        return Vec::new();
    }
    let parts = ACTIVITY_KINDS
        .iter()
        .filter_map(|name| state.schema.module(name));
    parts.map(AsRef::as_ref).collect()
}

/// `GET /Activities`: newest first, as other lists. They are sorted by what all of them have.
pub(super) fn list_activities(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let page = Page::with_tokens(call)?;
    let kinds = ACTIVITY_KINDS.iter();
    let kinds = kinds.filter_map(|name| state.schema.module(name));
    let lists = kinds.map(|module| {
        let (parts, converted) = filters(call, &state, module)?;
        Ok((module.as_ref(), Expr::All(parts), converted))
    });
    let lists = lists.collect::<Result<Vec<_>, ApiError>>()?;
    let info: WriteInfo = |shown, call, state, out| shown.write_list(call, state, out);
    page_of_kinds(call, &state, &page, &lists, info)
}

/// A page of activities of several kinds, each by its module and what its records meet.
///
/// # Errors
/// Those of the parameters `sort_by`, `sort_order` and `fields`.
pub(in crate::api) fn page_of_kinds(
    call: &Call<'_>,
    state: &OrgState,
    page: &Page,
    lists: &[(&Module, Expr, Converted)],
    info: WriteInfo,
) -> Result<Response, ApiError> {
    let mut found: Vec<(&Module, Arc<Record>)> = Vec::new();
    let mut order: Option<(Slot, bool)> = None;
    for (module, expr, converted) in lists {
        let sort = sort(call, module, SortFields::System)?;
        order = sort.map(|Sort { by, ascending }| (by.slot, ascending));
        let query = Query {
            state,
            module,
            expr,
            converted: *converted,
            sort,
        };
        let most = page.skip.saturating_add(page.wanted());
        let records = query.page(0, most).into_iter();
        found.extend(records.map(|record| (*module, Arc::clone(record))));
    }
    let (by, ascending) = order.unwrap_or((Slot::Id, false));
    found.sort_by_key(|(_, record)| match by {
        Slot::CreatedTime => (record.created_time, record.id),
        Slot::ModifiedTime => (record.modified_time, record.id),
        _ => (0, record.id),
    });
    if !ascending {
        found.reverse();
    }
    let found = found.into_iter().skip(page.skip);
    let mut found: Vec<_> = found.take(page.wanted()).collect();
    let more = page.cut(&mut found);
    if found.is_empty() {
        return Ok(nothing(call.if_modified_since()));
    }
    let shown = PageInfo {
        page,
        count: found.len(),
        more,
        last: found.last().map(|(_, record)| (record.id, 0)),
        sort_by: match by {
            Slot::CreatedTime => "Created_Time",
            Slot::ModifiedTime => "Modified_Time",
            _ => "id",
        },
        sort_order: if ascending { "asc" } else { "desc" },
    };
    let mut body = write_activities(call, state, Detail::Item, &found)?;
    body.extend_from_slice(b",\"info\":");
    info(&shown, call, state, &mut body);
    body.push(b'}');
    Ok(Response::bytes(200, body))
}

/// `GET /Activities/{id}`.
pub(super) fn get_activity(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    for module in ACTIVITY_KINDS
        .iter()
        .filter_map(|name| state.schema.module(name))
    {
        if let Some(record) = state.table(module).get(call.path_id("id")?) {
            may_see(&state, module, record)?;
            let found = [(module.as_ref(), Arc::clone(record))];
            let mut body = write_activities(call, &state, Detail::Single, &found)?;
            body.push(b'}');
            return Ok(Response::bytes(200, body));
        }
    }
    Ok(Response::no_content())
}

/// `{"data":[…]`: each record with the keys of all kinds, those of the others null (recorded v2,
/// March 2023). The title of an event is its `Subject`.
fn write_activities(
    call: &Call<'_>,
    state: &OrgState,
    detail: Detail,
    records: &[(&Module, Arc<Record>)],
) -> Result<Vec<u8>, ApiError> {
    let asked = fields(call)?;
    let asked = asked.map(|names| format!("{names},Event_Title"));
    let mut keys: Vec<String> = Vec::new();
    for module in ACTIVITY_KINDS
        .iter()
        .filter_map(|name| state.schema.module(name))
    {
        for name in render::names(state, module, call.version, detail, asked.as_deref()) {
            if name != "Event_Title" && !keys.contains(&name) {
                keys.push(name);
            }
        }
    }
    if asked
        .as_ref()
        .is_none_or(|names| names.split(',').any(|name| name.trim() == TYPE))
    {
        keys.push(TYPE.to_owned());
    }
    value::order::sort(&mut keys, String::as_str);
    let mut out = b"{\"data\":[".to_vec();
    for (n, (module, record)) in records.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        let mut text = write_data(call, state, module, detail, asked.as_deref(), &[record]);
        text.push(b'}');
        let own: Json = serde_json::from_slice(&text).unwrap_or_default();
        let own = &own["data"][0];
        let item = keys.iter().map(|key| {
            let value = match key.as_str() {
                TYPE => module.api_name().into(),
                "Subject" if module.api_name() == "Events" => own["Event_Title"].clone(),
                key => own[key].clone(),
            };
            (key.clone(), value)
        });
        value::write_json(&mut out, &Json::Object(item.collect::<Map<String, Json>>()));
    }
    out.push(b']');
    Ok(out)
}
