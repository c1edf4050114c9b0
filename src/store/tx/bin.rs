//! The ways into the recycle bin, out of it, and away for good.

use std::sync::Arc;

use super::Tx;
use crate::ids::Id;
use crate::schema::Module;
use crate::store::bin::{Deleted, RecordAt};
use crate::store::change::RecordEvent;
use crate::store::record::Record;
use crate::store::timeline::TimelineAction;

impl Tx {
    /// Moves a record into the recycle bin; false if there is none.
    pub fn delete(&mut self, module: &Module, id: Id) -> bool {
        self.delete_with(module, id, None)
    }

    /// The same for a record that goes with another one, with which alone it comes back.
    pub fn delete_with(&mut self, module: &Module, id: Id, with: Option<RecordAt>) -> bool {
        let (now, by) = (self.now, self.user());
        let mut table = self.state.tables.get_mut(module.no);
        let Some(record) = table.take(id) else {
            return false;
        };
        table.put_deleted(Deleted {
            display_name: record.display_name(module),
            record: Arc::clone(&record),
            deleted_by: by,
            deleted_time: now,
            with,
            gone: false,
        });
        drop(table);
        self.state.names.records_changed(module.no);
        if with.is_none() {
            self.note_action(module, &record, TimelineAction::Deleted);
        }
        self.note_record(module, id, || RecordEvent::Deleted(record));
        true
    }

    /// Takes a record out of the recycle bin and puts it where it was. False if the bin has lost it
    /// or never had it. Who listens to changes hears of a new record.
    pub fn restore(&mut self, module: &Module, id: Id) -> bool {
        let now = self.now;
        let mut table = self.state.tables.get_mut(module.no);
        let known = table.deleted_as(id).filter(|entry| !entry.permanent(now));
        if known.is_none() || table.get(id).is_some() {
            return false;
        }
        let Some(entry) = table.take_deleted(id) else {
            return false;
        };
        let record = Arc::clone(&entry.record);
        table.put(Arc::clone(&record));
        drop(table);
        self.state.names.records_changed(module.no);
        if entry.with.is_none() {
            self.note_action(module, &record, TimelineAction::Restored);
        }
        self.note_record(module, id, || RecordEvent::Created(record));
        true
    }

    /// Has the recycle bin forget a record, of which the id alone is left. Gives back what it was;
    /// none if the bin does not have it.
    pub fn erase(&mut self, module: &Module, id: Id) -> Option<Arc<Record>> {
        let mut table = self.state.tables.get_mut(module.no);
        let entry = table.deleted_as(id).filter(|entry| !entry.gone)?;
        let entry = Arc::clone(entry);
        let record = &entry.record;
        let blank = Record::new(id, record.created_by, record.created_time, Vec::new());
        table.put_deleted(Deleted {
            record: Arc::new(blank),
            display_name: None,
            with: None,
            gone: true,
            ..Deleted::clone(&entry)
        });
        Some(Arc::clone(record))
    }

    /// Whether neither a record of a module has an id, nor ever one had that was deleted.
    pub(super) fn is_free(&self, module: &Module, id: Id) -> bool {
        let table = self.state.table(module);
        table.get(id).is_none() && table.deleted_as(id).is_none()
    }
}
