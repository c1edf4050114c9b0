//! The tables of all modules of an org.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::table::Table;
use crate::schema::ModuleNo;

/// The tables of all modules, in groups: a change copies one group, not the whole list.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    groups: Vec<Arc<Vec<Arc<Table>>>>,
    /// How many records there are in all: it is asked for with every request.
    records: usize,
}

/// A table that is being changed.
pub(super) struct ChangedTable<'t> {
    table: &'t mut Table,
    all: &'t mut usize,
    /// How many records there are in the other tables.
    others: usize,
}

impl Deref for ChangedTable<'_> {
    type Target = Table;

    fn deref(&self) -> &Table {
        self.table
    }
}

impl DerefMut for ChangedTable<'_> {
    fn deref_mut(&mut self) -> &mut Table {
        self.table
    }
}

impl Drop for ChangedTable<'_> {
    fn drop(&mut self) {
        *self.all = self.others.saturating_add(self.table.rows().len());
    }
}

impl Tables {
    const GROUP: usize = 8;

    /// Empty tables for so many modules.
    #[must_use]
    pub fn new(modules: usize) -> Self {
        let mut tables = Self::default();
        tables.grow(modules);
        tables
    }

    /// The table of a module.
    #[must_use]
    pub fn get(&self, module: ModuleNo) -> &Arc<Table> {
        let module = usize::from(module);
        &self.groups[module / Self::GROUP][module % Self::GROUP]
    }

    /// How many records there are in all.
    #[must_use]
    pub const fn records(&self) -> usize {
        self.records
    }

    /// What the indexes take, in bytes. `seen` are those of copies that were counted before, which share
    /// theirs.
    pub fn index_bytes(&self, seen: &mut FxHashSet<usize>) -> usize {
        let tables = self.groups.iter().flat_map(|group| group.iter());
        let indexes = tables.map(|table| &table.indexes);
        let new = indexes.filter(|indexes| seen.insert(Arc::as_ptr(indexes).addr()));
        new.map(|indexes| indexes.bytes()).sum()
    }

    /// Adds empty tables where there are fewer than so many.
    pub fn grow(&mut self, modules: usize) {
        let more = modules.div_ceil(Self::GROUP);
        while self.groups.len() < more {
            self.groups.push(Self::group());
        }
    }

    fn group() -> Arc<Vec<Arc<Table>>> {
        Arc::new((0..Self::GROUP).map(|_| Arc::default()).collect())
    }

    /// The table of a module, no longer shared with copies.
    pub(super) fn get_mut(&mut self, module: ModuleNo) -> ChangedTable<'_> {
        let module = usize::from(module);
        let group = Arc::make_mut(&mut self.groups[module / Self::GROUP]);
        let table = Arc::make_mut(&mut group[module % Self::GROUP]);
        ChangedTable {
            others: self.records.saturating_sub(table.rows().len()),
            table,
            all: &mut self.records,
        }
    }
}
