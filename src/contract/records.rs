//! Records of writes: their fields, and what they have in common.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use super::keys::{has_key, other_version, unknown_key};
use super::place::Place;
use super::rules::{
    DATA, RECORD_LABEL, RECORD_LINE_ITEMS, RECORD_MANDATORY, RECORD_READ_ONLY,
    RECORD_UNKNOWN_FIELD, RECORD_WITHOUT_ID, REPEATED_ID, SAME_RECORD,
};
use super::{Asked, Found, hint, short, values};
use crate::api::endpoint::{Items, Write};
use crate::api::records::convert;
use crate::ids::Id;
use crate::schema::{DataType, Field, Module, Storage};

/// The items of a body.
pub(super) struct Batch<'a, 'j> {
    /// The request.
    pub(super) asked: &'j Asked<'a>,
    /// The module in its path.
    pub(super) module: &'j Module,
    /// The key of the items.
    pub(super) root: &'static str,
    /// The items.
    pub(super) items: &'j [Json],
}

impl Batch<'_, '_> {
    /// Judges the items by what the row says that they are. `checked` are the fields by which an
    /// upsert finds records, as far as the call names them.
    pub(super) fn judge(&self, what: Items, checked: &[&str], found: &mut Found) {
        match what {
            Items::Records(write) => self.records(write, checked, found),
            Items::Conversions => {
                for (n, item) in self.items.iter().enumerate() {
                    conversion(self.asked, item, Place::Item(self.root, n), found);
                }
            }
            Items::Settings(_) | Items::Own => {}
        }
    }

    fn records(&self, write: Write, checked: &[&str], found: &mut Found) {
        for (n, item) in self.items.iter().enumerate() {
            let place = Place::Item(self.root, n);
            let Some(record) = item.as_object() else {
                found.add(&DATA, place.to_string(), "the record is no object");
                continue;
            };
            Record {
                asked: self.asked,
                module: self.module,
                write,
                place,
            }
            .judge(record, found);
        }
        if self.items.len() > 1 {
            self.ids(found);
            self.duplicates(write, checked, found);
        }
    }

    /// Records with the same id.
    fn ids(&self, found: &mut Found) {
        let mut seen: FxHashMap<Id, usize> = FxHashMap::default();
        for (n, item) in self.items.iter().enumerate() {
            let Some(id) = item.get("id").and_then(Id::from_json) else {
                continue;
            };
            if let Some(first) = seen.insert(id, n) {
                let message = format!("record {first} has the id {id}, too");
                let place = Place::Item(self.root, n);
                found.add(&REPEATED_ID, Place::Key(&place, "id").to_string(), message);
            }
        }
    }

    /// Records that are alike in a field by which duplicates are found.
    fn duplicates(&self, write: Write, checked: &[&str], found: &mut Found) {
        let own = self.module.spec.duplicate_check_field.as_deref();
        let compared = |field: &&Field| {
            let is_own = own == Some(field.api_name());
            match write {
                Write::Upsert if checked.is_empty() => field.spec.unique || is_own,
                Write::Upsert => field.spec.unique || checked.contains(&field.api_name()),
                // many deals may have one name; an address is somebody's
                Write::Insert => {
                    field.spec.unique || (is_own && field.spec.data_type == DataType::Email)
                }
                Write::Update | Write::UpdateOne => field.spec.unique,
            }
        };
        let fields = self.module.fields.iter().filter(compared);
        for field in fields.filter(|field| field.kind != Storage::Id && field.writable()) {
            let name = field.api_name();
            let mut seen: FxHashMap<String, usize> = FxHashMap::default();
            for (n, item) in self.items.iter().enumerate() {
                let value = match item.get(name) {
                    Some(Json::String(text)) if !text.is_empty() => text.to_lowercase(),
                    Some(Json::Number(number)) => number.to_string(),
                    _ => continue,
                };
                if let Some(first) = seen.insert(value, n) {
                    let message = format!("{name} is that of record {first}, too");
                    let place = Place::Item(self.root, n);
                    found.add(&SAME_RECORD, Place::Key(&place, name).to_string(), message);
                }
            }
        }
    }
}

/// One record.
struct Record<'a, 'j> {
    asked: &'j Asked<'a>,
    module: &'j Module,
    write: Write,
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
        if self.write == Write::Update && record.get("id").is_none_or(Json::is_null) {
            found.add(&RECORD_WITHOUT_ID, self.at("id"), "the record has no id");
        }
        if self.write == Write::Insert {
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
        if self.write == Write::Insert {
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
        let Storage::Rows(rows) = field.kind else {
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

/// Tells of a key that is no field's.
fn unknown(module: &Module, key: &str, place: impl Fn() -> String, found: &mut Found) {
    let key = short(key);
    match module.field_called(key) {
        Some(field) => found.tell(&RECORD_LABEL, || {
            let message = format!("the field \"{key}\" is called \"{}\"", field.api_name());
            (place(), message)
        }),
        None => found.tell(&RECORD_UNKNOWN_FIELD, || {
            let fields = module.fields.iter().filter(|field| field.writable());
            let near = hint(key, fields.map(Field::api_name));
            let message = format!("{} has no field \"{key}\"{near}", module.api_name());
            (place(), message)
        }),
    }
}

fn conversion(asked: &Asked<'_>, item: &Json, place: Place<'_>, found: &mut Found) {
    let Some(item) = item.as_object() else {
        found.add(&DATA, place.to_string(), "the item is no object");
        return;
    };
    for (key, value) in item {
        let at = || Place::Key(&place, key).to_string();
        let keys = convert::KEYS.iter().copied();
        if !has_key(keys.clone(), key, asked.version) {
            unknown_key(keys, key, at, found);
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
            write: Write::Insert,
            place,
        };
        // no field of a deal: the role that the contact plays in it
        for (key, value) in deal.iter().filter(|(key, _)| *key != "Contact_Role") {
            record.key(key, value, found);
        }
        record.mandatory(deal, found);
    }
}
