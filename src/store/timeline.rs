//! What happened to the records of an org, as their timelines tell it.
//!
//! One list for the whole org: a write appends to it, which costs the same however long it is, and
//! who asks for the timeline of a record looks through all of it. Copies of an org share it.

use std::sync::Arc;

use lean_string::LeanString;

use super::bin::RecordAt;
use super::tree::{Tree, Visible};
use crate::ids::Id;
use crate::schema::FieldNo;
use crate::value::Value;

/// Entries that an org keeps; the oldest go first. With [`MOST_BYTES`] it bounds what a test of many
/// hours holds, and the time that it takes to look through all of them, to about a millisecond.
pub const MOST_ENTRIES: usize = 100_000;
/// Bytes of values that entries hold and records may no longer share with them.
pub const MOST_BYTES: usize = 32 << 20;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident: $($(#[$of:meta])* $variant:ident => $word:literal,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$of])* $variant,)*
        }

        impl $name {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Zoho's word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The one with a word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// What was done to a record (page of v7; words that it lacks are assumed).
    TimelineAction:
    /// It was made.
    Added => "added",
    /// It was changed.
    Updated => "updated",
    /// It has another owner.
    OwnerAssigned => "owner_assigned",
    /// It has more tags.
    TagAdded => "tag_added",
    /// It has fewer tags.
    TagRemoved => "tag_removed",
    /// It was converted.
    Converted => "converted",
    /// It went into the recycle bin.
    Deleted => "deleted",
    /// It came back.
    Restored => "restored",
}

words! {
    /// By which way it was done (page of v7).
    TimelineSource:
    /// A call of the API.
    CrmApi => "crm_api",
    /// A mass update.
    MassUpdate => "mass_update",
    /// A mass delete.
    MassDelete => "mass_delete_via_crm_api",
    /// A bulk write.
    BulkApi => "bulkapi",
    /// A transition of a blueprint.
    Blueprint => "blueprint",
    /// The conversion of a lead.
    Convert => "convert",
    /// The conversion of many leads.
    MassConvert => "massconvert",
    /// Another owner for a record.
    ChangeOwner => "change_owner",
    /// Another owner for the records of a view.
    MassChangeOwner => "mass_change_owner_via_scheduler",
}

/// A field that was changed.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// The field.
    pub field: FieldNo,
    /// What it held.
    pub old: Value,
    /// What it holds since.
    pub new: Value,
}

/// Something that happened to a record.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineEntry {
    /// Its number; the next entry has the next one.
    pub number: u64,
    /// The record.
    pub record: RecordAt,
    /// The name that it had then.
    pub name: Option<LeanString>,
    /// The records that it is about, in whose timelines it stands as well: the parent of a note, the
    /// record and the person of a task.
    pub about: Box<[RecordAt]>,
    /// When, in seconds since 1970.
    pub time: i64,
    /// The user who did it.
    pub by: Id,
    /// What was done.
    pub action: TimelineAction,
    /// By which way.
    pub source: TimelineSource,
    /// The fields that have changed, and no others.
    pub changes: Box<[FieldChange]>,
}

impl TimelineEntry {
    /// Whether it stands in the timeline of a record.
    #[must_use]
    pub fn concerns(&self, record: RecordAt) -> bool {
        self.record == record || self.about.contains(&record)
    }

    /// The bytes of its values, nearly.
    fn bytes(&self) -> usize {
        let of = |value: &Value| match value {
            Value::Text(text) => text.len(),
            Value::List(items) => items.iter().map(LeanString::len).sum(),
            // nobody looks into structures for their size
            Value::Json(_) | Value::Rows(_) => 256,
            _ => 0,
        };
        let changes = self.changes.iter();
        changes
            .map(|change| of(&change.old) + of(&change.new))
            .sum()
    }
}

impl Visible for Arc<TimelineEntry> {
    fn visible(&self) -> bool {
        true
    }
}

/// The entries of an org, by number.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    entries: Tree<u64, Arc<TimelineEntry>>,
    bytes: usize,
    next: u64,
}

impl PartialEq for Timeline {
    fn eq(&self, other: &Self) -> bool {
        self.next == other.next && self.iter().eq(other.iter())
    }
}

impl Timeline {
    /// The number that the next entry gets.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.next
    }

    /// All entries, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<TimelineEntry>> {
        self.entries.iter().map(|(_, entry)| entry)
    }

    /// All entries, the newest first unless `ascending`.
    pub fn in_order(&self, ascending: bool) -> impl Iterator<Item = &Arc<TimelineEntry>> {
        self.entries.in_order(!ascending).map(|(_, entry)| entry)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an entry under its number, which is greater than all before; those that are too many go.
    pub(super) fn push(&mut self, entry: TimelineEntry) {
        self.next = self.next.max(entry.number.saturating_add(1));
        self.bytes = self.bytes.saturating_add(entry.bytes());
        self.entries.insert(entry.number, Arc::new(entry));
        while self.entries.len() > MOST_ENTRIES || self.bytes > MOST_BYTES {
            let first = self.entries.iter().next().map(|(number, _)| *number);
            let Some(gone) = first.and_then(|number| self.entries.remove(&number)) else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(gone.bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u64, text: &str) -> TimelineEntry {
        TimelineEntry {
            number,
            record: (1, Id(number)),
            name: None,
            about: Box::default(),
            time: 0,
            by: Id(1),
            action: TimelineAction::Updated,
            source: TimelineSource::CrmApi,
            changes: Box::new([FieldChange {
                field: 1,
                old: Value::Null,
                new: Value::Text(text.into()),
            }]),
        }
    }

    #[test]
    fn the_oldest_entries_go_first() {
        let mut timeline = Timeline::default();
        for number in 0..MOST_ENTRIES as u64 + 10 {
            timeline.push(entry(number, ""));
        }
        assert_eq!(timeline.len(), MOST_ENTRIES);
        assert_eq!(timeline.iter().next().map(|entry| entry.number), Some(10));
        assert_eq!(timeline.next(), MOST_ENTRIES as u64 + 10);
    }

    #[test]
    fn long_texts_push_others_out() {
        let mut timeline = Timeline::default();
        let text = "x".repeat(MOST_BYTES / 4);
        for number in 0..6 {
            timeline.push(entry(number, &text));
        }
        assert_eq!(timeline.len(), 4);
        timeline.push(entry(6, &"x".repeat(MOST_BYTES + 1)));
        // one that is too long alone is not kept either
        assert!(timeline.is_empty());
        assert_eq!(timeline.next(), 7);
    }
}
