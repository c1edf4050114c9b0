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
    beginning: Option<Arc<Beginning>>,
}

/// The records that tables begin with. They are asked for when their table is, module by module.
pub trait RecordSource: fmt::Debug + Send + Sync {
    /// How many records there are in all.
    fn count(&self) -> usize;
    /// Those of a module, ascending by id.
    fn records(&self, module: ModuleNo) -> Vec<Arc<Record>>;
}

/// Tables as they are at first: what copies have not changed, they share, though they ask for it apart.
#[derive(Debug)]
struct Beginning {
    source: Box<dyn RecordSource>,
    tables: Vec<OnceLock<Arc<Table>>>,
}

impl Beginning {
    fn table(&self, module: ModuleNo) -> Option<Arc<Table>> {
        let place = self.tables.get(usize::from(module))?;
        let table = place.get_or_init(|| Arc::new(Table::of(self.source.records(module))));
        Some(Arc::clone(table))
    }
}

impl Groups {
    fn of(modules: usize) -> Self {
        let mut groups = Self::default();
        groups.grow(modules);
        groups
    }

    fn grow(&mut self, modules: usize) {
        let more = modules.div_ceil(Tables::GROUP);
        if self.groups.len() < more {
            self.groups.resize_with(more, Arc::default);
        }
    }

    fn table(&self, module: ModuleNo) -> &Arc<Table> {
        let place = usize::from(module);
        let beginning = self.beginning.as_ref();
        self.groups[place / Tables::GROUP][place % Tables::GROUP].get_or_init(|| {
            beginning
                .and_then(|it| it.table(module))
                .unwrap_or_default()
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
        Self {
            latest: None,
            table: Arc::default(),
            groups: Arc::new(Groups::of(modules)),
            records: 0,
        }
    }

    /// Tables for so many modules that begin with the records of a source.
    #[must_use]
    pub fn of(source: Box<dyn RecordSource>, modules: usize) -> Self {
        let mut groups = Groups::of(modules);
        let records = source.count();
        let tables = (0..modules).map(|_| OnceLock::new()).collect();
        groups.beginning = Some(Arc::new(Beginning { source, tables }));
        Self {
            latest: None,
            table: Arc::default(),
            groups: Arc::new(groups),
            records,
        }
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
        if self.groups.groups.len() < modules.div_ceil(Self::GROUP) {
            Arc::make_mut(&mut self.groups).grow(modules);
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
