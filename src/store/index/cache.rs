//! What a table and its copies keep of their indexes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

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
    hashed: Mutex<FxHashMap<Find, HashedSlot>>,
    pub(super) ordered: Mutex<FxHashMap<FieldNo, OrderSlot>>,
    /// Indexes whose runs are to be merged.
    merging: Mutex<FxHashSet<Find>>,
    /// Whether it is looked from time to time what of it can be given back.
    watched: AtomicBool,
}

/// What is known of an index of hashes.
#[derive(Debug)]
struct HashedSlot {
    /// Indexes of copies that went different ways, the one that was used last at the end.
    kept: Vec<Index>,
    /// When it was last asked for.
    asked: Instant,
}

impl Default for HashedSlot {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            asked: Instant::now(),
        }
    }
}

/// An index of so many bytes is given back when nobody has asked for it for [`IDLE`]; smaller ones stay.
const LARGE: usize = 1 << 20;
/// See [`LARGE`]: long enough for a test that does something else meanwhile.
const IDLE: Duration = Duration::from_secs(300);

/// So many ways of copies are remembered, such as that of an org and that of its forks from the seed.
const MOST_WAYS: usize = 3;

/// Puts something behind what was used before it.
fn push<T>(kept: &mut Vec<T>, new: T) {
    if kept.len() >= MOST_WAYS {
        kept.remove(0);
    }
    kept.push(new);
}

impl HashedSlot {
    fn bytes(&self) -> usize {
        let bytes = self.kept.iter().map(Index::bytes);
        bytes.fold(0, usize::saturating_add)
    }
}

impl IndexCache {
    /// As much of an index as is true of a table that has been at some versions.
    pub(super) fn known(&self, by: Find, has_been: impl Fn(u64) -> bool) -> Option<Index> {
        let mut hashed = self.hashed.lock();
        let HashedSlot { kept, asked } = hashed.get_mut(&by)?;
        *asked = Instant::now();
        let usable = kept.iter().enumerate();
        let usable = usable.filter_map(|(at, index)| Some((at, index.past(&has_been)?)));
        let (at, index) = usable.max_by_key(|(_, index)| index.version)?;
        let used = kept.remove(at);
        kept.push(used);
        Some(index)
    }

    /// Keeps an index for the next question, unless one that goes on from it is there.
    pub(super) fn keep(self: &Arc<Self>, by: Find, index: &Index) {
        if index.bytes() >= LARGE {
            self.watch();
        }
        let mut hashed = self.hashed.lock();
        let kept = &mut hashed.entry(by).or_default().kept;
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
        let kept = hashed.get_mut(&by);
        let kept = kept.into_iter().flat_map(|slot| &mut slot.kept);
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
    pub(super) fn keep_order(self: &Arc<Self>, field: &Field, order: &InOrder) {
        if order.bytes() >= LARGE {
            self.watch();
        }
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

    /// What the indexes take, in bytes.
    pub(in crate::store) fn bytes(&self) -> usize {
        let hashed = self.hashed.lock();
        let hashed: usize = hashed.values().map(HashedSlot::bytes).sum();
        let ordered = self.ordered.lock();
        let ordered = ordered.values().map(OrderSlot::bytes);
        ordered.fold(hashed, usize::saturating_add)
    }

    /// Has it looked from time to time what can be given back.
    fn watch(self: &Arc<Self>) {
        if self.watched.swap(true, Ordering::Relaxed) {
            return;
        }
        let indexes = Arc::downgrade(self);
        merger::watch(move |now| {
            let indexes = indexes.upgrade();
            indexes.is_some_and(|indexes| indexes.give_back(now, IDLE))
        });
    }

    /// Gives back large indexes that nobody has asked for so long. Says whether there may be more to
    /// give back later.
    fn give_back(&self, now: Instant, idle: Duration) -> bool {
        // dropped when the locks are free again
        let mut gone: (Vec<HashedSlot>, Vec<OrderSlot>) = Default::default();
        // before the look: what is kept during it is watched anew
        self.watched.store(false, Ordering::Relaxed);
        let mut more = false;
        let mut goes = |bytes: usize, asked: Instant| {
            let is_idle = now.saturating_duration_since(asked) >= idle;
            more |= bytes >= LARGE && !is_idle;
            bytes >= LARGE && is_idle
        };
        {
            let mut hashed = self.hashed.lock();
            let given = hashed.extract_if(|_, slot| goes(slot.bytes(), slot.asked));
            gone.0.extend(given.map(|(_, slot)| slot));
        }
        {
            let mut ordered = self.ordered.lock();
            let given = ordered.extract_if(|_, slot| goes(slot.bytes(), slot.asked));
            gone.1.extend(given.map(|(_, slot)| slot));
        }
        more && !self.watched.swap(true, Ordering::Relaxed)
    }

    fn merge(&self, by: Find) {
        self.merging.lock().remove(&by);
        loop {
            let alike = {
                let hashed = self.hashed.lock();
                let mut kept = hashed.get(&by).into_iter().flat_map(|slot| &slot.kept);
                kept.find_map(Index::alike)
            };
            let Some((older, newer)) = alike else {
                return;
            };
            let merged = Arc::new(older.merged(&newer));
            let mut hashed = self.hashed.lock();
            let kept = hashed.get_mut(&by).into_iter();
            for index in kept.flat_map(|slot| &mut slot.kept) {
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
        assert_eq!(cache.hashed.lock()[&by].kept.len(), MOST_WAYS);
    }

    #[test]
    fn large_indexes_that_nobody_asks_for_are_given_back() {
        let cache = Arc::new(IndexCache::default());
        let (small, large) = (Find::Value(0), Find::Value(1));
        let index = |entries: u64| Index::of(1, (0..entries).map(|n| (n, Id(n))).collect());
        cache.keep(small, &index(10));
        cache.keep(large, &index(100_000));
        let bytes = cache.bytes();
        assert!((LARGE..LARGE * 3).contains(&bytes), "{bytes}");
        let begun = Instant::now();
        assert!(
            cache.give_back(begun + IDLE / 2, IDLE),
            "there may be more later"
        );
        assert_eq!(cache.bytes(), bytes);
        assert!(!cache.give_back(begun + IDLE * 2, IDLE), "nothing is left");
        assert!(cache.known(small, |_| true).is_some() && cache.known(large, |_| true).is_none());
        assert!(cache.bytes() < LARGE);
        // and made anew when somebody asks again
        cache.keep(large, &index(100_000));
        assert_eq!(cache.bytes(), bytes);
    }
}
