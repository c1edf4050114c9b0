//! Related records that linking modules pair with a record, and what these keep of a pair.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::place::Place;
use crate::api::call::Call;
use crate::api::paging::{Page, PageInfo, nothing};
use crate::api::records::{SortFields, approval, converted, sort, write_data};
use crate::api::settings::reference;
use crate::error::ApiError;
use crate::ids::Id;
use crate::ops::permit::may_see;
use crate::ops::relations::{ROLE, own_fields};
use crate::query::expr::Expr;
use crate::query::plan::Sort;
use crate::query::related::{pair, pairs};
use crate::render::{self, Detail};
use crate::response::Response;
use crate::schema::relation::Pairs;
use crate::schema::{Field, Slot};
use crate::settings::families::contact_roles::CONTACT_ROLES;
use crate::store::{OrgState, Record};
use crate::value::{self, time};

/// The key that tells when a record was related.
pub(super) const MEMBER_INFO: &str = "$member_info";

/// A related record, and the pair that relates it.
type Paired<'s> = (&'s Arc<Record>, &'s Record);

/// A page of the records that are paired with one, the newest pairs first unless another order is
/// asked for (assumed: no page tells it).
pub(super) fn list(
    call: &Call<'_>,
    place: &Place<'_>,
    list: &Pairs,
    narrowed: &Expr,
    (page, fields): (&Page, Option<&str>),
) -> Result<Response, ApiError> {
    let state = place.state;
    let module = state.schema.module_at(list.module);
    let table = state.table(module);
    let converted = converted(call)?;
    let approval = approval(call)?.unwrap_or_default();
    let found = pairs(state, list, place.key());
    let found = found.filter_map(|(pair, other)| Some((table.get(other)?, pair)));
    let found = found.filter(|(other, _)| {
        converted.admits(other)
            && approval.admits(other)
            && narrowed.matches(other, module, state)
            && may_see(state, module, other).is_ok()
    });
    let order = sort(call, module, SortFields::System)?;
    let before = page.token.and_then(|token| token.after);
    let mut found: Vec<Paired<'_>> = match (order, before) {
        (Some(order), _) => {
            let mut all: Vec<Paired<'_>> = found.collect();
            sort_by(&mut all, order);
            all.into_iter()
                .skip(page.skip)
                .take(page.wanted())
                .collect()
        }
        // a token names the pair before the page
        (None, Some((last, _))) => {
            let rest = found.skip_while(|(_, pair)| pair.id >= last);
            rest.take(page.wanted()).collect()
        }
        (None, None) => found.skip(page.skip).take(page.wanted()).collect(),
    };
    let more = page.cut(&mut found);
    if found.is_empty() {
        return Ok(nothing(call.if_modified_since()));
    }
    let shown = PageInfo {
        page,
        count: found.len(),
        more,
        last: found
            .last()
            .filter(|_| order.is_none())
            .map(|(_, pair)| (pair.id, 0)),
        sort_by: "id",
        sort_order: "desc",
    };
    let mut body = write(call, state, (list, Detail::Item), fields, &found);
    body.extend_from_slice(b",\"info\":");
    shown.write_related(call, state, &mut body);
    body.push(b'}');
    Ok(Response::bytes(200, body))
}

fn sort_by(found: &mut [Paired<'_>], order: Sort<'_>) {
    found.sort_by_cached_key(|(other, _)| {
        let at = match order.by.slot {
            Slot::CreatedTime => other.created_time,
            Slot::ModifiedTime => other.modified_time,
            _ => 0,
        };
        (at, other.id)
    });
    if !order.ascending {
        found.reverse();
    }
}

/// One record that is paired with another.
pub(super) fn one(
    call: &Call<'_>,
    place: &Place<'_>,
    list: &Pairs,
    record: &Arc<Record>,
    fields: Option<&str>,
) -> Response {
    let state = place.state;
    let Some(pair) = pair(state, list, place.key(), record.id) else {
        return Response::no_content();
    };
    let mut body = write(
        call,
        state,
        (list, Detail::Single),
        fields,
        &[(record, pair)],
    );
    body.push(b'}');
    Response::bytes(200, body)
}

/// `{"data":[…]`: records with the keys that their pairs keep among their own.
pub(super) fn write(
    call: &Call<'_>,
    state: &OrgState,
    (list, detail): (&Pairs, Detail),
    fields: Option<&str>,
    found: &[Paired<'_>],
) -> Vec<u8> {
    let module = state.schema.module_at(list.module);
    let through = state.schema.module_at(list.through);
    let asked = |name: &str| match fields {
        Some(fields) => fields.split(',').any(|field| field.trim() == name),
        None => name != MEMBER_INFO,
    };
    let own: Vec<&Field> = own_fields(through, list).collect();
    let own: Vec<&str> = own
        .iter()
        .map(|field| field.api_name())
        .filter(|name| asked(name))
        .collect();
    let info = asked(MEMBER_INFO);
    if own.is_empty() && !info {
        let records: Vec<&Arc<Record>> = found.iter().map(|(record, _)| *record).collect();
        return write_data(call, state, module, detail, fields, &records);
    }
    let plan = render::plan(state, module, call.version, detail, fields);
    let of_pair = own.join(",");
    let of_pair = render::plan(state, through, call.version, Detail::Item, Some(&of_pair));
    let mut out = b"{\"data\":[".to_vec();
    for (n, (record, pair)) in found.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        let mut keys = object(|text| plan.write(record, module, state, text));
        let mut kept = object(|text| of_pair.write(pair, through, state, text));
        for name in &own {
            let said = kept.shift_remove(*name).unwrap_or_default();
            let said = if *name == ROLE {
                role(state, &said)
            } else {
                said
            };
            keys.insert((*name).to_owned(), said);
        }
        if info {
            keys.insert(MEMBER_INFO.to_owned(), member_info(state, pair));
        }
        let mut keys: Vec<(String, Json)> = keys.into_iter().collect();
        value::order::sort(&mut keys, |(key, _)| key);
        value::write_json(
            &mut out,
            &Json::Object(keys.into_iter().collect::<Map<_, _>>()),
        );
    }
    out.push(b']');
    out
}

fn object(write: impl FnOnce(&mut Vec<u8>)) -> Map<String, Json> {
    let mut text = Vec::with_capacity(1024);
    write(&mut text);
    serde_json::from_slice(&text).unwrap_or_default()
}

/// The role of a contact, as it is called by now.
fn role(state: &OrgState, id: &Json) -> Json {
    let role = Id::from_json(id).and_then(|id| CONTACT_ROLES.of(state).get(id));
    role.map_or(Json::Null, |role| reference(&role.name, role.id))
}

fn member_info(state: &OrgState, pair: &Record) -> Json {
    let instant = |at: i64| time::format_datetime(at, &state.time_zone);
    json!({
        "Created_Time": instant(pair.created_time),
        "Modified_Time": instant(pair.modified_time),
        "id": pair.id.json(),
    })
}
