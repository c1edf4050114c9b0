//! A change in the making: the one way to write.

use std::sync::Arc;

use ecow::{EcoString, eco_format};

use super::{Deleted, OrgState, Record, Setting, Tag, User, unique};
use crate::ids::Id;
use crate::schema::{Field, Module, ModuleNo, Schema, View};
use crate::value::fold;

/// A private copy of an org's state, the time and the user of the change. What reads the clock
/// does so here, and nowhere below.
#[derive(Debug)]
pub struct Tx {
    state: OrgState,
    now: i64,
}

impl Tx {
    /// A change of `state` at `now` (seconds since 1970), made by its current user.
    #[must_use]
    pub fn new(state: OrgState, now: i64) -> Self {
        Self { state, now }
    }

    /// The state as changed so far.
    #[must_use]
    pub fn state(&self) -> &OrgState {
        &self.state
    }

    /// The state with all changes.
    #[must_use]
    pub fn into_state(self) -> OrgState {
        self.state
    }

    /// The time of the change, in seconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now
    }

    /// The user who makes it.
    #[must_use]
    pub fn user(&self) -> Id {
        self.state.current_user
    }

    /// An id that nothing has.
    pub fn next_id(&mut self) -> Id {
        let id = self.state.info.prefix.id(self.state.next_tail);
        self.state.next_tail += 1;
        id
    }

    /// An id for a new record of a module.
    pub fn next_record_id(&mut self, module: &Module) -> Id {
        if self.state.next_ids.contains_key(&module.no)
            && let Some(id) = Arc::make_mut(&mut self.state.next_ids).remove(&module.no)
            && self.state.table(module).get(id).is_none()
        {
            return id;
        }
        loop {
            let id = self.next_id();
            if self.state.table(module).get(id).is_none() {
                return id;
            }
        }
    }

    /// Stores a record, in place of the one with its id.
    pub fn put(&mut self, module: &Module, record: Record) {
        let table = self.state.tables.get_mut(module.no);
        let name = record.display_name(module);
        let old = table.put(Arc::new(record));
        if old.is_some_and(|old| old.display_name(module) != name) {
            self.names_changed();
        }
    }

    /// Stores many records at once, ascending by id, in place of those with their ids.
    pub fn put_all(&mut self, module: &Module, records: Vec<Arc<Record>>) {
        self.state.tables.get_mut(module.no).put_all(records);
        self.names_changed();
    }

    /// Has records of a module be there, empty, until they are stored: others may point to them.
    /// The ids ascend.
    pub fn announce(&mut self, module: &Module, ids: &[Id]) {
        let empty = Arc::new(Record::new(Id(0), self.user(), self.now, Vec::new()));
        self.state.tables.get_mut(module.no).announce(ids, &empty);
    }

    /// Puts a record into the recycle bin that has not been in the table, or is there no more.
    pub fn put_deleted(&mut self, module: &Module, deleted: Deleted) {
        self.state.tables.get_mut(module.no).put_deleted(deleted);
    }

    /// Takes a record out, and not into the recycle bin.
    pub fn take(&mut self, module: &Module, id: Id) -> Option<Arc<Record>> {
        let taken = self.state.tables.get_mut(module.no).take(id);
        self.names_changed();
        taken
    }

    /// Moves a record into the recycle bin; false if there is none.
    pub fn delete(&mut self, module: &Module, id: Id) -> bool {
        let (now, by) = (self.now, self.user());
        let table = self.state.tables.get_mut(module.no);
        let deleted = table.delete(id, |record| Deleted {
            display_name: record.display_name(module),
            record,
            deleted_by: by,
            deleted_time: now,
        });
        if deleted {
            self.names_changed();
        }
        deleted
    }

    /// Stores a user, in place of the one with its id.
    pub fn put_user(&mut self, user: User) {
        self.state.users.insert(user.id, Arc::new(user));
        self.set_zone();
        self.names_changed();
    }

    /// Chooses whose tokens calls are made with.
    pub fn set_current_user(&mut self, id: Id) {
        self.state.current_user = id;
        self.set_zone();
    }

    fn set_zone(&mut self) {
        let own = self.state.current().and_then(|user| user.time_zone());
        self.state.time_zone = own.unwrap_or_else(|| self.state.info.time_zone.clone());
    }

    /// Adds a role.
    pub fn add_role(&mut self, role: Setting) {
        put_setting(Arc::make_mut(&mut self.state.roles), role);
    }

    /// Adds a profile.
    pub fn add_profile(&mut self, profile: Setting) {
        put_setting(Arc::make_mut(&mut self.state.profiles), profile);
    }

    /// Puts a role in the place of one with another id.
    pub fn replace_role(&mut self, old: Id, role: Setting) {
        replace_setting(&mut self.state.roles, old, role);
    }

    /// Puts a profile in the place of one with another id.
    pub fn replace_profile(&mut self, old: Id, profile: Setting) {
        replace_setting(&mut self.state.profiles, old, profile);
    }

    /// The tag of a module with a name, made if there is none yet. Gives its spelling.
    pub fn tag(&mut self, module: ModuleNo, name: &str, colour: Option<&str>) -> EcoString {
        let key = (module, fold(name));
        if let Some(tag) = self.state.tags.get(&key) {
            return tag.name.clone();
        }
        let tag = Tag {
            id: self.next_id(),
            name: name.into(),
            colour: colour.map(EcoString::from),
        };
        let name = tag.name.clone();
        Arc::make_mut(&mut self.state.tags).insert(key, tag);
        self.names_changed();
        name
    }

    /// Stores a tag, in place of the one of its name.
    pub fn put_tag(&mut self, module: ModuleNo, tag: Tag) {
        Arc::make_mut(&mut self.state.tags).insert((module, fold(&tag.name)), tag);
        self.names_changed();
    }

    /// Fixes the tail of the next id.
    pub fn set_next_tail(&mut self, tail: u64) {
        self.state.next_tail = tail;
    }

    /// Fixes the id of the next record of a module.
    pub fn set_next_id(&mut self, module: &Module, id: Id) {
        Arc::make_mut(&mut self.state.next_ids).insert(module.no, id);
    }

    /// Puts other custom views in the place of a module's. Nothing that records show depends on
    /// them.
    pub fn set_views(&mut self, module: &Module, views: Vec<View>) {
        self.state.schema = Arc::new(self.state.schema.with_views(module.no, views));
    }

    /// Puts the schema after an edit in the place of the one that was edited. Records are shown
    /// anew; those of new modules have a table.
    pub fn set_schema(&mut self, schema: Schema) {
        self.state.tables.grow(schema.modules().len());
        self.state.schema = Arc::new(schema);
        self.names_changed();
    }

    /// The next value of an auto-number that counts from a number of its own; none for other
    /// fields.
    pub fn next_number(&mut self, module: &Module, field: &Field) -> Option<EcoString> {
        let spec = field.spec.auto_number.as_ref()?;
        let numbers = Arc::make_mut(&mut self.state.next_numbers);
        let next = numbers.entry((module.no, field.no));
        let next = next.or_insert(spec.start_number);
        let number = *next;
        *next = number.saturating_add(1);
        Some(eco_format!("{}{number}{}", spec.prefix, spec.suffix))
    }

    /// Fixes the next number of an auto-number.
    pub fn set_next_number(&mut self, module: &Module, field: &Field, number: u64) {
        let key = (module.no, field.no);
        Arc::make_mut(&mut self.state.next_numbers).insert(key, number);
    }

    /// Stores a job, in place of the one with its id.
    pub fn put_job(&mut self, job: super::job::Job) {
        Arc::make_mut(&mut self.state.jobs).insert(job.id, job);
    }

    fn names_changed(&mut self) {
        self.state.names_epoch = unique();
    }
}

fn replace_setting(settings: &mut Arc<Vec<Setting>>, old: Id, setting: Setting) {
    if let Some(place) = Arc::make_mut(settings).iter_mut().find(|s| s.id == old) {
        *place = setting;
    }
}

fn put_setting(settings: &mut Vec<Setting>, setting: Setting) {
    match settings.iter_mut().find(|s| s.id == setting.id) {
        Some(old) => *old = setting,
        None => settings.push(setting),
    }
}
