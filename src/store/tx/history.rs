//! What a transaction adds to the timelines of records.
//!
//! It is noted where records are put, deleted and restored, and nowhere else, so that no write can
//! forget it. An entry holds what has changed alone, and shares its values with the records.

use super::Tx;
use crate::ids::Id;
use crate::schema::{FieldNo, Module, ModuleNo, Slot, Storage};
use crate::store::bin::RecordAt;
use crate::store::record::Record;
use crate::store::timeline::{FieldChange, TimelineAction, TimelineEntry, TimelineSource};
use crate::value::Value;

/// Fields that change with every write, or by what is written elsewhere.
const FOLLOWING: [&str; 4] = [
    "Last_Activity_Time",
    "Change_Log_Time__s",
    "Modified_Time",
    "Modified_By",
];

/// The lookups that lead from the records of a module to those that they are about.
fn about_fields(module: &Module) -> &'static [&'static str] {
    match module.api_name() {
        "Notes" | "Attachments" => &["Parent_Id"],
        "Tasks" | "Events" | "Calls" => &["What_Id", "Who_Id"],
        _ => &[],
    }
}

fn about(module: &Module, record: &Record) -> Box<[RecordAt]> {
    let fields = about_fields(module).iter();
    let values = fields.filter_map(|name| record.stored(module.field(name)?.no));
    let targets = values.filter_map(|value| match value {
        Value::Lookup(target, id) => Some((*target, *id)),
        _ => None,
    });
    targets.collect()
}

impl Tx {
    /// From here on nothing is added to timelines: the records of a seed have none.
    pub fn forget_history(&mut self) {
        self.history = None;
    }

    /// Runs a part of the change that comes about in a way of its own.
    pub fn by_way_of<T>(&mut self, source: TimelineSource, run: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.history;
        // what is a part of something else belongs to that
        if outer == Some(TimelineSource::CrmApi) {
            self.history = Some(source);
        }
        let outcome = run(self);
        self.history = outer;
        outcome
    }

    /// Adds an entry as an export has it.
    pub fn put_timeline_entry(&mut self, entry: TimelineEntry) {
        self.state.timeline.push(entry);
    }

    /// Notes that something was done to a record as a whole.
    pub(super) fn note_action(&mut self, module: &Module, record: &Record, action: TimelineAction) {
        self.note_entry(module, record, action, Vec::new());
    }

    /// Notes that a record was put in the place of another one, or of none.
    pub(super) fn note_put(&mut self, module: &Module, old: Option<&Record>, new: &Record) {
        // what nobody writes follows from what is written
        if self.history.is_none() || module.spec.read_only {
            return;
        }
        let Some(old) = old else {
            return self.note_action(module, new, TimelineAction::Added);
        };
        if new.converted && !old.converted {
            return self.note_action(module, new, TimelineAction::Converted);
        }
        if old.owner != new.owner
            && let Some(field) = module.fields.iter().find(|field| field.slot == Slot::Owner)
        {
            let change = change(field.no, Value::User(old.owner), Value::User(new.owner));
            self.note_entry(module, new, TimelineAction::OwnerAssigned, vec![change]);
        }
        let mut changes = changed(module, old, new);
        let tags = |change: &FieldChange| {
            let field = module.living(change.field);
            field.is_some_and(|field| field.kind == Storage::Tags)
        };
        if let Some(at) = changes.iter().position(tags) {
            let tags = changes.remove(at);
            self.note_tags(module, new, &tags);
        }
        if !changes.is_empty() {
            self.note_entry(module, new, TimelineAction::Updated, changes);
        }
    }

    /// Tags that came and tags that went are told apart.
    fn note_tags(&mut self, module: &Module, record: &Record, tags: &FieldChange) {
        let list = |value: &Value| match value {
            Value::List(items) => items.to_vec(),
            _ => Vec::new(),
        };
        let (old, new) = (list(&tags.old), list(&tags.new));
        let beyond = |these: &[lean_string::LeanString], those: &[lean_string::LeanString]| {
            let more = these.iter().filter(|tag| !those.contains(tag));
            let more: Vec<_> = more.cloned().collect();
            (!more.is_empty()).then(|| Value::List(more.into()))
        };
        if let Some(more) = beyond(&new, &old) {
            let change = change(tags.field, Value::Null, more);
            self.note_entry(module, record, TimelineAction::TagAdded, vec![change]);
        }
        if let Some(fewer) = beyond(&old, &new) {
            let change = change(tags.field, fewer, Value::Null);
            self.note_entry(module, record, TimelineAction::TagRemoved, vec![change]);
        }
    }

    fn note_entry(
        &mut self,
        module: &Module,
        record: &Record,
        action: TimelineAction,
        changes: Vec<FieldChange>,
    ) {
        let Some(source) = self.history else { return };
        let entry = TimelineEntry {
            number: self.state.timeline.next(),
            record: key(module.no, record.id),
            name: record.display_name(module),
            about: about(module, record),
            time: self.now,
            by: self.user(),
            action,
            source,
            changes: changes.into(),
        };
        self.state.timeline.push(entry);
    }
}

const fn key(module: ModuleNo, id: Id) -> RecordAt {
    (module, id)
}

const fn change(field: FieldNo, old: Value, new: Value) -> FieldChange {
    FieldChange { field, old, new }
}

/// The fields in which two records differ, ascending, and the full name if it is another one.
fn changed(module: &Module, old: &Record, new: &Record) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    let mut note = |no: FieldNo, old: &Value, new: &Value| {
        // rows are records of their own, `$` keys no fields, and a file that is gone is not kept for
        // the sake of its history (assumed)
        let told = |value: &Value| !matches!(value, Value::Rows(_) | Value::Files(_));
        let Some(field) = module.living(no).filter(|_| told(old) && told(new)) else {
            return;
        };
        if !FOLLOWING.contains(&field.api_name()) {
            changes.push(change(no, old.clone(), new.clone()));
        }
    };
    let (mut a, mut b) = (
        old.values().iter().peekable(),
        new.values().iter().peekable(),
    );
    loop {
        match (a.peek(), b.peek()) {
            (None, None) => break,
            (Some((no, was)), Some((other, is))) if no == other => {
                if was != is {
                    note(*no, was, is);
                }
                a.next();
                b.next();
            }
            (Some((no, was)), next) if next.is_none_or(|(other, _)| no < other) => {
                note(*no, was, implicit(module, *no));
                a.next();
            }
            (_, Some((no, is))) => {
                note(*no, implicit(module, *no), is);
                b.next();
            }
            (Some(_), None) => break,
        }
    }
    let parts = ["First_Name", "Last_Name"];
    let named = changes
        .iter()
        .filter_map(|change| module.living(change.field));
    if named
        .into_iter()
        .any(|field| parts.contains(&field.api_name()))
        && let Some(field) = module.field("Full_Name")
    {
        // without salutation (page of v7)
        let text = |record: &Record| record.display_name(module).map_or(Value::Null, Value::Text);
        changes.push(change(field.no, text(old), text(new)));
    }
    changes
}

/// What a field holds of which a record says nothing.
fn implicit(module: &Module, no: FieldNo) -> &Value {
    module
        .living(no)
        .map_or(&Value::Null, |field| &field.implicit)
}
