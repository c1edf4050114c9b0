//! Values that are read by the data type of their field alone.

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::Value as Json;

use super::problem::Problem;
use super::reader::{Mode, RecordReader};
use crate::schema::{DataType, Field, JsonType, Storage};
use crate::value::{Number, Value, number, time};
use crate::version::ApiVersion;

impl RecordReader<'_> {
    /// Reads the value of a field that is neither a subform nor the tags.
    pub(super) fn plain(&self, field: &Field, value: &Json) -> Result<Value, Problem> {
        if value.is_null() {
            return Ok(Value::Null);
        }
        match &field.kind {
            Storage::Text if field.spec.data_type == DataType::ProfileImage => {
                self.photo(value, None)
            }
            Storage::Text | Storage::Picklist => self.text(field, value),
            Storage::Files => self.files(field, value, &[]),
            Storage::MultiPicklist => several(value),
            Storage::Integer | Storage::BigInt => integer(field, value),
            Storage::Double => double(field, value),
            Storage::Boolean => value
                .as_bool()
                .map(Value::Bool)
                .ok_or(Problem::Type("boolean")),
            Storage::Date => value
                .as_str()
                .and_then(time::parse_date)
                .map(Value::Date)
                .ok_or(Problem::Type("date")),
            Storage::DateTime => {
                let seconds = self.instant(value)?;
                Ok(seconds.map_or(Value::Null, Value::DateTime))
            }
            Storage::Raw => self.raw(field, value),
            Storage::Lookup(target) => self.lookup(target.unwrap_or_default(), value),
            Storage::User => Ok(self.user(value)?.map_or(Value::Null, Value::User)),
            Storage::Rows(_) | Storage::Links(_) | Storage::Tags => Err(Problem::Type("jsonarray")),
            Storage::Id => Err(Problem::Type("bigint")),
        }
    }

    /// A date-time, in seconds since 1970. `None` for null. Seeds may write it in any form.
    pub(super) fn instant(&self, value: &Json) -> Result<Option<i64>, Problem> {
        if value.is_null() {
            return Ok(None);
        }
        let read = |text: &str| match self.mode {
            Mode::Seed => time::parse_datetime(text),
            Mode::Insert | Mode::Update => time::parse_body_datetime(text, &self.state.time_zone),
        };
        let at = value.as_str().and_then(read);
        at.map(Some).ok_or(Problem::Type("datetime"))
    }

    /// A text, or a value of a picklist. An empty text is no value.
    fn text(&self, field: &Field, value: &Json) -> Result<Value, Problem> {
        let expected = match field.spec.data_type {
            DataType::Email => "email",
            DataType::Phone => "phone",
            DataType::Website => "website",
            _ => "text",
        };
        let text = value.as_str().ok_or(Problem::Type(expected))?;
        if text.is_empty() {
            // seeds mean what they say, and some system fields are never null
            let kept = self.mode == Mode::Seed && field.kind == Storage::Text
                || field.spec.default.as_deref() == Some(value);
            return Ok(if kept {
                Value::Text("".into())
            } else {
                Value::Null
            });
        }
        if let Some(most) = self
            .most_letters(field)
            .filter(|most| is_longer(text, *most))
        {
            return Err(Problem::Length(most));
        }
        // captured seeds may have numbers and addresses that were made unrecognisable
        let seeded = self.mode == Mode::Seed && field.spec.data_type != DataType::Email;
        if !seeded && !field.spec.data_type.holds(text) {
            return Err(Problem::Type(expected));
        }
        // a picklist keeps the name that was written, see `Field::value_named`
        Ok(Value::Text(text.into()))
    }

    /// How many letters a text may have. Notes take more than their metadata say (newer description
    /// of v8).
    fn most_letters(&self, field: &Field) -> Option<u32> {
        const CONTENT: u32 = 65_535;
        match (self.module.api_name(), field.api_name()) {
            ("Notes", "Note_Content") => Some(CONTENT),
            _ => field.length(),
        }
    }

    /// A structure that is kept as it comes. A seed may give it as any version does.
    fn raw(&self, field: &Field, value: &Json) -> Result<Value, Problem> {
        let expected = field.json_type_in(self.version);
        let fits = is_of(value, expected)
            || self.mode == Mode::Seed
                && ApiVersion::ALL
                    .iter()
                    .any(|version| is_of(value, field.json_type_in(*version)));
        if fits {
            Ok(Value::Json(Arc::new(value.clone())))
        } else {
            Err(Problem::Type(expected.as_str()))
        }
    }
}

/// Values of a multi-select picklist.
fn several(value: &Json) -> Result<Value, Problem> {
    let items = value.as_array().ok_or(Problem::Type("jsonarray"))?;
    let items: Option<Vec<LeanString>> = items
        .iter()
        .map(|item| {
            // products' taxes may come as objects
            let text = item
                .as_str()
                .or_else(|| item.get("value").and_then(Json::as_str))?;
            Some(text.into())
        })
        .collect();
    Ok(Value::List(items.ok_or(Problem::Type("text"))?.into()))
}

/// An integer, or a `bigint`, which may also be a text.
fn integer(field: &Field, value: &Json) -> Result<Value, Problem> {
    let expected = match field.kind {
        Storage::BigInt => "bigint",
        _ => "integer",
    };
    let number = match value {
        Json::String(text) if field.kind == Storage::BigInt => text.trim().parse().ok(),
        Json::Number(number) => number::integer(number),
        _ => None,
    };
    let value = Value::Int(number.ok_or(Problem::Type(expected))?);
    match exceeded_length(field, &value) {
        Some(most) => Err(Problem::Length(most)),
        None => Ok(value),
    }
}

/// A number that may have a fraction.
fn double(field: &Field, value: &Json) -> Result<Value, Problem> {
    let number = value
        .as_f64()
        .and_then(Number::new)
        .ok_or(Problem::Type("double"))?;
    let most = field.decimal_place();
    if let Some(most) = most.filter(|most| number.decimals() > *most) {
        return Err(Problem::Decimals(most));
    }
    let value = Value::Double(number);
    match exceeded_length(field, &value) {
        Some(most) => Err(Problem::Length(most)),
        None => Ok(value),
    }
}

/// The digits that a number may have before the decimal point in a field, if it has more.
#[must_use]
pub(in crate::ops) fn exceeded_length(field: &Field, value: &Value) -> Option<u32> {
    let most = field.length()?;
    let (digits, allowed) = match value {
        // an id-like number may use every digit that a bigint has
        Value::Int(number) if most >= 18 => (number::digits(number.unsigned_abs()), most.max(19)),
        Value::Int(number) => (number::digits(number.unsigned_abs()), most),
        Value::Double(number) => (number.whole_digits(), most),
        _ => return None,
    };
    (digits > allowed).then_some(most)
}

/// Whether JSON is of a type, as far as structures are concerned.
fn is_of(value: &Json, json_type: JsonType) -> bool {
    match json_type {
        JsonType::JsonArray => value.is_array(),
        JsonType::JsonObject => value.is_object(),
        _ => true,
    }
}

/// A percentage given as a text with its sign: `"5%"`.
pub(super) fn percent(value: &Json) -> Option<Number> {
    Number::parse(value.as_str()?.trim().strip_suffix('%')?.trim())
}

/// Whether a text has more letters than `most`.
fn is_longer(text: &str, most: u32) -> bool {
    let most = most as usize;
    // it has at least as many bytes
    text.len() > most && text.chars().count() > most
}
