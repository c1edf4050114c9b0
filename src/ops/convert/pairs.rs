//! What linking modules pair with a lead: its contact has it from the conversion on.

use std::sync::Arc;

use crate::ids::Id;
use crate::ops::relations::own_fields;
use crate::query::related::{pair, pairs};
use crate::schema::relation::Pairs;
use crate::schema::{Module, Schema};
use crate::store::{Record, RecordAt, Tx};
use crate::value::Value;

/// Moves the pairs of a lead, such as its memberships in campaigns with their status, to a contact,
/// wherever a linking module pairs contacts with the same kind of records. The contact keeps a pair that
/// it has already (assumed).
pub(super) fn hand_over(tx: &mut Tx, leads: &Module, lead: Id, contact: Id) {
    let schema = Arc::clone(&tx.state().schema);
    let Some(contacts) = schema.module("Contacts") else {
        return;
    };
    for from in lists(&schema, leads) {
        let to = lists(&schema, contacts).find(|to| to.module == from.module);
        if let Some(to) = to {
            move_pairs(tx, (&from, (leads.no, lead)), (&to, (contacts.no, contact)));
        }
    }
}

/// What linking modules pair with the records of a module; those of multi-select lookups are fields of
/// one side, and go by them.
fn lists<'s>(schema: &'s Schema, module: &'s Module) -> impl Iterator<Item = Pairs> + 's {
    let linking = schema.linking_modules(module);
    let linking = linking.filter(|through| schema.linking_lookup_of(through).is_none());
    linking.flat_map(move |through| {
        let others = schema.modules().filter(|other| other.no != module.no);
        others.filter_map(move |other| Pairs::of(module, through, other))
    })
}

type End<'p> = (&'p Pairs, RecordAt);

fn move_pairs(tx: &mut Tx, (from, lead): End<'_>, (to, contact): End<'_>) {
    let schema = Arc::clone(&tx.state().schema);
    let (theirs, own) = (schema.module_at(from.through), schema.module_at(to.through));
    let found = pairs(tx.state(), from, lead);
    let found: Vec<(Record, Id)> = found.map(|(pair, other)| (pair.clone(), other)).collect();
    for (old, other) in found {
        tx.take(theirs, old.id);
        if pair(tx.state(), to, contact, other).is_some() {
            continue;
        }
        let mut values = vec![
            (to.own, Value::Lookup(contact.0, contact.1)),
            (to.other, Value::Lookup(to.module, other)),
        ];
        for field in own_fields(own, to) {
            values.push((field.no, old.by_name(field.api_name(), theirs)));
        }
        let id = tx.next_record_id(own);
        let record = Record::new(id, tx.user(), tx.now(), values);
        tx.put(own, record);
    }
}
