//! Values, ids and references as JSON.

use serde_json::Value as Json;

use super::plan::{Plan, RecordForm};
use crate::ids::Id;
use crate::store::OrgState;
use crate::value::{self, Value, time};

impl Plan {
    /// Appends a time.
    pub(super) fn write_time(&self, seconds: i64, out: &mut Vec<u8>) {
        out.push(b'"');
        time::write_datetime(out, seconds, &self.tz);
        if self.form == RecordForm::Connector {
            out.remove(out.len() - "00".len() - 1);
        }
        out.push(b'"');
    }

    /// Appends a value.
    pub(super) fn write_value(&self, value: &Value, state: &OrgState, out: &mut Vec<u8>) {
        match value {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Bool(true) => out.extend_from_slice(b"true"),
            Value::Bool(false) => out.extend_from_slice(b"false"),
            Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Value::Double(number) => number.write(out),
            Value::Text(text) => value::write_string(out, text),
            Value::Date(days) => {
                out.push(b'"');
                time::write_date(out, *days);
                out.push(b'"');
            }
            Value::DateTime(seconds) => {
                self.write_time(*seconds, out);
            }
            Value::Lookup(module, id) => match state.record_name(*module, *id) {
                Some(name) => write_reference(&name, *id, out),
                // the target is gone
                None => out.extend_from_slice(b"null"),
            },
            Value::User(id) => {
                let Some(user) = state.users.get(id) else {
                    out.extend_from_slice(b"null");
                    return;
                };
                out.extend_from_slice(b"{\"name\":");
                value::write_string(out, &user.shown_name());
                out.extend_from_slice(b",\"id\":");
                write_id(*id, out);
                if self.owner_email {
                    out.extend_from_slice(b",\"email\":");
                    match user.text("email") {
                        Some(email) => value::write_string(out, email),
                        None => out.extend_from_slice(b"null"),
                    }
                }
                out.push(b'}');
            }
            Value::List(items) => {
                out.push(b'[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    value::write_string(out, item);
                }
                out.push(b']');
            }
            Value::Rows(_) => out.extend_from_slice(b"[]"),
            // an attachment, or a photo: the id by which clients know it
            Value::Files(files) => match files.first() {
                Some(file) => value::write_string(out, &file.file.file_id),
                None => out.extend_from_slice(b"null"),
            },
            Value::Json(json) => value::write_json(out, json),
        }
    }
}

/// Appends `"id"`.
pub fn write_id(id: Id, out: &mut Vec<u8>) {
    out.push(b'"');
    id.write(out);
    out.push(b'"');
}

/// Appends `{"name":…,"id":…}`.
pub fn write_reference(name: &str, id: Id, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"name\":");
    value::write_string(out, name);
    out.extend_from_slice(b",\"id\":");
    write_id(id, out);
    out.push(b'}');
}

/// A user as success details show it: name and id.
#[must_use]
pub fn user_reference(state: &OrgState, id: Id) -> Json {
    serde_json::json!({"name": state.user_name(id), "id": id.to_string()})
}
