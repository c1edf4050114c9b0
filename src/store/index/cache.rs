//! What a table and its copies keep of their indexes.

use std::sync::Arc;

use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};

use super::hashed::{Find, Index};
use super::merger;
use super::order::{InOrder, KeptOrder, OrderSlot};
use crate::ids::Id;
use crate::schema::{Field, FieldNo};

/// The indexes of a table and of its copies.
#[derive(Debug, Default)]
pub(in crate::store) struct IndexCache {
    /// Indexes of copies that went different ways, the one that was used last at the end.
    hashed: Mutex<FxHashMap<Find, Vec<Index>>>,
    pub(super) ordered: Mutex<FxHashMap<FieldNo, OrderSlot>>,
    /// Indexes whose runs are to be merged.
    merging: Mutex<FxHashSet<Find>>,
}

/// So many ways of copies are remembered, such as that of an org and that of its forks from the seed.
const MOST_WAYS: usize = 3;

/// Puts something behind what was used before it.
fn push<T>(kept: &mut Vec<T>, new: T) {
    if kept.len() >= MOST_WAYS {
        kept.remove(0);
    }
    kept.push(new);
}

impl IndexCache {
    /// As much of an index as is true of a table that has been at some versions.
    pub(super) fn known(&self, by: Find, has_been: impl Fn(u64) -> bool) -> Option<Index> {
        let mut hashed = self.hashed.lock();
        let kept = hashed.get_mut(&by)?;
        let usable = kept.iter().enumerate();
        let usable = usable.filter_map(|(at, index)| Some((at, index.past(&has_been)?)));
        let (at, index) = usable.max_by_key(|(_, index)| index.version)?;
        let used = kept.remove(at);
        kept.push(used);
        Some(index)
    }

    /// Keeps an index for the next question, unless one that goes on from it is there.
    pub(super) fn keep(&self, by: Find, index: &Index) {
        let mut hashed = self.hashed.lock();
        let kept = hashed.entry(by).or_default();
        match kept.iter_mut().find(|kept| kept.begins_as(index)) {
            Some(kept) if kept.version < index.version => *kept = index.clone(),
            Some(_) => {}
            None => push(kept, index.clone()),
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
        let kept = hashed.get_mut(&by).into_iter().flatten();
        // its runs may have been merged meanwhile
        if let Some(kept) = kept.into_iter().find(|kept| kept.version == index.version) {
            kept.add(version, entries);
            if kept.alike().is_some() && self.merging.lock().insert(by) {
                self.beside_requests(move |indexes| indexes.merge(by));
            }
            return kept.clone();
        }
        // that of another copy, or one that another reader has brought up to date
        drop(hashed);
        index.add(version, entries);
        self.keep(by, &index);
        index
    }

    /// Keeps an order for the next question, unless one that goes on from it is there.
    pub(super) fn keep_order(&self, field: &Field, order: &InOrder) {
        let mut ordered = self.ordered.lock();
        let kept = &mut ordered.entry(field.no).or_default().kept;
        let new = KeptOrder {
            order: order.clone(),
            renewing: None,
        };
        let same = |kept: &&mut KeptOrder| Arc::ptr_eq(&kept.order.base, &order.base);
        match kept.iter_mut().find(same) {
            Some(kept) if kept.order.version < order.version => *kept = new,
            Some(_) => {}
            None => push(kept, new),
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
            let alike = {
                let hashed = self.hashed.lock();
                let mut kept = hashed.get(&by).into_iter().flatten();
                kept.find_map(Index::alike)
            };
            let Some((older, newer)) = alike else {
                return;
            };
            let merged = Arc::new(older.merged(&newer));
            let mut hashed = self.hashed.lock();
            for index in hashed.get_mut(&by).into_iter().flatten() {
                index.replace((&older, &newer), Arc::clone(&merged));
            }
        }
    }

    fn renew(&self, field: FieldNo) {
        /// So many changes are carried over while others wait.
        const FEW: usize = 64;
        let begun = {
            let ordered = self.ordered.lock();
            let mut kept = ordered.get(&field).into_iter().flat_map(|slot| &slot.kept);
            let asked = kept.find(|kept| kept.renewing.is_some());
            asked.map(|kept| kept.order.clone())
        };
        let Some(begun) = begun else {
            return;
        };
        let mut renewed = begun.renewed();
        loop {
            let mut ordered = self.ordered.lock();
            let slot = ordered.get_mut(&field).into_iter();
            let mut kept = slot.flat_map(|slot| &mut slot.kept);
            let same = |kept: &&mut KeptOrder| Arc::ptr_eq(&kept.order.base, &begun.base);
            let Some(kept) = kept.find(same) else {
                return;
            };
            let Some(changed) = kept.renewing.as_mut().map(std::mem::take) else {
                return;
            };
            if changed.len() <= FEW {
                renewed.carry_over(&changed, &kept.order);
                kept.order = renewed;
                kept.renewing = None;
                return;
            }
            let order = kept.order.clone();
            drop(ordered);
            renewed.carry_over(&changed, &order);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of an org and that of a fork from its beginning stay both, also when the runs that they
    /// had in common have become part of longer ones.
    #[test]
    fn copies_that_went_different_ways_keep_their_indexes() {
        let by = Find::Value(0);
        let cache = Arc::new(IndexCache::default());
        let entry = |n: u64| (n, Id(n));
        cache.keep(by, &Index::of(1, (0..10).map(entry).collect()));
        let own = |version: u64| version <= 100;
        let fork = |version: u64| version == 1 || version == 200;
        for version in 2..60 {
            let known = cache.known(by, own).expect("an index");
            cache.add(by, known, version, vec![entry(version * 10)]);
        }
        cache.merge(by);
        assert!(cache.known(by, fork).is_none(), "the first run is gone");
        // the fork makes one of its own, which is found from then on, and goes on
        cache.keep(by, &Index::of(1, (0..10).map(entry).collect()));
        let known = cache.known(by, fork).expect("its own");
        cache.add(by, known, 200, vec![entry(7_000)]);
        for _ in 0..3 {
            let theirs = cache.known(by, fork).expect("its own");
            assert_eq!((theirs.version, theirs.under(&[7_000]).len()), (200, 1));
            let mine = cache.known(by, own).expect("the org's");
            assert_eq!((mine.version, mine.under(&[590]).len()), (59, 1));
            assert!(mine.under(&[7_000]).is_empty());
        }
        // and not more of them than that
        for version in 300..310 {
            cache.keep(by, &Index::of(version, vec![entry(version)]));
        }
        assert_eq!(cache.hashed.lock()[&by].len(), MOST_WAYS);
    }
}
