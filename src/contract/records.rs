//! Records of writes: their fields, and what they have in common.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use super::findings::Findings;
use super::keys::{has_key, other_version, unknown_key};
use super::place::BodyPlace;
use super::request::JudgedRequest;
use super::rules::{
    DATA, RECORD_LABEL, RECORD_LINE_ITEMS, RECORD_MANDATORY, RECORD_READ_ONLY,
    RECORD_UNKNOWN_FIELD, RECORD_WITHOUT_ID, REPEATED_ID, SAME_RECORD,
};
use super::text::{hint, short};
use super::values;
use crate::api::endpoint::{Items, Write};
use crate::api::records::convert;
use crate::ids::Id;
use crate::schema::{DataType, Field, Module, Storage};

/// The items of a body.
pub(super) struct JudgedBatch<'a, 'j> {
    /// The request.
    pub(super) judged: &'j JudgedRequest<'a>,
    /// The module in its path.
    pub(super) module: &'j Module,
    /// The key of the items.
    pub(super) root: &'static str,
    /// The items.
    pub(super) items: &'j [Json],
}

impl JudgedBatch<'_, '_> {
    /// Judges the items by what the row says that they are. `checked` are the fields by which an
    /// upsert finds records, as far as the call names them.
    pub(super) fn judge(&self, what: Items, checked: &[&str], findings: &mut Findings) {
        match what {
            Items::Records(write) => self.records(write, checked, findings),
            Items::Conversions => {
                for (n, item) in self.items.iter().enumerate() {
                    conversion(self.judged, item, BodyPlace::Item(self.root, n), findings);
                }
            }
            Items::Settings(_) | Items::Own => {}
        }
    }

    fn records(&self, write: Write, checked: &[&str], findings: &mut Findings) {
        for (n, item) in self.items.iter().enumerate() {
            let place = BodyPlace::Item(self.root, n);
            let Some(record) = item.as_object() else {
                findings.add(&DATA, place.to_string(), "the record is no object");
                continue;
            };
            JudgedRecord {
                judged: self.judged,
                module: self.module,
                write,
                place,
            }
            .judge(record, findings);
        }
        if self.items.len() > 1 {
            self.ids(findings);
            self.duplicates(write, checked, findings);
        }
    }

    /// Records with the same id.
    fn ids(&self, findings: &mut Findings) {
        let mut seen: FxHashMap<Id, usize> = FxHashMap::default();
        for (n, item) in self.items.iter().enumerate() {
            let Some(id) = item.get("id").and_then(Id::from_json) else {
                continue;
            };
            if let Some(first) = seen.insert(id, n) {
                let message = format!("record {first} has the id {id}, too");
                let place = BodyPlace::Item(self.root, n);
                findings.add(
                    &REPEATED_ID,
                    BodyPlace::Key(&place, "id").to_string(),
                    message,
                );
            }
        }
    }

    /// Records that are alike in a field by which duplicates are found.
    fn duplicates(&self, write: Write, checked: &[&str], findings: &mut Findings) {
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
                    let place = BodyPlace::Item(self.root, n);
                    findings.add(
                        &SAME_RECORD,
                        BodyPlace::Key(&place, name).to_string(),
                        message,
                    );
                }
            }
        }
    }
}

/// One record.
struct JudgedRecord<'a, 'j> {
    judged: &'j JudgedRequest<'a>,
    module: &'j Module,
    write: Write,
    place: BodyPlace<'j>,
}

/// Keys of a record that are no fields: the parent of a note up to v5, and a name in Zoho's own
/// sample.
const OTHER_NAMES: [(&str, &str); 2] = [("Notes", "se_module"), ("Calls", "Outbound_Call_Status")];

impl JudgedRecord<'_, '_> {
    fn at(&self, key: &str) -> String {
        format!("{}.{}", self.place, short(key))
    }

    fn judge(&self, record: &Map<String, Json>, findings: &mut Findings) {
        for (key, value) in record {
            self.key(key, value, findings);
        }
        let own = self.judged.external_ids().own;
        let key = own.map_or("id", |no| self.module.field_at(no).api_name());
        if self.write == Write::Update && record.get(key).is_none_or(Json::is_null) {
            let message = format!("the record has no {key}");
            findings.add(&RECORD_WITHOUT_ID, self.at(key), message);
        }
        if self.write == Write::Insert {
            self.mandatory(record, findings);
        }
    }

    fn key(&self, key: &str, value: &Json, findings: &mut Findings) {
        if key == "id" {
            self.id(value, findings);
            return;
        }
        if key.starts_with('$') {
            return;
        }
        let items = self.module.line_items();
        let old = self.judged.version.has_product_details();
        let is_items = |field: &Field| items.is_some_and(|items| items.no == field.no);
        match self.module.field(key) {
            _ if key == "Product_Details" && items.is_some() => {
                if !old {
                    self.wrong_items(key, findings);
                }
            }
            Some(field) if old && is_items(field) => self.wrong_items(key, findings),
            Some(field) if !field.writable() => {
                let message = format!("{key} is set by the service");
                findings.add(&RECORD_READ_ONLY, self.at(key), message);
            }
            Some(field) => {
                other_version(self.judged, field, || self.at(key), findings);
                let empty = value.is_null()
                    || value.as_str() == Some("")
                    || value.as_array().is_some_and(Vec::is_empty);
                if field.spec.system_mandatory && empty {
                    let message = format!("{key} is mandatory, and empty");
                    findings.add(&RECORD_MANDATORY, self.at(key), message);
                } else if !value.is_null() {
                    self.value(field, value, findings);
                }
            }
            None if OTHER_NAMES.contains(&(self.module.api_name(), key)) => {}
            // every record has one, also in orgs whose modules have no field for it
            None if key == "Layout" && !self.module.layouts.is_empty() => {}
            None => unknown(self.module, key, || self.at(key), findings),
        }
    }

    /// An id: of the record to change. An insert gives a record one of its own.
    fn id(&self, value: &Json, findings: &mut Findings) {
        if self.write == Write::Insert {
            let message = "an insert gives the record an id of its own";
            findings.add(&RECORD_READ_ONLY, self.at("id"), message);
        } else {
            let table = self.judged.state.table(self.module);
            let exists = |id: Id| table.get(id).is_some();
            values::number_id(value, exists, || self.at("id"), findings);
        }
    }

    fn wrong_items(&self, key: &str, findings: &mut Findings) {
        let items = self.module.line_items().map_or("", Field::api_name);
        let name = if self.judged.version.has_product_details() {
            "Product_Details"
        } else {
            items
        };
        let message = format!("{key} is called {name} in {}", self.judged.version);
        findings.add(&RECORD_LINE_ITEMS, self.at(key), message);
    }

    fn value(&self, field: &Field, value: &Json, findings: &mut Findings) {
        let key = field.api_name();
        let Storage::Rows(rows) = field.kind else {
            values::judge(
                self.judged,
                field,
                value,
                BodyPlace::Key(&self.place, key),
                findings,
            );
            return;
        };
        let Some(items) = value.as_array() else {
            values::wrong_type(field, value, BodyPlace::Key(&self.place, key), findings);
            return;
        };
        let Some(rows) = rows else { return };
        let module = self.judged.state.schema.module_at(rows);
        for (n, item) in items.iter().enumerate() {
            let place = BodyPlace::Row(&self.place, key, n);
            match item.as_object() {
                Some(row) => row_of(self.judged, module, row, place, findings),
                None => findings.add(&DATA, place.to_string(), "the row is no object"),
            }
        }
    }

    fn mandatory(&self, record: &Map<String, Json>, findings: &mut Findings) {
        let old = self.judged.version.has_product_details();
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
                findings.add(
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
    judged: &JudgedRequest<'_>,
    module: &Module,
    row: &Map<String, Json>,
    place: BodyPlace<'_>,
    findings: &mut Findings,
) {
    for (key, value) in row {
        // what says which row it is, and that it is to go
        if matches!(key.as_str(), "id" | "_delete" | "delete") || key.starts_with('$') {
            continue;
        }
        match module.field(key) {
            Some(field) => {
                other_version(judged, field, || format!("{place}.{key}"), findings);
                if field.writable() && !value.is_null() {
                    values::judge(judged, field, value, BodyPlace::Key(&place, key), findings);
                }
            }
            None => unknown(module, key, || format!("{place}.{key}"), findings),
        }
    }
}

/// Tells of a key that is no field's.
fn unknown(module: &Module, key: &str, place: impl Fn() -> String, findings: &mut Findings) {
    let key = short(key);
    match module.field_called(key) {
        Some(field) => findings.tell(&RECORD_LABEL, || {
            let message = format!("the field \"{key}\" is called \"{}\"", field.api_name());
            (place(), message)
        }),
        None => findings.tell(&RECORD_UNKNOWN_FIELD, || {
            let fields = module.fields.iter().filter(|field| field.writable());
            let near = hint(key, fields.map(Field::api_name));
            let message = format!("{} has no field \"{key}\"{near}", module.api_name());
            (place(), message)
        }),
    }
}

fn conversion(
    judged: &JudgedRequest<'_>,
    item: &Json,
    place: BodyPlace<'_>,
    findings: &mut Findings,
) {
    let Some(item) = item.as_object() else {
        findings.add(&DATA, place.to_string(), "the item is no object");
        return;
    };
    for (key, value) in item {
        let at = || BodyPlace::Key(&place, key).to_string();
        let keys = convert::KEYS.iter().copied();
        if !has_key(keys.clone(), key, judged.version) {
            unknown_key(keys, key, at, findings);
        } else {
            // the bare id of v2, or an object with it
            values::number_id(value.get("id").unwrap_or(value), |_| true, at, findings);
        }
    }
    let deal = item.get("Deals").and_then(Json::as_object);
    if let (Some(deal), Some(module)) = (deal, judged.state.schema.module("Deals")) {
        let place = BodyPlace::Key(&place, "Deals");
        let record = JudgedRecord {
            judged,
            module,
            write: Write::Insert,
            place,
        };
        // no field of a deal: the role that the contact plays in it
        for (key, value) in deal.iter().filter(|(key, _)| *key != "Contact_Role") {
            record.key(key, value, findings);
        }
        record.mandatory(deal, findings);
    }
}
