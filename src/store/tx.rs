//! A change in the making: the one way to write.

mod bin;
mod history;

use std::sync::Arc;

use lean_string::{LeanString, ToLeanString as _};

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use super::bin::Deleted;
use super::bulk::Upload;
use super::change::{Change, Changes, RecordChange, RecordEvent};
use super::info::OrgInfo;
use super::job::Job;
use super::record::Record;
use super::setting::{COLOUR, SHOWN_IN_RECORDS, Setting, TAGS};
use super::state::OrgState;
use super::timeline::TimelineSource;
use super::user::User;
use crate::ids::Id;
use crate::schema::{Field, Module, ModuleNo, Schema, View};
use crate::value::StoredFile;

/// A private copy of an org's state, the time and the user of the change. What reads the clock
/// does so here, and nowhere below.
#[derive(Debug)]
pub struct Tx {
    state: OrgState,
    now: i64,
    changes: Changes,
    /// By which way the change comes about, for timelines; none if they do not hear of it.
    history: Option<TimelineSource>,
    /// The user to whom the state belongs, while it is changed in the name of another.
    home: Option<Id>,
    /// Locks of records are passed over.
    passes_locks: bool,
}

impl Tx {
    /// A change of `state` at `now` (seconds since 1970), made by its current user.
    #[must_use]
    pub fn new(state: OrgState, now: i64) -> Self {
        Self::telling(state, now, Changes::default())
    }

    /// The same, and what it changes is collected if `changes` does so.
    pub(super) fn telling(state: OrgState, now: i64, changes: Changes) -> Self {
        Self {
            state,
            now,
            changes,
            history: Some(TimelineSource::CrmApi),
            home: None,
            passes_locks: false,
        }
    }

    /// The state with all changes, and what they are.
    pub(super) fn into_parts(mut self) -> (OrgState, Changes) {
        if let Some(home) = self.home {
            self.state.set_current_user(home);
        }
        (self.state, self.changes)
    }

    /// Makes the change in the name of a user. The state has its own current user again behind it.
    pub fn act_as(&mut self, user: Id) {
        self.home.get_or_insert(self.state.current_user);
        self.state.set_current_user(user);
    }

    /// Passes over locks of records from now on, as a caller may ask.
    pub fn pass_locks(&mut self) {
        self.passes_locks = true;
    }

    /// Whether locks of records are passed over.
    #[must_use]
    pub fn passes_locks(&self) -> bool {
        self.passes_locks
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
            && self.is_free(module, id)
        {
            return id;
        }
        loop {
            let id = self.next_id();
            if self.is_free(module, id) {
                return id;
            }
        }
    }

    /// Stores a record, in place of the one with its id.
    pub fn put(&mut self, module: &Module, record: Record) {
        let record = Arc::new(record);
        let old = self
            .state
            .tables
            .get_mut(module.no)
            .put(Arc::clone(&record));
        if let Some(old) = &old {
            self.state.names.record_changed(module, old, &record);
        }
        self.note_put(module, old.as_deref(), &record);
        self.note_record(module, record.id, || match old {
            Some(before) => RecordEvent::Updated {
                before,
                after: record,
            },
            None => RecordEvent::Created(record),
        });
    }

    /// Stores many records at once, ascending by id, in place of those with their ids. It is for
    /// seeds: who listens to changes hears of the seed, not of its records.
    pub fn put_all(&mut self, module: &Module, records: Vec<Arc<Record>>) {
        self.state.tables.get_mut(module.no).put_all(records);
        self.state.names.records_changed(module.no);
    }

    /// Has `blank` stand for records of a module, ascending by id, until they are stored.
    pub(super) fn announce(&mut self, module: ModuleNo, ids: &[Id], blank: &Arc<Record>) {
        self.state.tables.get_mut(module).announce(ids, blank);
    }

    /// Puts a record into the recycle bin that has not been in the table, or is there no more.
    pub fn put_deleted(&mut self, module: &Module, deleted: Deleted) {
        self.state.tables.get_mut(module.no).put_deleted(deleted);
    }

    /// Takes a record out, and not into the recycle bin.
    pub fn take(&mut self, module: &Module, id: Id) -> Option<Arc<Record>> {
        let taken = self.state.tables.get_mut(module.no).take(id);
        if let Some(record) = &taken {
            self.changes.note_removed(module.no, record);
        }
        self.state.names.records_changed(module.no);
        taken
    }

    fn note_record(&mut self, module: &Module, id: Id, event: impl FnOnce() -> RecordEvent) {
        self.changes.note(|| {
            Change::Record(RecordChange {
                module: module.no,
                id,
                event: event(),
            })
        });
    }

    /// Stores a user, in place of the one with its id.
    pub fn put_user(&mut self, user: User) {
        let user = Arc::new(user);
        let old = self.state.users.insert(user.id, Arc::clone(&user));
        self.state.names.user_changed(old.as_deref(), &user);
        self.state.set_current_user(self.state.current_user);
        self.changes.note(|| Change::User {
            before: old,
            after: user,
        });
    }

    /// Chooses whose tokens calls are made with.
    pub fn set_current_user(&mut self, id: Id) {
        self.state.set_current_user(id);
    }

    /// Changes keys of what the org says of itself. Records are shown anew.
    pub fn set_org_attributes(&mut self, changes: impl IntoIterator<Item = (&'static str, Json)>) {
        let mut info = OrgInfo::clone(&self.state.info);
        for (key, value) in changes {
            info.attributes.insert(key.to_owned(), value);
        }
        if info.attributes != self.state.info.attributes {
            self.state.info = Arc::new(info);
            let schema = self.state.schema.restamped();
            self.set_schema(schema);
        }
    }

    /// Stores a setting of a family in place of the one with its id, which it gives back.
    pub fn put_setting(&mut self, family: &'static str, setting: Setting) -> Option<Arc<Setting>> {
        let setting = Arc::new(setting);
        let settings = Arc::make_mut(&mut self.state.settings);
        let before = settings
            .entry(family)
            .or_default()
            .put(Arc::clone(&setting));
        self.setting_changed(family, before.as_ref(), Some(&setting));
        before
    }

    /// Takes a setting of a family out.
    pub fn remove_setting(&mut self, family: &'static str, id: Id) -> Option<Arc<Setting>> {
        let settings = Arc::make_mut(&mut self.state.settings);
        let of_family = settings.get_mut(family)?;
        let before = of_family.remove(id)?;
        if of_family.is_empty() {
            settings.remove(family);
        }
        self.setting_changed(family, Some(&before), None);
        Some(before)
    }

    /// Tags are shown in the records of their module, and some settings in those of all modules.
    fn setting_changed(
        &mut self,
        family: &'static str,
        before: Option<&Arc<Setting>>,
        after: Option<&Arc<Setting>>,
    ) {
        let module = after.or(before).and_then(|setting| setting.module);
        if let Some(module) = module.filter(|_| family == TAGS) {
            self.state.names.tags_changed(module);
        }
        if SHOWN_IN_RECORDS.contains(&family) {
            self.state.names.schema_changed();
        }
        self.changes.note(|| Change::Setting {
            family,
            before: before.cloned(),
            after: after.cloned(),
        });
    }

    /// The tag of a module with a name, made if there is none yet. Gives its spelling.
    pub fn tag(&mut self, module: ModuleNo, name: &str, colour: Option<&str>) -> LeanString {
        if let Some(tag) = self.state.tag(module, name) {
            return tag.name.clone();
        }
        let stamp = crate::value::time::format_datetime(self.now, &TimeZone::UTC);
        let mut attributes = Map::new();
        for (key, value) in [
            ("created_time", stamp.clone().into()),
            ("modified_time", stamp.into()),
            ("name", name.into()),
            ("modified_by", self.user().json()),
            ("created_by", self.user().json()),
            (COLOUR, colour.into()),
        ] {
            attributes.insert(key.to_owned(), value);
        }
        let tag = Setting {
            id: self.next_id(),
            module: Some(module),
            name: name.into(),
            attributes,
        };
        self.put_setting(TAGS, tag);
        name.into()
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
        self.changes.note(|| Change::Metadata(module.no));
    }

    /// Puts the schema after an edit in the place of the one that was edited. Records are shown
    /// anew; those of new modules have a table.
    pub fn set_schema(&mut self, schema: Schema) {
        self.state.tables.grow(schema.modules().len());
        let before = std::mem::replace(&mut self.state.schema, Arc::new(schema));
        self.state.names.schema_changed();
        for module in self.state.schema.modules() {
            let old = before.module(module.api_name());
            if old.is_none_or(|old| !Arc::ptr_eq(old, module)) {
                self.changes.note(|| Change::Metadata(module.no));
            }
        }
    }

    /// The next value of an auto-number that counts from a number of its own; none for other
    /// fields.
    pub fn next_number(&mut self, module: &Module, field: &Field) -> Option<LeanString> {
        let spec = field.spec.auto_number.as_ref()?;
        let numbers = Arc::make_mut(&mut self.state.next_numbers);
        let next = numbers.entry((module.no, field.no));
        let next = next.or_insert(spec.start_number);
        let number = *next;
        *next = number.saturating_add(1);
        Some(format_args!("{}{number}{}", spec.prefix, spec.suffix).to_lean_string())
    }

    /// Fixes the next number of an auto-number.
    pub fn set_next_number(&mut self, module: &Module, field: &Field, number: u64) {
        let key = (module.no, field.no);
        Arc::make_mut(&mut self.state.next_numbers).insert(key, number);
    }

    /// Stores a file that was uploaded under the id that clients see.
    pub fn put_upload(&mut self, file: StoredFile) {
        Arc::make_mut(&mut self.state.files).put(file);
    }

    /// Sets the photo of the org, or takes it away.
    pub fn set_org_photo(&mut self, photo: Option<StoredFile>) {
        Arc::make_mut(&mut self.state.files).org_photo = photo.map(Arc::new);
    }

    /// Stores a job, in place of the one with its id.
    pub fn put_job(&mut self, job: Job) {
        self.state.jobs.put(job);
    }

    /// Keeps a file for a bulk write.
    pub fn put_bulk_upload(&mut self, upload: Upload) {
        self.state.jobs.put_upload(upload);
    }
}
