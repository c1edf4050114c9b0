//! Related records that linking modules pair with a record, and what these keep of a pair.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::place::Place;
use crate::api::call::Call;
use crate::api::paging::{Page, PageInfo, nothing};
use crate::api::records::{SortFields, approval, converted, sort, write_data};
use crate::api::settings::reference;
use crate::error::ApiError;
use crate::ids::Id;
use crate::ops::relations::{ROLE, own_fields};
use crate::query::access::visible;
use crate::query::expr::Expr;
use crate::query::plan::Sort;
use crate::query::related::{pair, pairs};
use crate::render::{self, Detail, Rendering};
use crate::response::Response;
use crate::schema::relation::Pairs;
use crate::schema::{Field, Module, Slot};
use crate::settings::families::contact_roles::CONTACT_ROLES;
use crate::store::{OrgState, Record};
use crate::value::{self, Value, time};

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
    let seen = visible(state, module);
    let seen = |other: &Record| {
        seen.as_ref()
            .is_none_or(|of| of.matches(other, module, state))
    };
    let mut rows = table.rows().finder();
    let approval = approval(call)?.unwrap_or_default();
    let found = pairs(state, list, place.key());
    let found = found.filter_map(|(pair, other)| Some((rows.find(&other)?, pair)));
    let found = found.filter(|(other, _)| {
        converted.admits(other)
            && approval.admits(other)
            && narrowed.matches(other, module, state)
            && seen(other)
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
    let profile = state.current().and_then(|user| user.profile);
    let shown = |field: &&Field| profile.is_none_or(|p| field.permission(p) != "hidden");
    let own = own_fields(through, list).filter(shown).map(Own::of);
    let own = own.chain([Own::MemberInfo]);
    let own: Vec<Own<'_>> = own.filter(|own| asked(own.name())).collect();
    if own.is_empty() {
        let records: Vec<&Arc<Record>> = found.iter().map(|(record, _)| *record).collect();
        return write_data(call, state, module, detail, fields, &records);
    }
    let names: Vec<&str> = own.iter().map(Own::name).collect();
    let names = names.join(",");
    let version = call.version;
    let asked = Rendering {
        detail,
        fields,
        gaps: Some(&names),
        form: call.form,
    };
    let plan = render::plan_of(state, module, version, asked);
    let kept = render::plan(state, through, version, Detail::Item, Some(&names));
    let gaps: Vec<&Own<'_>> = plan.gaps().filter_map(|n| own.get(n)).collect();
    let mut out = Vec::with_capacity(64 + found.len() * 2048);
    out.extend_from_slice(b"{\"data\":[");
    let mut text = Vec::new();
    for (n, (record, pair)) in found.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        text.clear();
        plan.write(record, module, state, &mut text);
        let mut from = 0;
        for (gap, own) in memchr::memchr_iter(render::GAP, &text).zip(&gaps) {
            out.extend_from_slice(&text[from..gap]);
            from = gap + 1;
            match own {
                Own::Field(field) => kept.write_field(pair, field, through, state, &mut out),
                Own::Role => value::write_json(&mut out, &role(state, pair, through)),
                Own::MemberInfo => value::write_json(&mut out, &member_info(state, pair)),
            }
        }
        out.extend_from_slice(&text[from..]);
    }
    out.push(b']');
    out
}

/// A key of a pair among those of the record.
enum Own<'m> {
    /// A field of the linking module.
    Field(&'m Field),
    /// The role of a contact, which is kept by its id.
    Role,
    /// When the record was related.
    MemberInfo,
}

impl<'m> Own<'m> {
    fn of(field: &'m Field) -> Self {
        match field.api_name() {
            ROLE => Self::Role,
            _ => Self::Field(field),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Field(field) => field.api_name(),
            Self::Role => ROLE,
            Self::MemberInfo => MEMBER_INFO,
        }
    }
}

/// The role of a contact, as it is called by now.
fn role(state: &OrgState, pair: &Record, through: &Module) -> Json {
    let id = match pair.by_name(ROLE, through) {
        Value::Int(id) => u64::try_from(id).ok().map(Id),
        _ => None,
    };
    let role = id.and_then(|id| CONTACT_ROLES.of(state).get(id));
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
