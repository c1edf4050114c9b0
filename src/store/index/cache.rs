//! What a table and its copies keep of their indexes.

use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use super::hashed::{Find, Index};
use super::order::{InOrder, OrderSlot};
use crate::schema::{Field, FieldNo};

/// The indexes of a table and of its copies.
#[derive(Debug, Default)]
pub(in crate::store) struct IndexCache {
    pub(super) hashed: Mutex<FxHashMap<Find, Index>>,
    pub(super) ordered: Mutex<FxHashMap<FieldNo, OrderSlot>>,
}

impl IndexCache {
    /// Keeps an index for the next question, unless one of a later version is there.
    pub(super) fn keep(&self, by: Find, index: &Index) {
        let mut hashed = self.hashed.lock();
        let kept = hashed.entry(by).or_insert_with(|| index.clone());
        if (kept.version, kept.base.version) < (index.version, index.base.version) {
            *kept = index.clone();
        }
    }

    /// Keeps an order for the next question, unless one of a later version is there.
    pub(super) fn keep_order(&self, field: &Field, order: &InOrder) {
        let mut ordered = self.ordered.lock();
        let slot = &mut ordered.entry(field.no).or_default().order;
        let newer = |kept: &InOrder| {
            (kept.version, kept.base.version) < (order.version, order.base.version)
        };
        if slot.as_ref().is_none_or(newer) {
            *slot = Some(order.clone());
        }
    }
}
