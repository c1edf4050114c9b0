//! Everything an org knows, as one value.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

use jiff::tz::TimeZone;
use lean_string::LeanString;

use super::files::Files;
use super::info::OrgInfo;
use super::job::Jobs;
use super::names::Names;
use super::setting::{Setting, SettingMap, TAGS};
use super::table::Table;
use super::tables::Tables;
use super::timeline::Timeline;
use super::tree::Tree;
use super::user::User;
use crate::ids::Id;
use crate::schema::{FieldNo, Module, ModuleNo, Schema};
use crate::value::blob::Blobs;

/// Everything an org knows.
///
/// A change copies it, and what threads count together they hand to each other each time: so what few
/// changes change is behind one reference, as a [`Framework`], which a state reads and changes as its own.
#[derive(Clone, Debug)]
pub struct OrgState {
    /// All but records.
    framework: Arc<Framework>,
    /// Its records, by module number.
    pub tables: Tables,
    /// The user whose tokens calls are made with.
    pub current_user: Id,
    /// The zone in which times are written for that user: its own, or the org's.
    pub time_zone: TimeZone,
    /// The tail of the next id.
    pub next_tail: u64,
    /// When the names last changed that records show of others.
    pub names: Names,
    /// What happened to its records.
    pub timeline: Timeline,
}

impl Deref for OrgState {
    type Target = Framework;

    fn deref(&self) -> &Framework {
        &self.framework
    }
}

impl DerefMut for OrgState {
    fn deref_mut(&mut self) -> &mut Framework {
        Arc::make_mut(&mut self.framework)
    }
}

/// What an org has besides records and their history.
#[derive(Clone, Debug)]
pub struct Framework {
    /// What the org is.
    pub info: Arc<OrgInfo>,
    /// Its modules.
    pub schema: Arc<Schema>,
    /// Its users.
    pub users: Tree<Id, Arc<User>>,
    /// Its settings, by family.
    pub settings: Arc<BTreeMap<&'static str, SettingMap>>,
    /// Where its files, and other bytes, are kept.
    pub blobs: Blobs,
    /// Files that no record holds.
    pub files: Arc<Files>,
    /// Its jobs.
    pub jobs: Jobs,
    /// Ids that the next records of a module get, one each.
    pub next_ids: Arc<BTreeMap<ModuleNo, Id>>,
    /// The next number of each auto-number that counts from a number of its own.
    pub next_numbers: Arc<BTreeMap<(ModuleNo, FieldNo), u64>>,
}

impl OrgState {
    /// The state of an org without users and records.
    #[must_use]
    pub fn new(framework: Framework, next_tail: u64) -> Self {
        let modules = framework.schema.modules().len();
        Self {
            tables: Tables::new(modules),
            time_zone: framework.info.time_zone.clone(),
            current_user: Id(0),
            next_tail,
            names: Names::default(),
            timeline: Timeline::default(),
            framework: Arc::new(framework),
        }
    }

    /// All but records: where it is the same, so is what depends on nothing else.
    #[must_use]
    pub const fn framework(&self) -> &Arc<Framework> {
        &self.framework
    }

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
        self.settings_of(TAGS).named(Some(module), name)
    }

    /// The same as another user sees it, whose token a call was made with.
    #[must_use]
    pub fn seen_by(&self, user: Id) -> Self {
        let mut state = self.clone();
        state.set_current_user(user);
        state
    }

    /// Chooses the user in whose name it is read and changed, and with them the zone.
    pub(crate) fn set_current_user(&mut self, user: Id) {
        self.current_user = user;
        let own = self.current().and_then(|user| user.time_zone());
        self.time_zone = own.unwrap_or_else(|| self.info.time_zone.clone());
    }

    /// The user whose token a call was made with.
    #[must_use]
    pub fn current(&self) -> Option<&Arc<User>> {
        self.users.get(&self.current_user)
    }

    /// The active user with an id or an address.
    #[must_use]
    pub fn active_user(&self, named: &str) -> Option<Id> {
        let found = match Id::parse(named) {
            Ok(id) => self.users.get(&id),
            Err(_) => {
                let mut users = self.users.iter().map(|(_, user)| user);
                users.find(|user| {
                    let email = user.text("email");
                    email.is_some_and(|email| email.eq_ignore_ascii_case(named))
                })
            }
        };
        found
            .filter(|user| user.status() == "active")
            .map(|user| user.id)
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
    pub fn record_name(&self, module: ModuleNo, id: Id) -> Option<LeanString> {
        let module = self.schema.module_at(module);
        let record = self.table(module).get(id)?;
        record.display_name(module)
    }
}
