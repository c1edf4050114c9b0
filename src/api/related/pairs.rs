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
use crate::ops::permit::may_see;
use crate::ops::relations::{ROLE, own_fields};
use crate::query::expr::Expr;
use crate::query::plan::Sort;
use crate::query::related::{pair, pairs};
use crate::render::{self, Detail};
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
    let mut rows = table.rows().finder();
    let approval = approval(call)?.unwrap_or_default();
    let found = pairs(state, list, place.key());
    let found = found.filter_map(|(pair, other)| Some((rows.find(&other)?, pair)));
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
    let own = own_fields(through, list).map(Field::api_name);
    let own: Vec<&str> = own
        .chain([MEMBER_INFO])
        .filter(|name| asked(name))
        .collect();
    if own.is_empty() {
        let records: Vec<&Arc<Record>> = found.iter().map(|(record, _)| *record).collect();
        return write_data(call, state, module, detail, fields, &records);
    }
    let keys = render::names(state, module, call.version, detail, fields);
    let order = Interleaved::of(&keys, &own);
    let plan = render::plan(state, module, call.version, detail, fields);
    let kept = own.join(",");
    let kept = render::plan(state, through, call.version, Detail::Item, Some(&kept));
    let mut out = b"{\"data\":[".to_vec();
    let (mut text, mut pair_text) = (Vec::new(), Vec::new());
    for (n, (record, pair)) in found.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        text.clear();
        plan.write(record, module, state, &mut text);
        pair_text.clear();
        kept.write(pair, through, state, &mut pair_text);
        let kept = |name: &str| {
            let named = |member: &&[u8]| {
                let rest = member.strip_prefix(b"\"");
                let rest = rest.and_then(|rest| rest.strip_prefix(name.as_bytes()));
                rest.is_some_and(|rest| rest.starts_with(b"\":"))
            };
            Members::of(&pair_text).find(named)
        };
        let write = |name: &str, out: &mut Vec<u8>| match name {
            MEMBER_INFO => write_member(out, name, &member_info(state, pair)),
            ROLE => write_member(out, name, &role(state, pair, through)),
            name => match kept(name) {
                Some(member) => out.extend_from_slice(member),
                None => write_member(out, name, &Json::Null),
            },
        };
        order.write(&text, write, &mut out);
    }
    out.push(b']');
    out
}

/// Where the keys of pairs stand among those of records.
struct Interleaved<'k> {
    /// The keys of pairs, each with how many keys of records stand before it.
    added: Vec<(usize, &'k str)>,
}

impl<'k> Interleaved<'k> {
    fn of(keys: &[String], own: &[&'k str]) -> Self {
        let known = keys.iter().map(|key| (key.as_str(), None));
        let own = own.iter().map(|key| (*key, Some(*key)));
        let mut all: Vec<(&str, Option<&'k str>)> = known.chain(own).collect();
        value::order::sort(&mut all, |(key, _)| key);
        let mut before = 0;
        let added = all.into_iter().filter_map(|(_, own)| {
            before += usize::from(own.is_none());
            own.map(|own| (before, own))
        });
        Self {
            added: added.collect(),
        }
    }

    /// Appends the text of a record with the keys of its pair, which `write` appends by their names.
    fn write(&self, text: &[u8], write: impl Fn(&str, &mut Vec<u8>), out: &mut Vec<u8>) {
        let mut added = self.added.iter().peekable();
        out.push(b'{');
        let from = out.len();
        let comma = |out: &mut Vec<u8>| {
            if out.len() > from {
                out.push(b',');
            }
        };
        for (at, member) in Members::of(text).enumerate() {
            while let Some((_, key)) = added.next_if(|(before, _)| *before <= at) {
                comma(out);
                write(key, out);
            }
            comma(out);
            out.extend_from_slice(member);
        }
        for (_, key) in added {
            comma(out);
            write(key, out);
        }
        out.push(b'}');
    }
}

fn write_member(out: &mut Vec<u8>, key: &str, value: &Json) {
    value::write_string(out, key);
    out.push(b':');
    value::write_json(out, value);
}

/// The members of a JSON object, by its text as it is written here.
struct Members<'t>(&'t [u8]);

impl<'t> Members<'t> {
    fn of(object: &'t [u8]) -> Self {
        Self(object.get(1..).unwrap_or_default())
    }
}

impl<'t> Iterator for Members<'t> {
    type Item = &'t [u8];

    fn next(&mut self) -> Option<&'t [u8]> {
        let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
        let end = self.0.iter().position(|byte| {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                b'{' | b'[' => depth = depth.saturating_add(1),
                b',' if depth == 0 => return true,
                b'}' | b']' if depth == 0 => return true,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            false
        })?;
        let (member, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        (!member.is_empty()).then_some(member)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_pairs_stand_where_the_order_puts_them() {
        let text = br#"{"a":{"x":[1,"}"]},"b":"\"\\,","c":null}"#;
        let members: Vec<&[u8]> = Members::of(text).collect();
        assert_eq!(members.len(), 3);
        for added in [
            vec![(0, "n")],
            vec![(2, "n"), (2, "m")],
            vec![(3, "n")],
            Vec::new(),
        ] {
            let mut out = Vec::new();
            let order = Interleaved { added };
            order.write(
                text,
                |key, out| write_member(out, key, &Json::from(7)),
                &mut out,
            );
            let read: serde_json::Map<String, Json> =
                serde_json::from_slice(&out).expect("an object");
            assert_eq!(read.len(), 3 + order.added.len());
            for (before, key) in &order.added {
                let at = read.keys().position(|known| known == key).expect("a place");
                let before_it = read.keys().take(at);
                let records = before_it.filter(|key| ["a", "b", "c"].contains(&key.as_str()));
                assert_eq!(records.count(), *before);
            }
        }
    }
}
