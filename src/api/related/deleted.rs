//! The related records of a record that was deleted (v6 and later).

use std::sync::Arc;

use super::pairs;
use super::place::find_list;
use super::read::needed_fields;
use crate::api::call::Call;
use crate::api::paging::{Page, PageInfo, nothing};
use crate::api::records::{among_ids, write_data};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::permit::may_see;
use crate::query::expr::Expr;
use crate::query::plan::{Converted, Query};
use crate::query::related::children;
use crate::render::Detail;
use crate::response::Response;
use crate::schema::Module;
use crate::schema::relation::{Children, Pairs, Relation};
use crate::store::{Deleted, OrgState, Record};
use crate::value::Value;

/// `GET /{module}/deleted/{id}/{related_list}`: what led to the record, whether or not it went with
/// it, newest first.
pub(super) fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let parent = in_bin(call, &state, module);
    let parent = parent.ok_or_else(|| call.path_error(Code::RELATED_ID_INVALID, 2))?;
    may_see(&state, module, &parent.record)?;
    let relation = find_list(call, &state, module);
    let relation = relation.ok_or_else(|| call.path_error(Code::RELATION_INVALID, 3))?;
    let fields = needed_fields(call)?;
    let page = Page::plain(call)?;
    match &relation {
        Relation::Children(list) => {
            let related = state.schema.module_at(list.module);
            let narrowed = among_ids(call, related, None)?.unwrap_or_else(Expr::always);
            let mut found = led_to(call, &state, (module, &parent), list);
            found.retain(|record| {
                narrowed.matches(record, related, &state)
                    && may_see(&state, related, record).is_ok()
            });
            Ok(answer(call, &state, &page, found, |shown| {
                let shown: Vec<&Arc<Record>> = shown.iter().collect();
                write_data(call, &state, related, Detail::Item, fields, &shown)
            }))
        }
        Relation::Pairs(list) => {
            let related = state.schema.module_at(list.module);
            let narrowed = among_ids(call, related, None)?.unwrap_or_else(Expr::always);
            let mut found = paired(&state, (module, &parent), list);
            found.retain(|(record, _)| {
                narrowed.matches(record, related, &state)
                    && may_see(&state, related, record).is_ok()
            });
            let fields = fields.map(|fields| format!("{fields},{}", pairs::MEMBER_INFO));
            Ok(answer(call, &state, &page, found, |shown| {
                let shown: Vec<_> = shown
                    .iter()
                    .map(|(record, pair)| (*record, *pair))
                    .collect();
                pairs::write(
                    call,
                    &state,
                    (list, Detail::Item),
                    fields.as_deref(),
                    &shown,
                )
            }))
        }
        Relation::Group(_) | Relation::Nothing => Ok(nothing(None)),
    }
}

/// The record in the recycle bin that the path names.
fn in_bin(call: &Call<'_>, state: &OrgState, module: &Module) -> Option<Arc<Deleted>> {
    let id = Id::parse(call.path("id")).ok()?;
    let mut bin = state.table(module).deleted().in_order(true);
    let (_, entry) = bin.find(|(_, entry)| entry.record.id == id && !entry.permanent(call.now))?;
    Some(Arc::clone(entry))
}

/// The records that lead to one that is gone, those that went with it among them.
fn led_to(
    call: &Call<'_>,
    state: &OrgState,
    (module, parent): (&Module, &Deleted),
    list: &Children,
) -> Vec<Arc<Record>> {
    let related = state.schema.module_at(list.module);
    let table = state.table(related);
    let expr = children(state, list, module.no, &parent.record, call.now);
    let query = Query {
        state,
        module: related,
        expr: &expr,
        converted: Converted::Both,
        sort: None,
    };
    let mut found: Vec<Arc<Record>> = query.all().into_iter().map(Arc::clone).collect();
    let bin = table.deleted().iter().map(|(_, entry)| entry);
    let bin = bin.filter(|entry| entry.deleted_time == parent.deleted_time);
    let went = bin.filter(|entry| expr.matches(&entry.record, related, state));
    found.extend(went.map(|entry| Arc::clone(&entry.record)));
    found.sort_by_key(|record| std::cmp::Reverse(record.id));
    found
}

/// The records that were paired with one that is gone, and the pairs that went with it.
fn paired<'s>(
    state: &'s OrgState,
    (module, parent): (&Module, &Deleted),
    list: &Pairs,
) -> Vec<(&'s Arc<Record>, &'s Record)> {
    let table = state.table(state.schema.module_at(list.module));
    let own = Value::Lookup(module.no, parent.record.id);
    let bin = state.table(state.schema.module_at(list.through)).deleted();
    let pairs = bin
        .in_order(true)
        .map(|(_, entry): (_, &'s Arc<Deleted>)| &*entry.record);
    let pairs = pairs.filter(|pair| pair.stored(list.own) == Some(&own));
    let found = pairs.filter_map(|pair| match pair.stored(list.other) {
        Some(Value::Lookup(_, other)) => Some((table.get(*other)?, pair)),
        _ => None,
    });
    found.collect()
}

/// A page of what was found.
fn answer<T>(
    call: &Call<'_>,
    state: &OrgState,
    page: &Page,
    found: Vec<T>,
    write: impl FnOnce(&[T]) -> Vec<u8>,
) -> Response {
    let mut found: Vec<T> = found
        .into_iter()
        .skip(page.skip)
        .take(page.wanted())
        .collect();
    let more = page.cut(&mut found);
    if found.is_empty() {
        return nothing(None);
    }
    let shown = PageInfo {
        page,
        count: found.len(),
        more,
        last: None,
        sort_by: "id",
        sort_order: "desc",
    };
    let mut body = write(&found);
    body.extend_from_slice(b",\"info\":");
    shown.write_related(call, state, &mut body);
    body.push(b'}');
    Response::bytes(200, body)
}
