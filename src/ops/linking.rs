//! Linking modules of multi-select lookups: a row of such a lookup is a record of its linking module,
//! by the same id.
//!
//! Whichever of the two is written, the other follows, so that lists, searches and exports of the
//! linking module know the rows, and what it is told shows in the record.

use std::sync::Arc;

use super::children::pointing_to;
use crate::ids::Id;
use crate::query::related::linked;
use crate::schema::field::LINK;
use crate::schema::relation::LinkingLookup;
use crate::schema::{Module, Schema};
use crate::store::{OrgState, Record, RecordAt, Tx};
use crate::value::{SubformRow, Value};

/// Follows a record that was written: its rows become records of linking modules, or it becomes a
/// row if it is such a record. `before` is what it was.
pub fn saved(tx: &mut Tx, module: &Module, id: Id, before: Option<&Record>) {
    let schema = Arc::clone(&tx.state().schema);
    for lookup in schema.linking_lookups(module) {
        follow_rows(tx, &schema, &lookup, id);
    }
    if let Some(lookup) = schema.linking_lookup_of(module) {
        if let Some(before) = before {
            let now = tx.state().table(module).get(id).cloned();
            let holder = |record: &Record| holder_of(&lookup, record);
            if now.is_none_or(|now| holder(&now) != holder(before)) {
                drop_row(tx, &schema, &lookup, before);
            }
        }
        add_row(tx, &schema, &lookup, id);
    }
}

/// Follows a record that is gone: it is no row any more if it was a record of a linking module.
pub fn gone(tx: &mut Tx, module: &Module, record: &Record) {
    let schema = Arc::clone(&tx.state().schema);
    if let Some(lookup) = schema.linking_lookup_of(module) {
        drop_row(tx, &schema, &lookup, record);
    }
}

/// Brings rows and records of linking modules together where a seed says one of them alone.
pub fn complete(tx: &mut Tx) {
    let schema = Arc::clone(&tx.state().schema);
    for module in schema.modules() {
        if let Some(lookup) = schema.linking_lookup_of(module) {
            for id in ids(tx.state(), module) {
                add_row(tx, &schema, &lookup, id);
            }
            let holders = tx.state().table(schema.module_at(lookup.holder)).rows();
            let with_rows = |record: &Record| record.stored(lookup.field).is_some();
            let holders = holders.iter().filter(|(_, record)| with_rows(record));
            let holders: Vec<Id> = holders.map(|(id, _)| *id).collect();
            for id in holders {
                follow_rows(tx, &schema, &lookup, id);
            }
        }
    }
}

/// Follows records that came back: those of linking modules are rows again, and rows of which the
/// other side did not come back are none any more.
pub fn restored(tx: &mut Tx, records: &[RecordAt]) {
    let schema = Arc::clone(&tx.state().schema);
    for (no, id) in records {
        if let Some(lookup) = schema.linking_lookup_of(schema.module_at(*no)) {
            add_row(tx, &schema, &lookup, *id);
        }
    }
    for (no, id) in records {
        for lookup in schema.linking_lookups(schema.module_at(*no)) {
            drop_dead_rows(tx, &schema, &lookup, *id);
            follow_rows(tx, &schema, &lookup, *id);
        }
    }
}

fn drop_dead_rows(tx: &mut Tx, schema: &Schema, lookup: &LinkingLookup, id: Id) {
    let module = schema.module_at(lookup.holder);
    let state = tx.state();
    let Some(holder) = state.table(module).get(id).cloned() else {
        return;
    };
    let targets = state.table(schema.module_at(lookup.target));
    let rows = linked(holder.stored(lookup.field));
    let there = rows.filter(|(_, target)| targets.get(*target).is_some());
    let there: Vec<SubformRow> = there.map(|(row, _)| row.clone()).collect();
    if there.len() != linked(holder.stored(lookup.field)).count() {
        let values = vec![(lookup.field, Value::Rows(there.into()))];
        tx.put(module, holder.with_values(values));
    }
}

fn ids(state: &OrgState, module: &Module) -> Vec<Id> {
    let rows = state.table(module).rows().iter();
    rows.map(|(id, _)| *id).collect()
}

/// The records of the linking module become what the rows of a record are.
fn follow_rows(tx: &mut Tx, schema: &Schema, lookup: &LinkingLookup, id: Id) {
    let (holders, through) = (
        schema.module_at(lookup.holder),
        schema.module_at(lookup.through),
    );
    let own = Value::Lookup(lookup.holder, id);
    let state = tx.state();
    let rows: Vec<(SubformRow, Id)> = {
        let holder = state.table(holders).get(id);
        let rows = holder.and_then(|holder| holder.stored(lookup.field));
        linked(rows)
            .map(|(row, target)| (row.clone(), target))
            .collect()
    };
    let kept = pointing_to(state, through, through.field_at(lookup.own), &own);
    for pair in kept {
        if rows.iter().all(|(row, _)| row.id != pair) {
            tx.take(through, pair);
        }
    }
    for (row, target) in rows {
        let values = vec![
            (lookup.own, own.clone()),
            (lookup.other, Value::Lookup(lookup.target, target)),
        ];
        let known = tx.state().table(through).get(row.id).cloned();
        let same = |known: &Record| {
            values
                .iter()
                .all(|(no, value)| known.stored(*no) == Some(value))
        };
        let record = match known {
            Some(known) if same(&known) => continue,
            Some(known) => known.with_values(values),
            None => Record::new(row.id, tx.user(), row.created_time, values),
        };
        let mut record = record;
        record.modified_time = row.modified_time;
        tx.put(through, record);
    }
}

/// The record that a record of a linking module is a row of.
fn holder_of(lookup: &LinkingLookup, record: &Record) -> Option<Id> {
    match record.stored(lookup.own) {
        Some(Value::Lookup(_, id)) => Some(*id),
        _ => None,
    }
}

/// A record of a linking module becomes a row of its holder, if it leads to both.
fn add_row(tx: &mut Tx, schema: &Schema, lookup: &LinkingLookup, id: Id) {
    let (holders, through) = (
        schema.module_at(lookup.holder),
        schema.module_at(lookup.through),
    );
    let Some(record) = tx.state().table(through).get(id).cloned() else {
        return;
    };
    let holder = holder_of(lookup, &record);
    let holder = holder.and_then(|id| tx.state().table(holders).get(id).cloned());
    let target = record.stored(lookup.other).cloned();
    let (Some(holder), Some(target)) = (holder, target) else {
        return;
    };
    let mut rows: Vec<SubformRow> = match holder.stored(lookup.field) {
        Some(Value::Rows(rows)) => rows.to_vec(),
        _ => Vec::new(),
    };
    let row = SubformRow {
        id,
        created_time: record.created_time,
        modified_time: record.modified_time,
        values: vec![(LINK, target.clone())].into(),
    };
    match rows.iter_mut().find(|row| row.id == id) {
        Some(known) if *known.value(LINK) == target => return,
        Some(known) => *known = row,
        None => rows.push(row),
    }
    let values = vec![(lookup.field, Value::Rows(rows.into()))];
    tx.put(holders, holder.with_values(values));
}

/// A record of a linking module is no row of its holder any more.
fn drop_row(tx: &mut Tx, schema: &Schema, lookup: &LinkingLookup, record: &Record) {
    let holders = schema.module_at(lookup.holder);
    let holder = holder_of(lookup, record);
    let Some(holder) = holder.and_then(|id| tx.state().table(holders).get(id).cloned()) else {
        return;
    };
    let Some(Value::Rows(rows)) = holder.stored(lookup.field) else {
        return;
    };
    let left = rows.iter().filter(|row| row.id != record.id).cloned();
    let left: Vec<SubformRow> = left.collect();
    if left.len() != rows.len() {
        let values = vec![(lookup.field, Value::Rows(left.into()))];
        tx.put(holders, holder.with_values(values));
    }
}
