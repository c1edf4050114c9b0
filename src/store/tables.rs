//! The tables of all modules of an org.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;

use super::record::Record;
use super::table::Table;
use crate::schema::ModuleNo;

/// The tables of all modules. The one that was changed last stands by itself, since the next change is
/// likely one of the same module: a copy then counts two references, and not one a module. The others
/// are in groups, of which a change copies one.
#[derive(Clone, Debug)]
pub struct Tables {
    /// The module that was changed last.
    latest: Option<ModuleNo>,
    /// Its table; in the groups another one stands in its place, which means nothing.
    table: Arc<Table>,
    groups: Arc<Groups>,
    /// How many records there are in all: it is asked for with every request.
    records: usize,
}

/// Tables by module. One is made when it is asked for first.
#[derive(Clone, Debug, Default)]
struct Groups {
    groups: Vec<Arc<[OnceLock<Arc<Table>>; Tables::GROUP]>>,
    /// Where the first records come from.
    source: Option<Arc<dyn RecordSource>>,
}

/// The records that tables begin with. They are asked for when their table is, module by module, and
/// copies of an org may ask for the same twice.
pub trait RecordSource: fmt::Debug + Send + Sync {
    /// How many records there are in all.
    fn count(&self) -> usize;
    /// Those of a module, ascending by id.
    fn records(&self, module: ModuleNo) -> Vec<Arc<Record>>;
}

impl Groups {
    fn table(&self, module: ModuleNo) -> &Arc<Table> {
        let place = usize::from(module);
        self.groups[place / Tables::GROUP][place % Tables::GROUP].get_or_init(|| {
            let source = self.source.as_ref();
            let records = source.map(|source| source.records(module));
            match records.filter(|records| !records.is_empty()) {
                Some(records) => Arc::new(Table::of(records)),
                None => Arc::default(),
            }
        })
    }
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
        let mut tables = Self {
            latest: None,
            table: Arc::default(),
            groups: Arc::default(),
            records: 0,
        };
        tables.grow(modules);
        tables
    }

    /// Has tables that nobody has asked for begin with the records of a source.
    pub fn begin_with(&mut self, source: Arc<dyn RecordSource>) {
        self.records += source.count();
        Arc::make_mut(&mut self.groups).source = Some(source);
    }

    /// The table of a module.
    #[must_use]
    pub fn get(&self, module: ModuleNo) -> &Arc<Table> {
        if self.latest == Some(module) {
            return &self.table;
        }
        self.groups.table(module)
    }

    /// How many records there are in all.
    #[must_use]
    pub const fn records(&self) -> usize {
        self.records
    }

    /// What the indexes take, in bytes. `seen` are those of copies that were counted before, which share
    /// theirs.
    pub fn index_bytes(&self, seen: &mut FxHashSet<usize>) -> usize {
        let groups = self.groups.groups.iter();
        let others = groups.flat_map(|group| group.iter().filter_map(OnceLock::get));
        let tables = others.chain([&self.table]);
        let indexes = tables.map(|table| &table.indexes);
        let new = indexes.filter(|indexes| seen.insert(Arc::as_ptr(indexes).addr()));
        new.map(|indexes| indexes.bytes()).sum()
    }

    /// Adds empty tables where there are fewer than so many.
    pub fn grow(&mut self, modules: usize) {
        let more = modules.div_ceil(Self::GROUP);
        if self.groups.groups.len() < more {
            let groups = Arc::make_mut(&mut self.groups);
            groups.groups.resize_with(more, Arc::default);
        }
    }

    /// The table of a module, no longer shared with copies.
    pub(super) fn get_mut(&mut self, module: ModuleNo) -> ChangedTable<'_> {
        if self.latest != Some(module) {
            if let Some(latest) = self.latest {
                self.change_place(latest);
            }
            self.change_place(module);
            self.latest = Some(module);
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
        // made before it is copied, so that copies share it
        self.groups.table(module);
        let place = usize::from(module);
        let groups = Arc::make_mut(&mut self.groups);
        let group = Arc::make_mut(&mut groups.groups[place / Self::GROUP]);
        if let Some(table) = group[place % Self::GROUP].get_mut() {
            std::mem::swap(&mut self.table, table);
        }
    }
}
