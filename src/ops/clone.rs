//! A record as the input of another one like it.

use serde_json::{Map, Value as Json};

use crate::render::{self, Detail};
use crate::schema::{DataType, Field, Module};
use crate::store::{OrgState, Record};
use crate::value::Value;
use crate::version::ApiVersion;

/// What a client would send to make a record like `record`, with `changes` in place of what it has
/// (page of v7). Files, external ids and what is read-only stay behind. Values of unique fields come
/// along and are refused if they are not changed (assumed).
#[must_use]
pub fn as_input(
    state: &OrgState,
    module: &Module,
    record: &Record,
    changes: &Map<String, Json>,
    version: ApiVersion,
) -> Map<String, Json> {
    let fields = module.fields.iter();
    let copied = fields.filter(|field| {
        is_copied(field) && field.exists_in(version) && !dangles(state, field, record)
    });
    let mut names: Vec<&str> = copied.map(Field::api_name).collect();
    // the module that `What_Id` leads to
    names.push("$se_module");
    let plan = render::plan(
        state,
        module,
        version,
        Detail::Single,
        Some(&names.join(",")),
    );
    let mut text = Vec::new();
    plan.write(record, module, state, &mut text);
    let mut input: Map<String, Json> = serde_json::from_slice(&text).unwrap_or_default();
    input.retain(|name, value| name != "id" && !value.is_null());
    for value in input.values_mut() {
        forget_ids(value);
    }
    // lookups of the changes may lead to another module
    if changes.contains_key("$se_module") || changes.contains_key("se_module") {
        input.shift_remove("$se_module");
    }
    input.extend(changes.clone());
    input
}

/// Whether a copy has the value of a field.
fn is_copied(field: &Field) -> bool {
    let of_files = matches!(
        field.spec.data_type,
        DataType::FileUpload | DataType::ImageUpload
    );
    field.writable() && field.spec.external.is_none() && !of_files
}

/// Whether a record's lookup leads to a record that is no more.
fn dangles(state: &OrgState, field: &Field, record: &Record) -> bool {
    match record.stored(field.no) {
        Some(Value::Lookup(module, id)) => {
            let module = state.schema.module_at(*module);
            state.table(module).get(*id).is_none()
        }
        _ => false,
    }
}

/// Rows, and other items of lists, are new in the copy.
fn forget_ids(value: &mut Json) {
    for item in value.as_array_mut().into_iter().flatten() {
        if let Json::Object(item) = item {
            item.shift_remove("id");
        }
    }
}
