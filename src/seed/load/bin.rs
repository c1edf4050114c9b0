//! What a seed says of a record in the recycle bin besides the record.

use std::collections::BTreeMap;
use std::sync::Arc;

use lean_string::LeanString;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::flaws::Flaw;
use super::object::instant;
use crate::ids::Id;
use crate::schema::{Module, Schema};
use crate::seed::once::{self, KeyedOnce};
use crate::seed::problem::unknown;
use crate::store::{Deleted, Record, RecordAt, Tx};

/// Keys of a deleted record.
const KEYS: [&str; 6] = [
    "record",
    "deleted_by",
    "deleted_time",
    "display_name",
    "with",
    "gone",
];

/// Who deleted a record, when, and how it went.
pub(super) struct Bin {
    by: Id,
    time: i64,
    pub(super) name: Option<LeanString>,
    with: Option<RecordAt>,
    gone: bool,
}

/// What the reader of an entry knows.
pub(super) struct BinScope<'a> {
    pub(super) schema: &'a Schema,
    pub(super) labels: &'a BTreeMap<String, Id>,
    pub(super) user: Id,
    pub(super) now: i64,
}

impl BinScope<'_> {
    /// Reads an entry; what is wrong with it is added to `flaws`.
    pub(super) fn read(&self, entry: &KeyedOnce<&RawValue>, flaws: &mut Vec<Flaw>) -> Bin {
        for (key, _) in &entry.0 {
            if !KEYS.contains(&key.as_str()) {
                flaws.push((format!(".{key}"), unknown("key", key, KEYS)));
            }
        }
        let mut read = Values { entry, flaws };
        Bin {
            by: read.get("deleted_by", self.user, |by| {
                self.id(by).ok_or_else(|| "no such user".into())
            }),
            time: read.get("deleted_time", self.now, |time| {
                let time = instant(time);
                time.ok_or_else(|| "must be a date-time with an offset".into())
            }),
            name: read.get("display_name", None, |name| match name {
                Json::Null => Ok(None),
                Json::String(name) => Ok(Some(LeanString::from(name.as_str()))),
                _ => Err("must be a text".into()),
            }),
            with: read.get("with", None, |with| self.with(with)),
            gone: read.get("gone", false, |gone| {
                gone.as_bool().ok_or_else(|| "must be true or false".into())
            }),
        }
    }

    fn id(&self, value: &Json) -> Option<Id> {
        match value.as_str() {
            Some(label) if label.starts_with('#') => self.labels.get(label).copied(),
            _ => Id::from_json(value),
        }
    }

    /// The record with which another one went.
    fn with(&self, value: &Json) -> Result<Option<RecordAt>, String> {
        if value.is_null() {
            return Ok(None);
        }
        let module = value.get("module").and_then(Json::as_str);
        let module = module.and_then(|name| self.schema.module(name));
        let id = value.get("id").and_then(|id| self.id(id));
        match (module, id) {
            (Some(module), Some(id)) => Ok(Some((module.no, id))),
            _ => Err("must be an object with the module and the id of a record".into()),
        }
    }
}

/// The values of an entry, with what is wrong with them.
struct Values<'a, 'r> {
    entry: &'a KeyedOnce<&'r RawValue>,
    flaws: &'a mut Vec<Flaw>,
}

impl Values<'_, '_> {
    fn get<T>(
        &mut self,
        key: &str,
        default: T,
        read: impl FnOnce(&Json) -> Result<T, String>,
    ) -> T {
        let Some(raw) = self.entry.get(key) else {
            return default;
        };
        let value = once::read(raw.get()).map_err(|error| format!("cannot be read: {error}"));
        value
            .and_then(|value| read(&value))
            .unwrap_or_else(|reason| {
                self.flaws.push((format!(".{key}"), reason));
                default
            })
    }
}

/// Puts a record into the recycle bin.
pub(super) fn put(tx: &mut Tx, module: &Module, record: Arc<Record>, entry: Bin) {
    let entry = Deleted {
        record,
        display_name: entry.name,
        deleted_by: entry.by,
        deleted_time: entry.time,
        with: entry.with,
        gone: entry.gone,
    };
    tx.put_deleted(module, entry);
}
