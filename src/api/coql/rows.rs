//! The rows of an answer as JSON.

use serde_json::{Value as Json, json};

use crate::query::column::Column;
use crate::query::select::{ColumnContent, Function, Select};
use crate::render::{write_id, write_reference};
use crate::schema::Storage;
use crate::store::{OrgState, Record};
use crate::value::{self, Value, order, time};

/// What stands under a key of a row.
enum Cell<'a> {
    /// The id of the record, which each row shows.
    Id,
    /// A column by its place among those of the query, with the kind of its values.
    Column(usize, &'a ColumnContent, Option<Storage>),
}

/// Writes rows. Their keys are the same in all, and their order is worked out once.
pub(super) struct RowWriter<'a> {
    state: &'a OrgState,
    /// Whether references tell names.
    names: bool,
    /// Keys with their colons, as they are written, and what stands under them.
    cells: Vec<(Vec<u8>, Cell<'a>)>,
}

impl<'a> RowWriter<'a> {
    /// A writer for the rows of a query.
    pub(super) fn of(state: &'a OrgState, select: &'a Select, names: bool) -> Self {
        let mut cells: Vec<(&str, Cell<'a>)> = Vec::new();
        for (at, (key, content)) in select.columns.iter().enumerate() {
            if cells.iter().any(|(known, _)| known == key) {
                continue;
            }
            let column = match content {
                ColumnContent::Column(column) | ColumnContent::Aggregate(_, Some(column)) => {
                    Some(column)
                }
                ColumnContent::Aggregate(_, None) => None,
            };
            let kind = column.map(|column| column.kind(&state.schema));
            cells.push((key, Cell::Column(at, content, kind)));
        }
        if !select.grouped && cells.iter().all(|(key, _)| *key != "id") {
            cells.push(("id", Cell::Id));
        }
        order::sort(&mut cells, |(key, _)| key);
        let cells = cells.into_iter().map(|(key, cell)| {
            let mut text = Vec::new();
            value::write_string(&mut text, key);
            text.push(b':');
            (text, cell)
        });
        Self {
            state,
            names,
            cells: cells.collect(),
        }
    }

    /// `[{…},…]`: records.
    pub(super) fn records<'r>(
        &self,
        records: impl ExactSizeIterator<Item = &'r Record>,
    ) -> Vec<u8> {
        self.list(records, |record, cell, out| match cell {
            Cell::Column(_, ColumnContent::Column(column), kind) => {
                column.with(record, self.state, |value| {
                    self.write(value, column, kind.as_ref(), out);
                });
            }
            Cell::Column(..) => out.extend_from_slice(b"null"),
            Cell::Id => write_id(record.id, out),
        })
    }

    /// The same for groups, each given as the values of the columns.
    pub(super) fn groups<'r>(&self, groups: impl ExactSizeIterator<Item = &'r [Value]>) -> Vec<u8> {
        use Function::{Avg, Count, Sum};
        self.list(groups, |values, cell, out| {
            let Cell::Column(at, content, kind) = cell else {
                return;
            };
            let value = values.get(*at).unwrap_or(&Value::Null);
            match content {
                // these are numbers whatever the column holds
                ColumnContent::Aggregate(Count | Sum | Avg, _)
                | ColumnContent::Aggregate(_, None) => write_number(value, out),
                ColumnContent::Column(column) | ColumnContent::Aggregate(_, Some(column)) => {
                    self.write(value, column, kind.as_ref(), out);
                }
            }
        })
    }

    fn list<T: Copy>(
        &self,
        rows: impl ExactSizeIterator<Item = T>,
        write: impl Fn(T, &Cell<'a>, &mut Vec<u8>),
    ) -> Vec<u8> {
        let keys: usize = self.cells.iter().map(|(key, _)| key.len() + 24).sum();
        let mut out = Vec::with_capacity(rows.len().saturating_mul(keys).saturating_add(2));
        out.push(b'[');
        for (n, row) in rows.enumerate() {
            out.extend_from_slice(if n > 0 { b",{" } else { b"{" });
            for (m, (key, cell)) in self.cells.iter().enumerate() {
                if m > 0 {
                    out.push(b',');
                }
                out.extend_from_slice(key);
                write(row, cell, &mut out);
            }
            out.push(b'}');
        }
        out.push(b']');
        out
    }

    fn write(&self, value: &Value, column: &Column, kind: Option<&Storage>, out: &mut Vec<u8>) {
        let tags = kind == Some(&Storage::Tags);
        match value {
            Value::Null if tags => out.extend_from_slice(b"[]"),
            // files do not come back through COQL (seen live in 2026)
            Value::Null | Value::Rows(_) | Value::Files(_) => out.extend_from_slice(b"null"),
            Value::Bool(true) => out.extend_from_slice(b"true"),
            Value::Bool(false) => out.extend_from_slice(b"false"),
            Value::Int(id) if matches!(kind, Some(Storage::Id | Storage::BigInt)) => {
                value::write_string(out, &id.to_string());
            }
            Value::Int(_) | Value::Double(_) => write_number(value, out),
            Value::Text(text) => value::write_string(out, text),
            Value::Date(days) => {
                out.push(b'"');
                time::write_date(out, *days);
                out.push(b'"');
            }
            Value::DateTime(seconds) => {
                out.push(b'"');
                time::write_datetime(out, *seconds, &self.state.time_zone);
                out.push(b'"');
            }
            Value::Lookup(module, id) => match self.state.record_name(*module, *id) {
                Some(name) if self.names => write_reference(&name, *id, out),
                Some(_) => order::write_sorted(out, &json!({"id": id.json()})),
                // the target is gone
                None => out.extend_from_slice(b"null"),
            },
            // the last name alone (page of v7)
            Value::User(id) if self.names => {
                let user = self.state.users.get(id);
                let name = user.and_then(|user| user.text("last_name"));
                order::write_sorted(out, &json!({"name": name, "id": id.json()}));
            }
            Value::User(id) => order::write_sorted(out, &json!({"id": id.json()})),
            Value::List(items) if tags => {
                let tag = |name: &lean_string::LeanString| {
                    let id = self.state.tag(column.module, name).map(|tag| tag.id.json());
                    json!({"name": name.as_str(), "id": id})
                };
                order::write_sorted(out, &items.iter().map(tag).collect::<Json>());
            }
            // a note of 2026 speaks of one text with semicolons, but shows no answer
            Value::List(items) => {
                let items = items.iter().map(lean_string::LeanString::as_str);
                value::write_json(out, &items.collect::<Json>());
            }
            Value::Json(json) => order::write_sorted(out, json),
        }
    }
}

fn write_number(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Int(number) => value::write_json(out, &Json::from(*number)),
        Value::Double(number) => value::write_json(out, &number.json()),
        _ => out.extend_from_slice(b"null"),
    }
}
