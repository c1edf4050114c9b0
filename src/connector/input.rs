//! From fields and values as people give them to a record as Zoho's API takes it.

use serde_json::{Map, Number, Value as Json, json};

use super::operation::text;
use crate::error::{ApiError, Kind as ErrorKind};
use crate::ids::Id;
use crate::ops::write::{equals, find};
use crate::schema::{Field, Kind, Module};
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
    for item in items.as_array().into_iter().flatten() {
        let name = item.get("field").or_else(|| item.get("name"));
        let name = name.and_then(text).unwrap_or_default();
        let value = item.get("value").unwrap_or(&Json::Null);
        match module.field_called(&name) {
            Some(field) => {
                let value = typed(value, field, state);
                record.insert(field.api_name().to_owned(), value);
            }
            None if name.starts_with('$') || name == "se_module" => {
                record.insert(name, value.clone());
            }
            None => return Err(unknown_field(&name)),
        }
    }
    Ok(record)
}

/// A field that the module does not have.
pub(super) fn unknown_field(name: &str) -> ApiError {
    ApiError::new(ErrorKind::UnknownField).with("api_name", name)
}

/// The API name of a field that is given by name or label; what is neither stays as it is.
pub(super) fn field_name(name: &str, module: Option<&Module>) -> String {
    let field = module.and_then(|module| module.field_called(name));
    field.map_or(name, Field::api_name).to_owned()
}

/// A text as a value of the field's type. What cannot be read as one stays a text, for which
/// Zoho's side has an error.
pub(super) fn typed(value: &Json, field: &Field, state: &OrgState) -> Json {
    let Json::String(text) = value else {
        return value.clone();
    };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return value.clone();
    }
    let typed = match &field.kind {
        Kind::Integer => trimmed.parse::<i64>().ok().map(Json::from),
        Kind::Double => number(trimmed),
        Kind::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "true" => Some(true.into()),
            "false" => Some(false.into()),
            _ => None,
        },
        Kind::MultiPicklist => Some(split(trimmed, ';')),
        Kind::Tags => Some(split(trimmed, ',')),
        Kind::Lookup(target) if Id::parse(trimmed).is_err() => {
            named(trimmed, field, *target, state)
        }
        Kind::User if Id::parse(trimmed).is_err() => user(trimmed, state),
        Kind::Rows(_) | Kind::Raw => serde_json::from_str(trimmed).ok(),
        _ => None,
    };
    typed.unwrap_or_else(|| value.clone())
}

fn number(text: &str) -> Option<Json> {
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
