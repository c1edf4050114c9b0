//! The records of one module, with what was deleted and what has changed.

use std::sync::Arc;

use super::bin::{Bin, Deleted, RecordAt};
use super::index::cache::IndexCache;
use super::record::Record;
use super::tree::{Tree, Visible};
use crate::ids::{Id, unique};

impl Visible for Arc<Record> {
    fn visible(&self) -> bool {
        !self.converted && !self.is_unapproved()
    }
}

impl Visible for Id {
    fn visible(&self) -> bool {
        true
    }
}

/// The records of one module.
#[derive(Clone, Debug)]
pub struct Table {
    rows: Tree<Id, Arc<Record>>,
    bin: Bin,
    /// Ids in the order in which they were written, by numbers unique in the process: an index
    /// built when the last number was `n` fits every table whose log holds `n`.
    log: Tree<u64, Id>,
    /// Indexes, shared with the table's copies.
    pub(super) indexes: Arc<IndexCache>,
}

/// The log starts anew when it is longer than this and than the table.
const LOG_LIMIT: usize = 1 << 16;

impl Default for Table {
    fn default() -> Self {
        let mut log = Tree::default();
        log.insert(unique(), Id(0));
        Self {
            rows: Tree::default(),
            bin: Bin::default(),
            log,
            indexes: Arc::default(),
        }
    }
}

impl Table {
    /// A table that begins with these records, ascending by id.
    #[must_use]
    pub fn of(records: Vec<Arc<Record>>) -> Self {
        let mut table = Self::default();
        table.put_all(records);
        table
    }

    /// The record with an id.
    #[must_use]
    pub fn get(&self, id: Id) -> Option<&Arc<Record>> {
        self.rows.get(&id)
    }

    /// The records by id.
    #[must_use]
    pub fn rows(&self) -> &Tree<Id, Arc<Record>> {
        &self.rows
    }

    /// What was deleted, by time and id.
    #[must_use]
    pub fn deleted(&self) -> &Tree<(i64, Id), Arc<Deleted>> {
        self.bin.by_time()
    }

    /// What was deleted under an id, in the recycle bin or gone for good.
    #[must_use]
    pub fn deleted_as(&self, id: Id) -> Option<&Arc<Deleted>> {
        self.bin.get(id)
    }

    /// The ids of what went into the recycle bin with a record, ascending.
    pub fn went_with(&self, root: RecordAt) -> impl Iterator<Item = Id> + '_ {
        self.bin.went_with(root)
    }

    /// The number of the last write.
    pub(super) fn version(&self) -> u64 {
        self.log
            .from_position(0, true)
            .next()
            .map_or(0, |(seq, _)| *seq)
    }

    /// Whether a version is one of this table's past, or its present.
    pub(super) fn has_been(&self, version: u64) -> bool {
        self.log.get(&version).is_some()
    }

    /// The ids written since a version, ascending, each once.
    pub(super) fn since(&self, version: u64) -> Vec<Id> {
        let written = self.log.range(std::ops::Bound::Excluded(&version));
        let mut ids: Vec<Id> = written.map(|(_, id)| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The first ids written since a version, and the version that the last of them led to.
    pub(super) fn first_since(&self, version: u64, most: usize) -> (Vec<Id>, u64) {
        let written = self.log.range(std::ops::Bound::Excluded(&version));
        let mut reached = version;
        let first = written.take(most).map(|(seq, id)| {
            reached = *seq;
            *id
        });
        let mut ids: Vec<Id> = first.collect();
        ids.sort_unstable();
        ids.dedup();
        (ids, reached)
    }

    /// Stores a record, in place of the one with its id.
    pub fn put(&mut self, record: Arc<Record>) -> Option<Arc<Record>> {
        let id = record.id;
        let old = self.rows.insert(id, record);
        self.note(id);
        old
    }

    /// Stores many records, ascending by id, in place of those with their ids.
    pub fn put_all(&mut self, records: Vec<Arc<Record>>) {
        let records = records.into_iter().map(|record| (record.id, record));
        self.fill(records.collect());
    }

    /// Has `record` stand for the records with these ids, ascending, until they are stored.
    pub fn announce(&mut self, ids: &[Id], record: &Arc<Record>) {
        self.fill(ids.iter().map(|id| (*id, Arc::clone(record))).collect());
    }

    fn fill(&mut self, rows: Vec<(Id, Arc<Record>)>) {
        // a few are put one by one: the indexes stay, and the tree is shared with its copies
        if rows.len() <= self.rows.len() / 8 {
            for (id, record) in rows {
                self.rows.insert(id, record);
                self.note(id);
            }
            return;
        }
        self.rows = self.rows.with_all(rows);
        self.log = Tree::default();
        self.log.insert(unique(), Id(0));
        self.indexes = Arc::default();
    }

    /// Puts a record into the recycle bin.
    pub fn put_deleted(&mut self, entry: Deleted) {
        self.bin.put(entry);
    }

    /// Takes a record out of the recycle bin.
    pub fn take_deleted(&mut self, id: Id) -> Option<Arc<Deleted>> {
        self.bin.take(id)
    }

    /// Takes a record out.
    pub fn take(&mut self, id: Id) -> Option<Arc<Record>> {
        let record = self.rows.remove(&id)?;
        self.note(id);
        Some(record)
    }

    fn note(&mut self, id: Id) {
        if self.log.len() > LOG_LIMIT.max(self.rows.len()) {
            self.log = Tree::default();
            self.indexes = Arc::default();
        }
        self.log.insert(unique(), id);
    }
}
