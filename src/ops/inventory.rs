//! Converting a quote into a sales order or an invoice, and a sales order into an invoice.
//!
//! What is made has the values of all fields of the same name, the line items among them, and leads
//! back to what it was made of. Totals are worked out anew, as for any record.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::children::pointing_to;
use super::input::Mode;
use super::write::{self, RecordPlace};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::dollar::dollar_no;
use crate::schema::{DataType, Field, Module, ModuleNo, Slot, Storage};
use crate::store::{Record, Tx};
use crate::value::{SubformRow, Value};
use crate::version::ApiVersion;

/// Modules whose records are converted, each with those that they are converted into.
const CONVERSIONS: [(&str, &[&str]); 2] = [
    ("Quotes", &["Sales_Orders", "Invoices"]),
    ("Sales_Orders", &["Invoices"]),
];

/// The modules that records of a module are converted into; none for most modules.
#[must_use]
pub fn targets(module: &Module) -> &'static [&'static str] {
    let known = CONVERSIONS
        .iter()
        .find(|(name, _)| *name == module.api_name());
    known.map_or(&[], |(_, targets)| targets)
}

/// What becomes of a record.
#[derive(Clone, Copy, Debug)]
pub struct InventoryConversion<'a> {
    /// The module that it is converted into.
    pub target: &'a Module,
    /// Whether what is made gets its tags.
    pub carry_over_tags: bool,
    /// The owner of what is made; that of the record if there is none.
    pub assign_to: Option<Id>,
    /// Modules of activities that go over to what is made.
    pub related: &'a [ModuleNo],
}

/// Converts a record. Gives the id of what was made. The record is a converted one from then on: lists
/// leave it out and nobody changes it, as with leads (its stock views and `$converted` say as much;
/// assumed). On failure the transaction must be dropped.
///
/// # Errors
/// `ID_ALREADY_CONVERTED`, and everything that is wrong with what is to be made.
pub fn convert(
    tx: &mut Tx,
    module: &Module,
    record: &Arc<Record>,
    wanted: &InventoryConversion<'_>,
) -> Result<Id, Vec<ApiError>> {
    if record.converted {
        return Err(vec![Code::ID_ALREADY_CONVERTED.into()]);
    }
    let schema = Arc::clone(&tx.state().schema);
    let mut json = values(module, record, wanted);
    if let (Some(from), Some(to)) = (module.line_items(), wanted.target.line_items())
        && let (Storage::Rows(Some(from_rows)), Storage::Rows(Some(to_rows))) =
            (&from.kind, &to.kind)
        && let Some(Value::Rows(rows)) = record.stored(from.no)
    {
        let (from_rows, to_rows) = (schema.module_at(*from_rows), schema.module_at(*to_rows));
        let items = rows.iter().map(|row| item(from_rows, to_rows, row));
        json.insert(to.api_name().to_owned(), items.collect());
    }
    let place = RecordPlace {
        version: ApiVersion::LATEST,
        index: 0,
        key: None,
        mode: Mode::Insert,
    };
    let id = write::insert(tx, wanted.target, &json, place)?;
    hand_over(tx, module, record.id, wanted, id);
    let now = tx.now();
    let mut converted = record.with_values(Vec::new());
    converted.converted = true;
    converted.modified_time = now;
    converted.modified_by = tx.user();
    tx.put(module, converted);
    Ok(id)
}

/// The values that go over, as a client would write them.
fn values(module: &Module, record: &Record, wanted: &InventoryConversion<'_>) -> Map<String, Json> {
    let mut json = Map::new();
    for field in &wanted.target.fields {
        let same = module.field(field.api_name());
        let same = same.filter(|same| same.kind == field.kind && goes_over(field));
        let Some(same) = same else {
            continue;
        };
        if let Some(value) = record.stored(same.no) {
            json.insert(field.api_name().to_owned(), value.input_json());
        }
    }
    let lookup = |field: &&Field| field.kind == Storage::Lookup(Some(module.no));
    if let Some(back) = wanted.target.fields.iter().find(lookup) {
        json.insert(back.api_name().to_owned(), json!({"id": record.id.json()}));
    }
    let taxes = dollar_no(module, "$line_tax").and_then(|no| record.stored(no));
    if let Some(Value::Json(taxes)) = taxes {
        json.insert("$line_tax".to_owned(), Json::clone(taxes));
    }
    if let (true, Value::List(tags)) = (wanted.carry_over_tags, record.by_name("Tag", module)) {
        let tags = tags.iter().map(|tag| json!({"name": tag.as_str()}));
        json.insert("Tag".to_owned(), tags.collect());
    }
    let owner = wanted.assign_to.unwrap_or(record.owner);
    json.insert("Owner".to_owned(), json!({"id": owner.json()}));
    json
}

/// Whether a value goes over as it is: not what is worked out, rows, tags or the layout, and no status,
/// which each module has of its own.
fn goes_over(field: &Field) -> bool {
    field.slot == Slot::Stored
        && field.writable()
        && !field.has_rows()
        && field.kind != Storage::Tags
        && field.spec.data_type != DataType::Layout
        && field.api_name() != "Status"
}

/// A line item, as a client would write it.
fn item(from: &Module, to: &Module, row: &SubformRow) -> Json {
    let cells = to.fields.iter().filter(|cell| cell.writable());
    let cells = cells.filter_map(|cell| {
        let value = row.value(from.field(cell.api_name())?.no);
        (!value.is_null()).then(|| (cell.api_name().to_owned(), value.input_json()))
    });
    Json::Object(cells.collect())
}

/// Has activities about a record be about another one.
fn hand_over(tx: &mut Tx, module: &Module, from: Id, wanted: &InventoryConversion<'_>, to: Id) {
    let schema = Arc::clone(&tx.state().schema);
    let old = Value::Lookup(module.no, from);
    for no in wanted.related {
        let activities = schema.module_at(*no);
        let Some(about) = activities.field("What_Id") else {
            continue;
        };
        for id in pointing_to(tx.state(), activities, about, &old) {
            if let Some(activity) = tx.state().table(activities).get(id).cloned() {
                let new = Value::Lookup(wanted.target.no, to);
                tx.put(activities, activity.with_values(vec![(about.no, new)]));
            }
        }
    }
}
