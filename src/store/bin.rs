//! The recycle bin of one module, and what it has lost.

mod condition;

use std::ops::Bound;
use std::sync::Arc;

use lean_string::LeanString;

pub use condition::{BinComparator, BinCondition, BinField, BinOperand};

use super::record::Record;
use super::tree::{Tree, Visible};
use crate::ids::Id;
use crate::schema::ModuleNo;

/// A record of some module: its module, and its id.
pub type RecordAt = (ModuleNo, Id);

/// A record that was deleted.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// What it was. Of one that is gone for good nothing is left but the id.
    pub record: Arc<Record>,
    /// The name it was shown by.
    pub display_name: Option<LeanString>,
    /// Who deleted it.
    pub deleted_by: Id,
    /// When, in seconds since 1970.
    pub deleted_time: i64,
    /// The record with which it went, if that was deleted and not it.
    pub with: Option<RecordAt>,
    /// The bin was emptied of it.
    pub gone: bool,
}

impl Deleted {
    /// How long the recycle bin keeps a record, in seconds: 60 days.
    pub const KEPT: i64 = 60 * 86_400;

    /// Whether the recycle bin has been emptied of it by `now`.
    #[must_use]
    pub fn permanent(&self, now: i64) -> bool {
        self.gone || now.saturating_sub(self.deleted_time) >= Self::KEPT
    }
}

impl Visible for Arc<Deleted> {
    fn visible(&self) -> bool {
        true
    }
}

/// What was deleted of a module: by time, by id, and by the record with which it went. Entries stay
/// when the bin is emptied, so that no id is ever given twice.
#[derive(Clone, Debug, Default)]
pub(super) struct Bin {
    by_time: Tree<(i64, Id), Arc<Deleted>>,
    by_id: Tree<Id, i64>,
    went_with: Tree<(RecordAt, Id), ()>,
}

impl Visible for i64 {
    fn visible(&self) -> bool {
        true
    }
}

impl Bin {
    /// Everything, by time and id.
    pub(super) fn by_time(&self) -> &Tree<(i64, Id), Arc<Deleted>> {
        &self.by_time
    }

    /// The entry of a record.
    pub(super) fn get(&self, id: Id) -> Option<&Arc<Deleted>> {
        let time = self.by_id.get(&id)?;
        self.by_time.get(&(*time, id))
    }

    /// The ids of what went with a record, ascending.
    pub(super) fn went_with(&self, root: RecordAt) -> impl Iterator<Item = Id> + '_ {
        let from = self.went_with.range(Bound::Included(&(root, Id(0))));
        let of_it = from.take_while(move |((with, _), ())| *with == root);
        of_it.map(|((_, id), ())| *id)
    }

    /// Puts an entry in the place of the one of its record.
    pub(super) fn put(&mut self, entry: Deleted) {
        let id = entry.record.id;
        self.take(id);
        self.by_id.insert(id, entry.deleted_time);
        if let Some(root) = entry.with {
            self.went_with.insert((root, id), ());
        }
        let key = (entry.deleted_time, id);
        self.by_time.insert(key, Arc::new(entry));
    }

    /// Takes the entry of a record out.
    pub(super) fn take(&mut self, id: Id) -> Option<Arc<Deleted>> {
        let time = self.by_id.remove(&id)?;
        let entry = self.by_time.remove(&(time, id))?;
        if let Some(root) = entry.with {
            self.went_with.remove(&(root, id));
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: u64, time: i64, with: Option<RecordAt>) -> Deleted {
        Deleted {
            record: Arc::new(Record::new(Id(id), Id(1), 0, Vec::new())),
            display_name: None,
            deleted_by: Id(1),
            deleted_time: time,
            with,
            gone: false,
        }
    }

    #[test]
    fn what_went_with_a_record_is_found_by_it() {
        let mut bin = Bin::default();
        for (id, with) in [
            (5, None),
            (7, Some((1, Id(5)))),
            (6, Some((1, Id(5)))),
            (8, Some((2, Id(5)))),
        ] {
            bin.put(entry(id, 10, with));
        }
        let with = |bin: &Bin, root| bin.went_with(root).map(|id| id.0).collect::<Vec<_>>();
        assert_eq!(with(&bin, (1, Id(5))), [6, 7]);
        assert_eq!(with(&bin, (2, Id(5))), [8]);
        assert_eq!(bin.take(Id(6)).map(|entry| entry.record.id), Some(Id(6)));
        assert_eq!(with(&bin, (1, Id(5))), [7]);
        assert!(bin.take(Id(6)).is_none());
    }

    #[test]
    fn a_record_has_one_entry() {
        let mut bin = Bin::default();
        bin.put(entry(5, 10, Some((1, Id(9)))));
        bin.put(entry(5, 20, None));
        assert_eq!(bin.by_time().len(), 1);
        assert_eq!(bin.get(Id(5)).map(|entry| entry.deleted_time), Some(20));
        assert_eq!(bin.went_with((1, Id(9))).count(), 0);
    }

    #[test]
    fn the_bin_forgets_after_sixty_days() {
        let entry = entry(5, 1_000, None);
        assert!(!entry.permanent(1_000 + Deleted::KEPT - 1));
        assert!(entry.permanent(1_000 + Deleted::KEPT));
        assert!(!entry.permanent(i64::MIN));
        assert!(
            Deleted {
                gone: true,
                ..entry
            }
            .permanent(1_000)
        );
    }
}
