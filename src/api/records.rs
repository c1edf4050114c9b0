//! `/crm/{version}/{module}`: records of every module.

pub mod attachments;
mod common;
pub mod convert;
pub mod count;
mod delete;
pub mod deleted;
mod external;
pub mod field_attachments;
pub mod photo;
mod read;
pub mod search;
mod write;

pub(crate) use common::MOST_RECORDS;
pub(super) use common::{ROOT, writable};
pub(crate) use read::ACTIVITIES;
pub(super) use read::{SortFields, parts, sort};
#[cfg(feature = "connector")]
pub(crate) use write::update_unless_taken;

use super::credits;
use super::endpoint::{
    BodySpec, Credits, Endpoint, Items, Param, ParamKind, Reach, Reads, Together, VersionedKey,
    Write,
};
use super::param;
use crate::error::{ApiError, Code};
use crate::ids::{Id, IdError};
use crate::query::plan::Converted;
use crate::render;
use crate::render::Detail;
use crate::schema::{Module, View};
use crate::store::{OrgState, Record};
use crate::version::{ApiVersion, Versions};

use super::call::Call;
use std::sync::Arc;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[
    &LIST,
    &INSERT,
    &UPDATE_MANY,
    &DELETE_MANY,
    &UPSERT,
    &GET,
    &UPDATE,
    &DELETE,
];

/// Keys beside the records of a write (pages on insert; SDK tables, v8).
const WRITE_KEYS: &[VersionedKey] = &[
    ("trigger", Versions::ALL),
    ("lar_id", Versions::ALL),
    ("process", Versions::ALL),
    ("wf_trigger", Versions::ALL),
    ("apply_feature_execution", Versions::ALL),
    ("skip_feature_execution", Versions::since(ApiVersion::V8)),
    ("apply_validation_rule", Versions::since(ApiVersion::V8)),
    (
        "apply_function_validation_rule",
        Versions::since(ApiVersion::V8),
    ),
];

/// Keys that an upsert has besides.
const UPSERT_KEYS: &[VersionedKey] = &[("duplicate_check_fields", Versions::ALL)];

const fn records(write: Write) -> BodySpec {
    BodySpec::list(ROOT, MOST_RECORDS, Items::Records(write)).keys(&[WRITE_KEYS])
}

static INSERT_BODY: BodySpec = records(Write::Insert);
static UPDATE_MANY_BODY: BodySpec = records(Write::Update);
static UPDATE_BODY: BodySpec = records(Write::UpdateOne);
static UPSERT_BODY: BodySpec = records(Write::Upsert).keys(&[WRITE_KEYS, UPSERT_KEYS]);

/// A credit for each ten records.
const WRITE_CREDITS: Credits = Credits::PerItems(10);

pub(crate) static LIST: Endpoint = Endpoint::get("records.list", "/crm/{v}/{module}")
    .scope("modules.{module}.READ")
    .params(&[
        param::FIELDS.required_since(ApiVersion::V3),
        param::IDS,
        param::PAGE,
        param::PER_PAGE,
        param::PAGE_TOKEN,
        param::SORT_BY.of(ParamKind::ListOrder),
        param::SORT_ORDER,
        param::CVID,
        param::CONVERTED,
        param::APPROVED,
        param::UID,
        param::TERRITORY_ID,
        param::INCLUDE_CHILD,
        param::START_DATE_TIME,
        param::END_DATE_TIME,
    ])
    .together(&[
        Together::Exclude(param::PAGE_TOKEN, param::PAGE),
        Together::Exclude(param::CVID, param::SORT_BY),
    ])
    .reach(Reach::Tokens)
    .reads(Reads::Records)
    .costs(Credits::By(credits::of_list))
    .outcomes(&[200, 204, 304, 400])
    .does("Records of a module, page by page", read::list);

pub(crate) static INSERT: Endpoint = Endpoint::post("records.insert", "/crm/{v}/{module}")
    .scope("modules.{module}.CREATE")
    .body(&INSERT_BODY)
    .costs(WRITE_CREDITS)
    .outcomes(&[201, 202, 207, 400])
    .does("Insert up to 100 records", write::insert);

pub(crate) static UPDATE_MANY: Endpoint = Endpoint::put("records.update_many", "/crm/{v}/{module}")
    .scope("modules.{module}.UPDATE")
    .body(&UPDATE_MANY_BODY)
    .costs(WRITE_CREDITS)
    .outcomes(&[200, 202, 207, 400, 412])
    .does(
        "Update up to 100 records by the ids in the body",
        write::update_many,
    );

pub(crate) static DELETE_MANY: Endpoint =
    Endpoint::delete("records.delete_many", "/crm/{v}/{module}")
        .scope("modules.{module}.DELETE")
        .params(&[param::IDS.required(), param::WF_TRIGGER])
        .outcomes(&[200, 202, 207, 400])
        .does("Delete up to 100 records", delete::delete_many);

pub(crate) static UPSERT: Endpoint = Endpoint::post("records.upsert", "/crm/{v}/{module}/upsert")
    .scope("modules.{module}.CREATE")
    .body(&UPSERT_BODY)
    .costs(WRITE_CREDITS)
    .outcomes(&[200, 202, 207, 400, 412])
    .does(
        "Insert records, or update those they duplicate",
        write::upsert,
    );

pub(crate) static GET: Endpoint = Endpoint::get("records.get", "/crm/{v}/{module}/{id}")
    .scope("modules.{module}.READ")
    .params(&[
        param::FIELDS,
        param::CVID,
        param::CONVERTED,
        param::APPROVED,
        param::UID,
        param::TERRITORY_ID,
        param::INCLUDE_CHILD,
        param::START_DATE_TIME,
        param::END_DATE_TIME,
        Param::new("on_demand_properties").since(ApiVersion::V3),
    ])
    .reads(Reads::Record)
    .outcomes(&[200, 204, 304, 400])
    .does("One record", read::get);

pub(crate) static UPDATE: Endpoint = Endpoint::put("records.update", "/crm/{v}/{module}/{id}")
    .scope("modules.{module}.UPDATE")
    .body(&UPDATE_BODY)
    .costs(WRITE_CREDITS)
    .outcomes(&[200, 202, 400, 412])
    .does("Update one record", write::update);

pub(crate) static DELETE: Endpoint = Endpoint::delete("records.delete", "/crm/{v}/{module}/{id}")
    .scope("modules.{module}.DELETE")
    .params(&[param::WF_TRIGGER])
    .outcomes(&[200, 202, 400])
    .does("Delete one record", delete::delete);

/// The parameter `converted`.
///
/// # Errors
/// `INVALID_DATA` for anything but `true`, `false` and `both`.
pub(super) fn converted(call: &Call<'_>) -> Result<Converted, ApiError> {
    call.get(param::CONVERTED)
        .map_or(Ok(Converted::No), |text| {
            Converted::parse(text)
                .ok_or_else(|| ApiError::new(Code::INVALID_PARAM).with("param_name", "converted"))
        })
}

/// The custom view that the parameter `cvid` names.
///
/// # Errors
/// `INVALID_DATA` for one that the module does not have.
pub(super) fn view<'m>(call: &Call<'_>, module: &'m Module) -> Result<Option<&'m View>, ApiError> {
    let Some(text) = call.get(param::CVID) else {
        return Ok(None);
    };
    let id = Id::parse(text).ok();
    let view = id.and_then(|id| module.views.iter().find(|view| view.id == id));
    let bad = || ApiError::new(Code::INVALID_PARAM).with("param_name", param::CVID.name);
    view.map(Some).ok_or_else(bad)
}

/// Modules whose records belong to territories: three by the v7 page, two more by their metadata.
const TERRITORIAL: [&str; 5] = ["Leads", "Accounts", "Contacts", "Deals", "Campaigns"];

/// Whether records of a module belong to territories.
pub(super) fn has_territories(module: &Module) -> bool {
    TERRITORIAL.contains(&module.api_name())
}

/// Whether the parameter `territory_id` shuts everything out: there are no territories, so no
/// record belongs to the one that is asked for.
///
/// # Errors
/// `INVALID_MODULE` for a module without territories, `INVALID_DATA` for what is no id.
pub(super) fn only_in_territory(call: &Call<'_>, module: &Module) -> Result<bool, ApiError> {
    let name = param::TERRITORY_ID.name;
    match call.get(param::TERRITORY_ID) {
        None => Ok(false),
        Some(_) if !has_territories(module) => Err(Code::TERRITORY_NOT_SUPPORTED.into()),
        Some(id) if Id::parse(id) == Err(IdError::NotNumeric) => {
            Err(ApiError::new(Code::INVALID_PARAM).with("param_name", name))
        }
        Some(_) => Ok(true),
    }
}

/// Whether the parameter `approved` shuts everything out: there are no approval processes, so
/// all records are approved.
pub(super) fn only_unapproved(call: &Call<'_>) -> Result<bool, ApiError> {
    match call.get(param::APPROVED) {
        None | Some("true" | "both") => Ok(false),
        Some("false") => Ok(true),
        Some(_) => Err(ApiError::new(Code::INVALID_PARAM).with("param_name", "approved")),
    }
}

/// The parameter `fields`, of which there may be fifty.
pub(super) fn fields<'a>(call: &'a Call<'_>) -> Result<Option<&'a str>, ApiError> {
    const MOST_FIELDS: usize = 50;
    let fields = call.get(param::FIELDS);
    if fields.is_some_and(|text| text.split(',').count() > MOST_FIELDS) {
        return Err(ApiError::new(Code::LIMIT_EXCEEDED)
            .with("limit", MOST_FIELDS)
            .with("param_name", "fields"));
    }
    Ok(fields)
}

/// `{"data":[…]` with the records, open for `info`.
pub(super) fn write_data(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    detail: Detail,
    fields: Option<&str>,
    records: &[&Arc<Record>],
) -> Vec<u8> {
    let plan = render::plan(state, module, call.version, detail, fields);
    let mut body = Vec::with_capacity(64 + records.len() * 2048);
    body.extend_from_slice(b"{\"data\":[");
    for (n, record) in records.iter().enumerate() {
        if n > 0 {
            body.push(b',');
        }
        plan.write(record, module, state, &mut body);
    }
    body.push(b']');
    body
}
