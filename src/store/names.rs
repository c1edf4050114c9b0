//! When the names last changed that rendered records show of others.

use std::sync::Arc;

use super::record::Record;
use super::user::User;
use crate::ids::unique;
use crate::schema::{Module, ModuleNo};

/// Fields of products that line items show besides the name (recorded v2).
const OF_PRODUCTS: [&str; 4] = ["Product_Code", "Currency", "Unit_Price", "Qty_in_Stock"];

/// When names last changed, by what they are names of, in numbers that are unique in the process
/// and ascend.
///
/// The greatest number among the names that a text may show is an epoch under which the text can be
/// kept: a change of any of them draws a greater one. Two states with the same epoch agree in those
/// names, since both come from the state in which that number was drawn, and neither has changed one
/// of them since.
#[derive(Clone, Debug)]
pub struct Names {
    all: u64,
    users: u64,
    /// Of anything about users.
    people: u64,
    /// Of any module's records.
    records: u64,
    modules: Arc<Vec<Marks>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    records: u64,
    tags: u64,
}

/// The modules whose records' names a text may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedModules {
    /// These, ascending.
    Of(Vec<ModuleNo>),
    /// Any: a lookup may lead to more than one module.
    Any,
}

impl NamedModules {
    /// Whether names of a module's records are among them.
    #[must_use]
    pub fn has(&self, module: ModuleNo) -> bool {
        match self {
            Self::Of(modules) => modules.binary_search(&module).is_ok(),
            Self::Any => true,
        }
    }
}

impl Default for Names {
    /// Names of which nothing is known: any of them may be another than before.
    fn default() -> Self {
        Self {
            all: unique(),
            users: 0,
            people: unique(),
            records: 0,
            modules: Arc::default(),
        }
    }
}

impl Names {
    /// The epoch of texts of a module's records: they show tags of the module, users, and names of
    /// the records of `shown`.
    #[must_use]
    pub fn epoch(&self, module: ModuleNo, shown: &NamedModules) -> u64 {
        let marks = |no: ModuleNo| self.modules.get(usize::from(no)).copied();
        let records = match shown {
            NamedModules::Any => self.records,
            NamedModules::Of(modules) => {
                let modules = modules.iter().filter_map(|no| marks(*no));
                modules.map(|marks| marks.records).max().unwrap_or(0)
            }
        };
        let tags = marks(module).map_or(0, |marks| marks.tags);
        self.all.max(self.users).max(records).max(tags)
    }

    /// A number that is another one whenever anything about users was changed.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.people
    }

    /// Notes that the metadata was changed.
    pub(super) fn schema_changed(&mut self) {
        self.all = unique();
    }

    /// Notes that a user was changed.
    pub(super) fn user_changed(&mut self, old: Option<&User>, new: &User) {
        self.people = unique();
        let alike = |old: &User| {
            old.shown_name() == new.shown_name() && old.text("email") == new.text("email")
        };
        if !old.is_some_and(alike) {
            self.users = unique();
        }
    }

    /// A record has come in place of another.
    pub(super) fn record_changed(&mut self, module: &Module, old: &Record, new: &Record) {
        let same = |name: &str| match module.field(name) {
            Some(field) => old.stored(field.no) == new.stored(field.no),
            None => true,
        };
        let alike = old.is_named_as(new, module)
            && (module.api_name() != "Products" || OF_PRODUCTS.iter().all(|name| same(name)));
        if !alike {
            self.records_changed(module.no);
        }
    }

    /// Records of a module are gone, or their names may be others.
    pub(super) fn records_changed(&mut self, module: ModuleNo) {
        self.records = unique();
        self.marks(module).records = self.records;
    }

    pub(super) fn tags_changed(&mut self, module: ModuleNo) {
        self.marks(module).tags = unique();
    }

    fn marks(&mut self, module: ModuleNo) -> &mut Marks {
        let (at, all) = (usize::from(module), Arc::make_mut(&mut self.modules));
        if all.len() <= at {
            all.resize(at + 1, Marks::default());
        }
        &mut all[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_changes_with_the_names_that_it_stands_for() {
        let of = |modules: &[ModuleNo]| NamedModules::Of(modules.to_vec());
        let mut names = Names::default();
        let (leads, deals, tasks) = (of(&[]), of(&[3]), NamedModules::Any);
        let epochs = |names: &Names| {
            [(1, &leads), (2, &deals), (4, &tasks)].map(|(no, shown)| names.epoch(no, shown))
        };
        let mut before = epochs(&names);
        let mut expect = |names: &Names, changed: [bool; 3]| {
            let now = epochs(names);
            let differ = [0, 1, 2].map(|n| now[n] != before[n]);
            assert_eq!(differ, changed);
            before = now;
        };
        names.records_changed(3);
        expect(&names, [false, true, true]);
        names.records_changed(1);
        expect(&names, [false, false, true]);
        names.tags_changed(1);
        expect(&names, [true, false, false]);
        names = Names::default();
        expect(&names, [true, true, true]);
        // a fork goes its own way
        let mut fork = names.clone();
        fork.records_changed(3);
        names.records_changed(3);
        assert_ne!(epochs(&fork)[1], epochs(&names)[1]);
        assert_eq!(epochs(&fork)[0], epochs(&names)[0]);
    }
}
