//! The timelines of records, as an export has them.

use serde_json::{Map, Value as Json};

use super::object::instant;
use super::{Loader, stored};
use crate::ids::Id;
use crate::schema::Schema;
use crate::seed::problem::unknown;
use crate::store::timeline::{FieldChange, TimelineAction, TimelineEntry, TimelineSource};
use crate::store::{RecordAt, Tx};
use crate::value::Value;

/// Keys of an entry.
const KEYS: [&str; 9] = [
    "number", "record", "name", "about", "time", "by", "action", "source", "changes",
];

/// What is wrong with an entry, by its place in it.
type Wrong = (String, String);

impl Loader<'_> {
    /// Adds all entries, each behind those before it.
    pub(super) fn timeline(&mut self, tx: &mut Tx) {
        for at in &self.document.timeline {
            let schema = &tx.state().schema;
            match read(schema, &at.object) {
                Ok(mut entry) => {
                    entry.number = entry.number.max(tx.state().timeline.next());
                    tx.put_timeline_entry(entry);
                }
                Err((key, reason)) => self.problem(at, &key, reason),
            }
        }
    }
}

fn read(schema: &Schema, object: &Map<String, Json>) -> Result<TimelineEntry, Wrong> {
    if let Some(key) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err((key.clone(), unknown("key", key, KEYS)));
    }
    let get = |key: &str| object.get(key).unwrap_or(&Json::Null);
    let wrong = |key: &str, expected: &str| (key.to_owned(), format!("must be {expected}"));
    let record = |value: &Json| record_key(schema, value);
    let of = "an object with the module and the id of a record";
    let key = record(get("record")).ok_or_else(|| wrong("record", of))?;
    let word = |key: &str| get(key).as_str().unwrap_or_default();
    let about = get("about").as_array().map_or(&[][..], Vec::as_slice);
    let about: Option<Box<[RecordAt]>> = about.iter().map(record).collect();
    let changes = get("changes").as_array().map_or(&[][..], Vec::as_slice);
    let changes = changes.iter().enumerate().map(|(n, item)| {
        let change = change(schema, key, item);
        change.map_err(|(path, reason)| (format!("changes[{n}]{path}"), reason))
    });
    Ok(TimelineEntry {
        number: get("number").as_u64().unwrap_or_default(),
        record: key,
        name: get("name").as_str().map(Into::into),
        about: about.ok_or_else(|| wrong("about", "a list of records"))?,
        time: instant(get("time")).ok_or_else(|| wrong("time", "a date-time with an offset"))?,
        by: Id::from_json(get("by")).ok_or_else(|| wrong("by", "the id of a user"))?,
        action: TimelineAction::parse(word("action"))
            .ok_or_else(|| wrong("action", "an action of timelines"))?,
        source: TimelineSource::parse(word("source"))
            .ok_or_else(|| wrong("source", "a source of timelines"))?,
        changes: changes.collect::<Result<_, _>>()?,
    })
}

fn record_key(schema: &Schema, value: &Json) -> Option<RecordAt> {
    let module = value.get("module").and_then(Json::as_str)?;
    let id = value.get("id").and_then(Id::from_json)?;
    Some((schema.module(module)?.no, id))
}

fn change(schema: &Schema, (module, _): RecordAt, item: &Json) -> Result<FieldChange, Wrong> {
    let module = schema.module_at(module);
    let name = item.get("field").and_then(Json::as_str).unwrap_or_default();
    let field = module.field(name).ok_or_else(|| {
        let known = module.fields.iter().map(|field| field.api_name());
        (".field".to_owned(), unknown("field", name, known))
    })?;
    let value = |key: &str| match item.get(key) {
        None | Some(Json::Null) => Ok(Value::Null),
        Some(value) => stored::plain_value(schema, field, value)
            .map_err(|(path, reason)| (format!(".{key}{path}"), reason)),
    };
    Ok(FieldChange {
        field: field.no,
        old: value("old")?,
        new: value("new")?,
    })
}
