//! Labels (`#name`) in settings that name records.
//!
//! Settings are read before the records, which depend on them. So what names a record that is not
//! known yet stands for nothing until the records have their ids.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::Loader;
use crate::ids::Id;
use crate::seed::format::Located;
use crate::seed::problem::unknown;
use crate::settings::Family;
use crate::store::{Setting, Tx};

/// A setting that names a record by a label which is not known yet.
pub(super) struct Labelled<'a> {
    family: &'static Family,
    /// The setting.
    id: Id,
    /// The key that names the record.
    key: &'static str,
    at: &'a Located,
}

/// The text that names a record: a value, or its `id`.
fn name_in(value: &mut Json) -> Option<&mut Json> {
    match value {
        Json::String(_) => Some(value),
        Json::Object(object) => object.get_mut("id"),
        _ => None,
    }
}

/// The label that stands in place of an id.
fn label_in(value: &Json) -> Option<&str> {
    let name = value.get("id").unwrap_or(value).as_str()?;
    name.starts_with('#').then_some(name)
}

impl<'a> Loader<'a> {
    /// What a seed says of a setting, with ids in place of labels: those of users are known, for the
    /// others there is an id of nothing.
    pub(super) fn without_labels<'o>(
        &self,
        family: &'static Family,
        object: &'o Map<String, Json>,
    ) -> Cow<'o, Map<String, Json>> {
        let mut object = Cow::Borrowed(object);
        for key in family.keys.iter().filter(|key| key.names_record) {
            let label = object.get(key.name).and_then(label_in);
            let Some(label) = label else { continue };
            let id = self.labels.get(label).copied().unwrap_or(Id(0));
            let value = object.to_mut().get_mut(key.name);
            if let Some(name) = value.and_then(name_in) {
                *name = id.json();
            }
        }
        object
    }

    /// Remembers a setting until its labels are known.
    pub(super) fn await_labels(&mut self, family: &'static Family, id: Id, at: &'a Located) {
        for key in family.keys.iter().filter(|key| key.names_record) {
            let label = at.object.get(key.name).and_then(label_in);
            if label.is_some_and(|label| !self.labels.contains_key(label)) {
                let key = key.name;
                self.labelled.push(Labelled {
                    family,
                    id,
                    key,
                    at,
                });
            }
        }
    }

    /// Puts the ids of records into the settings that name them by labels.
    pub(super) fn labels_of_settings(&mut self, tx: &mut Tx) {
        for Labelled {
            family,
            id,
            key,
            at,
        } in std::mem::take(&mut self.labelled)
        {
            let label = at.object.get(key).and_then(label_in).unwrap_or_default();
            let Some(record) = self.labels.get(label).copied() else {
                let reason = unknown("label", label, self.labels.keys().map(String::as_str));
                self.problem(at, key, reason);
                continue;
            };
            let Some(setting) = family.of(tx.state()).get(id) else {
                continue;
            };
            let mut setting = Setting::clone(setting);
            let value = setting.attributes.get_mut(key);
            if let Some(name) = value.and_then(name_in) {
                *name = record.json();
            }
            if family.label == key {
                setting.name = record.to_string().into();
            }
            tx.put_setting(family.name, setting);
        }
    }
}
