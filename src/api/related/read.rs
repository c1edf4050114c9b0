//! The records of a related list.

use serde_json::Value as Json;

use super::pairs;
use super::place::Place;
use crate::api::call::Call;
use crate::api::endpoint::Param;
use crate::api::paging::{Page, nothing};
use crate::api::records::{
    Listing, SortFields, WriteInfo, among_ids, approval, converted, fields, modified_since,
    page_of_kinds, sort, usual_sort, write_data,
};
use crate::error::{ApiError, Code};
use crate::ops::permit::may_see;
use crate::query::expr::Expr;
use crate::query::view::{self, criteria_expr};
use crate::render::Detail;
use crate::response::Response;
use crate::schema::Module;
use crate::schema::relation::Relation;
use crate::store::OrgState;
use crate::version::ApiVersion::{V3, V8};

/// `fields` of related records, which are those of another module than the path's.
pub(super) const FIELDS: Param = Param::new("fields").since(V3).required_since(V3);

/// `fields` of one related record, which may be left out: the SDK of v8 asks for contact roles without.
pub(super) const FIELDS_OF_ONE: Param = Param::new("fields").since(V3);

/// `filters`: criteria in JSON.
pub(super) const FILTERS: Param = Param::new("filters").since(V8);

/// The `info` of related records.
const WRITE_INFO: WriteInfo = |shown, call, state, out| shown.write_related(call, state, out);

/// `GET /{module}/{id}/{related_list}`.
pub(super) fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let place = Place::of(call, &state)?;
    let fields = needed_fields(call)?;
    let page = if call.version.related_records_have_tokens() {
        Page::with_tokens(call)?
    } else {
        Page::plain(call)?
    };
    let approval = approval(call)?.unwrap_or_default();
    match &place.relation {
        Relation::Nothing => Ok(nothing(call.if_modified_since())),
        Relation::Children(children) => {
            let module = state.schema.module_at(children.module);
            let usual = usual_sort(call, module);
            let order = sort(call, module, SortFields::System)?;
            let mut parts = vec![place.expr(children, call.now)];
            parts.extend(narrowed(call, &place, module)?);
            let listing = Listing {
                module,
                parts,
                converted: converted(call)?,
                approval,
                sort: usual.or(order),
                page,
                fields,
                info: WRITE_INFO,
            };
            Ok(listing.answer(call, &state))
        }
        Relation::Pairs(list) => {
            let module = state.schema.module_at(list.module);
            let narrowed = Expr::All(narrowed(call, &place, module)?);
            pairs::list(call, &place, list, &narrowed, (&page, fields))
        }
        Relation::Group(kinds) => {
            let lists = kinds.iter().map(|kind| {
                let module = state.schema.module_at(kind.module).as_ref();
                let mut parts = vec![place.expr(kind, call.now)];
                parts.extend(narrowed(call, &place, module)?);
                Ok((module, Expr::All(parts), converted(call)?))
            });
            let lists = lists.collect::<Result<Vec<_>, ApiError>>()?;
            page_of_kinds(call, &state, &page, &lists, WRITE_INFO)
        }
    }
}

/// The parameter `fields`.
///
/// # Errors
/// `REQUIRED_PARAM_MISSING` in versions that need it.
pub(super) fn needed_fields<'a>(call: &'a Call<'_>) -> Result<Option<&'a str>, ApiError> {
    let fields = fields(call)?;
    if fields.is_none() && call.version.requires_fields_param() {
        let error = ApiError::new(Code::REQUIRED_PARAM_MISSING);
        return Err(error.with("param_name", FIELDS.name));
    }
    Ok(fields)
}

/// What parameters and headers narrow a list down to.
fn narrowed(call: &Call<'_>, place: &Place<'_>, module: &Module) -> Result<Vec<Expr>, ApiError> {
    let mut parts = Vec::new();
    parts.extend(among_ids(call, module, place.external_field())?);
    parts.extend(modified_since(call, module));
    if let Some(text) = call.get(FILTERS) {
        let criteria: Json = serde_json::from_str(text).map_err(|_| bad_filters())?;
        parts.push(filter(
            &criteria,
            module,
            place.state,
            call.now,
            "$.query.filters",
        )?);
    }
    Ok(parts)
}

/// Criteria that narrow a list down.
///
/// # Errors
/// `INVALID_DATA` and `MANDATORY_NOT_FOUND` with the place.
pub(super) fn filter(
    criteria: &Json,
    module: &Module,
    state: &OrgState,
    now: i64,
    path: &str,
) -> Result<Expr, ApiError> {
    let checked = view::check(criteria, module, state, now, path)?;
    Ok(criteria_expr(&checked, module, state, now))
}

fn bad_filters() -> ApiError {
    ApiError::new(Code::INVALID_PARAM).with("param_name", FILTERS.name)
}

/// `GET /{module}/{id}/{related_list}/{related_id}`.
pub(super) fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let place = Place::of(call, &state)?;
    let fields = fields(call)?;
    let record = place.named(&state, call.path("related_id"))?;
    let record = record.filter(|record| place.holds(&state, record, call.now));
    let (Some(record), Some(module)) = (record, place.related()) else {
        return Ok(Response::no_content());
    };
    // nor does the list have what the caller does not see
    if may_see(&state, module, &record).is_err() {
        return Ok(Response::no_content());
    }
    let since = call.if_modified_since();
    if since.is_some_and(|since| record.modified_time <= since) {
        return Ok(Response::empty(304));
    }
    if let Relation::Pairs(list) = &place.relation {
        return Ok(pairs::one(call, &place, list, &record, fields));
    }
    let mut body = write_data(call, &state, module, Detail::Single, fields, &[&record]);
    body.push(b'}');
    Ok(Response::bytes(200, body))
}
