//! Indexes of hashes: of values, and of parts of texts.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::hash::{GRAM, hash_gram};
use crate::ids::Id;
use crate::schema::FieldNo;

/// What an index finds records by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Find {
    /// Equal values of a field (texts without regard to case).
    Value(FieldNo),
    /// Parts of a field's texts.
    Parts(FieldNo),
    /// Parts of the digits of a field's texts.
    Digits(FieldNo),
    /// Equal values of a cell in the rows of a field.
    Cell(FieldNo, FieldNo),
    /// Records that take part in what a field lists.
    Participant(FieldNo),
}

/// Entries of records that were written about the same time.
#[derive(Debug)]
pub(super) struct Run {
    /// The version of the table up to which this run and the older ones know all records.
    version: u64,
    /// (hash of the value or part, id), sorted.
    entries: Vec<(u64, Id)>,
    /// Where the hashes that begin with each 16 bits start, if there are many entries.
    directory: Vec<u32>,
}

/// An index: runs of growing size. What is written becomes a small run, and runs of like size become
/// one, so that an entry is copied as often as the number of entries has digits. Copies are cheap.
#[derive(Clone, Debug)]
pub(super) struct Index {
    /// The oldest and longest first.
    runs: Arc<Vec<Arc<Run>>>,
    /// The version of the table whose records it knows.
    pub(super) version: u64,
}

/// Runs that have no more entries together are merged by whoever adds to an index; longer ones by
/// the thread that is there for it (see [`super::merger`]).
const MERGED_AT_ONCE: usize = 1 << 12;

impl Index {
    pub(super) fn of(version: u64, mut entries: Vec<(u64, Id)>) -> Self {
        entries.sort_unstable();
        entries.dedup();
        entries.shrink_to_fit();
        Self {
            runs: Arc::new(vec![Arc::new(Run::new(version, entries))]),
            version,
        }
    }

    /// What it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.runs.iter().map(|run| run.bytes()).sum()
    }

    /// As much of it as was true of a table that has been at some of its versions; none if nothing was.
    pub(super) fn past(&self, has_been: impl Fn(u64) -> bool) -> Option<Self> {
        if has_been(self.version) {
            return Some(self.clone());
        }
        let known = self.runs.iter().rposition(|run| has_been(run.version))?;
        let runs = self.runs.get(..=known)?;
        Some(Self {
            version: runs.last()?.version,
            runs: Arc::new(runs.to_vec()),
        })
    }

    /// Whether it was made from the same records as another one.
    pub(super) fn begins_as(&self, other: &Self) -> bool {
        let first = self.runs.first().zip(other.runs.first());
        first.is_some_and(|(own, theirs)| Arc::ptr_eq(own, theirs))
    }

    /// Brings it up to a version of the table by the entries of what was written since its own.
    pub(super) fn add(&mut self, version: u64, mut entries: Vec<(u64, Id)>) {
        self.version = version;
        if entries.is_empty() {
            return;
        }
        entries.sort_unstable();
        entries.dedup();
        let runs = Arc::make_mut(&mut self.runs);
        runs.push(Arc::new(Run::new(version, entries)));
        while let [.., older, newer] = runs.as_slice()
            && are_alike(older, newer)
            && older.entries.len() + newer.entries.len() <= MERGED_AT_ONCE
        {
            let merged = Arc::new(older.merged(newer));
            runs.truncate(runs.len() - 2);
            runs.push(merged);
        }
    }

    /// Two neighbours that are to become one.
    pub(super) fn alike(&self) -> Option<(Arc<Run>, Arc<Run>)> {
        let mut pairs = self.runs.windows(2).filter_map(|pair| match pair {
            [older, newer] => are_alike(older, newer).then(|| (older.clone(), newer.clone())),
            _ => None,
        });
        pairs.next_back()
    }

    /// Puts one run in the place of two neighbours, if they are still there.
    pub(super) fn replace(&mut self, (older, newer): (&Arc<Run>, &Arc<Run>), merged: Arc<Run>) {
        let there = self.runs.windows(2).position(|pair| {
            let [a, b] = pair else { return false };
            Arc::ptr_eq(a, older) && Arc::ptr_eq(b, newer)
        });
        if let Some(at) = there {
            Arc::make_mut(&mut self.runs).splice(at..at + 2, [merged]);
        }
    }

    /// The records under some hashes.
    pub(super) fn under(&self, hashes: &[u64]) -> Candidates {
        let found = hashes.iter().flat_map(|hash| {
            let runs = self.runs.iter();
            runs.map(|run| (Arc::clone(run), run.range(*hash)))
                .filter(|(_, range)| !range.is_empty())
        });
        Candidates {
            runs: found.collect(),
            more: Vec::new(),
            of_one: hashes.len() == 1,
        }
    }

    /// How many entries there are under a hash.
    fn count(&self, hash: u64) -> usize {
        self.runs.iter().map(|run| run.range(hash).len()).sum()
    }

    /// The records under all parts of a text, or few more; none for a text that is shorter than a part.
    pub(super) fn with_parts(&self, text: &str) -> Option<Candidates> {
        /// A part this rare is good enough.
        const RARE: usize = 16;
        /// A part that so many records have does not tell them apart.
        const MANY: usize = 1 << 16;
        // the two rarest parts: what has both is worth looking at
        let mut rarest: Option<(usize, u64)> = None;
        let mut second: Option<(usize, u64)> = None;
        for gram in text.as_bytes().windows(GRAM) {
            let hash = hash_gram(gram);
            let part = (self.count(hash), hash);
            if rarest.is_none_or(|known| part < known) {
                second = rarest.replace(part);
            } else if rarest != Some(part) && second.is_none_or(|known| part < known) {
                second = Some(part);
            }
            if part.0 <= RARE {
                break;
            }
        }
        let (count, hash) = rarest?;
        let second = second.filter(|(second, _)| count > RARE && *second <= MANY);
        Some(match second {
            Some((_, second)) => Candidates::of(self.under_both(hash, second)),
            None => self.under(&[hash]),
        })
    }

    /// The records under both of two hashes, which each of them had at the same time.
    fn under_both(&self, a: u64, b: u64) -> Vec<Id> {
        let runs = self.runs.iter();
        runs.flat_map(|run| run.in_both(run.range(a), run.range(b)))
            .collect()
    }
}

/// Whether runs are so much alike in length that they become one.
fn are_alike(older: &Run, newer: &Run) -> bool {
    older.entries.len() <= newer.entries.len().saturating_mul(2)
}

/// From this many entries on a run has a directory.
const LARGE: usize = 1 << 14;

impl Run {
    fn bytes(&self) -> usize {
        size_of_val(self.entries.as_slice()) + size_of_val(self.directory.as_slice())
    }

    fn new(version: u64, entries: Vec<(u64, Id)>) -> Self {
        let mut directory = Vec::new();
        if entries.len() >= LARGE && u32::try_from(entries.len()).is_ok() {
            directory.reserve_exact((1 << 16) + 1);
            let mut at = 0u32;
            for prefix in 0..=(1u64 << 16) {
                while entries
                    .get(at as usize)
                    .is_some_and(|(hash, _)| hash >> 48 < prefix)
                {
                    at += 1;
                }
                directory.push(at);
            }
        }
        Self {
            version,
            entries,
            directory,
        }
    }

    /// It and a newer one.
    pub(super) fn merged(&self, newer: &Self) -> Self {
        let mut entries = Vec::with_capacity(self.entries.len() + newer.entries.len());
        let (mut old, mut new) = (self.entries.as_slice(), newer.entries.as_slice());
        while let (Some(a), Some(b)) = (old.first(), new.first()) {
            entries.push(*a.min(b));
            // one that both have is one
            let order = a.cmp(b);
            old = &old[usize::from(order.is_le())..];
            new = &new[usize::from(order.is_ge())..];
        }
        entries.extend_from_slice(old);
        entries.extend_from_slice(new);
        Self::new(newer.version, entries)
    }

    /// Where the entries with a hash stand.
    fn range(&self, hash: u64) -> Range<usize> {
        let prefix = usize::try_from(hash >> 48).unwrap_or_default();
        let (low, high) = match (self.directory.get(prefix), self.directory.get(prefix + 1)) {
            (Some(low), Some(high)) => (*low as usize, *high as usize),
            _ => (0, self.entries.len()),
        };
        let part = &self.entries[low..high];
        let from = part.partition_point(|(h, _)| *h < hash);
        let len = part[from..].partition_point(|(h, _)| *h == hash);
        low + from..low + from + len
    }

    /// The ids that stand in both of two ranges.
    fn in_both(&self, a: Range<usize>, b: Range<usize>) -> impl Iterator<Item = Id> + use<> {
        let (mut a, mut b) = (
            self.entries[a].iter().peekable(),
            self.entries[b].iter().peekable(),
        );
        let mut both = Vec::new();
        while let (Some((_, x)), Some((_, y))) = (a.peek(), b.peek()) {
            match x.cmp(y) {
                Ordering::Less => drop(a.next()),
                Ordering::Greater => drop(b.next()),
                Ordering::Equal => {
                    both.push(*x);
                    a.next();
                    b.next();
                }
            }
        }
        both.into_iter()
    }
}

/// Ids among which are those of all records that meet a condition: parts of runs, each ascending,
/// and others in any order.
#[derive(Debug, Default)]
pub struct Candidates {
    runs: Vec<(Arc<Run>, Range<usize>)>,
    more: Vec<Id>,
    /// They are the records of one value.
    of_one: bool,
}

impl Candidates {
    /// These ids and no others.
    #[must_use]
    pub fn of(ids: Vec<Id>) -> Self {
        Self {
            runs: Vec::new(),
            more: ids,
            of_one: false,
        }
    }

    /// These and the records with these ids.
    pub(super) fn and(mut self, ids: Vec<Id>) -> Self {
        self.more.extend(ids);
        self
    }

    /// How many there are at most.
    #[must_use]
    pub fn len(&self) -> usize {
        self.runs.iter().map(|(_, run)| run.len()).sum::<usize>() + self.more.len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether they are the records of one value, which stand in order in few places.
    #[must_use]
    pub fn is_run(&self) -> bool {
        self.of_one
    }

    /// These and others.
    pub fn join(&mut self, other: Self) {
        self.runs.extend(other.runs);
        self.more.extend(other.more);
        self.of_one = false;
    }

    /// The ids in order, each once. Lazy: a page of a common value does not sort all of it.
    #[must_use]
    pub fn in_order(mut self, descending: bool) -> Merge {
        self.more.sort_unstable();
        Merge {
            runs: self.runs,
            more: self.more.into(),
            descending,
            last: None,
        }
    }
}

/// Iteration over [`Candidates`].
#[derive(Debug)]
pub struct Merge {
    runs: Vec<(Arc<Run>, Range<usize>)>,
    more: VecDeque<Id>,
    descending: bool,
    last: Option<Id>,
}

impl Iterator for Merge {
    type Item = Id;

    fn next(&mut self) -> Option<Id> {
        let descending = self.descending;
        if let ([(base, run)], true) = (self.runs.as_mut_slice(), self.more.is_empty()) {
            // one run alone is in order, and has each id once
            let at = if descending {
                run.next_back()
            } else {
                run.next()
            };
            let id = base.entries[at?].1;
            return if self.last.replace(id) == Some(id) {
                self.next()
            } else {
                Some(id)
            };
        }
        loop {
            // the next of each run, and the best of those
            let more = if descending {
                self.more.back()
            } else {
                self.more.front()
            };
            let mut best: Option<(Option<usize>, Id)> = more.map(|id| (None, *id));
            for (n, (base, run)) in self.runs.iter().enumerate() {
                if run.is_empty() {
                    continue;
                }
                let end = if descending { run.end - 1 } else { run.start };
                let id = base.entries[end].1;
                let better =
                    best.is_none_or(|(_, other)| (id > other) == descending && id != other);
                if better {
                    best = Some((Some(n), id));
                }
            }
            let (from, id) = best?;
            match (from, descending) {
                (Some(n), true) => self.runs[n].1.end -= 1,
                (Some(n), false) => self.runs[n].1.start += 1,
                (None, true) => drop(self.more.pop_back()),
                (None, false) => drop(self.more.pop_front()),
            }
            if self.last != Some(id) {
                self.last = Some(id);
                return Some(id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn found(index: &Index, hash: u64) -> Vec<Id> {
        index.under(&[hash]).in_order(false).collect()
    }

    fn merge(index: &mut Index) {
        while let Some((older, newer)) = index.alike() {
            let merged = Arc::new(older.merged(&newer));
            index.replace((&older, &newer), merged);
        }
    }

    proptest! {
        /// However entries come and are merged, each is found once, and what an index was at a
        /// version is found again.
        #[test]
        fn entries_are_found_once(
            batches in prop::collection::vec(
                (prop::collection::vec((0..12_u64, 0..40_u64), 0..40), any::<bool>()),
                1..20,
            ),
            past in 0..20_u64,
        ) {
            let mut index = Index::of(0, Vec::new());
            let mut model: BTreeSet<(u64, u64)> = BTreeSet::new();
            let mut at_past = None;
            for (version, (batch, merges)) in batches.into_iter().enumerate() {
                let version = version as u64 + 1;
                index.add(version, batch.iter().map(|(hash, id)| (*hash, Id(*id))).collect());
                model.extend(batch);
                if merges {
                    merge(&mut index);
                }
                if version == past {
                    at_past = Some((index.clone(), model.clone()));
                }
            }
            for hash in 0..12 {
                let expected: Vec<Id> = model.range((hash, 0)..(hash + 1, 0)).map(|e| Id(e.1)).collect();
                prop_assert_eq!(found(&index, hash), expected.clone());
                let mut down: Vec<Id> = index.under(&[hash]).in_order(true).collect();
                down.reverse();
                prop_assert_eq!(down, expected.clone());
                prop_assert!(index.count(hash) >= expected.len());
            }
            merge(&mut index);
            let lengths: Vec<usize> = index.runs.iter().map(|run| run.entries.len()).collect();
            prop_assert!(lengths.windows(2).all(|pair| pair[0] > pair[1] * 2), "{:?}", lengths);
            // a copy that went another way has what was known before it did, or less
            if let Some((was, model)) = at_past {
                let before = was.past(|version| version <= past).expect("a beginning");
                for hash in 0..12 {
                    let all: BTreeSet<u64> =
                        model.range((hash, 0)..(hash + 1, 0)).map(|entry| entry.1).collect();
                    let known = found(&before, hash).into_iter().all(|Id(id)| all.contains(&id));
                    prop_assert!(known);
                }
            }
        }
    }
}
