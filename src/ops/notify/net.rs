//! What changes come to, each record and user taken by itself.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use lean_string::LeanString;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use crate::ids::Id;
use crate::schema::{Field, Module, ModuleNo, Slot};
use crate::settings::channel::ChannelEvent;
use crate::store::change::RecordEvent;
use crate::store::{Change, OrgState, Record, User};
use crate::value::Value;

/// Modules whose records are actions on others, and the lookups that name these.
const RELATED: [(&str, &[&str]); 5] = [
    ("Notes", &["Parent_Id"]),
    ("Attachments", &["Parent_Id"]),
    ("Tasks", &["What_Id", "Who_Id"]),
    ("Events", &["What_Id", "Who_Id"]),
    ("Calls", &["What_Id", "Who_Id"]),
];

/// Fields that change by themselves, and are not told of (recorded 2025).
const SILENT: [&str; 2] = ["Last_Activity_Time", "Change_Log_Time__s"];

/// What became of a record.
#[derive(Clone, Debug)]
pub(super) struct NetRecord {
    pub(super) module: ModuleNo,
    pub(super) id: Id,
    pub(super) before: Option<Arc<Record>>,
    pub(super) after: Option<Arc<Record>>,
}

impl NetRecord {
    /// What was done to it, if that is told. A change of nothing but what changes by itself is not
    /// (assumed).
    pub(super) fn event(&self, module: &Module) -> Option<ChannelEvent> {
        match (&self.before, &self.after) {
            (None, None) => None,
            (None, Some(_)) => Some(ChannelEvent::Create),
            (Some(_), None) => Some(ChannelEvent::Delete),
            (Some(before), Some(after)) => {
                let silent = changed(before, after, module).is_empty();
                (!silent).then_some(ChannelEvent::Edit)
            }
        }
    }

    /// The records that it is an action on: those that it names now, or has named.
    pub(super) fn parents(&self, module: &Module) -> BTreeSet<(ModuleNo, Id)> {
        let known = RELATED.iter().find(|(name, _)| *name == module.api_name());
        let links = known.map_or(&[][..], |(_, links)| links);
        let records = [&self.before, &self.after].into_iter().flatten();
        let named = records.flat_map(|record| {
            let links = links.iter().filter_map(|link| module.field(link));
            links.filter_map(|field| match record.stored(field.no)? {
                Value::Lookup(parents, id) => Some((*parents, *id)),
                _ => None,
            })
        });
        match self.event(module) {
            Some(_) => named.collect(),
            None => BTreeSet::new(),
        }
    }
}

/// What a publication came to.
#[derive(Debug, Default)]
pub(super) struct Net {
    records: Vec<NetRecord>,
    places: FxHashMap<(ModuleNo, Id), usize>,
    users: Vec<(Option<Arc<User>>, Arc<User>)>,
}

impl Net {
    pub(super) fn of(changes: &[Change]) -> Self {
        let mut net = Self::default();
        for change in changes {
            match change {
                Change::Record(change) => {
                    let (before, after) = match &change.event {
                        RecordEvent::Created(after) => (None, Some(after)),
                        RecordEvent::Updated { before, after } => (Some(before), Some(after)),
                        RecordEvent::Deleted(before) | RecordEvent::Removed(before) => {
                            (Some(before), None)
                        }
                    };
                    net.record(change.module, change.id, before, after);
                }
                Change::User { before, after } => net.user(before.as_ref(), after),
                Change::Setting { .. } | Change::Metadata(_) => {}
            }
        }
        net
    }

    fn record(
        &mut self,
        module: ModuleNo,
        id: Id,
        before: Option<&Arc<Record>>,
        after: Option<&Arc<Record>>,
    ) {
        match self.places.entry((module, id)) {
            Entry::Occupied(place) => {
                if let Some(known) = self.records.get_mut(*place.get()) {
                    known.after = after.cloned();
                }
            }
            Entry::Vacant(place) => {
                place.insert(self.records.len());
                self.records.push(NetRecord {
                    module,
                    id,
                    before: before.cloned(),
                    after: after.cloned(),
                });
            }
        }
    }

    fn user(&mut self, before: Option<&Arc<User>>, after: &Arc<User>) {
        match self
            .users
            .iter_mut()
            .find(|(_, known)| known.id == after.id)
        {
            Some((_, known)) => *known = Arc::clone(after),
            None => self.users.push((before.cloned(), Arc::clone(after))),
        }
    }

    /// Every record, in the order in which they were first changed.
    pub(super) fn records(&self) -> impl Iterator<Item = &NetRecord> {
        self.records.iter()
    }

    /// Whether a record is told of in its own right.
    pub(super) fn says(&self, module: ModuleNo, id: Id, state: &OrgState) -> bool {
        let known = self.places.get(&(module, id));
        let known = known.and_then(|place| self.records.get(*place));
        known.is_some_and(|record| record.event(state.schema.module_at(module)).is_some())
    }

    /// Every user, with the keys that were changed or given.
    pub(super) fn users(
        &self,
    ) -> impl Iterator<Item = (Id, ChannelEvent, Vec<LeanString>, Map<String, Json>)> {
        self.users.iter().filter_map(|(before, after)| {
            let values = shown_user(after);
            let old = before.as_ref().map(|before| shown_user(before));
            let gone = |user: &User| user.status() == "deleted";
            let event = match before {
                None => ChannelEvent::Create,
                Some(before) if gone(after) && !gone(before) => ChannelEvent::Delete,
                Some(_) => ChannelEvent::Edit,
            };
            let differs = |key: &&String| {
                let old = old.as_ref().map(|old| old.get(*key));
                old != Some(values.get(*key))
            };
            let fields = values.keys().filter(differs);
            let fields: Vec<LeanString> = fields.map(|key| key.as_str().into()).collect();
            (!fields.is_empty()).then_some((after.id, event, fields, values))
        })
    }
}

fn shown_user(user: &User) -> Map<String, Json> {
    let mut shown = user.attributes.clone();
    for (key, id) in [("role", user.role), ("profile", user.profile)] {
        shown.insert(key.to_owned(), id.map_or(Json::Null, Id::json));
    }
    shown
}

/// The fields that clients and the CRM set, in the order of the declaration.
fn told_fields(module: &Module) -> impl Iterator<Item = &Field> {
    let told = |slot: Slot| matches!(slot, Slot::Stored | Slot::Owner | Slot::Converted);
    let fields = module.fields.iter();
    fields.filter(move |field| told(field.slot) && !SILENT.contains(&field.api_name()))
}

/// The fields in which two states of a record differ.
pub(super) fn changed(before: &Record, after: &Record, module: &Module) -> Vec<LeanString> {
    let fields = told_fields(module);
    let differs = |field: &&Field| {
        before.with(field, module, |old| {
            after.with(field, module, |new| old != new)
        })
    };
    fields
        .filter(differs)
        .map(|field| field.api_name().into())
        .collect()
}

/// The fields that a record has values of.
pub(super) fn given(record: &Record, module: &Module) -> Vec<LeanString> {
    let fields = told_fields(module);
    let has = |field: &&Field| match field.slot {
        Slot::Stored => record
            .stored(field.no)
            .is_some_and(|value| !value.is_null()),
        Slot::Owner => true,
        _ => false,
    };
    fields
        .filter(has)
        .map(|field| field.api_name().into())
        .collect()
}
