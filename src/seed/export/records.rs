//! Records, and the recycle bin.

use std::io;

use jiff::tz::TimeZone;

use super::{Writer, files};
use crate::ids::Id;
use crate::schema::dollar::dollar_key;
use crate::schema::{Field, Module, Schema, Storage};
use crate::seed::load::stored::keys;
use crate::store::{Deleted, OrgState, Record, RecordAt};
use crate::value::{SubformRow, Value, time, write_json, write_string};

impl Writer<'_> {
    pub(super) fn records(&mut self, state: &OrgState) -> io::Result<()> {
        let schema = &*state.schema;
        let mut held = std::mem::take(&mut self.held);
        self.modules("records", |writer| {
            for module in schema.modules() {
                let records = state.table(module).rows().iter();
                writer.list(module.api_name(), records, |out, (_, record)| {
                    write_record(out, schema, module, record);
                    held.add(record);
                })?;
            }
            Ok(())
        })?;
        self.modules("deleted", |writer| {
            for module in schema.modules() {
                let deleted = state.table(module).deleted().iter();
                writer.list(module.api_name(), deleted, |out, (_, entry)| {
                    write_deleted(out, schema, module, entry);
                    held.add(&entry.record);
                })?;
            }
            Ok(())
        })?;
        self.held = held;
        Ok(())
    }
}

/// The first and the last instant that a date-time of four digits for the year names in UTC.
const DATED: std::ops::Range<i64> = -62_167_219_200..253_402_300_800;

/// Appends a date-time; where it has none, its seconds since 1970.
pub(super) fn write_instant(out: &mut Vec<u8>, seconds: i64) {
    if DATED.contains(&seconds) {
        out.push(b'"');
        time::write_datetime(out, seconds, &TimeZone::UTC);
        out.push(b'"');
    } else {
        out.extend_from_slice(seconds.to_string().as_bytes());
    }
}

pub(super) fn write_id(out: &mut Vec<u8>, id: Id) {
    out.push(b'"');
    id.write(out);
    out.push(b'"');
}

pub(super) fn write_key(out: &mut Vec<u8>, key: &str) {
    out.push(b',');
    write_string(out, key);
    out.push(b':');
}

/// Appends `{"module":…,"id":…}`.
pub(super) fn write_record_key(out: &mut Vec<u8>, schema: &Schema, (module, id): RecordAt) {
    out.extend_from_slice(b"{\"module\":");
    write_string(out, schema.module_at(module).api_name());
    write_key(out, "id");
    write_id(out, id);
    out.push(b'}');
}

fn write_deleted(out: &mut Vec<u8>, schema: &Schema, module: &Module, entry: &Deleted) {
    out.extend_from_slice(b"{\"deleted_by\":");
    write_id(out, entry.deleted_by);
    write_key(out, "deleted_time");
    write_instant(out, entry.deleted_time);
    if let Some(name) = &entry.display_name {
        write_key(out, "display_name");
        write_string(out, name);
    }
    if let Some((module, id)) = entry.with {
        write_key(out, "with");
        write_record_key(out, schema, (module, id));
    }
    if entry.gone {
        write_key(out, "gone");
        out.extend_from_slice(b"true");
    }
    write_key(out, "record");
    write_record(out, schema, module, &entry.record);
    out.push(b'}');
}

fn write_record(out: &mut Vec<u8>, schema: &Schema, module: &Module, record: &Record) {
    out.extend_from_slice(b"{\"id\":");
    write_id(out, record.id);
    write_key(out, keys::OWNER);
    write_id(out, record.owner);
    write_key(out, keys::CREATED_BY);
    write_id(out, record.created_by);
    write_key(out, keys::CREATED_TIME);
    write_instant(out, record.created_time);
    // the same as of the creation where they are not given
    if record.modified_by != record.created_by {
        write_key(out, keys::MODIFIED_BY);
        write_id(out, record.modified_by);
    }
    if record.modified_time != record.created_time {
        write_key(out, keys::MODIFIED_TIME);
        write_instant(out, record.modified_time);
    }
    if record.converted {
        write_key(out, keys::CONVERTED);
        out.extend_from_slice(b"true");
    }
    for (no, value) in record.values() {
        if let Some(key) = dollar_key(module, no) {
            write_key(out, key);
            write_value(out, schema, None, value);
        } else if let Some(field) = module.living(no) {
            write_key(out, field.api_name());
            write_value(out, schema, Some(field), value);
        }
    }
    out.push(b'}');
}

/// Appends a value in the form in which records of an export have it.
pub(super) fn write_value(
    out: &mut Vec<u8>,
    schema: &Schema,
    field: Option<&Field>,
    value: &Value,
) {
    let kind = field.map(|field| &field.kind);
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        // a number of this size is no number to many readers
        Value::Int(number) if kind == Some(&Storage::BigInt) => {
            write_string(out, &number.to_string());
        }
        Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Double(number) => number.write(out),
        Value::Text(text) => write_string(out, text),
        Value::Date(days) => {
            out.push(b'"');
            time::write_date(out, *days);
            out.push(b'"');
        }
        Value::DateTime(seconds) => write_instant(out, *seconds),
        Value::Lookup(module, id) if kind == Some(&Storage::Lookup(Some(*module))) => {
            write_id(out, *id);
        }
        Value::Lookup(module, id) => write_record_key(out, schema, (*module, *id)),
        Value::User(id) => write_id(out, *id),
        Value::List(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write_string(out, item);
            }
            out.push(b']');
        }
        Value::Rows(rows) => write_rows(out, schema, field, rows),
        Value::Files(files) if kind == Some(&Storage::Files) => files::write_all(out, files),
        // an attachment, or a photo
        Value::Files(files) => match files.first() {
            Some(file) => files::write_one(out, file),
            None => out.extend_from_slice(b"null"),
        },
        Value::Json(json) => write_json(out, json),
    }
}

fn write_rows(out: &mut Vec<u8>, schema: &Schema, field: Option<&Field>, rows: &[SubformRow]) {
    let module = match field.map(|field| &field.kind) {
        Some(Storage::Rows(Some(module))) => Some(schema.module_at(*module)),
        Some(Storage::Links(_)) => None,
        _ => return out.extend_from_slice(b"null"),
    };
    out.push(b'[');
    for (n, row) in rows.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"id\":");
        write_id(out, row.id);
        write_key(out, keys::CREATED_TIME);
        write_instant(out, row.created_time);
        write_key(out, keys::MODIFIED_TIME);
        write_instant(out, row.modified_time);
        for (no, value) in &*row.values {
            match (module, field, value) {
                (Some(module), ..) => {
                    if let Some(field) = module.living(*no) {
                        write_key(out, field.api_name());
                        write_value(out, schema, Some(field), value);
                    }
                }
                // the field says what it leads to
                (None, Some(field), Value::Lookup(_, id) | Value::User(id)) => {
                    write_key(out, field.link_key());
                    write_id(out, *id);
                }
                (None, ..) => {}
            }
        }
        out.push(b'}');
    }
    out.push(b']');
}
