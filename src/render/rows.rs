//! Values that are lists of objects: rows of subforms and of multi-select lookups, tags, parents of
//! notes.

use super::files::FilesOf;
use super::items::write_product;
use super::plan::{Plan, RecordForm};
use super::value::{write_id, write_reference};
use crate::schema::field::LINK;
use crate::schema::{Field, Module, ModuleNo, Storage};
use crate::store::setting::COLOUR;
use crate::store::{OrgState, Record};
use crate::value::{self, SubformRow, Value, order};

/// A cell of a row: a field, or what every row has besides.
#[derive(Clone, Copy)]
enum Cell<'a> {
    Field(&'a Field),
    Other(&'static str),
}

impl Cell<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Field(field) => field.api_name(),
            Self::Other(name) => name,
        }
    }
}

/// What rows of an org's own subforms have besides their fields (v7 sample of a single record).
const OTHERS: &[&str] = &["$in_merge", "$field_states", "$zia_visions", "Layout"];
/// The same of old orgs under v2 (recorded 2019).
const OLD_OTHERS: &[&str] = &[
    "$approval",
    "$currency_symbol",
    "$process_flow",
    "$editable",
    "$approved",
];

/// The cells of the rows that a module declares, in their order. It is one for all rows: they show
/// the same keys.
fn cells<'a>(module: &'a Module, plan: &Plan, state: &OrgState) -> Vec<Cell<'a>> {
    let own = module.generated_type() == "subform" && module.standard_layout().is_some();
    let old = own && plan.version.shows_classic_system_keys() && state.info.era < 2020;
    let others = match (own, old) {
        (false, _) => &[],
        (true, false) => OTHERS,
        (true, true) => OLD_OTHERS,
    };
    let mut fields: Vec<&Field> = module.fields.iter().collect();
    fields.retain(|f| !(old && matches!(f.api_name(), "Created_Time" | "Modified_Time")));
    fields.sort_by_key(|f| f.api_name() != "id");
    let others = others.iter().filter(|name| module.field(name).is_none());
    let mut cells: Vec<Cell<'_>> = others.map(|name| Cell::Other(name)).collect();
    cells.extend(fields.into_iter().map(Cell::Field));
    order::sort(&mut cells, Cell::name);
    cells
}

/// Appends the rows of a subform, each with its own id.
pub(super) fn write_rows(
    record: &Record,
    field: &Field,
    parent: &Module,
    rows_module: ModuleNo,
    plan: &Plan,
    state: &OrgState,
    out: &mut Vec<u8>,
) {
    let module = state.schema.module_at(rows_module);
    let Some(Value::Rows(rows)) = record.stored(field.no) else {
        out.extend_from_slice(b"[]");
        return;
    };
    let cells = cells(module, plan, state);
    out.push(b'[');
    for (n, row) in rows.iter().enumerate() {
        out.extend_from_slice(if n > 0 { b",{" } else { b"{" });
        for (m, cell) in cells.iter().enumerate() {
            if m > 0 {
                out.push(b',');
            }
            value::write_string(out, cell.name());
            out.push(b':');
            match cell {
                Cell::Other(key) => write_other(key, module, state, out),
                Cell::Field(column) if column.api_name() == "Parent_Id" => {
                    let name = record.display_name(parent).unwrap_or_default();
                    write_reference(&name, record.id, out);
                }
                Cell::Field(column) => write_cell(row, column, plan, state, out),
            }
        }
        out.push(b'}');
    }
    out.push(b']');
}

fn write_cell(row: &SubformRow, column: &Field, plan: &Plan, state: &OrgState, out: &mut Vec<u8>) {
    match column.api_name() {
        "id" => write_id(row.id, out),
        "Created_Time" => plan.write_time(row.created_time, out),
        "Modified_Time" => plan.write_time(row.modified_time, out),
        _ => match (row.value(column.no), &column.kind) {
            (Value::Lookup(target, id), _) if column.api_name() == "Product_Name" => {
                write_product(*target, *id, state, out);
            }
            (Value::Int(number), Storage::BigInt) if column.api_name() != "Sequence_Number" => {
                value::write_string(out, &number.to_string());
            }
            (files, Storage::Files) => {
                plan.write_files(Some(files), column, FilesOf::Row, state, out);
            }
            (value, _) => plan.write_value(value, state, out),
        },
    }
}

/// Appends what every row has besides its fields.
fn write_other(key: &str, module: &Module, state: &OrgState, out: &mut Vec<u8>) {
    match key {
        "$in_merge" | "$process_flow" => out.extend_from_slice(b"false"),
        "$editable" | "$approved" => out.extend_from_slice(b"true"),
        "$approval" => out.extend_from_slice(
            br#"{"delegate":false,"approve":false,"reject":false,"resubmit":false}"#,
        ),
        "$currency_symbol" => {
            let symbol = state.info.attributes.get("currency_symbol");
            value::write_string(out, symbol.and_then(|text| text.as_str()).unwrap_or("$"));
        }
        "Layout" => match module.standard_layout() {
            Some(layout) => write_reference(layout.name(), layout.id, out),
            None => out.extend_from_slice(b"null"),
        },
        _ => out.extend_from_slice(b"null"),
    }
}

/// Appends the rows of a multi-select lookup: an id, and what the row points to. Rows whose record
/// or user is gone are gone, too.
pub(super) fn write_links(
    rows: Option<&Value>,
    field: &Field,
    plan: &Plan,
    state: &OrgState,
    out: &mut Vec<u8>,
) {
    let Some(Value::Rows(rows)) = rows else {
        out.extend_from_slice(b"[]");
        return;
    };
    let key = field.link_key();
    let mut keys = ["id", key];
    order::sort(&mut keys, |key| key);
    let mut first = true;
    out.push(b'[');
    for row in rows.iter() {
        let (module, name, target) = match row.value(LINK) {
            Value::Lookup(module, id) => (None, state.record_name(*module, *id), *id),
            Value::User(id) => {
                let user = state.users.get(id);
                (Some("Users"), user.map(|user| user.full_name().into()), *id)
            }
            _ => continue,
        };
        let Some(name) = name else { continue };
        out.extend_from_slice(if first { b"{" } else { b",{" });
        first = false;
        for (n, part) in keys.iter().enumerate() {
            if n > 0 {
                out.push(b',');
            }
            value::write_string(out, part);
            out.push(b':');
            if *part == key {
                match module.filter(|_| plan.version.links_name_their_module()) {
                    Some(module) => {
                        out.extend_from_slice(b"{\"module\":");
                        value::write_string(out, module);
                        out.extend_from_slice(b",\"name\":");
                        value::write_string(out, &name);
                        out.extend_from_slice(b",\"id\":");
                        write_id(target, out);
                        out.push(b'}');
                    }
                    None => write_reference(&name, target, out),
                }
            } else {
                write_id(row.id, out);
            }
        }
        out.push(b'}');
    }
    out.push(b']');
}

/// Appends the tags of a record: `[{"name","id"[,"color_code"]}]`, in the form of the connector their
/// names.
pub(super) fn write_tags(
    tags: Option<&Value>,
    module: ModuleNo,
    plan: &Plan,
    state: &OrgState,
    out: &mut Vec<u8>,
) {
    out.push(b'[');
    if let Some(Value::List(names)) = tags {
        let known = names.iter().filter_map(|name| state.tag(module, name));
        for (n, tag) in known.enumerate() {
            if n > 0 {
                out.push(b',');
            }
            if plan.form == RecordForm::Connector {
                value::write_string(out, &tag.name);
                continue;
            }
            out.extend_from_slice(b"{\"name\":");
            value::write_string(out, &tag.name);
            out.extend_from_slice(b",\"id\":");
            write_id(tag.id, out);
            if plan.version.tags_have_colour() {
                out.extend_from_slice(b",\"color_code\":");
                match tag.text(COLOUR) {
                    Some(colour) => value::write_string(out, colour),
                    None => out.extend_from_slice(b"null"),
                }
            }
            out.push(b'}');
        }
    }
    out.push(b']');
}

/// Appends `{"module":{"api_name","id"},"name","id"}` of a note's parent (recorded v8).
pub(super) fn write_parent(parent: Option<&Value>, state: &OrgState, out: &mut Vec<u8>) {
    let Some(Value::Lookup(no, id)) = parent else {
        out.extend_from_slice(b"null");
        return;
    };
    let module = state.schema.module_at(*no);
    out.extend_from_slice(b"{\"module\":{\"api_name\":");
    value::write_string(out, module.api_name());
    out.extend_from_slice(b",\"id\":");
    write_id(module.id, out);
    out.extend_from_slice(b"},\"name\":");
    value::write_string(out, &state.record_name(*no, *id).unwrap_or_default());
    out.extend_from_slice(b",\"id\":");
    write_id(*id, out);
    out.push(b'}');
}
