//! Listing and getting records.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::common::{id_list, listed};
use super::external::{external_ids, own_field, path_record};
use super::territories::within_territory;
use super::{approval, converted, fields, view, write_data};
use crate::api::call::Call;
use crate::api::paging::{Page, PageInfo, ambiguous, nothing};
use crate::api::param;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::permit::may_see;
use crate::ops::write::equals;
use crate::query::expr::{Expr, Test};
use crate::query::plan::{Approval, Converted, Query, Sort};
use crate::query::view::view_expr;
use crate::render::{self, Detail};
use crate::response::Response;
use crate::schema::{Field, Module, Slot, Storage};
use crate::settings::access;
use crate::store::tree::Visible;
use crate::store::{OrgState, Record};
use crate::value::{self, Value, time};

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
    let sort = sort(call, module, sortable)?.or_else(|| view_sort(call, module));
    let sort = usual_sort(call, module).or(sort);
    let page = Page::with_tokens(call)?;
    let since = call.if_modified_since();
    let (mut filters, mut converted) = filters(call, &state, module, since)?;
    filters.extend(within_territory(call, &state, module)?);
    if call.get(param::CVID).is_some() && call.get(param::CONVERTED).is_none() {
        converted = Converted::Both; // the view says which
    }
    let approval = approval(call)?.unwrap_or_default();
    let ascending = sort.is_some_and(|s| s.ascending);
    let by = sort.map_or_else(|| module.field("id"), |s| Some(s.by));
    // only what every caller sees of a table can be counted by it
    let counted = converted == Converted::No
        && approval == Approval::Approved
        && access::restriction(&state, module).is_none();
    let (expr, skip) = position(&page, filters, by, ascending, &state, module, counted);
    let query = Query {
        state: &state,
        module,
        expr: &expr,
        converted,
        sort,
    };
    let mut records = query.by_approval(approval, |found| found.page(skip, page.wanted()));
    let more = page.cut(&mut records);
    if records.is_empty() {
        return Ok(nothing(since));
    }
    let shown = PageInfo {
        page: &page,
        count: records.len(),
        more,
        last: records
            .last()
            .map(|record| (record.id, by.map_or(0, |field| seconds(record, field)))),
        sort_by: by.map_or("id", Field::api_name),
        sort_order: if ascending { "asc" } else { "desc" },
    };
    let mut body = write_data(call, &state, module, Detail::Item, fields, &records);
    body.extend_from_slice(b",\"info\":");
    shown.write_list(call, &state, &mut body);
    body.push(b'}');
    Ok(Response::bytes(200, body))
}

/// The parameters that narrow a list down.
fn filters(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
    since: Option<i64>,
) -> Result<(Vec<Expr>, Converted), ApiError> {
    let mut parts = Vec::new();
    if call.get(param::CVID).is_some() && call.get(param::SORT_BY).is_some() {
        return Err(ambiguous("cvid", "sort_by"));
    }
    if let Some(view) = view(call, module)? {
        parts.push(view_expr(view, module, state, call.now));
    }
    if let Some(ids) = call.get(param::IDS) {
        const MOST_IDS: usize = 100;
        if listed(ids).count() > MOST_IDS {
            return Err(ApiError::new(Code::LIMIT_EXCEEDED)
                .with("limit", MOST_IDS)
                .with("param_name", "ids"));
        }
        let external = external_ids(call, state, module)?;
        parts.extend(match own_field(&external, module) {
            Some(field) => {
                let values = listed(ids).map(|value| Value::Text(value.into()));
                let each = values.filter_map(|value| equals(field, &value));
                Some(Expr::Any(each.collect()))
            }
            None => module.field("id").map(|field| {
                let ids = id_list(ids).filter_map(|(_, id)| i64::try_from(id?.0).ok());
                Expr::Test(field.no, Test::OneOf(ids.map(Value::Int).collect()))
            }),
        });
    }
    if let (Some(user), Some(owner)) = (call.get(param::UID), module.field("Owner")) {
        let user = Id::parse(user)
            .map_err(|_| ApiError::new(Code::INVALID_PARAM).with("param_name", "uid"))?;
        parts.push(Expr::Test(owner.no, Test::OneOf(vec![Value::User(user)])));
    }
    // of activities, those that lie in the span
    for (param, from) in [
        (param::START_DATE_TIME, true),
        (param::END_DATE_TIME, false),
    ] {
        let Some(text) = call.get(param) else {
            continue;
        };
        let at = time::parse_datetime(text)
            .ok_or_else(|| ApiError::new(Code::INVALID_PARAM).with("param_name", param.name))?;
        let field = param::OF_ACTIVITIES.iter().find_map(|f| module.field(f));
        let end = Some((Value::DateTime(at), true));
        let range = if from {
            Test::Range(end, None)
        } else {
            Test::Range(None, end)
        };
        parts.extend(field.map(|field| Expr::Test(field.no, range)));
    }
    if let (Some(since), Some(modified)) = (since, module.field("Modified_Time")) {
        parts.push(Expr::Test(
            modified.no,
            Test::Range(Some((Value::DateTime(since), false)), None),
        ));
    }
    Ok((parts, converted(call)?))
}

/// The fields by which records can be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum SortFields {
    /// Every field that has an order: all but subforms and the like.
    All,
    /// `id`, `Created_Time` and `Modified_Time`.
    System,
}

/// The order that `sort_by` and `sort_order` ask for, `None` for that of ids from the newest.
/// Without `sort_by` the other parameter sorts by id.
///
/// # Errors
/// `INVALID_DATA` for a `sort_order` other than `asc` and `desc`, and for a `sort_by` that is not
/// among the fields.
pub(in crate::api) fn sort<'m>(
    call: &Call<'_>,
    module: &'m Module,
    fields: SortFields,
) -> Result<Option<Sort<'m>>, ApiError> {
    let ascending = match call.get(param::SORT_ORDER) {
        None => false,
        Some(word) if word.eq_ignore_ascii_case("desc") => false,
        Some(word) if word.eq_ignore_ascii_case("asc") => true,
        Some(_) => return Err(ApiError::new(Code::INVALID_PARAM).with("param_name", "sort_order")),
    };
    let name = call.get(param::SORT_BY).unwrap_or("id");
    let system = |field: &&Field| {
        matches!(
            field.slot,
            Slot::Id | Slot::CreatedTime | Slot::ModifiedTime
        )
    };
    let field = module
        .field(name)
        .filter(|f| !matches!(f.kind, Storage::Rows(_) | Storage::Links(_) | Storage::Raw))
        .filter(|f| fields == SortFields::All || system(f))
        .ok_or_else(|| ApiError::new(Code::SORT_NOT_SUPPORTED).with("param_name", "sort_by"))?;
    Ok((field.slot != Slot::Id || ascending).then_some(Sort {
        by: field,
        ascending,
    }))
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

/// The order of a module that has one of its own: notes are listed oldest first (page on notes, and
/// the example of v8, whose `info` says `Created_Time` and `asc`).
fn usual_sort<'m>(call: &Call<'_>, module: &'m Module) -> Option<Sort<'m>> {
    if module.api_name() != "Notes" || call.get(param::SORT_BY).is_some() {
        return None;
    }
    let order = call.get(param::SORT_ORDER);
    Some(Sort {
        by: module.field("Created_Time")?,
        ascending: order.is_none_or(|order| !order.eq_ignore_ascii_case("desc")),
    })
}

/// The value that a token remembers of the last record of a page.
fn seconds(record: &Record, field: &Field) -> i64 {
    match field.slot {
        Slot::CreatedTime => record.created_time,
        Slot::ModifiedTime => record.modified_time,
        _ => 0,
    }
}

/// Where a page begins. A token names the last record before it, and what follows that record is
/// asked for, so that the page does not shift when records were written in between.
fn position(
    page: &Page,
    mut parts: Vec<Expr>,
    by: Option<&Field>,
    ascending: bool,
    state: &OrgState,
    module: &Module,
    counted: bool,
) -> (Expr, usize) {
    let after = page.token.and_then(|token| token.after);
    let (Some((id, value)), Some(by), Some(id_field)) = (after, by, module.field("id")) else {
        return (Expr::All(parts), page.skip);
    };
    let rows = state.table(module).rows();
    if by.slot == Slot::Id && parts.is_empty() && counted {
        let below = rows.visible_below(&id);
        let itself = usize::from(rows.get(&id).is_some_and(Visible::visible));
        let skip = if ascending {
            below + itself
        } else {
            rows.visible_len() - below
        };
        return (Expr::always(), skip);
    }
    let beyond = |field: &Field, end: Value| {
        let end = Some((end, false));
        Expr::Test(
            field.no,
            if ascending {
                Test::Range(end, None)
            } else {
                Test::Range(None, end)
            },
        )
    };
    let id_value = Value::Int(i64::try_from(id.0).unwrap_or(i64::MAX));
    match by.slot {
        Slot::Id => parts.push(beyond(id_field, id_value)),
        Slot::CreatedTime | Slot::ModifiedTime => parts.push(Expr::Any(vec![
            beyond(by, Value::DateTime(value)),
            Expr::All(vec![
                Expr::Test(by.no, Test::OneOf(vec![Value::DateTime(value)])),
                beyond(id_field, id_value),
            ]),
        ])),
        _ => return (Expr::All(parts), page.skip),
    }
    (Expr::All(parts), 0)
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
    may_see(&state, module, &record)?;
    let since = call.if_modified_since();
    if since.is_some_and(|since| record.modified_time <= since) {
        return Ok(Response::empty(304));
    }
    let mut body = write_data(call, &state, module, Detail::Single, fields, &[&record]);
    body.push(b'}');
    Ok(Response::bytes(200, body))
}

/// The module of all activities.
pub(crate) const ACTIVITIES: &str = "Activities";
/// The modules whose records it shows.
const PARTS: [&str; 3] = ["Tasks", "Events", "Calls"];
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
    let parts = PARTS.iter().filter_map(|name| state.schema.module(name));
    parts.map(AsRef::as_ref).collect()
}

/// `GET /Activities`: newest first, as other lists. They are sorted by what all of them have.
fn list_activities(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let page = Page::with_tokens(call)?;
    let since = call.if_modified_since();
    let mut found: Vec<(&Module, Arc<Record>)> = Vec::new();
    let mut order: Option<(Slot, bool)> = None;
    for module in PARTS.iter().filter_map(|name| state.schema.module(name)) {
        let sort = sort(call, module, SortFields::System)?;
        order = sort.map(|Sort { by, ascending }| (by.slot, ascending));
        let (parts, converted) = filters(call, &state, module, since)?;
        let expr = Expr::All(parts);
        let query = Query {
            state: &state,
            module,
            expr: &expr,
            converted,
            sort,
        };
        let most = page.skip.saturating_add(page.wanted());
        let records = query.page(0, most).into_iter();
        found.extend(records.map(|record| (module.as_ref(), Arc::clone(record))));
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
        return Ok(nothing(since));
    }
    let shown = PageInfo {
        page: &page,
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
    let mut body = write_activities(call, &state, Detail::Item, &found)?;
    body.extend_from_slice(b",\"info\":");
    shown.write_list(call, &state, &mut body);
    body.push(b'}');
    Ok(Response::bytes(200, body))
}

/// `GET /Activities/{id}`.
fn get_activity(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    for module in PARTS.iter().filter_map(|name| state.schema.module(name)) {
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
    for module in PARTS.iter().filter_map(|name| state.schema.module(name)) {
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
