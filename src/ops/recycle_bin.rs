//! The recycle bin as a whole: what it shows, what comes out of it, and what leaves it for good.
//!
//! A record takes along what belongs to it ([`super::delete`]), and brings it back. Of what went with
//! another record the bin shows nothing.

use std::sync::Arc;

use super::delete::parents_of;
use super::linking;
use super::permit::may_see;
use super::scoring;
use super::write::{equals, find};
use crate::ids::Id;
use crate::schema::Module;
use crate::store::bin::{BinComparator, BinCondition, BinField, BinOperand};
use crate::store::job::{BinSelection, BinWork, MassCounts};
use crate::store::{Deleted, OrgState, Record, RecordAt, Tx};
use crate::value::{Value, fold};

/// An entry that the bin shows.
#[derive(Clone, Copy, Debug)]
pub struct BinEntry<'s> {
    /// The module of the record.
    pub module: &'s Arc<Module>,
    /// The entry.
    pub entry: &'s Arc<Deleted>,
}

impl BinEntry<'_> {
    /// The record.
    #[must_use]
    pub fn key(&self) -> RecordAt {
        (self.module.no, self.entry.record.id)
    }
}

/// Why a record does not come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotRestored {
    /// The bin does not have it.
    Unknown,
    /// It belongs to a record that is deleted itself.
    WithoutParent,
    /// Another record has its value of a unique field by now.
    Taken {
        /// The API name of the field.
        field: String,
        /// The other record.
        by: Id,
    },
}

/// What the bin shows to the current user, in no particular order.
pub fn entries(state: &OrgState, now: i64) -> impl Iterator<Item = BinEntry<'_>> {
    state.schema.modules().flat_map(move |module| {
        let entries = state.table(module).deleted().iter();
        let shown = entries.filter(move |(_, entry)| {
            let with = entry.with.filter(|root| in_bin(state, *root, now));
            !entry.permanent(now) && with.is_none() && may_see(state, module, &entry.record).is_ok()
        });
        shown.map(move |(_, entry)| BinEntry { module, entry })
    })
}

/// The record that the bin has under an id, whether it shows it by itself or with another one; none
/// that the current user does not see.
#[must_use]
pub fn lookup(state: &OrgState, id: Id, now: i64) -> Option<BinEntry<'_>> {
    state.schema.modules().find_map(|module| {
        let entry = state.table(module).deleted_as(id)?;
        let seen = !entry.permanent(now) && may_see(state, module, &entry.record).is_ok();
        seen.then_some(BinEntry { module, entry })
    })
}

fn in_bin(state: &OrgState, (module, id): RecordAt, now: i64) -> bool {
    let entry = state.tables.get(module).deleted_as(id);
    entry.is_some_and(|entry| !entry.permanent(now))
}

/// The records that went with one.
fn went_with(state: &OrgState, root: RecordAt) -> Vec<RecordAt> {
    let modules = state.schema.modules();
    let of_module = modules.flat_map(|module| {
        let ids = state.table(module).went_with(root);
        ids.map(|id| (module.no, id))
    });
    of_module.collect()
}

/// How many records come back, or go for good, with one; it is counted, too.
#[must_use]
pub fn size(state: &OrgState, root: RecordAt) -> usize {
    went_with(state, root).len().saturating_add(1)
}

/// Brings a record back, and what went with it.
///
/// # Errors
/// Why that cannot be; nothing is changed then.
pub fn restore(tx: &mut Tx, root: RecordAt) -> Result<(), NotRestored> {
    let schema = Arc::clone(&tx.state().schema);
    let module = schema.module_at(root.0);
    let state = tx.state();
    if !in_bin(state, root, tx.now()) || state.table(module).get(root.1).is_some() {
        return Err(NotRestored::Unknown);
    }
    let entry = state.table(module).deleted_as(root.1);
    let record = entry.map(|entry| Arc::clone(&entry.record));
    let record = record.ok_or(NotRestored::Unknown)?;
    let with = entry.and_then(|entry| entry.with);
    if with.is_some_and(|with| in_bin(state, with, tx.now()))
        || dead_parent(state, module, &record, tx.now()).is_some()
    {
        return Err(NotRestored::WithoutParent);
    }
    let mut waiting = went_with(state, root);
    for key in std::iter::once(root).chain(waiting.iter().copied()) {
        check_free(state, key)?;
    }
    tx.restore(module, root.1);
    scoring::follow(tx, module, root.1);
    let mut back = vec![root];
    // notes of tasks follow their tasks
    loop {
        let before = back.len();
        waiting.retain(|key| {
            let comes = comes_back(tx, *key);
            back.extend(comes.then_some(*key));
            !comes
        });
        if back.len() == before {
            break;
        }
    }
    for key in waiting {
        belong_elsewhere(tx, key);
    }
    linking::restored(tx, &back);
    Ok(())
}

/// Brings back a record if all that it belongs to is there.
fn comes_back(tx: &mut Tx, (no, id): RecordAt) -> bool {
    let module = Arc::clone(tx.state().schema.module_at(no));
    let entry = tx.state().table(&module).deleted_as(id);
    let orphan = entry
        .is_none_or(|entry| dead_parent(tx.state(), &module, &entry.record, tx.now()).is_some());
    let back = !orphan && tx.restore(&module, id);
    if back {
        scoring::follow(tx, &module, id);
    }
    back
}

/// A record that belongs to two others, of which one is still deleted, waits for that one.
fn belong_elsewhere(tx: &mut Tx, (no, id): RecordAt) {
    let module = Arc::clone(tx.state().schema.module_at(no));
    let Some(entry) = tx.state().table(&module).deleted_as(id).cloned() else {
        return;
    };
    let parent = dead_parent(tx.state(), &module, &entry.record, tx.now());
    match parent.filter(|parent| in_bin(tx.state(), *parent, tx.now())) {
        Some(parent) => {
            let above = tx.state().tables.get(parent.0).deleted_as(parent.1);
            let root = above.and_then(|above| above.with).unwrap_or(parent);
            let entry = Deleted {
                with: Some(root),
                ..Deleted::clone(&entry)
            };
            tx.put_deleted(&module, entry);
        }
        None => drop(tx.erase(&module, id)),
    }
}

/// A record that another one belongs to, and that is not there.
fn dead_parent(state: &OrgState, module: &Module, record: &Record, now: i64) -> Option<RecordAt> {
    parents_of(module).find_map(|field| match record.stored(field.no) {
        Some(Value::Lookup(target, id)) => {
            let key = (*target, *id);
            let dead = state.tables.get(*target).get(*id).is_none();
            // a task waits for what it is about, and does without it once that is gone for good
            let awaited = field.api_name() != "What_Id" || in_bin(state, key, now);
            (dead && awaited).then_some(key)
        }
        _ => None,
    })
}

/// Refuses a record of whose unique values another one has one by now.
fn check_free(state: &OrgState, (no, id): RecordAt) -> Result<(), NotRestored> {
    let module = state.schema.module_at(no);
    let Some(entry) = state.table(module).deleted_as(id) else {
        return Ok(());
    };
    for field in module.unique.iter().map(|no| module.field_at(*no)) {
        let value = entry.record.stored(field.no);
        let Some(expr) = value.and_then(|value| equals(field, value)) else {
            continue;
        };
        if let Some(by) = find(state, module, &expr) {
            let field = field.api_name().to_owned();
            return Err(NotRestored::Taken { field, by });
        }
    }
    Ok(())
}

/// Has the bin forget a record, and what went with it. False if it does not have it.
pub fn erase(tx: &mut Tx, root: RecordAt) -> bool {
    if !in_bin(tx.state(), root, tx.now()) {
        return false;
    }
    let all = went_with(tx.state(), root);
    for (no, id) in std::iter::once(root).chain(all) {
        let module = Arc::clone(tx.state().schema.module_at(no));
        tx.erase(&module, id);
    }
    true
}

/// Whether all conditions hold for an entry.
#[must_use]
pub fn meets(state: &OrgState, entry: BinEntry<'_>, conditions: &[BinCondition]) -> bool {
    conditions
        .iter()
        .all(|condition| holds(state, entry, condition))
}

fn holds(
    state: &OrgState,
    BinEntry { module, entry }: BinEntry<'_>,
    condition: &BinCondition,
) -> bool {
    let order = match (&condition.operand, condition.field) {
        (BinOperand::Time(at), _) => entry.deleted_time.cmp(at),
        (BinOperand::Module(no), _) => module.no.cmp(no),
        (BinOperand::User(id), BinField::Owner) => entry.record.owner.cmp(id),
        (BinOperand::User(id), _) => entry.deleted_by.cmp(id),
        (BinOperand::Text(text), field) => {
            let own = match field {
                BinField::Owner => state.user_name(entry.record.owner),
                BinField::DeletedBy => state.user_name(entry.deleted_by),
                _ => entry.display_name.as_deref().unwrap_or_default().to_owned(),
            };
            let own = fold(&own);
            match condition.comparator {
                BinComparator::Contains => return own.contains(text.as_str()),
                BinComparator::NotContains => return !own.contains(text.as_str()),
                BinComparator::StartsWith => return own.starts_with(text.as_str()),
                BinComparator::EndsWith => return own.ends_with(text.as_str()),
                _ => own.as_str().cmp(text.as_str()),
            }
        }
    };
    match condition.comparator {
        BinComparator::Equal => order.is_eq(),
        BinComparator::NotEqual => order.is_ne(),
        BinComparator::GreaterThan => order.is_gt(),
        BinComparator::LessThan => order.is_lt(),
        // of texts alone
        _ => false,
    }
}

/// Does what a job is about.
pub(super) fn work(tx: &mut Tx, work: &BinWork) -> MassCounts {
    let records: Vec<RecordAt> = match &work.which {
        BinSelection::Records(records) => records.to_vec(),
        BinSelection::Meeting(conditions) => {
            let all = entries(tx.state(), tx.now());
            let meant = all.filter(|entry| meets(tx.state(), *entry, conditions));
            meant.map(|entry| entry.key()).collect()
        }
    };
    let mut one = |key: &RecordAt| match work.restore {
        true => restore(tx, *key).is_ok(),
        false => erase(tx, *key),
    };
    // what belongs to another one that comes back in the same job may have to wait for it
    let first: Vec<bool> = records.iter().map(&mut one).collect();
    let again = records.iter().zip(first);
    let done = again
        .filter(|(key, done)| *done || (work.restore && one(key)))
        .count();
    MassCounts {
        total: records.len(),
        done,
        unchanged: 0,
        failed: records.len().saturating_sub(done),
    }
}
