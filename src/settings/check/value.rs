//! Values that depend on nothing but themselves.

use serde_json::{Value as Json, json};

use crate::error::Code;
use crate::settings::key::{Key, KeyType, TextPattern};
use crate::settings::refusal::Refusal;
use crate::value::time;

/// A refusal of the value of a key.
pub(super) fn refused(key: &Key) -> Refusal {
    Refusal::at(key.name, key.refused.unwrap_or(Code::INVALID_DATA))
}

/// A refusal of a value of another type than the key has.
pub(super) fn of_type(key: &Key, expected: &str) -> Refusal {
    refused(key).with("expected_data_type", expected)
}

/// A value in the form in which it is kept.
///
/// # Errors
/// What is wrong with it.
pub(super) fn plain(key: &Key, value: &Json) -> Result<Json, Refusal> {
    match key.kind {
        KeyType::Text(most) => text(key, value, most),
        KeyType::Integer(least, most) => {
            let number = value.as_i64().ok_or_else(|| of_type(key, "integer"))?;
            if (least..=most).contains(&number) {
                Ok(value.clone())
            } else {
                Err(refused(key).with("range", json!({"from": least, "to": most})))
            }
        }
        KeyType::Boolean if value.is_boolean() => Ok(value.clone()),
        KeyType::Boolean => Err(of_type(key, "boolean")),
        KeyType::Date => {
            let date = value.as_str().and_then(time::parse_date);
            date.map(|_| value.clone())
                .ok_or_else(|| of_type(key, "date"))
        }
        KeyType::Word(words) => word(key, value, words),
        KeyType::Words(words) => some_words(key, words, value),
        KeyType::Read(read) => {
            read(value).map_err(|(detail, value)| refused(key).with(detail, value))
        }
        KeyType::Time(_) => {
            let at = value.as_str().and_then(time::parse_datetime);
            let at = at.ok_or_else(|| of_type(key, "datetime"))?;
            Ok(time::format_datetime(at, &jiff::tz::TimeZone::UTC).into())
        }
        KeyType::Id
        | KeyType::Any
        | KeyType::Reference(_)
        | KeyType::By(_)
        | KeyType::Object(_)
        | KeyType::List(..) => Ok(value.clone()),
    }
}

fn text(key: &Key, value: &Json, most: usize) -> Result<Json, Refusal> {
    let text = value.as_str().ok_or_else(|| of_type(key, "string"))?;
    if text.chars().count() > most {
        return Err(refused(key).with("maximum_length", most));
    }
    match key.pattern.filter(|pattern| !(pattern.fits)(text)) {
        Some(TextPattern {
            code: Some(code), ..
        }) => Err(Refusal::at(key.name, *code)),
        Some(pattern) => Err(refused(key).with("regex", pattern.regex)),
        None => Ok(value.clone()),
    }
}

fn word(key: &Key, value: &Json, words: &[&str]) -> Result<Json, Refusal> {
    let word = value.as_str().ok_or_else(|| of_type(key, "string"))?;
    if words.contains(&word) {
        return Ok(value.clone());
    }
    let refusal = refused(key);
    // errors of other codes do not tell the words
    if refusal.code.code() == Code::INVALID_DATA.code() {
        Err(refusal.with("supported_values", words))
    } else {
        Err(refusal)
    }
}

fn some_words(key: &Key, words: &[&str], value: &Json) -> Result<Json, Refusal> {
    let code = key.refused.unwrap_or(Code::INVALID_DATA);
    let items = value.as_array().ok_or_else(|| {
        Refusal::at(key.name, Code::INVALID_DATA).with("expected_data_type", "jsonarray")
    })?;
    for (n, item) in items.iter().enumerate() {
        let word = item.as_str().filter(|word| words.contains(word));
        if word.is_none() || items[..n].contains(item) {
            return Err(
                Refusal::at(format!("{}[{n}]", key.name), code).with("supported_values", words)
            );
        }
    }
    Ok(value.clone())
}
