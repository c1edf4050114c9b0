//! `/crm/{version}/{module}`: records of every module.

mod read;
mod write;

pub(crate) use write::MOST_RECORDS;
#[cfg(feature = "connector")]
pub(crate) use write::update_unless_taken;
pub(super) use write::{answer, answer_under, success_item};

use super::endpoint::{BodyKind, Endpoint, Param};
use super::param;
use crate::error::{ApiError, Kind};
use crate::ids::Id;
use crate::query::plan::Converted;
use crate::render::View;
use crate::request::Method;
use crate::schema::Module;
use crate::store::{OrgState, Record};
use crate::version::{ApiVersion, Versions};
use crate::{render, value};

use super::call::Call;
use std::sync::Arc;

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "records.list",
        method: Method::Get,
        path: "/crm/{v}/{module}",
        versions: Versions::ALL,
        scope: "modules.{module}.READ",
        body: BodyKind::None,
        params: &[
            param::FIELDS.required_since(ApiVersion::V3),
            param::IDS,
            param::PAGE,
            param::PER_PAGE,
            Param::new("page_token").since(ApiVersion::V3),
            param::SORT_BY,
            param::SORT_ORDER,
            param::CVID,
            param::CONVERTED,
            param::APPROVED,
            param::UID,
            param::TERRITORY_ID,
            param::INCLUDE_CHILD,
            param::START_DATE_TIME,
            param::END_DATE_TIME,
        ],
        outcomes: &[200, 204, 304, 400],
        summary: "Records of a module, page by page",
        handler: read::list,
    },
    Endpoint {
        id: "records.insert",
        method: Method::Post,
        path: "/crm/{v}/{module}",
        versions: Versions::ALL,
        scope: "modules.{module}.CREATE",
        body: BodyKind::Json,
        params: &[],
        outcomes: &[201, 202, 207, 400],
        summary: "Insert up to 100 records",
        handler: write::insert,
    },
    Endpoint {
        id: "records.update_many",
        method: Method::Put,
        path: "/crm/{v}/{module}",
        versions: Versions::ALL,
        scope: "modules.{module}.UPDATE",
        body: BodyKind::Json,
        params: &[],
        outcomes: &[200, 202, 207, 400, 412],
        summary: "Update up to 100 records by the ids in the body",
        handler: write::update_many,
    },
    Endpoint {
        id: "records.delete_many",
        method: Method::Delete,
        path: "/crm/{v}/{module}",
        versions: Versions::ALL,
        scope: "modules.{module}.DELETE",
        body: BodyKind::None,
        params: &[param::IDS.required(), param::WF_TRIGGER],
        outcomes: &[200, 202, 207, 400],
        summary: "Delete up to 100 records",
        handler: write::delete_many,
    },
    Endpoint {
        id: "records.upsert",
        method: Method::Post,
        path: "/crm/{v}/{module}/upsert",
        versions: Versions::ALL,
        scope: "modules.{module}.CREATE",
        body: BodyKind::Json,
        params: &[],
        outcomes: &[200, 202, 207, 400],
        summary: "Insert records, or update those they duplicate",
        handler: write::upsert,
    },
    Endpoint {
        id: "records.get",
        method: Method::Get,
        path: "/crm/{v}/{module}/{id}",
        versions: Versions::ALL,
        scope: "modules.{module}.READ",
        body: BodyKind::None,
        params: &[
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
        ],
        outcomes: &[200, 204, 304, 400],
        summary: "One record",
        handler: read::get,
    },
    Endpoint {
        id: "records.update",
        method: Method::Put,
        path: "/crm/{v}/{module}/{id}",
        versions: Versions::ALL,
        scope: "modules.{module}.UPDATE",
        body: BodyKind::Json,
        params: &[],
        outcomes: &[200, 202, 400, 412],
        summary: "Update one record",
        handler: write::update,
    },
    Endpoint {
        id: "records.delete",
        method: Method::Delete,
        path: "/crm/{v}/{module}/{id}",
        versions: Versions::ALL,
        scope: "modules.{module}.DELETE",
        body: BodyKind::None,
        params: &[param::WF_TRIGGER],
        outcomes: &[200, 202, 400],
        summary: "Delete one record",
        handler: write::delete,
    },
];

/// The records that the path names by an id, or by the value of an external field (header
/// `X-EXTERNAL: {module}.{field}`). `None` if there is none.
///
/// # Errors
/// `INVALID_URL_PATTERN` if the id is no number; for external fields the messages of the SDKs.
fn path_record(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
) -> Result<Option<Arc<Record>>, ApiError> {
    let table = state.table(module);
    let Some(external) = call.request.headers.get("x-external") else {
        return Ok(table.get(call.path_id("id")?).cloned());
    };
    let field = external
        .split_once('.')
        .filter(|(m, _)| *m == module.api_name())
        .and_then(|(_, f)| module.field(f));
    let field = field.ok_or(Kind::ExternalInvalid)?;
    let text = call.path("id");
    let expr = crate::ops::write::equals(field, &value::Value::Text(text.into()))
        .ok_or(Kind::ExternalInvalid)?;
    let query = crate::query::plan::Query {
        state,
        module,
        expr: &expr,
        converted: Converted::Both,
        sort: None,
    };
    let mut found = query.page(0, 2);
    match found.len() {
        0 => Err(Kind::ExternalNotFound.into()),
        1 => Ok(found.pop().cloned()),
        _ => Err(Kind::ExternalDuplicate.into()),
    }
}

/// The parameter `converted`.
///
/// # Errors
/// `INVALID_DATA` for anything but `true`, `false` and `both`.
pub(super) fn converted(call: &Call<'_>) -> Result<Converted, ApiError> {
    call.param("converted").map_or(Ok(Converted::No), |text| {
        Converted::parse(text)
            .ok_or_else(|| ApiError::new(Kind::InvalidParam).with("param_name", "converted"))
    })
}

/// Whether the parameter `approved` shuts everything out: there are no approval processes, so
/// all records are approved.
pub(super) fn only_unapproved(call: &Call<'_>) -> Result<bool, ApiError> {
    match call.param("approved") {
        None | Some("true" | "both") => Ok(false),
        Some("false") => Ok(true),
        Some(_) => Err(ApiError::new(Kind::InvalidParam).with("param_name", "approved")),
    }
}

/// The parameter `fields`, of which there may be fifty.
pub(super) fn fields<'a>(call: &'a Call<'_>) -> Result<Option<&'a str>, ApiError> {
    const MOST_FIELDS: usize = 50;
    let fields = call.param("fields");
    if fields.is_some_and(|text| text.split(',').count() > MOST_FIELDS) {
        return Err(ApiError::new(Kind::LimitExceeded)
            .with("limit", MOST_FIELDS)
            .with("param_name", "fields"));
    }
    Ok(fields)
}

/// Ids of a comma separated parameter.
fn id_list(text: &str) -> impl Iterator<Item = (&str, Option<Id>)> {
    text.split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .map(|id| (id, Id::parse(id).ok()))
}

/// `{"data":[…]` with the records, open for `info`.
pub(super) fn write_data(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    view: View,
    fields: Option<&str>,
    records: &[&Arc<Record>],
) -> Vec<u8> {
    let plan = render::plan(state, module, call.version, view, fields);
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
