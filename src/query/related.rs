//! Which records a related list holds: expressions for what is declared of it.

use super::expr::{Expr, Test};
use crate::ids::Id;
use crate::schema::field::LINK;
use crate::schema::link::ActivityPart;
use crate::schema::relation::{Children, LedBy, Pairs};
use crate::schema::{FieldNo, Module, ModuleNo};
use crate::store::index::{Candidates, hash_value};
use crate::store::{OrgState, Record, RecordAt};
use crate::value::{SubformRow, Value};

/// The expression that the records of a list meet. `parent` is the record above them in a module
/// `no`, `now` the time in seconds since 1970, by which meetings are over or not.
#[must_use]
pub fn children(
    state: &OrgState,
    relation: &Children,
    no: ModuleNo,
    parent: &Record,
    now: i64,
) -> Expr {
    let module = state.schema.module_at(relation.module);
    let lookup = || Value::Lookup(no, parent.id);
    let leads = match relation.by {
        LedBy::Lookup(field) => Expr::Test(field, Test::OneOf(vec![lookup()])),
        LedBy::Row(field, cell) => Expr::Test(field, Test::Row(cell, lookup())),
        LedBy::Participant(field) => Expr::Test(field, Test::Participant(parent.id)),
        LedBy::Parent(field) => {
            let ids = linked(parent.stored(field))
                .map(|(_, id)| Value::Int(i64::try_from(id.0).unwrap_or(i64::MAX)));
            let ids: Vec<Value> = ids.collect();
            let id = module.field("id");
            id.map_or(Expr::Any(Vec::new()), |id| {
                Expr::Test(id.no, Test::OneOf(ids))
            })
        }
    };
    match relation.part {
        None => leads,
        Some(part) => Expr::All(vec![leads, of_part(module, part, now)]),
    }
}

/// The records that the rows of a multi-select lookup lead to, each with its row.
pub fn linked(rows: Option<&Value>) -> impl Iterator<Item = (&SubformRow, Id)> {
    let rows: &[SubformRow] = match rows {
        Some(Value::Rows(rows)) => rows,
        _ => &[],
    };
    rows.iter().filter_map(|row| match row.value(LINK) {
        Value::Lookup(_, id) => Some((row, *id)),
        _ => None,
    })
}

/// The activities of a module that are over, or those that are not: tasks by their status, meetings
/// by their end, calls by the status of outgoing ones, or else by when they began (assumed).
fn of_part(module: &Module, part: ActivityPart, now: i64) -> Expr {
    let is = |name: &str, texts: &[&str]| {
        let field = module.field(name)?;
        let names = texts.iter().flat_map(|text| field.names_of(text));
        let names = names.map(Value::Text).collect();
        Some(Expr::Test(field.no, Test::OneOf(names)))
    };
    let past = |name: &str| {
        let field = module.field(name)?;
        let until = Some((Value::DateTime(now), false));
        Some(Expr::Test(field.no, Test::Range(None, until)))
    };
    let closed = match module.api_name() {
        "Tasks" => is("Status", &["Completed"]).into_iter().collect(),
        "Events" => past("End_DateTime").into_iter().collect(),
        _ => {
            let status = module.field("Outgoing_Call_Status");
            let unsaid = status.map(|status| Expr::Test(status.no, Test::Null));
            let begun = past("Call_Start_Time").map(|past| match unsaid {
                Some(unsaid) => Expr::All(vec![unsaid, past]),
                None => past,
            });
            let done = is("Outgoing_Call_Status", &["Completed", "Cancelled"]);
            done.into_iter().chain(begun).collect()
        }
    };
    let closed = Expr::Any(closed);
    match part {
        ActivityPart::Closed => closed,
        ActivityPart::Open => Expr::Not(Box::new(closed)),
    }
}

/// The pairs that a linking module has of a record, newest first, each with the related record.
pub fn pairs<'s>(
    state: &'s OrgState,
    list: &Pairs,
    parent: RecordAt,
) -> impl Iterator<Item = (&'s Record, Id)> + use<'s> {
    let table = state.table(state.schema.module_at(list.through));
    let own = Value::Lookup(parent.0, parent.1);
    let (own_no, other_no) = (list.own, list.other);
    let ids = leading_to(state, list.through, own_no, &own).in_order(true);
    let mut rows = table.rows().finder();
    ids.filter_map(move |id| {
        let pair: &Record = rows.find(&id)?;
        match (pair.stored(own_no), pair.stored(other_no)) {
            (Some(leads), Some(Value::Lookup(_, other))) if *leads == own => Some((pair, *other)),
            _ => None,
        }
    })
}

/// The pair of a record with another one, if there is one. It is looked for on the side that has
/// fewer.
#[must_use]
pub fn pair<'s>(
    state: &'s OrgState,
    list: &Pairs,
    parent: RecordAt,
    other: Id,
) -> Option<&'s Record> {
    let table = state.table(state.schema.module_at(list.through));
    let own = Value::Lookup(parent.0, parent.1);
    let other = Value::Lookup(list.module, other);
    let mine = leading_to(state, list.through, list.own, &own);
    let theirs = leading_to(state, list.through, list.other, &other);
    let fewer = if mine.len() < theirs.len() {
        mine
    } else {
        theirs
    };
    let pairs = fewer.in_order(true).filter_map(|id| table.get(id));
    let mut both = pairs.filter(|pair| {
        pair.stored(list.own) == Some(&own) && pair.stored(list.other) == Some(&other)
    });
    both.next().map(AsRef::as_ref)
}

/// Records of a linking module among which are all those whose lookup leads to a record.
fn leading_to(state: &OrgState, through: ModuleNo, lookup: FieldNo, target: &Value) -> Candidates {
    let through = state.schema.module_at(through);
    let table = state.table(through);
    let hash = hash_value(target).filter(|_| !table.rows().is_empty());
    hash.map_or_else(Candidates::default, |hash| {
        table.candidates_by_value(through, through.field_at(lookup), &[hash])
    })
}
