//! JSON schemas of bodies and answers, derived from the types that are read and written.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::Value as Json;

/// Nothing: the operation needs no body, or `{}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// The schema of what reads a body.
pub(super) fn of<T: JsonSchema>() -> Json {
    derived::<T>(SchemaSettings::draft2020_12())
}

/// The schema of what is written as an answer.
pub(super) fn of_answer<T: JsonSchema>() -> Json {
    derived::<T>(SchemaSettings::draft2020_12().for_serialize())
}

fn derived<T: JsonSchema>(mut settings: SchemaSettings) -> Json {
    // each body stands for itself: nothing is shared between them
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let settings = settings.with_transform(RecursiveTransform(plain));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    schema.to_value()
}

/// What a key is when it is given: a key that may be left out is never null. Formats are names of
/// Rust's, but for one.
fn plain(schema: &mut Schema) {
    let required = schema.get("required").and_then(Json::as_array).cloned();
    let required = required.unwrap_or_default();
    if let Some(Json::Object(keys)) = schema.get_mut("properties") {
        for (name, value) in keys {
            let optional = !required.iter().any(|key| key == name);
            if let (true, Ok(value)) = (optional, value.try_into()) {
                given(value);
            }
        }
    }
    let default = schema.get("default");
    if default.is_some_and(|d| d.is_null() || is_empty(d)) {
        schema.remove("default");
    }
    let format = schema.get("format").and_then(Json::as_str);
    let most = match format {
        Some("uint32") => Some(u64::from(u32::MAX)),
        Some("uint64" | "uint") => Some(u64::MAX),
        _ => None,
    };
    if format.is_some_and(|format| format != "date-time") {
        schema.remove("format");
    }
    if let (Some(most), None) = (most, schema.get("maximum")) {
        schema.insert("maximum".into(), most.into());
    }
}

/// Takes null out of a schema.
fn given(schema: &mut Schema) {
    if let Some(Json::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".into(), one);
        }
    }
    if let Some(Json::Array(forms)) = schema.get_mut("anyOf") {
        forms.retain(|form| form["type"] != "null");
        if let [Json::Object(one)] = forms.as_mut_slice() {
            let one = std::mem::take(one);
            schema.remove("anyOf");
            for (key, value) in one {
                if schema.get(&key).is_none() {
                    schema.insert(key, value);
                }
            }
        }
    }
}

/// An object or a list of nothing, which a key that is left out stands for.
fn is_empty(default: &Json) -> bool {
    default.as_object().is_some_and(serde_json::Map::is_empty)
        || default.as_array().is_some_and(Vec::is_empty)
}
