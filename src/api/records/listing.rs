//! A page of a list of records: which part of it, in which order, and its `info`.

use super::common::{converted, id_list, listed, view, write_data};
use super::external::{external_ids, own_field};
use super::notes;
use crate::api::call::Call;
use crate::api::paging::{Page, PageInfo, ambiguous, nothing};
use crate::api::param;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::write::equals;
use crate::query::access::visible;
use crate::query::expr::{Expr, Test};
use crate::query::plan::{Approval, Converted, Query, Sort};
use crate::query::view::view_expr;
use crate::render::Detail;
use crate::response::Response;
use crate::schema::{Field, Module, Slot, Storage};
use crate::store::tree::Visible;
use crate::store::{OrgState, Record};
use crate::value::{Value, time};

/// Ids that the parameter `ids` takes.
const MOST_IDS: usize = 100;

/// Writes the `info` of a list.
pub(in crate::api) type WriteInfo = fn(&PageInfo<'_>, &Call<'_>, &OrgState, &mut Vec<u8>);

/// A list of records of one module.
pub(in crate::api) struct Listing<'a> {
    /// The module.
    pub module: &'a Module,
    /// What the records meet, all of it.
    pub parts: Vec<Expr>,
    /// Whether converted leads are among them.
    pub converted: Converted,
    /// Whether records that wait for approval are.
    pub approval: Approval,
    /// The order; that of ids from the newest if there is none.
    pub sort: Option<Sort<'a>>,
    /// The page that is asked for.
    pub page: Page,
    /// What is asked for of each.
    pub fields: Option<&'a str>,
    /// The `info`.
    pub info: WriteInfo,
}

impl Listing<'_> {
    /// The answer to the call.
    pub(in crate::api) fn answer(self, call: &Call<'_>, state: &OrgState) -> Response {
        let Self {
            module, sort, page, ..
        } = self;
        let ascending = sort.is_some_and(|s| s.ascending);
        let by = sort.map_or_else(|| module.field("id"), |s| Some(s.by));
        // only what every caller sees of a table can be counted by it
        let counted = self.converted == Converted::No
            && self.approval == Approval::Approved
            && visible(state, module).is_none();
        let (expr, skip) = position(&page, self.parts, by, ascending, state, module, counted);
        let query = Query {
            state,
            module,
            expr: &expr,
            converted: self.converted,
            sort,
        };
        let mut records = query.by_approval(self.approval, |found| found.page(skip, page.wanted()));
        let more = page.cut(&mut records);
        if records.is_empty() {
            return nothing(call.if_modified_since());
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
        let mut body = write_data(call, state, module, Detail::Item, self.fields, &records);
        body.extend_from_slice(b",\"info\":");
        (self.info)(&shown, call, state, &mut body);
        body.push(b'}');
        Response::bytes(200, body)
    }
}

/// The parameters that narrow a list down.
pub(super) fn filters(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
) -> Result<(Vec<Expr>, Converted), ApiError> {
    let mut parts = Vec::new();
    if call.get(param::CVID).is_some() && call.get(param::SORT_BY).is_some() {
        return Err(ambiguous("cvid", "sort_by"));
    }
    if let Some(view) = view(call, module)? {
        parts.push(view_expr(view, module, state, call.now));
    }
    if call.get(param::IDS).is_some() && notes::has_ids(call, module) {
        let external = external_ids(call, state, module)?;
        parts.extend(among_ids(call, module, own_field(&external, module))?);
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
    parts.extend(modified_since(call, module));
    Ok((parts, converted(call)?))
}

/// The records that the parameter `ids` names, by their ids or by an external field.
///
/// # Errors
/// `LIMIT_EXCEEDED` for more than a hundred.
pub(in crate::api) fn among_ids(
    call: &Call<'_>,
    module: &Module,
    external: Option<&Field>,
) -> Result<Option<Expr>, ApiError> {
    let Some(ids) = call.get(param::IDS) else {
        return Ok(None);
    };
    if listed(ids).count() > MOST_IDS {
        return Err(ApiError::new(Code::LIMIT_EXCEEDED)
            .with("limit", MOST_IDS)
            .with("param_name", "ids"));
    }
    Ok(match external {
        Some(field) => {
            let values = listed(ids).map(|value| Value::Text(value.into()));
            let each = values.filter_map(|value| equals(field, &value));
            Some(Expr::Any(each.collect()))
        }
        None => module.field("id").map(|field| {
            let ids = id_list(ids).filter_map(|(_, id)| i64::try_from(id?.0).ok());
            Expr::Test(field.no, Test::OneOf(ids.map(Value::Int).collect()))
        }),
    })
}

/// The records that were changed after the time of `If-Modified-Since`.
pub(in crate::api) fn modified_since(call: &Call<'_>, module: &Module) -> Option<Expr> {
    let since = call.if_modified_since()?;
    let modified = module.field("Modified_Time")?;
    let from = Some((Value::DateTime(since), false));
    Some(Expr::Test(modified.no, Test::Range(from, None)))
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

/// The value that a token remembers of the last record of a page.
pub(in crate::api) fn seconds(record: &Record, field: &Field) -> i64 {
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
