//! What happened to records.

use std::io;

use super::Writer;
use super::records::{write_id, write_instant, write_key, write_record_key, write_value};
use crate::schema::Schema;
use crate::store::OrgState;
use crate::store::timeline::TimelineEntry;
use crate::value::{Value, write_string};

impl Writer<'_> {
    pub(super) fn timeline(&mut self, state: &OrgState) -> io::Result<()> {
        let schema = &*state.schema;
        self.list("timeline", state.timeline.iter(), |out, entry| {
            write_entry(out, schema, entry);
        })
    }
}

fn write_entry(out: &mut Vec<u8>, schema: &Schema, entry: &TimelineEntry) {
    out.extend_from_slice(format!("{{\"number\":{}", entry.number).as_bytes());
    write_key(out, "record");
    write_record_key(out, schema, entry.record);
    if let Some(name) = &entry.name {
        write_key(out, "name");
        write_string(out, name);
    }
    if !entry.about.is_empty() {
        write_key(out, "about");
        for (n, about) in entry.about.iter().enumerate() {
            out.push(if n == 0 { b'[' } else { b',' });
            write_record_key(out, schema, *about);
        }
        out.push(b']');
    }
    write_key(out, "time");
    write_instant(out, entry.time);
    write_key(out, "by");
    write_id(out, entry.by);
    write_key(out, "action");
    write_string(out, entry.action.as_str());
    write_key(out, "source");
    write_string(out, entry.source.as_str());
    let module = schema.module_at(entry.record.0);
    let mut first = true;
    for change in &entry.changes {
        // of a field that was deleted nobody can tell any more
        let Some(field) = module.living(change.field) else {
            continue;
        };
        if std::mem::take(&mut first) {
            write_key(out, "changes");
            out.push(b'[');
        } else {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"field\":");
        write_string(out, field.api_name());
        for (key, value) in [("old", &change.old), ("new", &change.new)] {
            if *value != Value::Null {
                write_key(out, key);
                write_value(out, schema, Some(field), value);
            }
        }
        out.push(b'}');
    }
    if !first {
        out.push(b']');
    }
    out.push(b'}');
}
