//! Line items in the form of v2, and products as line items show them.

use super::value::write_id;
use crate::ids::Id;
use crate::schema::{Field, Module, ModuleNo, Storage};
use crate::store::{OrgState, Record};
use crate::value::{self, Number, SubformRow, Value};

/// `{"Product_Code":…,"name":…,"id":…}` of a line item (recorded v2; SDK tables later).
pub(super) fn write_product(module: ModuleNo, id: Id, state: &OrgState, out: &mut Vec<u8>) {
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
    let (Some(Value::Rows(rows)), Storage::Rows(Some(module))) = (rows, &field.kind) else {
        out.extend_from_slice(b"[]");
        return;
    };
    let module = state.schema.module_at(*module);
    out.push(b'[');
    for (n, row) in rows.iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        LineItem { row, module, state }.write(out);
    }
    out.push(b']');
}

/// A line item in the form of v2.
struct LineItem<'a> {
    row: &'a SubformRow,
    module: &'a Module,
    state: &'a OrgState,
}

impl LineItem<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let product = self.product();
        let of_product =
            |name: &str| match product.map(|(module, record)| record.by_name(name, module)) {
                Some(Value::Double(number)) => Some(number),
                _ => None,
            };
        out.extend_from_slice(b"{\"product\":");
        match product {
            Some((module, record)) => write_product(module.no, record.id, self.state, out),
            None => out.extend_from_slice(b"null"),
        }
        for (key, cell) in [
            ("quantity", "Quantity"),
            ("Discount", "Discount"),
            ("total_after_discount", "Total_After_Discount"),
            ("net_total", "Net_Total"),
        ] {
            write_number(key, Some(self.number(cell)), out);
        }
        out.extend_from_slice(b",\"book\":");
        match self.cell("Price_Book_Name") {
            Value::Lookup(_, id) => write_id(*id, out),
            _ => out.extend_from_slice(b"null"),
        }
        let in_stock = of_product("Qty_in_Stock").unwrap_or_default();
        write_number("Tax", Some(self.number("Tax")), out);
        write_number("list_price", Some(self.number("List_Price")), out);
        write_number("unit_price", of_product("Unit_Price"), out);
        write_number("quantity_in_stock", Some(in_stock), out);
        write_number("total", Some(self.number("Total")), out);
        out.extend_from_slice(b",\"id\":");
        write_id(self.row.id, out);
        out.extend_from_slice(b",\"product_description\":");
        match self.cell("Description") {
            Value::Text(text) => value::write_string(out, text),
            _ => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"line_tax\":");
        self.write_taxes(out);
        out.push(b'}');
    }

    fn cell(&self, name: &str) -> &Value {
        let field = self.module.field(name);
        field.map_or(&Value::Null, |field| self.row.value(field.no))
    }

    /// A cell as a number: 0 where there is none.
    fn number(&self, name: &str) -> Number {
        match self.cell(name) {
            Value::Double(number) => *number,
            Value::Int(number) => Number::of_integer(*number),
            _ => Number::ZERO,
        }
    }

    /// The product, if it still exists, and its module.
    fn product(&self) -> Option<(&Module, &Record)> {
        let Value::Lookup(module, id) = self.cell("Product_Name") else {
            return None;
        };
        let module = self.state.schema.module_at(*module);
        let record = self.state.table(module).get(*id)?;
        Some((module, record))
    }

    /// The taxes of the row, without the `display_name` that later versions show.
    fn write_taxes(&self, out: &mut Vec<u8>) {
        let Value::Json(taxes) = self.cell("Line_Tax") else {
            out.extend_from_slice(b"[]");
            return;
        };
        let mut taxes = (**taxes).clone();
        let items = taxes.as_array_mut().into_iter().flatten();
        for tax in items.filter_map(|tax| tax.as_object_mut()) {
            tax.shift_remove("display_name");
        }
        value::write_json(out, &taxes);
    }
}

/// Appends a comma, a key and a number; null for `None`.
fn write_number(key: &str, number: Option<Number>, out: &mut Vec<u8>) {
    out.push(b',');
    value::write_string(out, key);
    out.push(b':');
    match number {
        Some(number) => number.write(out),
        None => out.extend_from_slice(b"null"),
    }
}
