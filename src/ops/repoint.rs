//! Having what points to one record point to another one: what is left to do of a record that is
//! merged into another.

use std::sync::Arc;

use serde_json::Value as Json;

use super::children::pointing_to;
use super::linking;
use crate::ids::Id;
use crate::schema::dollar::dollar_no;
use crate::schema::field::LINK;
use crate::schema::{Field, FieldNo, Linked, Module, ModuleNo, Storage};
use crate::store::{OrgState, Record, Tx};
use crate::value::{SubformRow, Value};

/// Kinds of participants of a meeting that are records, and their modules.
const PEOPLE: [(&str, &str); 2] = [("contact", "Contacts"), ("lead", "Leads")];

/// How many records point to one by the lookup of most of them: the length of its longest related
/// list.
#[must_use]
pub fn longest_list(state: &OrgState, module: &Module, id: Id) -> usize {
    let target = Value::Lookup(module.no, id);
    let holders = state.schema.modules();
    let lists = holders.flat_map(|holder| {
        let lookups = holder.fields.iter();
        let lookups = lookups.filter(|field| leads_to(field, module.no));
        lookups.map(|field| pointing_to(state, holder, field, &target).len())
    });
    lists.max().unwrap_or_default()
}

/// Whether a field may hold a record of a module.
fn leads_to(field: &Field, module: ModuleNo) -> bool {
    matches!(&field.kind, Storage::Lookup(target) if target.is_none_or(|no| no == module))
}

/// Has everything that points to a record of a module point to another one: lookups, cells of
/// subforms, links of multi-select lookups and participants of meetings, in every module. When these
/// records were changed stays as it is (assumed).
pub fn repoint(tx: &mut Tx, module: &Module, from: Id, to: Id) {
    let schema = Arc::clone(&tx.state().schema);
    let people = PEOPLE.iter().find(|(_, name)| *name == module.api_name());
    let change = Repointing {
        module: module.no,
        from,
        to,
        kind: people.map(|(kind, _)| *kind),
    };
    // what tracks a field of one record says nothing of another (assumed)
    let holders = schema.modules();
    for holder in holders.filter(|holder| holder.generated_type() != "field_tracker") {
        if tx.state().table(holder).rows().is_empty() {
            continue;
        }
        for field in &holder.fields {
            match &field.kind {
                _ if leads_to(field, module.no) => change.lookups(tx, holder, field),
                Storage::Rows(Some(rows)) => {
                    let cells = schema.module_at(*rows).fields.iter();
                    let cells = cells.filter(|cell| leads_to(cell, module.no));
                    let cells: Vec<FieldNo> = cells.map(|cell| cell.no).collect();
                    change.rows(tx, holder, field, &cells);
                }
                Storage::Links(Linked::Record(no)) if *no == module.no => {
                    change.rows(tx, holder, field, &[LINK]);
                }
                _ if field.is_participants() => change.participants(tx, holder, field),
                _ => {}
            }
        }
    }
}

struct Repointing {
    module: ModuleNo,
    from: Id,
    to: Id,
    /// The word for records of the module among participants.
    kind: Option<&'static str>,
}

impl Repointing {
    fn lookups(&self, tx: &mut Tx, holder: &Module, field: &Field) {
        let target = Value::Lookup(self.module, self.from);
        for id in pointing_to(tx.state(), holder, field, &target) {
            let Some(record) = tx.state().table(holder).get(id).cloned() else {
                continue;
            };
            // nothing points to itself
            let itself = holder.no == self.module && id == self.to;
            let value = match itself {
                true => Value::Null,
                false => Value::Lookup(self.module, self.to),
            };
            let mut changes = vec![(field.no, value)];
            changes.extend(self.detail(holder, &record));
            let changed = record.with_values(changes);
            if self.is_second(tx.state(), holder, field, &changed) {
                tx.take(holder, id);
                linking::gone(tx, holder, &record);
                continue;
            }
            tx.put(holder, changed);
        }
    }

    /// Whether a pair of records would be there twice.
    fn is_second(&self, state: &OrgState, holder: &Module, field: &Field, pair: &Record) -> bool {
        if !holder.is_linking() {
            return false;
        }
        let ends = |record: &Record| -> Vec<Option<Value>> {
            let lookups = holder.fields.iter();
            let lookups = lookups.filter(|field| matches!(field.kind, Storage::Lookup(_)));
            lookups
                .map(|field| record.stored(field.no).cloned())
                .collect()
        };
        let target = Value::Lookup(self.module, self.to);
        let mut others = pointing_to(state, holder, field, &target).into_iter();
        others.any(|id| {
            let other = state.table(holder).get(id);
            id != pair.id && other.is_some_and(|other| ends(other) == ends(pair))
        })
    }

    /// What a lead that was converted tells of the records that it became.
    fn detail(&self, holder: &Module, record: &Record) -> Option<(FieldNo, Value)> {
        let no = dollar_no(holder, "$converted_detail")?;
        let Some(Value::Json(detail)) = record.stored(no) else {
            return None;
        };
        let mut detail = Json::clone(detail);
        let ids = detail.as_object_mut()?.values_mut();
        let old = self.from.json();
        ids.filter(|id| **id == old)
            .for_each(|id| *id = self.to.json());
        Some((no, Value::Json(Arc::new(detail))))
    }

    /// Rows of a field, in which some cells may point to the record. Of the rows of a multi-select
    /// lookup no two point to the same one.
    fn rows(&self, tx: &mut Tx, holder: &Module, field: &Field, cells: &[FieldNo]) {
        let old = Value::Lookup(self.module, self.from);
        let new = Value::Lookup(self.module, self.to);
        let points = |row: &SubformRow, target: &Value| {
            row.values
                .iter()
                .any(|(no, value)| cells.contains(no) && value == target)
        };
        let links = matches!(field.kind, Storage::Links(_));
        self.each(tx, holder, field, |value| {
            let Value::Rows(rows) = value else {
                return None;
            };
            if !rows.iter().any(|row| points(row, &old)) {
                return None;
            }
            let twice = links && rows.iter().any(|row| points(row, &new));
            let kept = rows.iter().filter(|row| !(twice && points(row, &old)));
            let rows = kept.map(|row| {
                let values = row.values.iter().map(|(no, value)| {
                    let hit = cells.contains(no) && *value == old;
                    (*no, if hit { new.clone() } else { value.clone() })
                });
                SubformRow {
                    values: values.collect(),
                    ..row.clone()
                }
            });
            Some(Value::Rows(Arc::new(rows.collect())))
        });
    }

    /// Participants of meetings, of whom no two are the same person.
    fn participants(&self, tx: &mut Tx, holder: &Module, field: &Field) {
        let (old, new) = (self.from.json(), self.to.json());
        let Some(kind) = self.kind else {
            return;
        };
        let is = |person: &Json, id: &Json| {
            person.get("type").and_then(Json::as_str) == Some(kind)
                && person.get("participant") == Some(id)
        };
        self.each(tx, holder, field, |value| {
            let Value::Json(people) = value else {
                return None;
            };
            let people = people.as_array()?;
            if !people.iter().any(|person| is(person, &old)) {
                return None;
            }
            let twice = people.iter().any(|person| is(person, &new));
            let kept = people.iter().filter(|person| !(twice && is(person, &old)));
            let people = kept.map(|person| {
                let mut person = Json::clone(person);
                if is(&person, &old) {
                    person["participant"] = new.clone();
                }
                person
            });
            Some(Value::Json(Arc::new(people.collect())))
        });
    }

    /// Gives a field of each record another value, where `change` has one.
    fn each(
        &self,
        tx: &mut Tx,
        holder: &Module,
        field: &Field,
        change: impl Fn(&Value) -> Option<Value>,
    ) {
        let rows = tx.state().table(holder).rows().iter();
        let changed: Vec<Record> = rows
            .filter_map(|(_, record)| {
                let value = change(record.stored(field.no)?)?;
                Some(record.with_values(vec![(field.no, value)]))
            })
            .collect();
        for record in changed {
            tx.put(holder, record);
        }
    }
}
