//! State of an org: an immutable value, published whole.
//!
//! [`OrgState`] holds everything an org knows in structurally shared parts. A reader clones an
//! `Arc` of it and lives in one consistent world; a writer works on its own copy and publishes
//! that as a whole, or drops it. Snapshots, forks and resets are all the same thing: an `Arc`
//! that somebody kept.

pub mod blob;
pub mod change;
pub mod filling;
pub mod index;
pub mod job;
pub mod names;
pub mod record;
pub mod setting;
pub mod shared;
pub mod table;
pub mod text;
pub mod tree;
pub mod tx;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use ecow::EcoString;
use jiff::tz::TimeZone;
use parking_lot::{Mutex, RwLock};
use serde_json::{Map, Value as Json};

pub use blob::Blobs;
pub use change::{Change, Listener, Published};
use change::{Changes, Listeners};
pub use filling::{Filling, Unfilled};
pub use job::{Job, Jobs};
pub use names::Names;
pub use record::Record;
pub use setting::{Setting, SettingMap};
pub use shared::Shared;
pub use table::{Deleted, Table};
pub use tree::Tree;
pub use tx::Tx;

pub use crate::ids::unique;
use crate::ids::{Id, IdPrefix};
use crate::schema::{FieldNo, Module, ModuleNo, Schema};

/// What an org is, besides its data.
#[derive(Clone, Debug)]
pub struct OrgInfo {
    /// The keys of a `/org` answer, as seeded.
    pub attributes: Map<String, Json>,
    /// The prefix of its ids.
    pub prefix: IdPrefix,
    /// The year whose `$` keys its v2 records show: 2018, 2020, 2023 or 2026.
    pub era: u16,
    /// Names that the declarations' `when` may ask for.
    pub features: Vec<EcoString>,
    /// Keys that its answers about itself, its users and its records leave out.
    pub hidden_keys: Vec<EcoString>,
    /// Its time zone.
    pub time_zone: TimeZone,
    /// COQL takes more than two conditions in a row without brackets.
    pub coql_plain_chains: bool,
    /// Seconds until a search sees a new record.
    pub search_lag: i64,
    /// How the index compares text for `equals`: the whole value instead of a part of it.
    pub exact_text_equals: bool,
}

impl OrgInfo {
    /// Whether its answers leave a key out.
    #[must_use]
    pub fn hides(&self, key: &str) -> bool {
        self.hidden_keys.iter().any(|hidden| hidden == key)
    }
}

/// A user of an org.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The id.
    pub id: Id,
    /// The keys of a `/users` answer that were set; the others have defaults.
    pub attributes: Map<String, Json>,
    /// The role's id.
    pub role: Option<Id>,
    /// The profile's id.
    pub profile: Option<Id>,
    /// When the user was created and changed, in seconds since 1970.
    pub created_time: i64,
    /// See `created_time`.
    pub modified_time: i64,
    /// Who did so.
    pub created_by: Id,
    /// See `created_by`.
    pub modified_by: Id,
}

impl tree::Visible for Arc<User> {
    fn visible(&self) -> bool {
        true
    }
}

impl User {
    /// A textual attribute.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.attributes.get(key).and_then(Json::as_str)
    }

    /// First and last name, or the one given.
    #[must_use]
    pub fn full_name(&self) -> String {
        if let Some(name) = self.text("full_name") {
            return name.to_owned();
        }
        let parts = [self.text("first_name"), self.text("last_name")];
        parts
            .into_iter()
            .flatten()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// `active`, `disabled` or `deleted`.
    #[must_use]
    pub fn status(&self) -> &str {
        self.text("status").unwrap_or("active")
    }

    /// Whether the invitation was accepted.
    #[must_use]
    pub fn confirmed(&self) -> bool {
        self.attributes
            .get("confirm")
            .and_then(Json::as_bool)
            .unwrap_or(true)
    }

    /// The zone in which times are written for the user, if it has one of its own.
    #[must_use]
    pub fn time_zone(&self) -> Option<TimeZone> {
        self.text("time_zone")
            .and_then(|name| TimeZone::get(name).ok())
    }
}

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

    fn get_mut(&mut self, module: ModuleNo) -> &mut Table {
        let module = usize::from(module);
        let group = Arc::make_mut(&mut self.0[module / Self::GROUP]);
        Arc::make_mut(&mut group[module % Self::GROUP])
    }
}

/// Everything an org knows.
#[derive(Clone, Debug)]
pub struct OrgState {
    /// What the org is.
    pub info: Arc<OrgInfo>,
    /// Its modules.
    pub schema: Arc<Schema>,
    /// Its records, by module number.
    pub tables: Tables,
    /// Its users.
    pub users: Tree<Id, Arc<User>>,
    /// Its settings, by family.
    pub settings: Arc<BTreeMap<&'static str, SettingMap>>,
    /// The user whose tokens calls are made with.
    pub current_user: Id,
    /// The zone in which times are written for that user: its own, or the org's.
    pub time_zone: TimeZone,
    /// The tail of the next id.
    pub next_tail: u64,
    /// Its files, and other bytes.
    pub blobs: Blobs,
    /// Its jobs.
    pub jobs: Jobs,
    /// Ids that the next records of a module get, one each.
    pub next_ids: Arc<BTreeMap<ModuleNo, Id>>,
    /// The next number of each auto-number that counts from a number of its own.
    pub next_numbers: Arc<BTreeMap<(ModuleNo, FieldNo), u64>>,
    /// When the names last changed that records show of others.
    pub names: Names,
}

impl OrgState {
    /// The records of a module.
    #[must_use]
    pub fn table(&self, module: &Module) -> &Arc<Table> {
        self.tables.get(module.no)
    }

    /// The settings of a family.
    #[must_use]
    pub fn settings_of(&self, family: &str) -> &SettingMap {
        static NONE: LazyLock<SettingMap> = LazyLock::new(SettingMap::default);
        self.settings.get(family).unwrap_or(&NONE)
    }

    /// The tag of a module with a name, whatever its case.
    #[must_use]
    pub fn tag(&self, module: ModuleNo, name: &str) -> Option<&Arc<Setting>> {
        self.settings_of(setting::TAGS).named(Some(module), name)
    }

    /// The user whose token a call was made with.
    #[must_use]
    pub fn current(&self) -> Option<&Arc<User>> {
        self.users.get(&self.current_user)
    }

    /// A user's name, empty if there is no such user.
    #[must_use]
    pub fn user_name(&self, id: Id) -> String {
        self.users
            .get(&id)
            .map(|u| u.full_name())
            .unwrap_or_default()
    }

    /// The name by which a record of a module is shown in lookups.
    #[must_use]
    pub fn record_name(&self, module: ModuleNo, id: Id) -> Option<EcoString> {
        let module = self.schema.module_at(module);
        let record = self.table(module).get(id)?;
        record.display_name(module)
    }
}

/// The published state of an org, and the right to replace it.
#[derive(Debug)]
pub struct Store {
    published: RwLock<Arc<OrgState>>,
    writer: Mutex<()>,
    listeners: Listeners,
}

impl Store {
    /// A store with a first state.
    #[must_use]
    pub fn new(state: OrgState) -> Self {
        Self::sharing(Arc::new(state))
    }

    /// A store that begins with a state that others may hold, too.
    #[must_use]
    pub fn sharing(state: Arc<OrgState>) -> Self {
        Self {
            published: RwLock::new(state),
            writer: Mutex::new(()),
            listeners: Listeners::default(),
        }
    }

    /// The state as it is now; it stays so for whoever holds it.
    #[must_use]
    pub fn read(&self) -> Arc<OrgState> {
        Arc::clone(&self.published.read())
    }

    /// Runs `change` on a copy of the state and publishes the copy if it returns `Ok`. One
    /// writer at a time; an error or a panic leaves everything as it was.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn write<T, E>(
        &self,
        now: i64,
        change: impl FnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let _only = self.writer.lock();
        let mut tx = Tx::telling(OrgState::clone(&self.read()), now, self.changes());
        let outcome = change(&mut tx)?;
        let (state, changes) = tx.into_parts();
        let by = state.current_user;
        *self.published.write() = Arc::new(state);
        self.listeners.tell(changes.published(now, by));
        Ok(outcome)
    }

    /// Hears from now on of everything that is published, in the order in which that happens: after
    /// readers can see it, and before the next writer begins. Nothing is lost and nothing waits for
    /// the listener.
    #[must_use]
    pub fn listen(&self) -> Listener {
        let _only = self.writer.lock();
        self.listeners.add()
    }

    fn changes(&self) -> Changes {
        if self.listeners.any() {
            Changes::collected()
        } else {
            Changes::default()
        }
    }

    /// Puts a state that is made from the present one in its place, if `change` returns `Ok`. One
    /// writer at a time.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn exchange<T, E>(
        &self,
        change: impl FnOnce(&OrgState) -> Result<(OrgState, T), E>,
    ) -> Result<T, E> {
        let _only = self.writer.lock();
        let (state, outcome) = change(&self.read())?;
        *self.published.write() = Arc::new(state);
        self.listeners.tell(Some(Published::Replaced));
        Ok(outcome)
    }

    /// Puts another state in place of the present one.
    pub fn replace(&self, state: Arc<OrgState>) {
        let _only = self.writer.lock();
        *self.published.write() = state;
        self.listeners.tell(Some(Published::Replaced));
    }
}
