//! What a family of settings is.

use serde_json::{Map, Value as Json};

use super::key::Key;
use super::refusal::{Refusal, Source};
use crate::error::{Code, Message};
use crate::store::{OrgState, Setting, SettingMap, Tx};
use crate::version::{ApiVersion, Versions};

/// What an operation does with a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// `GET {path}`.
    List,
    /// `GET {path}/{id}`.
    Get,
    /// `POST {path}`.
    Create,
    /// `PUT {path}`: each object names its id.
    UpdateMany,
    /// `PUT {path}/{id}`.
    Update,
    /// `DELETE {path}?ids=`.
    DeleteMany,
    /// `DELETE {path}/{id}`.
    Delete,
}

/// All operations.
pub const ALL: &[What] = &[
    What::List,
    What::Get,
    What::Create,
    What::UpdateMany,
    What::Update,
    What::DeleteMany,
    What::Delete,
];

/// Those that only read.
pub const READING: &[What] = &[What::List, What::Get];

/// An operation that came later than the others of its family.
#[derive(Clone, Copy, Debug)]
pub struct Later {
    /// What it does.
    pub what: What,
    /// The versions that have it.
    pub versions: Versions,
}

impl What {
    /// From a version on.
    #[must_use]
    pub const fn since(self, version: ApiVersion) -> Later {
        Later {
            what: self,
            versions: Versions::since(version),
        }
    }
}

/// A parameter that narrows a list.
#[derive(Clone, Copy, Debug)]
pub enum Filter {
    /// To objects whose key has the parameter's value: `(parameter, key)`.
    Value(&'static str, &'static str),
    /// To objects that the caller has created, if it is `true`: `(parameter, key of the creator)`.
    Mine(&'static str, &'static str),
}

impl Filter {
    /// The parameter.
    #[must_use]
    pub const fn param(&self) -> &'static str {
        match self {
            Self::Value(param, _) | Self::Mine(param, _) => param,
        }
    }
}

/// What a family answers while an org has none of it, since a feature is not switched on.
#[derive(Clone, Copy, Debug)]
pub struct Disabled {
    /// To `GET`.
    pub read: Code,
    /// To each object to be created.
    pub create: Code,
    /// To `PUT`.
    pub update: Code,
}

/// How the root of a body looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `{"root":[{…}]}`.
    List,
    /// `{"root":{…}}`: an org has one such object, or none.
    Single,
}

/// A key of the `info` beside a list.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// The key.
    pub key: &'static str,
    /// Its value.
    pub value: InfoValue,
    /// The versions that have it.
    pub versions: Versions,
}

/// What a key of `info` holds.
#[derive(Clone, Copy, Debug)]
pub enum InfoValue {
    /// The number of the page.
    Page,
    /// Objects on a page, at most.
    PerPage,
    /// Objects in this answer.
    Count,
    /// Whether there are further pages.
    More,
    /// A number that is always the same.
    Number(u32),
}

impl Info {
    const fn new(key: &'static str, value: InfoValue) -> Self {
        Self {
            key,
            value,
            versions: Versions::ALL,
        }
    }

    /// A key with a number that is always the same, from a version on.
    #[must_use]
    pub const fn number(key: &'static str, number: u32, since: ApiVersion) -> Self {
        Self {
            key,
            value: InfoValue::Number(number),
            versions: Versions::since(since),
        }
    }
}

/// `per_page`.
pub const PER_PAGE: Info = Info::new("per_page", InfoValue::PerPage);
/// `count`.
pub const COUNT: Info = Info::new("count", InfoValue::Count);
/// `page`.
pub const PAGE: Info = Info::new("page", InfoValue::Page);
/// `more_records`.
pub const MORE: Info = Info::new("more_records", InfoValue::More);
/// The `info` of lists that have pages.
pub const PAGES: &[Info] = &[PER_PAGE, COUNT, PAGE, MORE];

/// What a family answers for an id that nothing has.
#[derive(Clone, Copy, Debug)]
pub struct Gone {
    /// `GET`: the error, and the versions that answer with it; the others answer 204.
    pub get: (Versions, Code),
    /// An id in the path of a write.
    pub path: Code,
    /// An id in a body.
    pub item: Code,
    /// An id in `ids` of a `DELETE`.
    pub ids: Code,
    /// Errors about an id of a write repeat it, where those of other families say its place.
    pub repeats: bool,
    /// What the error about an id in a body expects there (`expected_data_type`).
    pub expects: Option<&'static str>,
}

impl Gone {
    /// What families answer as far as nothing else is known.
    pub const USUAL: Self = Self {
        get: (Versions::until(ApiVersion::V7), Code::UNKNOWN_SETTING),
        path: Code::UNKNOWN_SETTING,
        item: Code::UNKNOWN_SETTING,
        ids: Code::INVALID_DATA,
        repeats: false,
        expects: None,
    };
}

/// What is about to happen to an object, or has happened.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The object before, unless it is new.
    pub old: Option<&'a Setting>,
    /// The object after, unless it goes. Its id is 0 while a new one is checked.
    pub new: Option<&'a Setting>,
    /// What the client or the seed has sent.
    pub said: &'a Map<String, Json>,
    /// Who has sent it.
    pub source: Source,
}

/// An object that is about to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The org.
    pub state: &'a OrgState,
    /// The object.
    pub setting: &'a Setting,
    /// The version of the API.
    pub version: ApiVersion,
    /// The answer holds this object alone.
    pub single: bool,
    /// Keys that are shown on request alone (`include`).
    pub include: &'a [&'a str],
}

impl PartialEq for Family {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Family {}

/// Refuses a change for a reason that the keys do not tell.
pub type Check = fn(&Tx, Change<'_>) -> Result<(), Refusal>;
/// Does what follows from a change that was made.
pub type Changed = fn(&mut Tx, Change<'_>);
/// Works out values that are not kept.
pub type Show = fn(Shown<'_>, &mut Map<String, Json>);

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
            by_module: false,
            label: "name",
            path_key: None,
            path_needs: None,
            most: 100,
            limit: None,
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
