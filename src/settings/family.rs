//! What a family of settings is.

pub use super::hooks::{Changed, Check, SettingChange, Show, ShownSetting};
pub use super::info::{COUNT, Info, InfoValue, MORE, PAGE, PAGES, PER_PAGE};
use super::key::Key;
pub use super::operation::{ALL, Disabled, Filter, Form, Gone, Later, READING, What};
use crate::error::{Code, Message};
use crate::store::{OrgState, SettingMap};
use crate::version::{ApiVersion, Versions};

impl PartialEq for Family {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Family {}

/// A family of settings.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// Root key of bodies, part of seeds, and beginning of the names of its operations.
    pub name: &'static str,
    /// The path behind the version (`/settings/holidays`).
    pub path: &'static str,
    /// The scope without its last word (`settings.holidays`).
    pub scope: &'static str,
    /// What its objects are called in documentation.
    pub title: &'static str,
    /// The keys of its objects.
    pub keys: &'static [Key],
    /// The versions that have it.
    pub versions: Versions,
    /// Its operations.
    pub operations: &'static [What],
    /// Operations that came later.
    pub later: &'static [Later],
    /// How bodies look.
    pub form: Form,
    /// Every org has its one object, before anybody has set anything in it; it is shown without
    /// an id.
    pub implied: bool,
    /// Its objects belong to modules: every call names one (`module`).
    pub by_module: bool,
    /// The key whose value is the object's name.
    pub label: &'static str,
    /// A key by whose value the path may name an object in place of its id.
    pub path_key: Option<&'static str>,
    /// A parameter that a path with such a name needs: it must fit the filter.
    pub path_needs: Option<&'static str>,
    /// Objects that one call takes.
    pub most: usize,
    /// Objects that an org (or a module) can have, and the error beyond.
    pub limit: Option<(usize, Code)>,
    /// The operations that composite requests take, and how many objects each may be about.
    pub composite: &'static [(What, usize)],
    /// Parameters that narrow its list.
    pub filters: &'static [Filter],
    /// Versions whose lists have an `info`.
    pub informed: Versions,
    /// The keys of `info`; a list whose `info` has a page has pages.
    pub info: &'static [Info],
    /// `GET` of one object answers like a list of one, with an `info`.
    pub informs_one: bool,
    /// An empty list is answered as such, and not with 204.
    pub lists_nothing: bool,
    /// Keys of an object that the details of a success show besides the id, with the versions that
    /// show them.
    pub details: &'static [(&'static str, Versions)],
    /// The status of an answer to a creation.
    pub created: u16,
    /// The key by whose values its lists are sorted; by their ids unless given.
    pub order: Option<&'static str>,
    /// What it answers while the feature is off.
    pub disabled: Option<Disabled>,
    /// The detail that names a missing parameter, where it does not depend on the version.
    pub param_key: Option<&'static str>,
    /// The objects of every fresh org, as a seed would declare them: a JSON array.
    pub stock: &'static str,
    /// What is said of an object that was created, changed, deleted.
    pub messages: [Message; 3],
    /// What is said of ids that nothing has.
    pub gone: Gone,
    /// The error of a value that another object has.
    pub taken: Code,
    /// That error shows the id of the other object.
    pub taken_shows_id: bool,
    /// Refuses changes.
    pub check: Option<Check>,
    /// Follows changes.
    pub changed: Option<Changed>,
    /// Shows what is not kept.
    pub shown: Option<Show>,
}

impl Family {
    /// A family with a root key, a path behind the version, and keys.
    #[must_use]
    pub const fn new(name: &'static str, path: &'static str, keys: &'static [Key]) -> Self {
        Self {
            name,
            path,
            scope: "settings",
            title: name,
            keys,
            versions: Versions::ALL,
            operations: &[],
            later: &[],
            form: Form::List,
            implied: false,
            by_module: false,
            label: "name",
            path_key: None,
            path_needs: None,
            most: 100,
            limit: None,
            composite: &[],
            filters: &[],
            informed: Versions::NONE,
            info: &[],
            informs_one: false,
            lists_nothing: false,
            details: &[],
            created: 201,
            order: None,
            disabled: None,
            param_key: None,
            stock: "[]",
            messages: [Message::new(""); 3],
            gone: Gone::USUAL,
            taken: Code::DUPLICATE_DATA,
            taken_shows_id: false,
            check: None,
            changed: None,
            shown: None,
        }
    }

    /// The scope of its operations, without the last word.
    #[must_use]
    pub const fn scope(self, scope: &'static str) -> Self {
        Self { scope, ..self }
    }

    /// What its objects are called in documentation, where the root key does not say it.
    #[must_use]
    pub const fn title(self, title: &'static str) -> Self {
        Self { title, ..self }
    }

    /// Its operations, from a version on.
    #[must_use]
    pub const fn can(self, operations: &'static [What], since: ApiVersion) -> Self {
        Self {
            versions: Versions::since(since),
            operations,
            ..self
        }
    }

    /// Further operations, that came later.
    #[must_use]
    pub const fn later(self, later: &'static [Later]) -> Self {
        Self { later, ..self }
    }

    /// An org has one object or none, which stands in bodies without a list.
    #[must_use]
    pub const fn one(self) -> Self {
        Self {
            form: Form::Single,
            ..self
        }
    }

    /// Every org has its one object.
    #[must_use]
    pub const fn implied(self) -> Self {
        Self {
            implied: true,
            ..self
        }
    }

    /// Its objects belong to modules.
    #[must_use]
    pub const fn by_module(self) -> Self {
        Self {
            by_module: true,
            ..self
        }
    }

    /// The key that holds an object's name.
    #[must_use]
    pub const fn label(self, label: &'static str) -> Self {
        Self { label, ..self }
    }

    /// A key by whose value a path may name an object, and a parameter that is needed then.
    #[must_use]
    pub const fn path_key(self, key: &'static str, needs: Option<&'static str>) -> Self {
        Self {
            path_key: Some(key),
            path_needs: needs,
            ..self
        }
    }

    /// Objects that one call takes.
    #[must_use]
    pub const fn most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Objects that an org can have, and the error of one more.
    #[must_use]
    pub const fn limit(self, most: usize, code: Code) -> Self {
        Self {
            limit: Some((most, code)),
            ..self
        }
    }

    /// The operations that composite requests take, each for so many objects (table of v7).
    #[must_use]
    pub const fn composite(self, composite: &'static [(What, usize)]) -> Self {
        Self { composite, ..self }
    }

    /// Parameters that narrow its list.
    #[must_use]
    pub const fn filters(self, filters: &'static [Filter]) -> Self {
        Self { filters, ..self }
    }

    /// From a version on, its list has an `info` of these keys.
    #[must_use]
    pub const fn info(self, info: &'static [Info], since: ApiVersion) -> Self {
        Self {
            informed: Versions::since(since),
            info,
            ..self
        }
    }

    /// `GET` of one object has an `info`, too.
    #[must_use]
    pub const fn informs_one(self) -> Self {
        Self {
            informs_one: true,
            ..self
        }
    }

    /// An empty list is answered as such.
    #[must_use]
    pub const fn lists_nothing(self) -> Self {
        Self {
            lists_nothing: true,
            ..self
        }
    }

    /// Keys of the object that the details of a success show besides its id.
    #[must_use]
    pub const fn details(self, keys: &'static [(&'static str, Versions)]) -> Self {
        Self {
            details: keys,
            ..self
        }
    }

    /// The status of an answer to a creation, where it is not 201.
    #[must_use]
    pub const fn created(self, status: u16) -> Self {
        Self {
            created: status,
            ..self
        }
    }

    /// The key by whose values its lists are sorted.
    #[must_use]
    pub const fn order(self, key: &'static str) -> Self {
        Self {
            order: Some(key),
            ..self
        }
    }

    /// What it answers while an org has none of it.
    #[must_use]
    pub const fn disabled(self, disabled: Disabled) -> Self {
        Self {
            disabled: Some(disabled),
            ..self
        }
    }

    /// The detail that names a missing parameter in every version.
    #[must_use]
    pub const fn param_key(self, key: &'static str) -> Self {
        Self {
            param_key: Some(key),
            ..self
        }
    }

    /// What a fresh org has of it, as JSON.
    #[must_use]
    pub const fn stock(self, stock: &'static str) -> Self {
        Self { stock, ..self }
    }

    /// What is said of an object that was created, changed, deleted.
    #[must_use]
    pub const fn says(
        self,
        created: &'static str,
        updated: &'static str,
        deleted: &'static str,
    ) -> Self {
        Self {
            messages: [
                Message::new(created),
                Message::new(updated),
                Message::new(deleted),
            ],
            ..self
        }
    }

    /// What it answers for ids that nothing has.
    #[must_use]
    pub const fn gone(self, gone: Gone) -> Self {
        Self { gone, ..self }
    }

    /// The error of a value that another object has.
    #[must_use]
    pub const fn taken(self, taken: Code) -> Self {
        Self { taken, ..self }
    }

    /// The error of a value that another object has shows its id.
    #[must_use]
    pub const fn taken_shows_id(self) -> Self {
        Self {
            taken_shows_id: true,
            ..self
        }
    }

    /// A hook that refuses changes.
    #[must_use]
    pub const fn check(self, check: Check) -> Self {
        Self {
            check: Some(check),
            ..self
        }
    }

    /// A hook that follows changes.
    #[must_use]
    pub const fn changed(self, changed: Changed) -> Self {
        Self {
            changed: Some(changed),
            ..self
        }
    }

    /// A hook that shows what is not kept.
    #[must_use]
    pub const fn shown(self, shown: Show) -> Self {
        Self {
            shown: Some(shown),
            ..self
        }
    }

    /// What an org has of it.
    #[must_use]
    pub fn of<'s>(&self, state: &'s OrgState) -> &'s SettingMap {
        state.settings_of(self.name)
    }

    /// Its operations with the versions that have them.
    pub fn operations(&self) -> impl Iterator<Item = (What, Versions)> {
        let first = self.operations.iter().map(|what| (*what, self.versions));
        let later = self.later.iter().map(|later| (later.what, later.versions));
        first.chain(later)
    }

    /// Whether an org has one object of it or none.
    #[must_use]
    pub fn is_single(&self) -> bool {
        self.form == Form::Single
    }

    /// Whether its lists have pages.
    #[must_use]
    pub fn has_pages(&self) -> bool {
        let of_page = |info: &Info| matches!(info.value, InfoValue::Page);
        self.info.iter().any(of_page)
    }

    /// A key of its objects.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}
