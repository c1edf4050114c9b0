//! Indexes: built when first useful, shared by all copies of a table, never wrong.
//!
//! An index is an immutable base made from a table at some version, and a tree of the entries of
//! records written since (`Table::since`), which is brought up to date when the index is asked: a
//! write costs nothing until then. A lookup gives *candidates*, which the caller checks against
//! the records as they are now, so entries of what a record was once do no harm. Copies of an org
//! share a base as long as it belongs to the past of both. A base is renewed when much was written.

pub mod order;

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::ops::{Bound, Range};
use std::sync::Arc;

use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash as _, Hasher as _};

use super::record::Record;
use super::table::Table;
use super::tree::Tree;
use crate::ids::Id;
use crate::schema::{Field, FieldNo, Module};
use crate::value::{Number, Value, fold};

/// Whether a base is renewed: what was written since is as cheap to ask, but takes more memory.
fn renew(written: usize, base: usize) -> bool {
    written > (base / 8).max(1024)
}

/// How many letters a part of a text has in the index of parts.
const GRAM: usize = 4;

/// What an index finds records by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum By {
    /// Equal values of a field (texts without regard to case).
    Value(FieldNo),
    /// Parts of a field's texts.
    Parts(FieldNo),
}

#[derive(Debug)]
struct Base {
    version: u64,
    /// (hash of the value or part, id), sorted.
    entries: Vec<(u64, Id)>,
    /// Where the hashes that begin with each 16 bits start, if there are many entries.
    directory: Vec<u32>,
}

/// An index. Copies are cheap.
#[derive(Clone, Debug)]
struct Index {
    base: Arc<Base>,
    /// The version of the table whose records it knows.
    version: u64,
    /// Entries of records written since the base was made.
    fresh: Tree<(u64, Id), ()>,
}

impl Index {
    fn of(version: u64, mut entries: Vec<(u64, Id)>) -> Self {
        entries.sort_unstable();
        entries.dedup();
        entries.shrink_to_fit();
        Self::from_base(Arc::new(Base::new(version, entries)))
    }

    fn from_base(base: Arc<Base>) -> Self {
        Self {
            version: base.version,
            base,
            fresh: Tree::default(),
        }
    }

    fn catch_up(&mut self, table: &Table, read: impl Fn(&Record, &mut Vec<(u64, Id)>)) {
        let mut found = Vec::new();
        for id in table.since(self.version) {
            let record = table.get(id);
            record
                .into_iter()
                .for_each(|record| read(record, &mut found));
        }
        found.sort_unstable();
        for entry in found {
            self.fresh.insert(entry, ());
        }
        self.version = table.version();
    }

    /// Records written since the base was made, with a hash.
    fn written(&self, hash: u64) -> impl Iterator<Item = Id> + '_ {
        let from = Bound::Included(&(hash, Id(0)));
        let entries = self.fresh.range(from).map(|(entry, ())| *entry);
        entries
            .take_while(move |(h, _)| *h == hash)
            .map(|(_, id)| id)
    }

    /// The same with all entries in the base.
    fn renewed(&self) -> Self {
        let mut entries = Vec::with_capacity(self.base.entries.len() + self.fresh.len());
        entries.extend_from_slice(&self.base.entries);
        entries.extend(self.fresh.iter().map(|(entry, ())| *entry));
        // two ascending runs: quick
        entries.sort();
        entries.dedup();
        Self::from_base(Arc::new(Base::new(self.version, entries)))
    }
}

/// From this many entries on a base has a directory.
const LARGE: usize = 1 << 14;

impl Base {
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

    /// Where the entries with a hash stand.
    fn run(&self, hash: u64) -> Range<usize> {
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
}

impl Base {
    /// The ids that stand in both of two runs.
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

/// Ids among which are those of all records that meet a condition: runs of index bases, each
/// ascending, and ids written since the bases were made.
#[derive(Debug, Default)]
pub struct Candidates {
    runs: Vec<(Arc<Base>, Range<usize>)>,
    more: Vec<Id>,
}

impl Candidates {
    /// These ids and no others.
    #[must_use]
    pub fn of(ids: Vec<Id>) -> Self {
        Self {
            runs: Vec::new(),
            more: ids,
        }
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

    /// These and others.
    pub fn join(&mut self, other: Self) {
        self.runs.extend(other.runs);
        self.more.extend(other.more);
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
    runs: Vec<(Arc<Base>, Range<usize>)>,
    more: VecDeque<Id>,
    descending: bool,
    last: Option<Id>,
}

impl Iterator for Merge {
    type Item = Id;

    fn next(&mut self) -> Option<Id> {
        let descending = self.descending;
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

/// The indexes of a table and of its copies.
#[derive(Debug, Default)]
pub struct IndexCache {
    hashed: Mutex<FxHashMap<By, Index>>,
    pub(super) ordered: Mutex<FxHashMap<FieldNo, order::Slot>>,
}

/// The hash under which a value is found.
#[must_use]
pub fn hash_value(value: &Value) -> Option<u64> {
    let mut hasher = FxHasher::default();
    match value {
        Value::Text(text) => return Some(hash_text(&fold(text))),
        Value::Bool(b) => hasher.write_u8(u8::from(*b)),
        // numbers compare across kinds
        Value::Int(n) => Number::of_integer(*n).hash(&mut hasher),
        Value::Double(n) => n.hash(&mut hasher),
        Value::Date(days) => hasher.write_i32(*days),
        Value::DateTime(seconds) => hasher.write_i64(*seconds),
        Value::Lookup(_, id) | Value::User(id) => hasher.write_u64(id.0),
        Value::Null | Value::List(_) | Value::Rows(_) | Value::Json(_) => return None,
    }
    Some(hasher.finish())
}

/// The hash of a text that went through [`fold`].
#[must_use]
pub fn hash_text(folded: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(folded.as_bytes());
    hasher.finish()
}

fn hash_gram(gram: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(gram);
    hasher.finish() | 1
}

impl Table {
    /// Records among which are all those whose `field` equals one of the `hashes`.
    #[must_use]
    pub fn candidates_by_value(
        &self,
        module: &Module,
        field: &Field,
        hashes: &[u64],
    ) -> Candidates {
        let index = self.index(By::Value(field.no), |record, out| {
            record.with(field, module, |value| match value {
                Value::List(items) => {
                    out.extend(items.iter().map(|item| (hash_text(&fold(item)), record.id)));
                }
                value => out.extend(hash_value(value).map(|hash| (hash, record.id))),
            });
        });
        let base = &index.base;
        Candidates {
            runs: hashes
                .iter()
                .map(|hash| (Arc::clone(base), base.run(*hash)))
                .collect(),
            more: hashes
                .iter()
                .flat_map(|hash| index.written(*hash))
                .collect(),
        }
    }

    /// Records among which are all those whose `field` holds `folded` somewhere; `None` if the
    /// text is too short for the index.
    #[must_use]
    pub fn candidates_by_part(
        &self,
        module: &Module,
        field: &Field,
        folded: &str,
    ) -> Option<Candidates> {
        /// A part this rare is good enough.
        const RARE: usize = 16;
        /// Two parts this rare are good enough together.
        const FAIR: usize = 1024;
        /// A part that so many records have does not tell them apart.
        const MANY: usize = 1 << 16;
        if folded.len() < GRAM {
            return None;
        }
        let index = self.index(By::Parts(field.no), |record, out| {
            record.with(field, module, |value| match value {
                Value::Text(text) => grams(&fold(text), record.id, out),
                Value::List(items) => items
                    .iter()
                    .for_each(|item| grams(&fold(item), record.id, out)),
                _ => {}
            });
        });
        let base = &index.base;
        let mut fair = 0;
        let mut parts: Vec<(u64, Range<usize>)> = Vec::with_capacity(folded.len());
        for gram in folded.as_bytes().windows(GRAM) {
            let hash = hash_gram(gram);
            let run = base.run(hash);
            fair += usize::from(run.len() <= FAIR);
            let enough = run.len() <= RARE || fair >= 2;
            parts.push((hash, run));
            if enough {
                break;
            }
        }
        parts.sort_by_key(|(_, run)| run.len());
        let mut parts = parts.into_iter();
        let (hash, rarest) = parts.next()?;
        let more = index.written(hash);
        if let Some((_, second)) = parts
            .next()
            .filter(|(_, second)| rarest.len() > RARE && second.len() <= MANY)
        {
            // what has the two rarest parts is worth looking at
            let both = base.in_both(rarest, second).chain(more).collect();
            return Some(Candidates::of(both));
        }
        Some(Candidates {
            runs: vec![(Arc::clone(base), rarest)],
            more: more.collect(),
        })
    }

    /// An index that knows all records. `read` gives the entries of one.
    fn index(&self, by: By, read: impl Fn(&Record, &mut Vec<(u64, Id)>)) -> Index {
        let mut behind = None;
        if let Some(known) = self.indexes.hashed.lock().get_mut(&by) {
            if self.has_been(known.version) {
                // in place, where no other reader holds what is changed
                known.catch_up(self, &read);
                if !renew(known.fresh.len(), known.base.entries.len()) {
                    return known.clone();
                }
                behind = Some(known.clone());
            } else if self.has_been(known.base.version) {
                // what is known is of another copy's future, but its base is not
                behind = Some(Index::from_base(Arc::clone(&known.base)));
            }
        }
        let index = match behind {
            Some(mut index) => {
                index.catch_up(self, &read);
                if renew(index.fresh.len(), index.base.entries.len()) {
                    index = index.renewed();
                }
                index
            }
            None => {
                let mut all = Vec::with_capacity(self.rows().len());
                let records = self.rows().iter().map(|(_, record)| record);
                records.for_each(|record| read(record, &mut all));
                Index::of(self.version(), all)
            }
        };
        self.indexes.keep(by, &index);
        index
    }
}

impl IndexCache {
    /// Keeps an index for the next question, unless one of a later version is there.
    fn keep(&self, by: By, index: &Index) {
        let mut hashed = self.hashed.lock();
        let kept = hashed.entry(by).or_insert_with(|| index.clone());
        if (kept.version, kept.base.version) < (index.version, index.base.version) {
            *kept = index.clone();
        }
    }
}

fn grams(folded: &str, id: Id, out: &mut Vec<(u64, Id)>) {
    out.extend(
        folded
            .as_bytes()
            .windows(GRAM)
            .map(|gram| (hash_gram(gram), id)),
    );
}
