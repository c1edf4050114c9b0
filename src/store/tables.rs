//! The tables of all modules of an org.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::table::Table;
use crate::schema::ModuleNo;

/// The tables of all modules. The one that was changed last stands by itself, since the next change is
/// likely one of the same module: a copy then counts two references, and not one a module. The others
/// are in groups, of which a change copies one.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// The module that was changed last.
    latest: ModuleNo,
    /// Its table; in the groups an empty one stands in its place.
    table: Arc<Table>,
    groups: Arc<Vec<Arc<Vec<Arc<Table>>>>>,
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
        if module == self.latest {
            return &self.table;
        }
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
        let others = self.groups.iter().flat_map(|group| group.iter());
        let tables = others.chain([&self.table]);
        let indexes = tables.map(|table| &table.indexes);
        let new = indexes.filter(|indexes| seen.insert(Arc::as_ptr(indexes).addr()));
        new.map(|indexes| indexes.bytes()).sum()
    }

    /// Adds empty tables where there are fewer than so many.
    pub fn grow(&mut self, modules: usize) {
        let more = modules.div_ceil(Self::GROUP);
        if self.groups.len() < more {
            Arc::make_mut(&mut self.groups).resize_with(more, Self::group);
        }
    }

    fn group() -> Arc<Vec<Arc<Table>>> {
        Arc::new((0..Self::GROUP).map(|_| Arc::default()).collect())
    }

    /// The table of a module, no longer shared with copies.
    pub(super) fn get_mut(&mut self, module: ModuleNo) -> ChangedTable<'_> {
        if module != self.latest {
            self.change_place(self.latest);
            self.change_place(module);
            self.latest = module;
        }
        let table = Arc::make_mut(&mut self.table);
        ChangedTable {
            others: self.records.saturating_sub(table.rows().len()),
            table,
            all: &mut self.records,
        }
    }

    /// Puts the table that stands by itself in the place of a module's, which stands by itself then.
    fn change_place(&mut self, module: ModuleNo) {
        let module = usize::from(module);
        let groups = Arc::make_mut(&mut self.groups);
        let group = Arc::make_mut(&mut groups[module / Self::GROUP]);
        std::mem::swap(&mut self.table, &mut group[module % Self::GROUP]);
    }
}
