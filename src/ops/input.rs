//! From the JSON of one record to typed changes, or to the errors Zoho would give.
//!
//! Nothing is written here. What can only be done while writing (new tags, an account that is
//! given by its name, ids of rows) is part of the [`Draft`].

use std::sync::Arc;

use ecow::EcoString;
use serde_json::{Map, Value as Json};

use crate::error::{ApiError, Kind as ErrorKind};
use crate::ids::Id;
use crate::render::dollar_no;
use crate::schema::{DataType, Field, FieldNo, JsonType, Kind, Module, Slot};
use crate::store::{OrgState, Record};
use crate::value::{Value, time};
use crate::version::ApiVersion;

/// Why the record is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A new record: mandatory fields must be there, defaults are filled in.
    Insert,
    /// A change: what is absent stays.
    Update,
    /// A record of a seed: like an insert, but system and read-only fields may be set.
    Seed,
}

/// A row of a subform, as given.
#[derive(Clone, Debug, Default)]
pub struct RowDraft {
    /// The row to change; a new one where absent.
    pub id: Option<Id>,
    /// The row is to go.
    pub delete: bool,
    /// Its values by field of the rows' module; nulls unset.
    pub values: Vec<(FieldNo, Value)>,
    /// `Discount` as a percentage of the row's total.
    pub discount_percent: Option<f64>,
}

/// The changes that one record asks for.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Values by field; nulls unset.
    pub values: Vec<(FieldNo, Value)>,
    /// The owner.
    pub owner: Option<Id>,
    /// Tags by name and colour.
    pub tags: Option<Vec<(EcoString, Option<EcoString>)>>,
    /// An account given by its name: field and name.
    pub account: Option<(FieldNo, EcoString)>,
    /// Rows by field.
    pub rows: Vec<(FieldNo, Vec<RowDraft>)>,
    /// `Discount` as a percentage of the sub-total.
    pub discount_percent: Option<f64>,
    /// System values that a seed sets.
    pub system: System,
}

/// System values that a seed may set.
#[derive(Clone, Copy, Debug, Default)]
pub struct System {
    /// Seconds since 1970.
    pub created_time: Option<i64>,
    /// Seconds since 1970.
    pub modified_time: Option<i64>,
    /// A user.
    pub created_by: Option<Id>,
    /// A user.
    pub modified_by: Option<Id>,
    /// A converted lead.
    pub converted: bool,
}

impl Draft {
    /// The value that the draft gives a field, if it gives one.
    #[must_use]
    pub fn value(&self, field: FieldNo) -> Option<&Value> {
        self.values
            .iter()
            .rev()
            .find(|(no, _)| *no == field)
            .map(|(_, value)| value)
    }

    /// Sets a value.
    pub fn set(&mut self, field: FieldNo, value: Value) {
        self.values.retain(|(no, _)| *no != field);
        self.values.push((field, value));
    }
}

/// What a record says, in its order.
#[derive(Debug, Default)]
pub struct Given<'j> {
    /// Of its fields.
    pub fields: Vec<(FieldNo, &'j Json)>,
    /// By other keys.
    pub others: Vec<(&'j str, &'j Json)>,
}

impl<'j> Given<'j> {
    fn other(&self, key: &str) -> Option<&'j Json> {
        let found = self.others.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| *value)
    }
}

/// What is wrong with a value.
enum Problem {
    /// It is of another type; Zoho's name of the one expected.
    Type(&'static str),
    /// It is too long.
    Length(u32),
    /// It has too many decimals.
    Decimals(u32),
    /// A lookup without an id.
    MissingId,
    /// An id that no record has.
    UnknownId,
    /// `$se_module` is needed to read it.
    MissingSeModule,
    /// A record named by `$se_module` lies in no such module.
    UnknownSeModule,
    /// Errors within its parts, complete.
    Inner(Vec<ApiError>),
}

/// Reads records of one module.
pub struct Reader<'a> {
    /// The state that lookups are checked against.
    pub state: &'a OrgState,
    /// The module.
    pub module: &'a Module,
    /// The version, which shapes the details of errors.
    pub version: ApiVersion,
    /// Why.
    pub mode: Mode,
    /// Where the record stands in the body (`$.data[0]`).
    pub path: String,
}

impl Reader<'_> {
    /// Reads a record. `existing` is the one it changes.
    ///
    /// # Errors
    /// All errors of the record, in the order of the fields.
    pub fn read(
        &self,
        json: &Map<String, Json>,
        existing: Option<&Record>,
    ) -> Result<Draft, Vec<ApiError>> {
        let mut given = Given::default();
        for (key, value) in json {
            match self.field_named(key) {
                Some(field) => given.fields.push((field.no, value)),
                None => given.others.push((key, value)),
            }
        }
        self.read_given(&given, existing)
    }

    /// The field that a key of a record means.
    #[must_use]
    pub fn field_named(&self, key: &str) -> Option<&Field> {
        let items = self.module.line_items();
        match key {
            // another name of the line items, which only v2 knows
            "Product_Details" if items.is_some() => items.filter(|f| self.wire_name(f) == key),
            // written under this name in Zoho's own sample
            "Outbound_Call_Status" => self.module.field("Outgoing_Call_Status"),
            name => self
                .module
                .field(name)
                .filter(|f| self.wire_name(f) == name),
        }
    }

    /// Reads a record whose fields are known. `existing` is the one it changes.
    ///
    /// # Errors
    /// All errors of the record, in the order of the fields.
    pub fn read_given(
        &self,
        given: &Given<'_>,
        existing: Option<&Record>,
    ) -> Result<Draft, Vec<ApiError>> {
        let mut draft = Draft::default();
        draft.values.reserve(given.fields.len());
        let mut errors = Vec::new();
        for (no, value) in self.expected(given) {
            let field = self.module.field_at(no);
            if self.is_missing(field, value, existing) {
                errors.push(self.error(ErrorKind::MandatoryNotFound.into(), self.wire_name(field)));
                continue;
            }
            match value {
                Some(value) if self.may_set(field) => {
                    if let Err(problem) = self.field(field, value, given, existing, &mut draft) {
                        self.report(field, problem, &mut errors);
                    }
                }
                Some(_) => {}
                None if self.mode != Mode::Update => self.default(field, &mut draft),
                None => {}
            }
        }
        for (key, value) in given.others.iter().filter(|(key, _)| key.starts_with('$')) {
            self.dollar(key, value, &mut draft);
        }
        if errors.is_empty() {
            Ok(draft)
        } else {
            Err(errors)
        }
    }

    /// The name under which this version knows a field.
    fn wire_name<'f>(&self, field: &'f Field) -> &'f str {
        let items = self.module.line_items();
        if self.version.has_product_details()
            && self.mode != Mode::Seed
            && items.is_some_and(|i| i.no == field.no)
        {
            "Product_Details"
        } else {
            field.api_name()
        }
    }

    /// The fields to look at, in their order, with what the record says of each: those that it
    /// names, and those that a write expects.
    fn expected<'j>(&self, given: &Given<'j>) -> Vec<(FieldNo, Option<&'j Json>)> {
        let expected = &self.module.expected;
        let mut fields = Vec::with_capacity(given.fields.len() + expected.len());
        fields.extend(given.fields.iter().map(|(no, value)| (*no, Some(*value))));
        fields.extend(expected.iter().map(|no| (*no, None)));
        // what is named goes before what is only expected
        fields.sort_by_key(|(no, value)| (*no, value.is_none()));
        fields.dedup_by_key(|(no, _)| *no);
        fields
    }

    fn is_missing(&self, field: &Field, given: Option<&Json>, existing: Option<&Record>) -> bool {
        if !field.spec.system_mandatory || field.api_name() == "Product_Details" {
            return false;
        }
        let empty = |value: &Json| {
            value.is_null()
                || value.as_str() == Some("")
                || value.as_array().is_some_and(Vec::is_empty)
        };
        match given {
            Some(value) => empty(value),
            None => existing.is_none() && self.mode != Mode::Update && field.spec.default.is_none(),
        }
    }

    fn may_set(&self, field: &Field) -> bool {
        match self.mode {
            Mode::Seed => field.slot != Slot::Id && field.slot != Slot::FullName,
            Mode::Insert | Mode::Update => field.writable(),
        }
    }

    fn default(&self, field: &Field, draft: &mut Draft) {
        if let Some(default) = &field.spec.default
            && field.slot == Slot::Stored
            && !matches!(field.kind, Kind::Rows(_) | Kind::Tags)
            && let Ok(value) = self.plain(field, default)
        {
            draft.values.push((field.no, value));
        }
    }

    /// `$` keys that are kept with the record; the others are ignored, as all of them are
    /// outside of seeds except for `$line_tax` and `$send_notification`.
    fn dollar(&self, key: &str, value: &Json, draft: &mut Draft) {
        if self.mode == Mode::Seed && key == "$converted" {
            draft.system.converted = value == true;
        }
        let kept = self.mode == Mode::Seed && !matches!(key, "$se_module" | "$converted")
            || matches!(key, "$line_tax" | "$send_notification");
        if let (true, Some(no)) = (kept, dollar_no(self.module, key)) {
            draft
                .values
                .push((no, Value::Json(Arc::new(value.clone()))));
        }
    }

    fn field(
        &self,
        field: &Field,
        value: &Json,
        given: &Given<'_>,
        existing: Option<&Record>,
        draft: &mut Draft,
    ) -> Result<(), Problem> {
        match field.slot {
            Slot::Owner => draft.owner = self.user(value)?,
            Slot::CreatedBy => draft.system.created_by = self.user(value)?,
            Slot::ModifiedBy => draft.system.modified_by = self.user(value)?,
            Slot::CreatedTime => draft.system.created_time = instant(value)?,
            Slot::ModifiedTime => draft.system.modified_time = instant(value)?,
            Slot::Converted => draft.system.converted = value == true,
            Slot::Id | Slot::FullName => {}
            Slot::Stored => match &field.kind {
                Kind::Tags => draft.tags = Some(tags(value)?),
                Kind::Rows(Some(rows)) => {
                    let rows = self.rows(field, *rows, value)?;
                    draft.rows.push((field.no, rows));
                }
                Kind::Lookup(None) => {
                    let value = self.open_lookup(field, value, given, existing)?;
                    draft.values.push((field.no, value));
                }
                Kind::Lookup(Some(target)) => {
                    let name = value
                        .get("name")
                        .and_then(Json::as_str)
                        .filter(|n| !n.is_empty());
                    // an account may be given by its name, and is made if there is none (recorded)
                    if let (true, Some(name), None) =
                        (field.api_name() == "Account_Name", name, value.get("id"))
                    {
                        draft.account = Some((field.no, name.into()));
                    } else {
                        let id = self.reference(value)?;
                        let value = match id {
                            None => Value::Null,
                            Some(id) if self.exists(*target, id) => Value::Lookup(*target, id),
                            Some(_) => return Err(Problem::UnknownId),
                        };
                        draft.values.push((field.no, value));
                    }
                }
                Kind::User => {
                    let user = self.user(value)?;
                    draft
                        .values
                        .push((field.no, user.map_or(Value::Null, Value::User)));
                }
                Kind::Double if field.api_name() == "Discount" && percent(value).is_some() => {
                    draft.discount_percent = percent(value);
                }
                _ => {
                    let value = self.plain(field, value)?;
                    draft.values.push((field.no, value));
                }
            },
        }
        Ok(())
    }

    fn exists(&self, module: u16, id: Id) -> bool {
        self.state
            .table(self.state.schema.module_at(module))
            .get(id)
            .is_some()
    }

    /// The id of a lookup: a bare id, or an object with one. `None` for null.
    fn reference(&self, value: &Json) -> Result<Option<Id>, Problem> {
        match value {
            Json::Null => Ok(None),
            Json::String(text) if text.is_empty() => Ok(None),
            Json::String(_) | Json::Number(_) => Id::from_json(value)
                .map(Some)
                .ok_or(Problem::Type("bigint")),
            Json::Object(object) => match object.get("id") {
                None | Some(Json::Null) => Err(Problem::MissingId),
                Some(id) => Id::from_json(id).map(Some).ok_or(Problem::UnknownId),
            },
            Json::Bool(_) | Json::Array(_) => Err(Problem::Type("jsonobject")),
        }
    }

    /// A user: one that is none fails with the type that Zoho expects (recorded v8).
    fn user(&self, value: &Json) -> Result<Option<Id>, Problem> {
        match self.reference(value) {
            Ok(Some(id)) if self.state.users.get(&id).is_some() => Ok(Some(id)),
            Ok(None) => Ok(None),
            Ok(Some(_)) | Err(Problem::UnknownId) => Err(Problem::Type("bigint")),
            Err(other) => Err(other),
        }
    }

    /// A lookup whose module the record names: `What_Id` with `$se_module`, a note's `Parent_Id`
    /// with `se_module` or a module of its own.
    fn open_lookup(
        &self,
        field: &Field,
        value: &Json,
        given: &Given<'_>,
        existing: Option<&Record>,
    ) -> Result<Value, Problem> {
        let Some(id) = self.reference(value)? else {
            return Ok(Value::Null);
        };
        let schema = &self.state.schema;
        let own = value.get("module").and_then(|module| match module {
            Json::String(name) => schema.module(name),
            module => match module.get("api_name").and_then(Json::as_str) {
                Some(name) => schema.module(name),
                None => {
                    let id = module.get("id").and_then(Id::from_json)?;
                    schema.modules().find(|m| m.id == id)
                }
            },
        });
        let named = ["$se_module", "se_module"]
            .iter()
            .find_map(|key| given.other(key))
            .and_then(Json::as_str);
        let module = match (own, named) {
            (Some(module), _) => module,
            (None, Some(name)) => schema.module(name).ok_or(Problem::UnknownSeModule)?,
            (None, None) => match existing.and_then(|r| r.stored(field.no)) {
                Some(Value::Lookup(module, _)) => schema.module_at(*module),
                _ => return Err(Problem::MissingSeModule),
            },
        };
        if self.exists(module.no, id) {
            Ok(Value::Lookup(module.no, id))
        } else {
            Err(Problem::UnknownId)
        }
    }

    /// A value that depends on nothing but itself.
    fn plain(&self, field: &Field, value: &Json) -> Result<Value, Problem> {
        if value.is_null() {
            return Ok(Value::Null);
        }
        let length = field.length();
        match &field.kind {
            Kind::Text | Kind::Picklist => {
                let text = value.as_str().ok_or(Problem::Type("text"))?;
                if text.is_empty() {
                    // seeds mean what they say, and some system fields are never null
                    let kept = self.mode == Mode::Seed && field.kind == Kind::Text
                        || field.spec.default.as_ref() == Some(value);
                    return Ok(if kept {
                        Value::Text("".into())
                    } else {
                        Value::Null
                    });
                }
                if let Some(most) = length.filter(|most| is_longer(text, *most)) {
                    return Err(Problem::Length(most));
                }
                if field.spec.data_type == DataType::Email && !is_email(text) {
                    return Err(Problem::Type("email"));
                }
                Ok(Value::Text(
                    if field.kind == Kind::Picklist {
                        field.stored_value(text)
                    } else {
                        text
                    }
                    .into(),
                ))
            }
            Kind::MultiPicklist => {
                let items = value.as_array().ok_or(Problem::Type("jsonarray"))?;
                let items: Option<Vec<EcoString>> = items
                    .iter()
                    .map(|item| {
                        // products' taxes may come as objects
                        let text = item
                            .as_str()
                            .or_else(|| item.get("value").and_then(Json::as_str))?;
                        Some(field.stored_value(text).into())
                    })
                    .collect();
                Ok(Value::List(items.ok_or(Problem::Type("text"))?.into()))
            }
            Kind::Integer => {
                let number = value.as_i64().ok_or(Problem::Type("integer"))?;
                digits_fit(number, length)?;
                Ok(Value::Int(number))
            }
            Kind::BigInt => {
                let number = match value {
                    Json::String(text) => text.trim().parse().ok(),
                    Json::Number(number) => number.as_i64(),
                    _ => None,
                };
                let number: i64 = number.ok_or(Problem::Type("bigint"))?;
                digits_fit(number, length)?;
                Ok(Value::Int(number))
            }
            Kind::Double => {
                let Json::Number(number) = value else {
                    return Err(Problem::Type("double"));
                };
                let number = number
                    .as_f64()
                    .filter(|n| n.is_finite())
                    .ok_or(Problem::Type("double"))?;
                if let Some(most) = field
                    .decimal_place()
                    .filter(|most| decimals(number) > *most)
                {
                    return Err(Problem::Decimals(most));
                }
                if let Some(most) = length.filter(|most| whole_digits(number) > *most) {
                    return Err(Problem::Length(most));
                }
                Ok(Value::Double(number))
            }
            Kind::Boolean => value
                .as_bool()
                .map(Value::Bool)
                .ok_or(Problem::Type("boolean")),
            Kind::Date => {
                let days = value
                    .as_str()
                    .and_then(time::parse_date)
                    .ok_or(Problem::Type("date"))?;
                Ok(Value::Date(days))
            }
            Kind::DateTime => {
                instant(value).map(|seconds| seconds.map_or(Value::Null, Value::DateTime))
            }
            Kind::Raw => {
                let fits = match field.json_type() {
                    JsonType::JsonArray => value.is_array(),
                    JsonType::JsonObject => value.is_object(),
                    _ => true,
                };
                if let (Some(most), Some(files)) = (length, value.as_array())
                    && matches!(
                        field.spec.data_type,
                        DataType::FileUpload | DataType::ImageUpload
                    )
                    && files.len() > most as usize
                {
                    return Err(Problem::Length(most));
                }
                if fits {
                    Ok(Value::Json(Arc::new(value.clone())))
                } else {
                    Err(Problem::Type(field.json_type().as_str()))
                }
            }
            Kind::Lookup(target) => Ok(match self.reference(value)? {
                Some(id) => {
                    let target = target.unwrap_or_default();
                    if !self.exists(target, id) {
                        return Err(Problem::UnknownId);
                    }
                    Value::Lookup(target, id)
                }
                None => Value::Null,
            }),
            Kind::User => Ok(self.user(value)?.map_or(Value::Null, Value::User)),
            Kind::Rows(_) | Kind::Tags => Err(Problem::Type("jsonarray")),
            Kind::Id => Err(Problem::Type("bigint")),
        }
    }

    fn rows(&self, field: &Field, rows: u16, value: &Json) -> Result<Vec<RowDraft>, Problem> {
        let module = self.state.schema.module_at(rows);
        let Some(items) = value.as_array() else {
            return if value.is_null() {
                Ok(Vec::new())
            } else {
                Err(Problem::Type("jsonarray"))
            };
        };
        const MOST_ROWS: usize = 200;
        if items.len() > MOST_ROWS {
            return Err(Problem::Length(MOST_ROWS as u32));
        }
        let mut drafts = Vec::with_capacity(items.len());
        let mut errors = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let path = format!("{}.{}[{index}]", self.path, self.wire_name(field));
            let reader = RowReader {
                parent: self,
                module,
                path,
                index,
                subform: self.wire_name(field),
            };
            match item.as_object() {
                Some(row) => match reader.read(row) {
                    Ok(row) => drafts.push(row),
                    Err(more) => errors.extend(more),
                },
                None => errors.push(self.error(
                    ApiError::new(ErrorKind::InvalidData).with("expected_data_type", "jsonobject"),
                    self.wire_name(field),
                )),
            }
        }
        if errors.is_empty() {
            Ok(drafts)
        } else {
            Err(Problem::Inner(errors))
        }
    }

    fn report(&self, field: &Field, problem: Problem, errors: &mut Vec<ApiError>) {
        let name = self.wire_name(field);
        let invalid = || ApiError::new(ErrorKind::InvalidData);
        errors.push(match problem {
            Problem::Type(expected) => {
                self.error(invalid().with("expected_data_type", expected), name)
            }
            Problem::Length(most) => self.error(invalid().with("maximum_length", most), name),
            Problem::Decimals(most) => {
                self.error(invalid().with("maximum_decimal_place", most), name)
            }
            Problem::MissingId => self.inner(ErrorKind::MandatoryNotFound.into(), name, "id"),
            Problem::UnknownId => self.inner(ErrorKind::UnknownId.into(), name, "id"),
            Problem::MissingSeModule => {
                let key = if field.api_name() == "Parent_Id" {
                    "se_module"
                } else {
                    "$se_module"
                };
                self.error(ErrorKind::MandatoryNotFound.into(), key)
            }
            Problem::UnknownSeModule => self.error(invalid(), "$se_module"),
            Problem::Inner(inner) => {
                errors.extend(inner);
                return;
            }
        });
    }

    /// An error about a key of the record.
    #[must_use]
    pub fn error(&self, error: ApiError, name: &str) -> ApiError {
        let error = error.with("api_name", name);
        if self.version.has_json_path() {
            error.with("json_path", format!("{}.{name}", self.path))
        } else {
            error
        }
    }

    /// An error about a key within a value of the record.
    fn inner(&self, error: ApiError, name: &str, key: &str) -> ApiError {
        let error = error.with("api_name", key);
        if self.version.has_json_path() {
            error.with("json_path", format!("{}.{name}.{key}", self.path))
        } else {
            error
        }
    }
}

/// Reads rows of one subform of one record.
struct RowReader<'a> {
    parent: &'a Reader<'a>,
    module: &'a Module,
    path: String,
    index: usize,
    subform: &'a str,
}

/// Names that v2 has for the cells of a line item.
const V2_CELLS: &[(&str, &str)] = &[
    ("Product_Name", "product"),
    ("Price_Book_Name", "book"),
    ("Description", "product_description"),
    ("Quantity", "quantity"),
    ("List_Price", "list_price"),
    ("Line_Tax", "line_tax"),
];

impl RowReader<'_> {
    fn wire_name<'f>(&self, field: &'f Field) -> &'f str {
        let old = V2_CELLS.iter().find(|(new, _)| *new == field.api_name());
        match old {
            Some((_, old)) if self.subform == "Product_Details" => old,
            _ => field.api_name(),
        }
    }

    fn read(&self, json: &Map<String, Json>) -> Result<RowDraft, Vec<ApiError>> {
        let mut row = RowDraft {
            id: json.get("id").and_then(Id::from_json),
            delete: json.contains_key("_delete") || json.get("delete") == Some(&Json::Bool(true)),
            ..RowDraft::default()
        };
        if row.delete {
            return Ok(row);
        }
        let mut errors = Vec::new();
        for field in &self.module.fields {
            let name = self.wire_name(field);
            match json.get(name) {
                Some(value) if value.is_null() && field.spec.system_mandatory => {
                    errors.push(self.error(ErrorKind::MandatoryNotFound.into(), name));
                }
                Some(value) if field.writable() => {
                    if field.api_name() == "Discount" && percent(value).is_some() {
                        row.discount_percent = percent(value);
                        continue;
                    }
                    let reader = Reader {
                        path: self.path.clone(),
                        module: self.module,
                        ..*self.parent
                    };
                    match reader.plain(field, value) {
                        Ok(value) => row.values.push((field.no, value)),
                        Err(problem) => {
                            let mut found = Vec::new();
                            reader.report(field, problem, &mut found);
                            errors.extend(found.into_iter().map(|e| self.located(e)));
                        }
                    }
                }
                Some(_) => {}
                None if row.id.is_some() => {}
                None if field.spec.system_mandatory => {
                    errors.push(self.error(ErrorKind::MandatoryNotFound.into(), name));
                }
                None => {
                    if let Some(Ok(value)) = field
                        .spec
                        .default
                        .as_ref()
                        .map(|d| self.parent.plain(field, d))
                    {
                        row.values.push((field.no, value));
                    }
                }
            }
        }
        if errors.is_empty() {
            Ok(row)
        } else {
            Err(errors)
        }
    }

    fn error(&self, error: ApiError, name: &str) -> ApiError {
        let error = error.with("api_name", name);
        if self.parent.version.has_json_path() {
            error.with("json_path", format!("{}.{name}", self.path))
        } else {
            self.located(error)
        }
    }

    /// Bodies of v2 tell the row by number and subform.
    fn located(&self, error: ApiError) -> ApiError {
        if self.parent.version.has_json_path() {
            error
        } else {
            error
                .with("index", self.index)
                .with("parent_api_name", self.subform)
        }
    }
}

fn instant(value: &Json) -> Result<Option<i64>, Problem> {
    match value {
        Json::Null => Ok(None),
        Json::String(text) => time::parse_datetime(text)
            .map(Some)
            .ok_or(Problem::Type("datetime")),
        _ => Err(Problem::Type("datetime")),
    }
}

/// `"5%"`.
fn percent(value: &Json) -> Option<f64> {
    value
        .as_str()?
        .trim()
        .strip_suffix('%')?
        .trim()
        .parse()
        .ok()
        .filter(|n: &f64| n.is_finite())
}

fn tags(value: &Json) -> Result<Vec<(EcoString, Option<EcoString>)>, Problem> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    let items = value.as_array().ok_or(Problem::Type("jsonarray"))?;
    let one = |item: &Json| {
        let name = item
            .as_str()
            .or_else(|| item.get("name").and_then(Json::as_str))?;
        let colour = item
            .get("color_code")
            .and_then(Json::as_str)
            .map(EcoString::from);
        (!name.is_empty()).then(|| (name.into(), colour))
    };
    items
        .iter()
        .map(|item| one(item).ok_or(Problem::Type("jsonobject")))
        .collect()
}

/// A name, one `@`, and a domain with a dot: what Zoho refuses beyond that is not documented.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@,;<>()\"".contains(c))
    };
    plain(local)
        && plain(domain)
        && domain.contains('.')
        && domain
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
}

fn digits_fit(number: i64, length: Option<u32>) -> Result<(), Problem> {
    let digits = number.unsigned_abs().checked_ilog10().map_or(1, |n| n + 1);
    match length {
        // an id-like number may use every digit that a bigint has
        Some(most) if digits > most.max(if most >= 18 { 19 } else { 0 }) => {
            Err(Problem::Length(most))
        }
        _ => Ok(()),
    }
}

fn decimals(number: f64) -> u32 {
    if number.fract() == 0.0 {
        return 0;
    }
    let text = number.to_string();
    text.split_once('.').map_or(0, |(_, fraction)| {
        u32::try_from(fraction.len()).unwrap_or(u32::MAX)
    })
}

/// Whether a text has more letters.
fn is_longer(text: &str, most: u32) -> bool {
    let most = most as usize;
    // it has at least as many bytes
    text.len() > most && text.chars().count() > most
}

fn whole_digits(number: f64) -> u32 {
    /// Below it every whole number is a double.
    const EXACT: f64 = 9e15;
    let number = number.abs().trunc();
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, small and not negative"
    )]
    if number < EXACT {
        return (number as u64).checked_ilog10().map_or(1, |n| n + 1);
    }
    let text = number.to_string();
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in [
            "a@b.co",
            "first.last+tag@sub.example.com",
            "o'neil@example.org",
        ] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "", "a", "a@", "@b.co", "a@b", "a b@c.de", "a@b@c.de", "a@.de", "a@b..de", "a@b.de ",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn digits() {
        assert_eq!([1.0, 1.5, 0.125, 1e-7].map(decimals), [0, 1, 3, 7]);
        assert_eq!([0.0, 9.99, 10.0, -123.0].map(whole_digits), [1, 1, 2, 3]);
    }
}
