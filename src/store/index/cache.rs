//! What a table and its copies keep of their indexes.

use std::sync::Arc;

use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::hashed::{Find, Index};
use super::merger;
use super::order::{InOrder, OrderSlot};
use crate::ids::Id;
use crate::schema::{Field, FieldNo};

/// The indexes of a table and of its copies.
#[derive(Debug, Default)]
pub(in crate::store) struct IndexCache {
    pub(super) hashed: Mutex<FxHashMap<Find, Index>>,
    pub(super) ordered: Mutex<FxHashMap<FieldNo, OrderSlot>>,
    /// Indexes whose runs are to be merged.
    merging: Mutex<FxHashSet<Find>>,
}

impl IndexCache {
    /// Keeps an index for the next question, unless one of a later version is there.
    pub(super) fn keep(&self, by: Find, index: &Index) {
        let mut hashed = self.hashed.lock();
        let kept = hashed.entry(by).or_insert_with(|| index.clone());
        if kept.version < index.version {
            *kept = index.clone();
        }
    }

    /// Adds entries to an index, which is true of `version` then.
    pub(super) fn add(
        self: &Arc<Self>,
        by: Find,
        mut index: Index,
        version: u64,
        entries: Vec<(u64, Id)>,
    ) -> Index {
        let mut hashed = self.hashed.lock();
        match hashed.get_mut(&by) {
            // its runs may have been merged meanwhile
            Some(kept) if kept.version == index.version => {
                kept.add(version, entries);
                if kept.alike().is_some() && self.merging.lock().insert(by) {
                    self.beside_requests(move |indexes| indexes.merge(by));
                }
                kept.clone()
            }
            // that of another copy, or one that another reader has brought up to date
            _ => {
                drop(hashed);
                index.add(version, entries);
                self.keep(by, &index);
                index
            }
        }
    }

    /// Keeps an order for the next question, unless one of a later version is there.
    pub(super) fn keep_order(&self, field: &Field, order: &InOrder) {
        let mut ordered = self.ordered.lock();
        let slot = ordered.entry(field.no).or_default();
        let newer = |kept: &InOrder| {
            (kept.version, kept.base.version) < (order.version, order.base.version)
        };
        if slot.order.as_ref().is_none_or(newer) {
            slot.order = Some(order.clone());
            slot.renewing = None;
        }
    }

    /// Has an order renewed.
    pub(super) fn ask_to_renew(self: &Arc<Self>, field: FieldNo) {
        self.beside_requests(move |indexes| indexes.renew(field));
    }

    /// Has something done beside the requests, which holds locks for moments alone. What belongs to no
    /// table any more by then needs nothing.
    fn beside_requests(self: &Arc<Self>, upkeep: impl FnOnce(&Self) + Send + 'static) {
        let indexes = Arc::downgrade(self);
        merger::ask(move || {
            if let Some(indexes) = indexes.upgrade() {
                upkeep(&indexes);
            }
        });
    }

    fn merge(&self, by: Find) {
        self.merging.lock().remove(&by);
        loop {
            let alike = self.hashed.lock().get(&by).and_then(Index::alike);
            let Some((older, newer)) = alike else {
                return;
            };
            let merged = Arc::new(older.merged(&newer));
            let mut hashed = self.hashed.lock();
            let Some(index) = hashed.get_mut(&by) else {
                return;
            };
            index.replace((&older, &newer), merged);
        }
    }

    fn renew(&self, field: FieldNo) {
        /// So many changes are carried over while others wait.
        const FEW: usize = 64;
        let begun = {
            let ordered = self.ordered.lock();
            ordered.get(&field).and_then(|slot| slot.order.clone())
        };
        let Some(begun) = begun else {
            return;
        };
        let mut renewed = begun.renewed();
        loop {
            let mut ordered = self.ordered.lock();
            let Some(slot) = ordered.get_mut(&field) else {
                return;
            };
            let (Some(order), Some(changed)) = (&slot.order, &mut slot.renewing) else {
                return;
            };
            if !Arc::ptr_eq(&order.base, &begun.base) {
                slot.renewing = None;
                return;
            }
            let changed = std::mem::take(changed);
            if changed.len() <= FEW {
                renewed.carry_over(&changed, order);
                slot.order = Some(renewed);
                slot.renewing = None;
                return;
            }
            let order = order.clone();
            drop(ordered);
            renewed.carry_over(&changed, &order);
        }
    }
}
