//! JSON schemas of bodies, derived from the types that read them.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde::Deserialize;
use serde_json::Value as Json;

/// The body of an operation that takes nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// The schema of what reads a body.
pub(super) fn of<T: JsonSchema>() -> Json {
    let mut settings = SchemaSettings::draft2020_12();
    // each body stands for itself: nothing is shared between them
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let settings = settings.with_transform(RecursiveTransform(plain));
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    schema.to_value()
}

/// What a key is when it is given: that it may be left out is said by `required`, and formats are
/// names of Rust's.
fn plain(schema: &mut schemars::Schema) {
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
    if schema
        .get("default")
        .is_some_and(|d| d.is_null() || is_empty(d))
    {
        schema.remove("default");
    }
    let format = schema.get("format").and_then(Json::as_str);
    if format.is_some_and(|format| format != "date-time") {
        schema.remove("format");
    }
}

/// An object or a list of nothing, which a key that is left out stands for.
fn is_empty(default: &Json) -> bool {
    default.as_object().is_some_and(serde_json::Map::is_empty)
        || default.as_array().is_some_and(Vec::is_empty)
}
