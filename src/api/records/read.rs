//! Listing and getting records.

use super::activities::{get_activity, list_activities, of_all_kinds};
use super::common::{approval, converted, fields, write_data};
use super::external::{external_ids, path_record};
use super::listing::{Listing, SortFields, filters, sort};
use super::notes;
use super::territories::within_territory;
use crate::api::call::Call;
use crate::api::paging::Page;
use crate::api::param;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::expr::Expr;
use crate::query::plan::{Approval, Converted, Sort};
use crate::render::Detail;
use crate::response::Response;
use crate::schema::Module;

/// `GET /{module}`.
pub(super) fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    if of_all_kinds(call) {
        return list_activities(call);
    }
    let state = call.read();
    let module = call.module(&state)?;
    let fields = fields(call)?;
    if fields.is_none() && call.version.requires_fields_param() {
        return Err(ApiError::new(Code::REQUIRED_PARAM_MISSING).with("param_name", "fields"));
    }
    let sortable = if call.version.sorts_only_by_system_fields() {
        SortFields::System
    } else {
        SortFields::All
    };
    notes::check_reader(&state, module)?;
    let sort = if notes::can_be_sorted(call, module) {
        sort(call, module, sortable)?
    } else {
        None
    };
    let sort = sort.or_else(|| view_sort(call, module));
    let sort = notes::usual_sort(call, module).or(sort);
    let page = Page::with_tokens(call)?;
    let (mut parts, mut converted) = filters(call, &state, module)?;
    parts.extend(within_territory(call, &state, module)?);
    if call.get(param::CVID).is_some() && call.get(param::CONVERTED).is_none() {
        converted = Converted::Both; // the view says which
    }
    let approval = approval(call)?.unwrap_or_default();
    let listing = Listing {
        module,
        parts,
        converted,
        approval,
        sort,
        page,
        fields,
        info: |shown, call, state, out| shown.write_list(call, state, out),
    };
    Ok(listing.answer(call, &state))
}

/// The order of the view that is asked for, if it has one; an order that is asked for itself goes
/// before it (assumed).
fn view_sort<'m>(call: &Call<'_>, module: &'m Module) -> Option<Sort<'m>> {
    if call.get(param::SORT_ORDER).is_some() {
        return None;
    }
    let id = Id::parse(call.get(param::CVID)?).ok()?;
    let view = module.views.iter().find(|view| view.id == id)?;
    Some(Sort {
        by: module.field(view.spec.sort_by.as_deref()?)?,
        ascending: view.spec.sort_order.as_deref() != Some("desc"),
    })
}

/// `GET /{module}/{id}`.
pub(super) fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    if of_all_kinds(call) {
        return get_activity(call);
    }
    let state = call.read();
    let module = call.module(&state)?;
    let fields = fields(call)?;
    let converted = converted(call)?;
    let ids = external_ids(call, &state, module)?;
    let record = path_record(call, &state, module, &ids)?;
    let inside = within_territory(call, &state, module)?.unwrap_or_else(Expr::always);
    // a record by itself shows how far its approval has come, unless it is asked about (assumed)
    let approval = approval(call)?.unwrap_or(Approval::Both);
    let record = record.filter(|record| {
        converted.admits(record)
            && approval.admits(record)
            && inside.matches(record, module, &state)
    });
    let Some(record) = record else {
        return Ok(Response::no_content());
    };
    let since = call.if_modified_since();
    if since.is_some_and(|since| record.modified_time <= since) {
        return Ok(Response::empty(304));
    }
    let mut body = write_data(call, &state, module, Detail::Single, fields, &[&record]);
    body.push(b'}');
    Ok(Response::bytes(200, body))
}
