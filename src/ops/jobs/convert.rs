//! Conversions that were ordered, of one record or of several. One that fails leaves the others as they
//! are.

use std::sync::Arc;

use lean_string::LeanString;

use crate::ids::Id;
use crate::ops::convert::{self, Conversion, activities_of};
use crate::ops::held::hold;
use crate::ops::inventory;
use crate::ops::permit::{Deed, permit};
use crate::schema::{Module, ModuleNo};
use crate::store::job::{InventoryConversions, LeadConversion, LeadConversions, MassCounts};
use crate::store::{OrgState, Record, Tx};
use crate::value::Value;

/// Runs `one` for each id, on a copy of the state first, so that a failure leaves nothing behind.
fn each(tx: &mut Tx, ids: &[Id], one: impl Fn(&mut Tx, Id) -> bool) -> MassCounts {
    let mut counts = MassCounts {
        total: ids.len(),
        ..MassCounts::default()
    };
    for id in ids {
        let mut trial = Tx::new(OrgState::clone(tx.state()), tx.now());
        match one(&mut trial, *id) && one(tx, *id) {
            true => counts.done += 1,
            false => counts.failed += 1,
        }
    }
    counts
}

/// A record that can be converted by now.
fn convertible(tx: &Tx, module: &Module, id: Id) -> Option<Arc<Record>> {
    let record = tx.state().table(module).get(id)?;
    hold(module, record).is_none().then(|| Arc::clone(record))
}

/// Converts one lead.
pub(super) fn lead(tx: &mut Tx, work: &LeadConversion) -> bool {
    let module = Arc::clone(tx.state().schema.module_at(work.module));
    let counts = each(tx, &[work.lead], |tx, id| {
        let lead = convertible(tx, &module, id);
        lead.is_some_and(|lead| {
            convert::convert(tx, &module, &lead, &work.wanted, work.version).is_ok()
        })
    });
    counts.done == 1
}

/// Converts several leads alike.
pub(super) fn leads(tx: &mut Tx, work: &LeadConversions) -> MassCounts {
    let module = Arc::clone(tx.state().schema.module_at(work.module));
    each(tx, &work.ids, |tx, id| {
        let Some(lead) = convertible(tx, &module, id) else {
            return false;
        };
        let owners = activities_of(tx.state(), &module, id);
        let wanted = Conversion {
            tags: work.tags_to.map(|carried| match carried {
                true => tags_of(&module, &lead),
                false => Vec::new(),
            }),
            ..work.wanted.clone()
        };
        if convert::convert(tx, &module, &lead, &wanted, work.version).is_err() {
            return false;
        }
        if let Some(owner) = wanted.assign_to {
            give(tx, &work.related, &owners, owner);
        }
        true
    })
}

/// Converts several quotes or sales orders alike.
pub(super) fn inventory(tx: &mut Tx, work: &InventoryConversions) -> MassCounts {
    let schema = Arc::clone(&tx.state().schema);
    let module = schema.module_at(work.module);
    let target = schema.module_at(work.target);
    each(tx, &work.ids, |tx, id| {
        let Some(record) = convertible(tx, module, id) else {
            return false;
        };
        let wanted = inventory::InventoryConversion {
            target,
            carry_over_tags: work.carry_over_tags,
            assign_to: work.assign_to,
            related: &work.related,
        };
        permit(tx, module, &record, Deed::Convert).is_ok()
            && inventory::convert(tx, module, &record, &wanted).is_ok()
    })
}

/// The tags of a record.
fn tags_of(module: &Module, record: &Record) -> Vec<LeanString> {
    match record.by_name("Tag", module) {
        Value::List(tags) => tags.to_vec(),
        _ => Vec::new(),
    }
}

/// Gives activities of some modules another owner.
fn give(tx: &mut Tx, modules: &[ModuleNo], activities: &[(ModuleNo, Id)], owner: Id) {
    let schema = Arc::clone(&tx.state().schema);
    for (no, id) in activities.iter().filter(|(no, _)| modules.contains(no)) {
        let module = schema.module_at(*no);
        if let Some(record) = tx.state().table(module).get(*id) {
            let mut record = Record::clone(record);
            record.owner = owner;
            // its text shows the owner
            let record = record.with_values(Vec::new());
            tx.put(module, record);
        }
    }
}
