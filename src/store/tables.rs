//! The tables of all modules of an org.

use std::sync::Arc;

use super::table::Table;
use crate::schema::ModuleNo;

/// The tables of all modules, in groups: a change copies one group, not the whole list.
#[derive(Clone, Debug, Default)]
pub struct Tables(Vec<Arc<Vec<Arc<Table>>>>);

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
        &self.0[module / Self::GROUP][module % Self::GROUP]
    }

    /// How many records there are in all.
    #[must_use]
    pub fn records(&self) -> usize {
        let tables = self.0.iter().flat_map(|group| group.iter());
        tables.map(|table| table.rows().len()).sum()
    }

    /// Adds empty tables where there are fewer than so many.
    pub fn grow(&mut self, modules: usize) {
        let more = modules.div_ceil(Self::GROUP);
        while self.0.len() < more {
            self.0.push(Self::group());
        }
    }

    fn group() -> Arc<Vec<Arc<Table>>> {
        Arc::new((0..Self::GROUP).map(|_| Arc::default()).collect())
    }

    /// The table of a module, no longer shared with copies.
    pub(super) fn get_mut(&mut self, module: ModuleNo) -> &mut Table {
        let module = usize::from(module);
        let group = Arc::make_mut(&mut self.0[module / Self::GROUP]);
        Arc::make_mut(&mut group[module % Self::GROUP])
    }
}
