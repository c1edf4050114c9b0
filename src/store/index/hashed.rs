//! Indexes of hashes: of values, and of parts of texts.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::hash::{Hash as _, Hasher as _};
use std::ops::{Bound, Range};
use std::sync::Arc;

use rustc_hash::FxHasher;

use crate::ids::Id;
use crate::schema::FieldNo;
use crate::store::tree::Tree;
use crate::value::{Number, Value, fold};

/// How many letters a part of a text has in the index of parts.
pub(super) const GRAM: usize = 4;

/// What an index finds records by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Find {
    /// Equal values of a field (texts without regard to case).
    Value(FieldNo),
    /// Parts of a field's texts.
    Parts(FieldNo),
    /// Equal values of a cell in the rows of a field.
    Cell(FieldNo, FieldNo),
    /// Records that take part in what a field lists.
    Participant(FieldNo),
}

#[derive(Debug)]
pub(super) struct Base {
    pub(super) version: u64,
    /// (hash of the value or part, id), sorted.
    pub(super) entries: Vec<(u64, Id)>,
    /// Where the hashes that begin with each 16 bits start, if there are many entries.
    directory: Vec<u32>,
}

/// An index. Copies are cheap.
#[derive(Clone, Debug)]
pub(super) struct Index {
    pub(super) base: Arc<Base>,
    /// The version of the table whose records it knows.
    pub(super) version: u64,
    /// Entries of records written since the base was made.
    pub(super) fresh: Tree<(u64, Id), ()>,
}

impl Index {
    pub(super) fn of(version: u64, mut entries: Vec<(u64, Id)>) -> Self {
        entries.sort_unstable();
        entries.dedup();
        entries.shrink_to_fit();
        Self::from_base(Arc::new(Base::new(version, entries)))
    }

    pub(super) fn from_base(base: Arc<Base>) -> Self {
        Self {
            version: base.version,
            base,
            fresh: Tree::default(),
        }
    }

    /// Brings it up to a version of the table: `written` are the ids written since its own, and
    /// `read` gives the entries of one.
    pub(super) fn catch_up(
        &mut self,
        version: u64,
        written: Vec<Id>,
        read: impl Fn(Id, &mut Vec<(u64, Id)>),
    ) {
        let mut found = Vec::new();
        for id in written {
            read(id, &mut found);
        }
        found.sort_unstable();
        for entry in found {
            self.fresh.insert(entry, ());
        }
        self.version = version;
    }

    /// Records written since the base was made, with a hash.
    pub(super) fn written(&self, hash: u64) -> impl Iterator<Item = Id> + '_ {
        let from = Bound::Included(&(hash, Id(0)));
        let entries = self.fresh.range(from).map(|(entry, ())| *entry);
        entries
            .take_while(move |(h, _)| *h == hash)
            .map(|(_, id)| id)
    }

    /// It, with all entries in the base.
    pub(super) fn renewed(&self) -> Self {
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
    pub(super) fn run(&self, hash: u64) -> Range<usize> {
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

    /// The ids that stand in both of two runs.
    pub(super) fn in_both(
        &self,
        a: Range<usize>,
        b: Range<usize>,
    ) -> impl Iterator<Item = Id> + use<> {
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
    pub(super) runs: Vec<(Arc<Base>, Range<usize>)>,
    pub(super) more: Vec<Id>,
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

    /// Whether they are the records of one value, and so in order.
    #[must_use]
    pub fn is_run(&self) -> bool {
        self.runs.len() == 1
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
        Value::Null | Value::List(_) | Value::Rows(_) | Value::Json(_) | Value::Files(_) => {
            return None;
        }
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

/// The hash of a part of a text.
pub(super) fn hash_gram(gram: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(gram);
    hasher.finish() | 1
}

/// The entries of all parts of a text.
pub(super) fn grams(folded: &str, id: Id, out: &mut Vec<(u64, Id)>) {
    out.extend(
        folded
            .as_bytes()
            .windows(GRAM)
            .map(|gram| (hash_gram(gram), id)),
    );
}
