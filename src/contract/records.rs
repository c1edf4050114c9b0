//! Records of writes: their fields, and what they have in common.

use std::fmt;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use super::body::{Key, has_key, unknown_key};
use super::params::other_version;
use super::rules::{
    DATA, RECORD_LABEL, RECORD_LINE_ITEMS, RECORD_MANDATORY, RECORD_READ_ONLY,
    RECORD_UNKNOWN_FIELD, RECORD_WITHOUT_ID, REPEATED_ID, SAME_RECORD,
};
use super::{Asked, Found, hint, short, values};
use crate::api::endpoint::Endpoint;
use crate::ids::Id;
use crate::schema::{DataType, Field, Kind, Module};
use crate::version::{ApiVersion, Versions};

/// Where a record stands in the body. Written out only where something is wrong.
#[derive(Clone, Copy)]
pub(super) enum Place<'p> {
    /// An item of `data`.
    Item(usize),
    /// The value of a key of a place.
    Key(&'p Self, &'p str),
    /// A row of a subform of a place.
    Row(&'p Self, &'p str, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(n) => write!(f, "$.body.data[{n}]"),
            Self::Key(place, key) => write!(f, "{place}.{key}"),
            Self::Row(place, key, n) => write!(f, "{place}.{key}[{n}]"),
        }
    }
}

/// What is done with a record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Insert,
    Update,
    /// By the id in the path.
    UpdateOne,
    Upsert,
}

/// Judges the items of `data`.
pub(super) fn judge(
    asked: &Asked<'_>,
    endpoint: &'static Endpoint,
    module: &Module,
    items: &[Json],
    checked: &[&str],
    found: &mut Found,
) {
    let deed = match endpoint.id {
        "records.insert" => Deed::Insert,
        "records.update_many" => Deed::Update,
        "records.update" => Deed::UpdateOne,
        "records.upsert" => Deed::Upsert,
        "leads.convert" => {
            for (n, item) in items.iter().enumerate() {
                conversion(asked, item, Place::Item(n), found);
            }
            return;
        }
        _ => return,
    };
    for (n, item) in items.iter().enumerate() {
        let place = Place::Item(n);
        let Some(record) = item.as_object() else {
            found.add(&DATA, place.to_string(), "the record is no object");
            continue;
        };
        Record {
            asked,
            module,
            deed,
            place,
        }
        .judge(record, found);
    }
    if items.len() > 1 {
        ids(items, found);
        duplicates(module, deed, items, checked, found);
    }
}

/// One record.
struct Record<'a, 'j> {
    asked: &'j Asked<'a>,
    module: &'j Module,
    deed: Deed,
    place: Place<'j>,
}

/// Keys of a record that are no fields: the parent of a note up to v5, and a name in Zoho's own
/// sample.
const OTHER_NAMES: [(&str, &str); 2] = [("Notes", "se_module"), ("Calls", "Outbound_Call_Status")];

impl Record<'_, '_> {
    fn at(&self, key: &str) -> String {
        format!("{}.{}", self.place, short(key))
    }

    fn judge(&self, record: &Map<String, Json>, found: &mut Found) {
        for (key, value) in record {
            self.key(key, value, found);
        }
        if self.deed == Deed::Update && record.get("id").is_none_or(Json::is_null) {
            found.add(&RECORD_WITHOUT_ID, self.at("id"), "the record has no id");
        }
        if self.deed == Deed::Insert {
            self.mandatory(record, found);
        }
    }

    fn key(&self, key: &str, value: &Json, found: &mut Found) {
        if key == "id" {
            self.id(value, found);
            return;
        }
        if key.starts_with('$') {
            return;
        }
        let items = self.module.line_items();
        let old = self.asked.version.has_product_details();
        let is_items = |field: &Field| items.is_some_and(|items| items.no == field.no);
        match self.module.field(key) {
            _ if key == "Product_Details" && items.is_some() => {
                if !old {
                    self.wrong_items(key, found);
                }
            }
            Some(field) if old && is_items(field) => self.wrong_items(key, found),
            Some(field) if !field.writable() => {
                let message = format!("{key} is set by the service");
                found.add(&RECORD_READ_ONLY, self.at(key), message);
            }
            Some(field) => {
                other_version(self.asked, field, || self.at(key), found);
                let empty = value.is_null()
                    || value.as_str() == Some("")
                    || value.as_array().is_some_and(Vec::is_empty);
                if field.spec.system_mandatory && empty {
                    let message = format!("{key} is mandatory, and empty");
                    found.add(&RECORD_MANDATORY, self.at(key), message);
                } else if !value.is_null() {
                    self.value(field, value, found);
                }
            }
            None if OTHER_NAMES.contains(&(self.module.api_name(), key)) => {}
            None => unknown(self.module, key, || self.at(key), found),
        }
    }

    /// An id: of the record to change. An insert gives a record one of its own.
    fn id(&self, value: &Json, found: &mut Found) {
        if self.deed == Deed::Insert {
            let message = "an insert gives the record an id of its own";
            found.add(&RECORD_READ_ONLY, self.at("id"), message);
        } else {
            let table = self.asked.state.table(self.module);
            let exists = |id: Id| table.get(id).is_some();
            values::number_id(value, exists, || self.at("id"), found);
        }
    }

    fn wrong_items(&self, key: &str, found: &mut Found) {
        let items = self.module.line_items().map_or("", Field::api_name);
        let name = if self.asked.version.has_product_details() {
            "Product_Details"
        } else {
            items
        };
        let message = format!("{key} is called {name} in {}", self.asked.version);
        found.add(&RECORD_LINE_ITEMS, self.at(key), message);
    }

    fn value(&self, field: &Field, value: &Json, found: &mut Found) {
        let key = field.api_name();
        let Kind::Rows(rows) = field.kind else {
            values::judge(
                self.asked,
                field,
                value,
                Place::Key(&self.place, key),
                found,
            );
            return;
        };
        let Some(items) = value.as_array() else {
            values::wrong_type(field, value, Place::Key(&self.place, key), found);
            return;
        };
        let Some(rows) = rows else { return };
        let module = self.asked.state.schema.module_at(rows);
        for (n, item) in items.iter().enumerate() {
            let place = Place::Row(&self.place, key, n);
            match item.as_object() {
                Some(row) => row_of(self.asked, module, row, place, found),
                None => found.add(&DATA, place.to_string(), "the row is no object"),
            }
        }
    }

    fn mandatory(&self, record: &Map<String, Json>, found: &mut Found) {
        let old = self.asked.version.has_product_details();
        for no in &self.module.expected {
            let field = self.module.field_at(*no);
            let items = self
                .module
                .line_items()
                .is_some_and(|items| items.no == *no);
            let name = match field.api_name() {
                // declared beside the subform, for v2
                "Product_Details" => continue,
                _ if old && items => "Product_Details",
                name => name,
            };
            let expected = field.spec.system_mandatory && field.spec.default.is_none();
            if expected && !record.contains_key(name) {
                found.add(
                    &RECORD_MANDATORY,
                    self.at(name),
                    format!("{name} is missing"),
                );
            }
        }
    }
}

/// A row of a subform.
fn row_of(
    asked: &Asked<'_>,
    module: &Module,
    row: &Map<String, Json>,
    place: Place<'_>,
    found: &mut Found,
) {
    for (key, value) in row {
        // what says which row it is, and that it is to go
        if matches!(key.as_str(), "id" | "_delete" | "delete") || key.starts_with('$') {
            continue;
        }
        match module.field(key) {
            Some(field) => {
                other_version(asked, field, || format!("{place}.{key}"), found);
                if field.writable() && !value.is_null() {
                    values::judge(asked, field, value, Place::Key(&place, key), found);
                }
            }
            None => unknown(module, key, || format!("{place}.{key}"), found),
        }
    }
}

/// A key that is no field's.
fn unknown(module: &Module, key: &str, place: impl Fn() -> String, found: &mut Found) {
    let key = short(key);
    match module.field_called(key) {
        Some(field) => {
            let message = format!("the field \"{key}\" is called \"{}\"", field.api_name());
            found.add(&RECORD_LABEL, place(), message);
        }
        None => {
            let fields = module.fields.iter().filter(|field| field.writable());
            let near = hint(key, fields.map(Field::api_name));
            let message = format!("{} has no field \"{key}\"{near}", module.api_name());
            found.add(&RECORD_UNKNOWN_FIELD, place(), message);
        }
    }
}

/// Keys of the item of a conversion (SDK tables).
const CONVERSION_KEYS: &[Key] = &[
    ("overwrite", Versions::ALL),
    ("notify_lead_owner", Versions::ALL),
    ("notify_new_entity_owner", Versions::ALL),
    ("Accounts", Versions::ALL),
    ("Contacts", Versions::ALL),
    ("Deals", Versions::ALL),
    ("assign_to", Versions::ALL),
    ("carry_over_tags", Versions::ALL),
    ("move_attachments_to", Versions::since(ApiVersion::V5)),
    ("add_to_existing_record", Versions::since(ApiVersion::V6)),
];

fn conversion(asked: &Asked<'_>, item: &Json, place: Place<'_>, found: &mut Found) {
    let Some(item) = item.as_object() else {
        found.add(&DATA, place.to_string(), "the item is no object");
        return;
    };
    for (key, value) in item {
        let at = || format!("{place}.{key}");
        if !has_key(&[CONVERSION_KEYS], key, asked.version) {
            unknown_key(&[CONVERSION_KEYS], key, at(), found);
        } else {
            // the bare id of v2, or an object with it
            values::number_id(value.get("id").unwrap_or(value), |_| true, at, found);
        }
    }
    let deal = item.get("Deals").and_then(Json::as_object);
    if let (Some(deal), Some(module)) = (deal, asked.state.schema.module("Deals")) {
        let place = Place::Key(&place, "Deals");
        let record = Record {
            asked,
            module,
            deed: Deed::Insert,
            place,
        };
        // no field of a deal: the role that the contact plays in it
        for (key, value) in deal.iter().filter(|(key, _)| *key != "Contact_Role") {
            record.key(key, value, found);
        }
        record.mandatory(deal, found);
    }
}

/// Records of one call with the same id.
fn ids(items: &[Json], found: &mut Found) {
    let mut seen: FxHashMap<Id, usize> = FxHashMap::default();
    for (n, item) in items.iter().enumerate() {
        let Some(id) = item.get("id").and_then(Id::from_json) else {
            continue;
        };
        if let Some(first) = seen.insert(id, n) {
            let message = format!("record {first} has the id {id}, too");
            found.add(&REPEATED_ID, format!("$.body.data[{n}].id"), message);
        }
    }
}

/// Records of one call that are alike in a field by which duplicates are found.
fn duplicates(module: &Module, deed: Deed, items: &[Json], checked: &[&str], found: &mut Found) {
    let own = module.spec.duplicate_check_field.as_deref();
    let compared = |field: &&Field| {
        let is_own = own == Some(field.api_name());
        match deed {
            Deed::Upsert if checked.is_empty() => field.spec.unique || is_own,
            Deed::Upsert => field.spec.unique || checked.contains(&field.api_name()),
            // many deals may have one name; an address is somebody's
            Deed::Insert => {
                field.spec.unique || (is_own && field.spec.data_type == DataType::Email)
            }
            Deed::Update | Deed::UpdateOne => field.spec.unique,
        }
    };
    let fields = module.fields.iter().filter(compared);
    for field in fields.filter(|field| field.kind != Kind::Id && field.writable()) {
        let name = field.api_name();
        let mut seen: FxHashMap<String, usize> = FxHashMap::default();
        for (n, item) in items.iter().enumerate() {
            let value = match item.get(name) {
                Some(Json::String(text)) if !text.is_empty() => text.to_lowercase(),
                Some(Json::Number(number)) => number.to_string(),
                _ => continue,
            };
            if let Some(first) = seen.insert(value, n) {
                let message = format!("{name} is that of record {first}, too");
                found.add(&SAME_RECORD, format!("$.body.data[{n}].{name}"), message);
            }
        }
    }
}
