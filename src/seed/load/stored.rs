//! Records of an export: taken as they stand. Only their types are checked: lengths, mandatory and
//! unique fields, and where lookups lead, are as they were in the org that was exported.

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::Value as Json;

use super::files::SeedFiles;
use super::flaws::{Flaw, Flaws};
use super::object::{Object, instant};
use crate::ids::Id;
use crate::schema::dollar::dollar_no;
use crate::schema::field::LINK;
use crate::schema::{DataType, Field, FieldNo, Linked, Module, ModuleNo, Schema, Slot, Storage};
use crate::seed::format::Document;
use crate::seed::problem::unknown;
use crate::store::Record;
use crate::value::blob::Blobs;
use crate::value::{Number, SubformRow, Value, time};

/// The keys of a record that are no fields of every module.
pub(in crate::seed) mod keys {
    pub(in crate::seed) const OWNER: &str = "Owner";
    pub(in crate::seed) const CREATED_BY: &str = "Created_By";
    pub(in crate::seed) const MODIFIED_BY: &str = "Modified_By";
    pub(in crate::seed) const CREATED_TIME: &str = "Created_Time";
    pub(in crate::seed) const MODIFIED_TIME: &str = "Modified_Time";
    pub(in crate::seed) const CONVERTED: &str = "$converted";
}

/// The record that an object of an export is. `record` has what it does not say.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn record(
    schema: &Schema,
    module: &Module,
    mut record: Record,
    object: &Object,
    files: FilesAt<'_>,
) -> Result<Record, Flaws> {
    let mut flaws = Vec::new();
    let mut values: Vec<(FieldNo, Value)> = Vec::with_capacity(object.fields.len());
    let mut system = System::default();
    for (no, json) in &object.fields {
        let field = module.field_at(*no);
        let fits = match field.slot {
            Slot::Id => Ok(()),
            Slot::Stored => {
                match value(schema, field, json, files) {
                    Ok(value) => values.push((*no, value)),
                    Err((path, reason)) => {
                        flaws.push((format!(".{}{path}", field.api_name()), reason));
                    }
                }
                Ok(())
            }
            Slot::FullName | Slot::Converted => Err("nothing"),
            _ => system.set(field.api_name(), json).unwrap_or(Ok(())),
        };
        if let Err(expected) = fits {
            flaws.push((format!(".{}", field.api_name()), of_type(expected)));
        }
    }
    for (key, json) in &object.others {
        if key == "id" {
            continue;
        }
        if let Some(file) = files.one(key == FILE, json) {
            match (file, dollar_no(module, key)) {
                (Ok(file), Some(no)) => values.push((no, file)),
                (Ok(_), None) => flaws.push((format!(".{key}"), "is of no file".into())),
                (Err((path, reason)), _) => flaws.push((format!(".{key}{path}"), reason)),
            }
            continue;
        }
        let fits = system.set(key, json).or_else(|| {
            let no = dollar_no(module, key).filter(|_| key.starts_with('$'))?;
            values.push((no, Value::Json(Arc::new(json.clone()))));
            Some(Ok(()))
        });
        match fits {
            Some(Ok(())) => {}
            Some(Err(expected)) => flaws.push((format!(".{key}"), of_type(expected))),
            None => {
                let known = module.fields.iter().map(Field::api_name);
                flaws.push((format!(".{key}"), unknown("field", key, known)));
            }
        }
    }
    Flaws::check(flaws)?;
    record.owner = system.owner.unwrap_or(record.owner);
    record.created_by = system.created_by.unwrap_or(record.created_by);
    record.created_time = system.created_time.unwrap_or(record.created_time);
    record.modified_by = system.modified_by.unwrap_or(record.created_by);
    record.modified_time = system.modified_time.unwrap_or(record.created_time);
    record.converted = system.converted;
    Ok(record.with_all(values))
}

/// Reads records of an export that bring no files.
pub(in crate::seed) struct StoredReader<'a> {
    schema: &'a Schema,
    module: &'a Module,
    document: Document,
    blobs: Blobs,
}

impl<'a> StoredReader<'a> {
    /// Reads those of a module.
    #[must_use]
    pub(in crate::seed) fn new(schema: &'a Schema, module: ModuleNo) -> Self {
        Self {
            schema,
            module: schema.module_at(module),
            document: Document::default(),
            blobs: Blobs::default(),
        }
    }

    /// The record that a JSON object is; none if it is not right.
    #[must_use]
    pub(in crate::seed) fn read(&self, text: &str) -> Option<Record> {
        let object = Object::parse(text, self.module).ok()?;
        let id = object.id(self.module)?;
        let files = FilesAt {
            files: SeedFiles::new(&self.document, &self.blobs),
            at: "",
            by: id,
        };
        let blank = Record::new(id, Id(0), 0, Vec::new());
        record(self.schema, self.module, blank, &object, files).ok()
    }
}

/// The key of the file that an attachment is.
pub(super) const FILE: &str = "$file_id";

/// The files that an export's file names.
#[derive(Clone, Copy)]
pub(super) struct FilesAt<'a> {
    pub(super) files: SeedFiles<'a>,
    /// The file of the seed.
    pub(super) at: &'a str,
    /// Who has put files there that do not say so.
    pub(super) by: Id,
}

impl FilesAt<'_> {
    /// The one file that a value is, if it may be one and is an object.
    pub(super) fn one(&self, may: bool, json: &Json) -> Option<Result<Value, Flaw>> {
        if !may || !json.is_object() {
            return None;
        }
        let file = self.files.of_record(self.at, json, self.by, 0);
        Some(file.map(|file| Value::Files(Arc::new(vec![file]))))
    }
}

/// What a record has besides values.
#[derive(Default)]
struct System {
    owner: Option<Id>,
    created_by: Option<Id>,
    modified_by: Option<Id>,
    created_time: Option<i64>,
    modified_time: Option<i64>,
    converted: bool,
}

impl System {
    /// Takes a value in, if it is of its type; none for keys of other things.
    fn set(&mut self, key: &str, json: &Json) -> Option<Result<(), &'static str>> {
        let (id, time) = (Id::from_json(json), instant(json));
        let (place, given, expected) = match key {
            keys::OWNER => (&mut self.owner, id, "bigint"),
            keys::CREATED_BY => (&mut self.created_by, id, "bigint"),
            keys::MODIFIED_BY => (&mut self.modified_by, id, "bigint"),
            keys::CREATED_TIME => return Some(set(&mut self.created_time, time, "datetime")),
            keys::MODIFIED_TIME => return Some(set(&mut self.modified_time, time, "datetime")),
            keys::CONVERTED => {
                self.converted = json == &Json::Bool(true);
                return Some(json.as_bool().map(drop).ok_or("boolean"));
            }
            _ => return None,
        };
        Some(set(place, given, expected))
    }
}

fn set<T>(
    place: &mut Option<T>,
    given: Option<T>,
    expected: &'static str,
) -> Result<(), &'static str> {
    *place = Some(given.ok_or(expected)?);
    Ok(())
}

fn of_type(expected: &str) -> String {
    format!("INVALID_DATA invalid data (expected_data_type \"{expected}\")")
}

/// A value of a field.
///
/// # Errors
/// What is wrong with it, by its place within the value.
fn value(schema: &Schema, field: &Field, json: &Json, files: FilesAt<'_>) -> Result<Value, Flaw> {
    let no_type = |expected| (String::new(), of_type(expected));
    let photo = field.spec.data_type == DataType::ProfileImage;
    if let Some(file) = files.one(photo, json) {
        return file;
    }
    if field.kind == Storage::Files && !json.is_null() {
        return files.files.of_field(files.at, json, files.by, 0);
    }
    if !matches!(field.kind, Storage::Rows(Some(_)) | Storage::Links(_)) {
        return plain(schema, field, json).map_err(no_type);
    }
    if json.is_null() {
        return Ok(Value::Null);
    }
    let items = json.as_array().ok_or_else(|| no_type("jsonarray"))?;
    let rows = items.iter().enumerate().map(|(n, item)| {
        let row = row(schema, field, item, files);
        row.map_err(|(path, reason)| (format!("[{n}]{path}"), reason))
    });
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(Value::Rows(Arc::new(rows)))
}

/// A value of a field that holds neither files nor rows.
///
/// # Errors
/// What is wrong with it.
pub(super) fn plain_value(schema: &Schema, field: &Field, json: &Json) -> Result<Value, Flaw> {
    let no_type = |expected| (String::new(), of_type(expected));
    plain(schema, field, json).map_err(no_type)
}

/// A value by its field's type; if it is none of that type, the type's name.
fn plain(schema: &Schema, field: &Field, json: &Json) -> Result<Value, &'static str> {
    if json.is_null() {
        return Ok(Value::Null);
    }
    let texts = || -> Option<Arc<Vec<LeanString>>> {
        let items = json.as_array()?.iter();
        let texts = items.map(|item| item.as_str().map(LeanString::from));
        texts.collect::<Option<_>>().map(Arc::new)
    };
    match &field.kind {
        Storage::Text | Storage::Picklist => json
            .as_str()
            .map(|text| Value::Text(text.into()))
            .ok_or("text"),
        Storage::MultiPicklist | Storage::Tags => texts().map(Value::List).ok_or("jsonarray"),
        Storage::Integer => json.as_i64().map(Value::Int).ok_or("integer"),
        Storage::BigInt => {
            let number = match json {
                Json::String(text) => text.parse().ok(),
                other => other.as_i64(),
            };
            number.map(Value::Int).ok_or("bigint")
        }
        Storage::Double => json
            .as_f64()
            .and_then(Number::new)
            .map(Value::Double)
            .ok_or("double"),
        Storage::Boolean => json.as_bool().map(Value::Bool).ok_or("boolean"),
        Storage::Date => {
            let days = match json {
                Json::String(text) => time::parse_date(text),
                other => other.as_i64().and_then(|days| i32::try_from(days).ok()),
            };
            days.map(Value::Date).ok_or("date")
        }
        Storage::DateTime => instant(json).map(Value::DateTime).ok_or("datetime"),
        // what leads to a setting, as a score to its rule, is kept as it is shown
        Storage::Lookup(None)
            if field.spec.data_type == DataType::MultiModuleLookup
                && json.is_object()
                && json.get("module").is_none() =>
        {
            Ok(Value::Json(Arc::new(json.clone())))
        }
        Storage::Lookup(target) => {
            let (module, id) = match json {
                Json::Object(object) => {
                    let name = object.get("module").and_then(Json::as_str);
                    let module = name.and_then(|name| schema.module(name));
                    (module.map(|module| module.no), object.get("id"))
                }
                other => (*target, Some(other)),
            };
            let id = id.and_then(Id::from_json).ok_or("bigint")?;
            module
                .map(|module| Value::Lookup(module, id))
                .ok_or("jsonobject")
        }
        Storage::User => Id::from_json(json).map(Value::User).ok_or("bigint"),
        Storage::Raw => Ok(Value::Json(Arc::new(json.clone()))),
        Storage::Rows(_) | Storage::Links(_) | Storage::Files | Storage::Id => Err("nothing"),
    }
}

/// A cell of a subform's row.
fn cell(
    schema: &Schema,
    rows: &Module,
    key: &str,
    json: &Json,
    files: FilesAt<'_>,
) -> Result<(FieldNo, Value), Flaw> {
    let field = rows.field(key).filter(|field| field.slot == Slot::Stored);
    let field = field.ok_or_else(|| {
        let known = rows.fields.iter().map(Field::api_name);
        (String::new(), unknown("field", key, known))
    })?;
    Ok((field.no, value(schema, field, json, files)?))
}

/// What a row of a multi-select lookup points to.
fn link(field: &Field, linked: Linked, key: &str, json: &Json) -> Result<(FieldNo, Value), Flaw> {
    if key != field.link_key() {
        let known = [field.link_key()];
        return Err((String::new(), unknown("field", key, known)));
    }
    let id = Id::from_json(json).ok_or_else(|| (String::new(), of_type("bigint")))?;
    let value = match linked {
        Linked::Record(module) => Value::Lookup(module, id),
        Linked::User => Value::User(id),
    };
    Ok((LINK, value))
}

fn row(
    schema: &Schema,
    subform: &Field,
    json: &Json,
    files: FilesAt<'_>,
) -> Result<SubformRow, Flaw> {
    let object = json.as_object();
    let object = object.ok_or_else(|| (String::new(), of_type("jsonobject")))?;
    let of = |key: &str, expected| (format!(".{key}"), of_type(expected));
    let id = object.get("id").and_then(Id::from_json);
    let id = id.ok_or_else(|| of("id", "bigint"))?;
    let time = |key: &str| {
        let time = object.get(key).and_then(instant);
        time.ok_or_else(|| of(key, "datetime"))
    };
    let created_time = time(keys::CREATED_TIME)?;
    let modified_time = time(keys::MODIFIED_TIME)?;
    let mut values: Vec<(FieldNo, Value)> = Vec::with_capacity(object.len());
    for (key, json) in object {
        if let "id" | keys::CREATED_TIME | keys::MODIFIED_TIME = key.as_str() {
            continue;
        }
        let cell = match subform.kind {
            Storage::Links(linked) => link(subform, linked, key, json),
            Storage::Rows(Some(rows)) => cell(schema, schema.module_at(rows), key, json, files),
            _ => continue,
        };
        values.push(cell.map_err(|(path, reason)| (format!(".{key}{path}"), reason))?);
    }
    values.retain(|(_, value)| !value.is_null());
    values.sort_by_key(|(no, _)| *no);
    Ok(SubformRow {
        id,
        created_time,
        modified_time,
        values: values.into(),
    })
}
