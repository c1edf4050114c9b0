//! The files of a note.

use serde_json::{Map, Value as Json};

use crate::schema::dollar::dollar_no;
use crate::schema::{FieldNo, Module};
use crate::store::index::hash_value;
use crate::store::{OrgState, Record};
use crate::value::{self, Value};

/// Appends `$attachments`: the files of a note, the oldest first, or null (v8 example). What a seed
/// says of it stands where there are none.
pub(super) fn write_attachments(
    record: &Record,
    own: FieldNo,
    module: &Module,
    state: &OrgState,
    out: &mut Vec<u8>,
) {
    let files = files(record, module, state);
    let shown = match record.stored(own) {
        Some(Value::Json(said)) if files.is_empty() => Json::clone(said),
        _ if files.is_empty() => Json::Null,
        _ => Json::Array(files),
    };
    value::write_json(out, &shown);
}

fn files(record: &Record, module: &Module, state: &OrgState) -> Vec<Json> {
    let Some(attachments) = state.schema.module("Attachments") else {
        return Vec::new();
    };
    let table = state.table(attachments);
    let parent = attachments.field("Parent_Id");
    let Some(parent) = parent.filter(|_| !table.rows().is_empty()) else {
        return Vec::new();
    };
    let note = Value::Lookup(module.no, record.id);
    let hash = hash_value(&note);
    let candidates = table.candidates_by_value(attachments, parent, hash.as_slice());
    let found = candidates.in_order(false).filter_map(|id| table.get(id));
    let own = found.filter(|file| file.stored(parent.no) == Some(&note));
    own.map(|file| object(file, attachments)).collect()
}

/// A file, with its keys in the order of the example.
fn object(file: &Record, attachments: &Module) -> Json {
    let text = |name: &str| match file.by_name(name, attachments) {
        Value::Text(text) => text.as_str().into(),
        Value::Int(number) => number.to_string().into(),
        _ => Json::Null,
    };
    let file_id = dollar_no(attachments, "$file_id").and_then(|no| file.stored(no));
    let file_id = match file_id {
        Some(Value::Json(id)) => Json::clone(id),
        Some(Value::Text(id)) => id.as_str().into(),
        _ => Json::Null,
    };
    let keys = [
        ("$file_id", file_id),
        ("File_Name", text("File_Name")),
        ("Size", text("Size")),
        ("id", file.id.json()),
    ];
    let keys = keys.map(|(key, value)| (key.to_owned(), value));
    Json::Object(Map::from_iter(keys))
}
