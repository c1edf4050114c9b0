//! From fields and values as people give them to a record as Zoho's API takes it.

use serde_json::{Map, Number, Value as Json, json};

use super::operation::{VERSION, text};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::write::{equals, find};
use crate::schema::{Field, Module, Storage};
use crate::store::OrgState;
use crate::value::Value;

/// `[{"field" or "name": …, "value": …}]` as a record. A field may be named by its label; keys
/// that records of Zoho's API know without a field of that name are passed on.
///
/// # Errors
/// `INVALID_DATA` for a field that does not exist: unlike a client of Zoho's API, somebody who
/// picks fields from a list did not mean to send something that is ignored.
pub(super) fn record(
    items: &Json,
    module: &Module,
    state: &OrgState,
) -> Result<Map<String, Json>, ApiError> {
    let mut record = Map::new();
    let mut put = |name: &str, value: Json| {
        // of two values one would be forgotten
        match record.insert(name.to_owned(), value) {
            None => Ok(()),
            Some(_) => Err(ApiError::new(Code::DUPLICATE_DATA).with("api_name", name)),
        }
    };
    for item in items.as_array().into_iter().flatten() {
        let name = item.get("field").or_else(|| item.get("name"));
        let name = name.and_then(text).unwrap_or_default();
        let value = item.get("value").unwrap_or(&Json::Null);
        match field_called(&name, module) {
            Some(field) => put(field.api_name(), typed(value, field, state))?,
            None if name.starts_with('$') || name == "se_module" => put(&name, value.clone())?,
            None => return Err(unknown_field(&name)),
        }
    }
    Ok(record)
}

/// A field that the module does not have.
pub(super) fn unknown_field(name: &str) -> ApiError {
    ApiError::new(Code::UNKNOWN_FIELD).with("api_name", name)
}

/// A field by API name or label, among those that the version has.
pub(super) fn field_called<'m>(name: &str, module: &'m Module) -> Option<&'m Field> {
    let field = module.field_called(name);
    field.filter(|field| field.exists_in(VERSION))
}

/// The API name of a field that is given by name or label; what is neither stays as it is.
pub(super) fn field_name(name: &str, module: Option<&Module>) -> String {
    let field = module.and_then(|module| field_called(name, module));
    field.map_or(name, Field::api_name).to_owned()
}

/// A text as a value of the field's type. What cannot be read as one stays a text, for which
/// Zoho's side has an error.
pub(super) fn typed(value: &Json, field: &Field, state: &OrgState) -> Json {
    let text = match value {
        Json::String(text) => text,
        // a whole number, however it is written
        Json::Number(number) if field.kind == Storage::Integer && number.is_f64() => {
            return text(value)
                .and_then(|text| number_of(&text))
                .unwrap_or_else(|| value.clone());
        }
        _ => return value.clone(),
    };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return match field.kind {
            // no value: what is no text cannot be an empty one
            Storage::Integer
            | Storage::BigInt
            | Storage::Double
            | Storage::Date
            | Storage::DateTime => Json::Null,
            Storage::MultiPicklist | Storage::Tags => json!([]),
            _ => value.clone(),
        };
    }
    let typed = match &field.kind {
        Storage::Integer => trimmed.parse::<i64>().ok().map(Json::from),
        Storage::Double => number_of(trimmed),
        Storage::Date | Storage::DateTime => Some(trimmed.into()),
        Storage::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "true" => Some(true.into()),
            "false" => Some(false.into()),
            _ => None,
        },
        Storage::MultiPicklist => Some(split(trimmed, ';')),
        Storage::Tags => Some(split(trimmed, ',')),
        Storage::Lookup(target) if Id::parse(trimmed).is_err() => {
            named(trimmed, field, *target, state)
        }
        Storage::User if Id::parse(trimmed).is_err() => user(trimmed, state),
        Storage::Rows(_) | Storage::Links(_) | Storage::Raw => serde_json::from_str(trimmed).ok(),
        _ => None,
    };
    typed.unwrap_or_else(|| value.clone())
}

fn number_of(text: &str) -> Option<Json> {
    match text.parse::<i64>() {
        Ok(number) => Some(number.into()),
        Err(_) => Number::from_f64(text.parse().ok()?).map(Json::Number),
    }
}

fn split(text: &str, separator: char) -> Json {
    let items = text.split(separator).map(str::trim);
    items.filter(|item| !item.is_empty()).collect()
}

/// A record by its name: the newest that has it. An account is given on by its name, since
/// Zoho's side finds or makes it.
fn named(name: &str, field: &Field, target: Option<u16>, state: &OrgState) -> Option<Json> {
    if field.api_name() == "Account_Name" {
        return Some(json!({"name": name}));
    }
    let target = state.schema.module_at(target?);
    let display = target.field_at(target.display?);
    let expr = equals(display, &Value::Text(name.into()))?;
    find(state, target, &expr).map(|id| json!({"id": id.json()}))
}

/// A user by name or e-mail address.
fn user(name: &str, state: &OrgState) -> Option<Json> {
    let same = |known: &str| known.eq_ignore_ascii_case(name);
    let mut users = state.users.iter();
    let found = users.find(|(_, u)| same(&u.full_name()) || u.text("email").is_some_and(same));
    found.map(|(id, _)| json!({"id": id.json()}))
}
