//! What the columns of a file become: cells as the values of a body.

use std::sync::Arc;

use csv::StringRecord;
use lean_string::LeanString;
use rustc_hash::FxHashMap;
use serde_json::{Map, Number, Value as Json, json};

use super::dates;
use super::parents::{Parent, parent};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::conditions::{self, Condition};
use crate::query::plan::{Converted, Query};
use crate::schema::{Field, Module, Schema, Slot, Storage};
use crate::store::OrgState;
use crate::store::bulk::{BulkOperation, BulkResource, FieldMapping};
use crate::version::ApiVersion;

/// Whether a field can be mapped.
fn takes_cells(field: &Field, rows: Option<&Parent<'_>>) -> bool {
    let to_parent = rows.is_some() && field.api_name() == "Parent_Id";
    to_parent || field.slot == Slot::Id || (field.writable() && !field.has_rows())
}

/// Checks the columns of a resource against its module, and the columns that its files have. `path`
/// is where the resource stands in the body, `earlier` are the resources before it.
///
/// # Errors
/// What is wrong with the first mapping that is.
pub fn check(
    schema: &Schema,
    module: &Module,
    resource: &BulkResource,
    earlier: &[BulkResource],
    columns: usize,
    path: &str,
) -> Result<(), ApiError> {
    let rows = parent(schema, module);
    for (n, mapping) in resource.mappings.iter().enumerate() {
        let path = format!("{path}.field_mappings[{n}]");
        let name = mapping.api_name.as_str();
        let field = module.field(name);
        let field = field.filter(|field| takes_cells(field, rows.as_ref()));
        let field = field.ok_or_else(|| {
            let error = ApiError::new(Code::BULK_MAPPING).filled(&[name]);
            error.with("api_name", name)
        })?;
        if mapping.index.is_none() && mapping.default.is_none() {
            let missing = format!("index for field {name}");
            let error = ApiError::new(Code::BULK_KEY).filled(&[&missing]);
            return Err(error.at(format_args!("{path}.index")));
        }
        if let Some(index) = mapping.index.filter(|index| *index >= columns) {
            let error = ApiError::new(Code::BULK_INDEX).filled(&[&index.to_string()]);
            return Err(error.with("api_name", name).with("index", index));
        }
        let dated = matches!(field.kind, Storage::Date | Storage::DateTime);
        let format = mapping.format.as_deref();
        if format.is_some_and(|format| !dated || !dates::is_pattern(format)) {
            let error = ApiError::new(Code::BULK_FORMAT).with("api_name", name);
            return Err(error.at(format_args!("{path}.format")));
        }
        check_lookup(schema, field, mapping, earlier, &path)?;
    }
    Ok(())
}

/// Checks how a lookup is found.
fn check_lookup(
    schema: &Schema,
    field: &Field,
    mapping: &FieldMapping,
    earlier: &[BulkResource],
    path: &str,
) -> Result<(), ApiError> {
    let name = mapping.api_name.as_str();
    let invalid = |key: &str| {
        let error = ApiError::new(Code::BULK_KEY_VALUE).with("api_name", key);
        error.at(format_args!("{path}.{key}"))
    };
    let named = mapping.module.as_deref();
    if named.is_some_and(|named| schema.module(named).is_none()) {
        let named = named.unwrap_or_default();
        return Err(ApiError::new(Code::BULK_MODULE).filled(&[named]));
    }
    let target = target(schema, field, mapping);
    if let Some(column) = mapping.parent_column {
        if mapping.find_by.is_some() {
            let error = ApiError::new(Code::BULK_KEYS);
            return Err(error.filled(&["find_by", "parent_column_index"]));
        }
        let above = target.and_then(|target| {
            let mut earlier = earlier.iter();
            earlier.find(|resource| resource.module == target.no)
        });
        if mapping.index.is_none() || above.is_none() {
            return Err(invalid("parent_column_index").with("index", column));
        }
        return Ok(());
    }
    let Some(find_by) = mapping.find_by.as_deref() else {
        let among = |resource: &BulkResource| target.is_some_and(|it| it.no == resource.module);
        if mapping.index.is_some() && earlier.iter().any(among) {
            let key = "parent_column_index";
            let error = ApiError::new(Code::BULK_OTHER_KEY).filled(&[key]);
            return Err(error.with("api_name", key).at(format_args!("{path}.{key}")));
        }
        return Ok(());
    };
    match (&field.kind, target) {
        (Storage::User, _) if USER_KEYS.contains(&find_by) => Ok(()),
        (Storage::Lookup(_), Some(target)) if target.field(find_by).is_some() => Ok(()),
        (Storage::Lookup(_) | Storage::User, _) => {
            let error = ApiError::new(Code::BULK_MAPPING).filled(&[find_by]);
            Err(error.with("api_name", find_by))
        }
        _ if field.slot == Slot::Id => Ok(()),
        _ => Err(invalid("find_by").with("field", name)),
    }
}

/// By what users are found.
const USER_KEYS: [&str; 3] = ["id", "email", "name"];

/// The module that a lookup leads to.
fn target<'s>(
    schema: &'s Schema,
    field: &Field,
    mapping: &FieldMapping,
) -> Option<&'s Arc<Module>> {
    match &field.kind {
        Storage::Lookup(Some(no)) => Some(schema.module_at(*no)),
        Storage::Lookup(None) => schema.module(mapping.module.as_deref()?),
        _ => None,
    }
}

/// Checks that new records of a resource get all that they must have. Rows of theirs may stand in
/// one of the resources `behind` it.
///
/// # Errors
/// `MANDATORY_FIELDS_NOT_MAPPED`.
pub fn mandatory(
    schema: &Schema,
    resource: &BulkResource,
    behind: &[BulkResource],
    operation: BulkOperation,
    version: ApiVersion,
) -> Result<(), ApiError> {
    if operation == BulkOperation::Update {
        return Ok(());
    }
    let module = schema.module_at(resource.module);
    let mapped = |name: &str| resource.mappings.iter().any(|it| it.api_name == name);
    let comes_behind = |field: &Field| {
        let rows = |later: &BulkResource| field.kind == Storage::Rows(Some(later.module));
        behind.iter().any(rows)
    };
    let mut missing: Vec<&str> = Vec::new();
    for no in &module.expected {
        let field = module.field_at(*no);
        let given = field.spec.default.is_some()
            || !field.writable()
            || !field.exists_in(version)
            || comes_behind(field);
        if field.spec.system_mandatory && !given && !mapped(field.api_name()) {
            missing.push(field.api_name());
        }
    }
    if parent(schema, module).is_some() && !mapped("Parent_Id") {
        missing.push("Parent_Id");
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(ApiError::new(Code::BULK_MANDATORY).with("fields", missing))
    }
}

/// The rows of an earlier resource by what stands in one of their columns.
pub(super) type KnownParents = FxHashMap<LeanString, Id>;

/// Why a cell is not taken.
pub(super) struct BadCell {
    pub(super) code: Code,
    pub(super) api_name: LeanString,
}

/// Turns rows into bodies of records.
pub(super) struct Mapper<'a> {
    pub(super) state: &'a OrgState,
    pub(super) module: &'a Module,
    pub(super) resource: &'a BulkResource,
    /// Whether records are new: an empty cell is no value then, and nothing to take away.
    pub(super) inserts: bool,
    /// For each mapping with a column of its parents, the records that are found by it.
    pub(super) parents: &'a [Option<KnownParents>],
}

impl Mapper<'_> {
    /// The body that a row stands for.
    ///
    /// # Errors
    /// The cells that name a record or a user that there is not.
    pub(super) fn body(&self, row: &StringRecord) -> Result<Map<String, Json>, Vec<BadCell>> {
        let mut body = Map::new();
        let mut bad = Vec::new();
        for (n, mapping) in self.resource.mappings.iter().enumerate() {
            let Some(field) = self.module.field(&mapping.api_name) else {
                continue;
            };
            match self.value(n, mapping, field, row) {
                Ok(Some(value)) => {
                    body.insert(field.api_name().to_owned(), value);
                }
                Ok(None) => {}
                Err(code) => bad.push(BadCell {
                    code,
                    api_name: mapping.api_name.clone(),
                }),
            }
        }
        if bad.is_empty() { Ok(body) } else { Err(bad) }
    }

    fn value(
        &self,
        n: usize,
        mapping: &FieldMapping,
        field: &Field,
        row: &StringRecord,
    ) -> Result<Option<Json>, Code> {
        let cell = mapping.index.and_then(|index| row.get(index));
        let cell = cell.filter(|cell| !cell.trim().is_empty());
        let Some(cell) = cell else {
            let default = mapping.default.as_ref();
            let default = default.map(|given| given.get("value").unwrap_or(given));
            return match default {
                Some(Json::String(text)) => self.read(mapping, field, text).map(Some),
                Some(value) => Ok(Some(value.clone())),
                None if self.inserts || self.resource.ignore_empty => Ok(None),
                None => Ok(Some(Json::Null)),
            };
        };
        match self.parents.get(n) {
            Some(Some(known)) => {
                let found = known.get(cell).map(|id| json!({"id": id.json()}));
                found.map(Some).ok_or(Code::BULK_NO_JOB)
            }
            _ => self.read(mapping, field, cell).map(Some),
        }
    }

    /// A cell as a value of a field. What does not fit stays as it is, and is refused with the
    /// record.
    fn read(&self, mapping: &FieldMapping, field: &Field, cell: &str) -> Result<Json, Code> {
        let text = cell.trim();
        let plain = || Json::from(cell);
        Ok(match &field.kind {
            Storage::Integer => text.parse::<i64>().map_or_else(|_| plain(), Json::from),
            Storage::Double => {
                let number = text.replace(',', "").parse().ok();
                let number = number.and_then(Number::from_f64);
                number.map_or_else(plain, Json::Number)
            }
            Storage::Boolean => match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" => true.into(),
                "false" | "0" | "no" => false.into(),
                _ => plain(),
            },
            Storage::MultiPicklist => parts(text, ';'),
            Storage::Tags => parts(text, ','),
            Storage::Date => match mapping.format.as_deref() {
                Some(format) => dates::date(text, format).map_or_else(plain, Json::from),
                None => text.into(),
            },
            Storage::DateTime => match mapping.format.as_deref() {
                Some(format) => dates::instant(text, format, &self.state.time_zone)
                    .map_or_else(plain, Json::from),
                None => text.into(),
            },
            Storage::Lookup(_) => self.lookup(mapping, field, text)?,
            Storage::User => self.user(mapping, text)?,
            Storage::Raw => serde_json::from_str(text).unwrap_or_else(|_| plain()),
            Storage::Id | Storage::BigInt => text.into(),
            _ => plain(),
        })
    }

    fn lookup(&self, mapping: &FieldMapping, field: &Field, text: &str) -> Result<Json, Code> {
        let target = target(&self.state.schema, field, mapping);
        let find_by = mapping.find_by.as_deref().filter(|by| *by != "id");
        let id = match (find_by, target) {
            (Some(by), Some(target)) => {
                let found = found(self.state, target, by, text).ok_or(Code::INVALID_DATA)?;
                found.json()
            }
            _ => text.into(),
        };
        Ok(match mapping.module.as_deref() {
            Some(module) => json!({"id": id, "module": module}),
            None => json!({"id": id}),
        })
    }

    fn user(&self, mapping: &FieldMapping, text: &str) -> Result<Json, Code> {
        let mut users = self.state.users.iter().map(|(_, user)| user);
        let found = match mapping.find_by.as_deref() {
            Some("email") => users.find(|user| {
                let email = user.text("email").unwrap_or_default();
                email.eq_ignore_ascii_case(text)
            }),
            Some("name") => users.find(|user| user.full_name() == text),
            _ => return Ok(json!({"id": text})),
        };
        let found = found.ok_or(Code::INVALID_DATA)?;
        Ok(json!({"id": found.id.json()}))
    }
}

/// The record that has a value in a field, the newest of several.
pub(super) fn found(state: &OrgState, module: &Module, by: &str, text: &str) -> Option<Id> {
    if module.field(by)?.slot == Slot::Id {
        let id = Id::parse(text).ok()?;
        return state.table(module).get(id).map(|record| record.id);
    }
    let condition = Condition {
        field: by,
        word: "equals",
        value: &text.into(),
    };
    let expr = conditions::expr(condition, module, state).ok()?;
    let query = Query {
        state,
        module,
        expr: &expr,
        converted: Converted::Both,
        sort: None,
    };
    query.page(0, 1).first().map(|record| record.id)
}

/// A text as a list.
fn parts(text: &str, mark: char) -> Json {
    let parts = text.split(mark).map(str::trim);
    let parts = parts.filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().into()
}
