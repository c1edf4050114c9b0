//! Records that are named by an external id.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::input::Mode;
use super::write::{RecordPlace, equals};
use crate::error::{ApiError, Code};
use crate::query::plan::{Converted, Query};
use crate::schema::external::{ExternalIds, ExternalLookup};
use crate::schema::{FieldNo, Module};
use crate::store::{OrgState, Record};
use crate::value::Value;

/// The record of a module that has a value in a field. `None` if there is none.
///
/// # Errors
/// `DUPLICATE_DATA` if there are several.
pub fn record_with(
    state: &OrgState,
    module: &Module,
    field: FieldNo,
    value: &str,
) -> Result<Option<Arc<Record>>, Code> {
    let value = Value::Text(value.into());
    let Some(expr) = equals(module.field_at(field), &value) else {
        return Ok(None);
    };
    let query = Query {
        state,
        module,
        expr: &expr,
        converted: Converted::Both,
        sort: None,
    };
    let mut found = query.unrestricted(|all| all.page(0, 2));
    match found.len() {
        0 | 1 => Ok(found.pop().cloned()),
        _ => Err(Code::EXTERNAL_DUPLICATE),
    }
}

/// The value of an external field in a body: a text, or a number.
#[must_use]
pub fn external_value(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::String(text) if !text.is_empty() => Some(text.into()),
        Json::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

/// The JSON of a record with ids in place of the external ids in its lookups. An external id counts
/// before an id that stands beside it (v7 page).
///
/// # Errors
/// An error for each external id that no record has.
pub fn resolved<'j>(
    state: &OrgState,
    ids: &ExternalIds,
    record: &'j Map<String, Json>,
    place: RecordPlace,
) -> Result<Cow<'j, Map<String, Json>>, Vec<ApiError>> {
    let mut record = Cow::Borrowed(record);
    let mut errors = Vec::new();
    for lookup in &ids.lookups {
        let resolver = Resolver {
            state,
            lookup,
            place,
        };
        if lookup.list.is_empty() {
            if lookup
                .keys
                .iter()
                .any(|key| record.contains_key(key.as_str()))
            {
                let parent = Parent::Record(place.path().to_string());
                resolver.replace(record.to_mut(), &parent, &mut errors);
            }
            continue;
        }
        for list in &lookup.list {
            if !record.contains_key(list.as_str()) {
                continue;
            }
            let Some(Json::Array(items)) = record.to_mut().get_mut(list.as_str()) else {
                continue;
            };
            for (index, item) in items.iter_mut().enumerate() {
                if let Some(item) = item.as_object_mut() {
                    let parent = Parent::Item(place.path().to_string(), list, index);
                    resolver.replace(item, &parent, &mut errors);
                }
            }
        }
    }
    if errors.is_empty() {
        Ok(record)
    } else {
        Err(errors)
    }
}

/// What a lookup stands in.
enum Parent<'a> {
    /// The record, at a path.
    Record(String),
    /// An item of a list of the record.
    Item(String, &'a str, usize),
}

/// Finds the records of one lookup.
struct Resolver<'a> {
    state: &'a OrgState,
    lookup: &'a ExternalLookup,
    place: RecordPlace,
}

impl Resolver<'_> {
    /// Puts the id of the record in the place of its external id.
    fn replace(
        &self,
        object: &mut Map<String, Json>,
        parent: &Parent<'_>,
        errors: &mut Vec<ApiError>,
    ) {
        let target = self.state.schema.module_at(self.lookup.target);
        let external = target.field_at(self.lookup.field).api_name();
        for key in &self.lookup.keys {
            let Some(value) = object.get_mut(key.as_str()) else {
                continue;
            };
            let Some(given) = value.get(external) else {
                continue;
            };
            let text = external_value(given);
            let found = text.map(|text| record_with(self.state, target, self.lookup.field, &text));
            match found {
                Some(Ok(Some(record))) => *value = self.reference(record.id.json(), target),
                Some(Err(several)) => errors.push(self.error(several, key, external, parent)),
                Some(Ok(None)) | None => {
                    let code = match self.place.mode {
                        Mode::Update => Code::EXTERNAL_LOOKUP_INVALID,
                        Mode::Insert | Mode::Seed => Code::EXTERNAL_LOOKUP_INCORRECT,
                    };
                    errors.push(self.error(code, key, external, parent));
                }
            }
        }
    }

    /// The lookup as it is written without external ids.
    fn reference(&self, id: Json, target: &Module) -> Json {
        if self.lookup.bare {
            id
        } else if self.lookup.open {
            json!({"id": id, "module": target.api_name()})
        } else {
            json!({"id": id})
        }
    }

    fn error(&self, code: Code, key: &str, external: &str, parent: &Parent<'_>) -> ApiError {
        let version = self.place.version;
        let error = ApiError::new(code);
        match parent {
            Parent::Record(path) => {
                error.about(version, external, format_args!("{path}.{key}.{external}"))
            }
            Parent::Item(path, list, index) => {
                let path = format_args!("{path}.{list}[{index}].{key}.{external}");
                let error = error.about(version, external, path);
                if version.has_json_path() {
                    error
                } else {
                    error.with("index", *index).with("parent_api_name", *list)
                }
            }
        }
    }
}
