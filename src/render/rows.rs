//! Values that are lists of objects: rows of subforms, line items of v2, tags, parents of notes.

use super::{Plan, write_id, write_reference};
use crate::schema::{Field, Kind, Module, ModuleNo};
use crate::store::{OrgState, Record};
use crate::value::{self, Row, Value, order, time};
use crate::version::ApiVersion;

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
    // one order for all rows: they show the same keys
    let mut fields: Vec<&Field> = module.fields.iter().collect();
    fields.sort_by_key(|f| f.api_name() != "id");
    order::sort(&mut fields, |f| f.api_name());
    out.push(b'[');
    for (n, row) in rows.iter().enumerate() {
        out.extend_from_slice(if n > 0 { b",{" } else { b"{" });
        for (m, column) in fields.iter().enumerate() {
            if m > 0 {
                out.push(b',');
            }
            value::write_string(out, column.api_name());
            out.push(b':');
            match column.api_name() {
                "id" => write_id(row.id, out),
                "Created_Time" => quoted_time(row.created_time, plan, out),
                "Modified_Time" => quoted_time(row.modified_time, plan, out),
                "Parent_Id" => {
                    let name = record.display_name(parent).unwrap_or_default();
                    write_reference(&name, record.id, out);
                }
                _ => match (row_value(row, column), &column.kind) {
                    (Value::Lookup(target, id), _) if column.api_name() == "Product_Name" => {
                        write_product(*target, *id, state, out);
                    }
                    (Value::Int(number), Kind::BigInt)
                        if column.api_name() != "Sequence_Number" =>
                    {
                        value::write_string(out, &number.to_string());
                    }
                    (value, _) => plan.write_value(value, state, out),
                },
            }
        }
        out.push(b'}');
    }
    out.push(b']');
}

fn quoted_time(seconds: i64, plan: &Plan, out: &mut Vec<u8>) {
    out.push(b'"');
    time::write_datetime(out, seconds, &plan.tz);
    out.push(b'"');
}

fn row_value<'a>(row: &'a Row, field: &Field) -> &'a Value {
    row.values
        .iter()
        .find(|(no, _)| *no == field.no)
        .map_or(&Value::Null, |(_, v)| v)
}

/// `{"Product_Code":…,"name":…,"id":…}` of a line item (recorded v2; SDK tables later).
fn write_product(module: ModuleNo, id: crate::ids::Id, state: &OrgState, out: &mut Vec<u8>) {
    let module = state.schema.module_at(module);
    let Some(record) = state.table(module).get(id) else {
        out.extend_from_slice(b"null");
        return;
    };
    out.extend_from_slice(b"{\"Product_Code\":");
    match record.by_name("Product_Code", module) {
        Value::Text(code) => value::write_string(out, &code),
        _ => out.extend_from_slice(b"null"),
    }
    // only orgs with several currencies have the field (recorded 2020 and 2023)
    if module.field("Currency").is_some() {
        out.extend_from_slice(b",\"Currency\":");
        match record.by_name("Currency", module) {
            Value::Text(code) => value::write_string(out, &code),
            _ => out.extend_from_slice(b"null"),
        }
    }
    out.extend_from_slice(b",\"name\":");
    value::write_string(out, &record.display_name(module).unwrap_or_default());
    out.extend_from_slice(b",\"id\":");
    write_id(id, out);
    out.push(b'}');
}

/// Appends line items with the keys of v2 (recorded 2018 to 2023).
pub(super) fn write_product_details(
    rows: Option<&Value>,
    field: &Field,
    state: &OrgState,
    out: &mut Vec<u8>,
) {
    let (Some(Value::Rows(rows)), Kind::Rows(Some(module))) = (rows, &field.kind) else {
        out.extend_from_slice(b"[]");
        return;
    };
    let module = state.schema.module_at(*module);
    let number = |row: &Row, name: &str| -> f64 {
        match module
            .field(name)
            .map_or(&Value::Null, |f| row_value(row, f))
        {
            Value::Double(n) => *n,
            #[allow(clippy::cast_precision_loss, reason = "quantities are small")]
            Value::Int(n) => *n as f64,
            _ => 0.0,
        }
    };
    out.push(b'[');
    for (n, row) in rows.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        let cell = |name: &str| {
            module
                .field(name)
                .map_or(&Value::Null, |f| row_value(row, f))
        };
        let product = match cell("Product_Name") {
            Value::Lookup(no, id) => {
                let products = state.schema.module_at(*no);
                state
                    .table(products)
                    .get(*id)
                    .map(|record| (*no, *id, products, record))
            }
            _ => None,
        };
        out.extend_from_slice(b"{\"product\":");
        match product {
            Some((no, id, ..)) => write_product(no, id, state, out),
            None => out.extend_from_slice(b"null"),
        }
        let of_product = |name: &str| match product.map(|(_, _, m, r)| r.by_name(name, m)) {
            Some(Value::Double(n)) => Some(n),
            _ => None,
        };
        let numbers = |out: &mut Vec<u8>, keys: &[(&str, Option<f64>)]| {
            for (key, number) in keys {
                out.push(b',');
                value::write_string(out, key);
                out.push(b':');
                match number {
                    Some(number) => value::write_double(out, *number),
                    None => out.extend_from_slice(b"null"),
                }
            }
        };
        numbers(
            out,
            &[
                ("quantity", Some(number(row, "Quantity"))),
                ("Discount", Some(number(row, "Discount"))),
                (
                    "total_after_discount",
                    Some(number(row, "Total_After_Discount")),
                ),
                ("net_total", Some(number(row, "Net_Total"))),
            ],
        );
        out.extend_from_slice(b",\"book\":");
        match cell("Price_Book_Name") {
            Value::Lookup(_, id) => write_id(*id, out),
            _ => out.extend_from_slice(b"null"),
        }
        numbers(
            out,
            &[
                ("Tax", Some(number(row, "Tax"))),
                ("list_price", Some(number(row, "List_Price"))),
                ("unit_price", of_product("Unit_Price")),
                (
                    "quantity_in_stock",
                    Some(of_product("Qty_in_Stock").unwrap_or_default()),
                ),
                ("total", Some(number(row, "Total"))),
            ],
        );
        out.extend_from_slice(b",\"id\":");
        write_id(row.id, out);
        out.extend_from_slice(b",\"product_description\":");
        match cell("Description") {
            Value::Text(text) => value::write_string(out, text),
            _ => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"line_tax\":");
        match cell("Line_Tax") {
            Value::Json(taxes) => {
                let mut taxes = (**taxes).clone();
                if let Some(taxes) = taxes.as_array_mut() {
                    taxes
                        .iter_mut()
                        .filter_map(|t| t.as_object_mut())
                        .for_each(|tax| {
                            tax.shift_remove("display_name");
                        });
                }
                value::write_json(out, &taxes);
            }
            _ => out.extend_from_slice(b"[]"),
        }
        out.push(b'}');
    }
    out.push(b']');
}

/// Appends the tags of a record: `[{"name","id"[,"color_code"]}]`.
pub(super) fn write_tags(
    tags: Option<&Value>,
    module: ModuleNo,
    version: ApiVersion,
    state: &OrgState,
    out: &mut Vec<u8>,
) {
    out.push(b'[');
    if let Some(Value::List(names)) = tags {
        let known = names.iter().filter_map(|name| state.tags.get(module, name));
        for (n, tag) in known.enumerate() {
            if n > 0 {
                out.push(b',');
            }
            out.extend_from_slice(b"{\"name\":");
            value::write_string(out, &tag.name);
            out.extend_from_slice(b",\"id\":");
            write_id(tag.id, out);
            if version.tags_have_colour() {
                out.extend_from_slice(b",\"color_code\":");
                match &tag.colour {
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
