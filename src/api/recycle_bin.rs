//! `/crm/{version}/settings/recycle_bin`: what was deleted, of all modules. Versions: SDK tables; the
//! operations that no SDK has are in the description of v8 and taken for as old.

mod common;
mod delete;
mod empty;
mod filters;
mod restore;

use serde_json::{Map, Value as Json, json};

use common::{FILTERS, ROOT, named};

use super::call::Call;
use super::endpoint::{BodySpec, Endpoint, Param, ParamKind, Together, VersionedKey};
use super::paging::Page;
use super::param;
use crate::error::{ApiError, Code};
use crate::ops::recycle_bin::{self as ops, BinEntry};
use crate::render::user_reference;
use crate::response::Response;
use crate::store::OrgState;
use crate::value::time;
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[
    &LIST,
    &GET,
    &DELETE_MANY,
    &DELETE,
    &RESTORE_MANY,
    &RESTORE,
    &COUNT,
    &EMPTY,
];

/// `sort_by`.
const SORT_BY: Param = Param::new("sort_by").of(ParamKind::Word(&[
    "display_name",
    "deleted_time",
    "module",
    "deleted_by",
    "owner",
]));

static RESTORE_BODY: BodySpec = BodySpec::object(&[RESTORE_KEYS]);
const RESTORE_KEYS: &[VersionedKey] = &[
    ("ids", Versions::ALL),
    ("filters", Versions::ALL),
    ("restore_all_records", Versions::ALL),
];

pub(crate) static LIST: Endpoint =
    Endpoint::get("recycle_bin.list", "/crm/{v}/settings/recycle_bin")
        .since(ApiVersion::V7)
        .scope("settings.recycle_bin.READ")
        .params(&[
            param::IDS,
            FILTERS,
            SORT_BY,
            param::SORT_ORDER,
            param::PAGE,
            param::PER_PAGE,
        ])
        .outcomes(&[200, 204, 400])
        .does("What the recycle bin holds, page by page", list);

pub(crate) static GET: Endpoint =
    Endpoint::get("recycle_bin.get", "/crm/{v}/settings/recycle_bin/{id}")
        .since(ApiVersion::V7)
        .scope("settings.recycle_bin.READ")
        .outcomes(&[200, 204, 400])
        .does("One record of the recycle bin", get);

pub(crate) static DELETE_MANY: Endpoint =
    Endpoint::delete("recycle_bin.delete_many", "/crm/{v}/settings/recycle_bin")
        .since(ApiVersion::V7)
        .scope("settings.recycle_bin.DELETE")
        .params(&[FILTERS, param::IDS])
        .together(&[
            Together::Any(&[FILTERS, param::IDS]),
            Together::Exclude(FILTERS, param::IDS),
        ])
        .outcomes(&[200, 202, 207, 400])
        .does(
            "Delete records for good that are in the recycle bin",
            delete::delete_many,
        );

pub(crate) static DELETE: Endpoint =
    Endpoint::delete("recycle_bin.delete", "/crm/{v}/settings/recycle_bin/{id}")
        .since(ApiVersion::V7)
        .scope("settings.recycle_bin.DELETE")
        .outcomes(&[200, 202, 400])
        .does(
            "Delete a record for good that is in the recycle bin",
            delete::delete,
        );

pub(crate) static RESTORE_MANY: Endpoint = Endpoint::post(
    "recycle_bin.restore_many",
    "/crm/{v}/settings/recycle_bin/actions/restore",
)
.since(ApiVersion::V7)
.scope("settings.recycle_bin.UPDATE")
.body(&RESTORE_BODY)
.outcomes(&[200, 202, 207, 400])
.does(
    "Bring records back out of the recycle bin",
    restore::restore_many,
);

pub(crate) static RESTORE: Endpoint = Endpoint::post(
    "recycle_bin.restore",
    "/crm/{v}/settings/recycle_bin/{id}/actions/restore",
)
.since(ApiVersion::V7)
.scope("settings.recycle_bin.UPDATE")
.outcomes(&[200, 202, 400])
.does(
    "Bring a record back out of the recycle bin",
    restore::restore,
);

pub(crate) static COUNT: Endpoint = Endpoint::get(
    "recycle_bin.count",
    "/crm/{v}/settings/recycle_bin/actions/count",
)
.since(ApiVersion::V7)
.scope("settings.recycle_bin.READ")
.params(&[FILTERS])
.outcomes(&[200, 400])
.does("How many records are in the recycle bin", count);

pub(crate) static EMPTY: Endpoint = Endpoint::post(
    "recycle_bin.empty",
    "/crm/{v}/settings/recycle_bin/actions/empty",
)
.since(ApiVersion::V7)
.scope("settings.recycle_bin.DELETE")
.outcomes(&[200, 202])
.does("Empty the recycle bin", empty::empty);

/// The entries that the parameters `ids` and `filters` ask for; all if there are none.
fn asked<'s>(call: &Call<'_>, state: &'s OrgState) -> Result<Vec<BinEntry<'s>>, ApiError> {
    let conditions = filters::of_param(call, state)?;
    let all = ops::entries(state, call.now);
    Ok(all
        .filter(|entry| ops::meets(state, *entry, &conditions))
        .collect())
}

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let page = Page::plain(call)?;
    let mut entries = asked(call, &state)?;
    if let Some(ids) = call.get(param::IDS) {
        let ids = named(ids)?;
        entries.retain(|entry| ids.iter().any(|(_, id)| *id == Some(entry.key().1)));
    }
    sort(call, &state, &mut entries)?;
    let mut entries: Vec<BinEntry<'_>> = entries
        .into_iter()
        .skip(page.skip)
        .take(page.wanted())
        .collect();
    let more = page.cut(&mut entries);
    if entries.is_empty() {
        return Ok(Response::no_content());
    }
    let info = json!({
        "per_page": page.per_page, "count": entries.len(), "page": page.number,
        "more_records": more,
    });
    let items: Vec<Json> = entries.iter().map(|entry| shown(&state, *entry)).collect();
    let mut body = Map::new();
    body.insert(ROOT.to_owned(), items.into());
    body.insert("info".to_owned(), info);
    Ok(Response::json(200, Json::Object(body)))
}

/// The newest deletion first, unless asked otherwise.
fn sort(call: &Call<'_>, state: &OrgState, entries: &mut [BinEntry<'_>]) -> Result<(), ApiError> {
    let invalid = |param: Param| ApiError::new(Code::INVALID_PARAM).with("param_name", param.name);
    let by = call.get(SORT_BY).unwrap_or("deleted_time");
    if !SORT_BY.kind.words().contains(&by) {
        return Err(invalid(SORT_BY));
    }
    let descending = match call.get(param::SORT_ORDER) {
        None | Some("desc") => true,
        Some("asc") => false,
        Some(_) => return Err(invalid(param::SORT_ORDER)),
    };
    let text = |entry: &BinEntry<'_>| match by {
        "module" => entry.module.api_name().to_owned(),
        "deleted_by" => state.user_name(entry.entry.deleted_by),
        "owner" => state.user_name(entry.entry.record.owner),
        "display_name" => entry
            .entry
            .display_name
            .as_deref()
            .unwrap_or_default()
            .to_owned(),
        _ => String::new(),
    };
    entries.sort_by_cached_key(|entry| (text(entry), entry.entry.deleted_time, entry.key().1));
    if descending {
        entries.reverse();
    }
    Ok(())
}

fn shown(state: &OrgState, BinEntry { module, entry }: BinEntry<'_>) -> Json {
    json!({
        "owner": user_reference(state, entry.record.owner),
        "module": {"api_name": module.api_name(), "id": module.id.json()},
        "deleted_by": user_reference(state, entry.deleted_by),
        "id": entry.record.id.json(),
        "display_name": entry.display_name.as_deref(),
        "deleted_time": time::format_datetime(entry.deleted_time, &state.time_zone),
    })
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let found = ops::lookup(&state, call.path_id("id")?, call.now);
    Ok(found.map_or_else(Response::no_content, |entry| {
        let mut body = Map::new();
        body.insert(ROOT.to_owned(), json!([shown(&state, entry)]));
        Response::json(200, Json::Object(body))
    }))
}

fn count(call: &Call<'_>) -> Result<Response, ApiError> {
    let count = asked(call, &call.read())?.len();
    Ok(Response::json(200, json!({ "count": count })))
}
