//! Values of record fields: storing, comparing and writing them.
//!
//! A [`Value`] is typed by its field's data type when it enters the store and never loses that
//! type; nothing here knows fields, modules or versions.

pub mod blob;
pub mod email;
pub mod file;
pub mod image;
pub mod number;
pub mod order;
pub mod phone;
pub mod reminder;
pub mod time;
pub mod website;

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::tz::TimeZone;
use lean_string::LeanString;

pub use file::{RecordFile, StoredFile};
pub use number::Number;

use crate::ids::Id;

/// The value of one field of one record. Fields without a value are not stored; [`Value::Null`] is
/// used where code needs a value for them.
///
/// Sixteen bytes: an org of a million records has twelve million of them. That is why lists are behind
/// thin pointers.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer, and a `bigint` (which is a string on the wire).
    Int(i64),
    /// A currency, percent, double or formula.
    Double(Number),
    /// Text of any kind, also a picklist's value.
    Text(LeanString),
    /// Days since 1970-01-01.
    Date(i32),
    /// Seconds since 1970-01-01T00:00:00Z. Zoho keeps no fractions.
    DateTime(i64),
    /// A record of a module (the module's number in the schema).
    Lookup(u16, Id),
    /// A user.
    User(Id),
    /// Values of a multi-select picklist, or names of tags.
    List(Arc<Vec<LeanString>>),
    /// Rows of a subform.
    Rows(Arc<Vec<SubformRow>>),
    /// Files: those of a field, or the one that an attachment or a photo is.
    Files(Arc<Vec<RecordFile>>),
    /// JSON of fields without a type of their own (reminders, repeats, participants), as it was
    /// given.
    Json(Arc<serde_json::Value>),
}

/// One row of a subform.
#[derive(Clone, Debug, PartialEq)]
pub struct SubformRow {
    /// The row's own id.
    pub id: Id,
    /// Seconds since 1970.
    pub created_time: i64,
    /// Seconds since 1970.
    pub modified_time: i64,
    /// Values by field of the subform's module, ascending.
    pub values: Arc<[(u16, Value)]>,
}

impl SubformRow {
    /// The value of a field of the subform's module.
    #[must_use]
    pub fn value(&self, field: u16) -> &Value {
        let found = self.values.iter().find(|(no, _)| *no == field);
        found.map_or(&Value::Null, |(_, value)| value)
    }
}

impl Value {
    /// Whether there is no value.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of a textual value.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The files that the value holds.
    #[must_use]
    pub fn files(&self) -> &[RecordFile] {
        match self {
            Self::Files(files) => files,
            _ => &[],
        }
    }

    /// The value as a client would write it in a record.
    #[must_use]
    pub fn input_json(&self) -> serde_json::Value {
        use serde_json::{Value as Json, json};
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => (*value).into(),
            Self::Int(number) => (*number).into(),
            Self::Double(number) => number.json(),
            Self::Text(text) => text.as_str().into(),
            Self::Date(days) => time::format_date(*days).into(),
            Self::DateTime(seconds) => time::format_datetime(*seconds, &TimeZone::UTC).into(),
            Self::Lookup(_, id) | Self::User(id) => json!({"id": id.json()}),
            Self::List(items) => items.iter().map(LeanString::as_str).collect(),
            // rows and files belong to their record and are never copied
            Self::Rows(_) | Self::Files(_) => Json::Null,
            Self::Json(json) => Json::clone(json),
        }
    }

    /// Compares two values in the total order that sorting and ranges use: nulls first, texts
    /// without regard to case, values of different kinds by kind.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Double(a), Self::Double(b)) => a.cmp(b),
            (Self::Int(a), Self::Double(b)) => Number::of_integer(*a).cmp(b),
            (Self::Double(a), Self::Int(b)) => a.cmp(&Number::of_integer(*b)),
            (Self::Text(a), Self::Text(b)) => compare_folded(a, b),
            (Self::Date(a), Self::Date(b)) => a.cmp(b),
            (Self::DateTime(a), Self::DateTime(b)) => a.cmp(b),
            // ids tell records apart across modules too, and `se_module` lookups name none
            (Self::Lookup(_, a), Self::Lookup(_, b)) => a.cmp(b),
            (Self::User(a), Self::User(b)) => a.cmp(b),
            (Self::List(a), Self::List(b)) => {
                let mut pairs = a.iter().zip(b.iter()).map(|(x, y)| compare_folded(x, y));
                pairs
                    .find(|o| o.is_ne())
                    .unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Int(_) | Self::Double(_) => 2,
            Self::Date(_) => 3,
            Self::DateTime(_) => 4,
            Self::Text(_) => 5,
            Self::Lookup(..) => 6,
            Self::User(_) => 7,
            Self::List(_) => 8,
            Self::Rows(_) => 9,
            Self::Json(_) => 10,
            Self::Files(_) => 11,
        }
    }
}

/// Compares two texts without regard to case.
#[must_use]
pub fn compare_folded(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        return a
            .bytes()
            .map(|c| c.to_ascii_lowercase())
            .cmp(b.bytes().map(|c| c.to_ascii_lowercase()));
    }
    a.chars()
        .flat_map(char::to_lowercase)
        .cmp(b.chars().flat_map(char::to_lowercase))
}

/// The form in which texts are compared: lower case.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        // letter by letter, as they are compared: a word's place in its sentence does not count
        text.chars().flat_map(char::to_lowercase).collect()
    }
}

/// Whether two texts are equal without regard to case. `folded` went through [`fold`].
#[must_use]
pub fn equals_folded(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        text.len() == folded.len() && text.eq_ignore_ascii_case(folded)
    } else {
        fold(text) == folded
    }
}

/// Whether `text` begins with `folded`, without regard to case.
#[must_use]
pub fn starts_with_folded(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        text.as_bytes()
            .get(..folded.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(folded.as_bytes()))
    } else {
        fold(text).starts_with(folded)
    }
}

/// Whether `text` ends with `folded`, without regard to case.
#[must_use]
pub fn ends_with_folded(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        let from = text.len().checked_sub(folded.len());
        from.is_some_and(|from| text.as_bytes()[from..].eq_ignore_ascii_case(folded.as_bytes()))
    } else {
        fold(text).ends_with(folded)
    }
}

/// Whether `text` holds `folded` somewhere, without regard to case.
#[must_use]
pub fn contains_folded(text: &str, folded: &str) -> bool {
    if !text.is_ascii() {
        return fold(text).contains(folded);
    }
    let (text, folded) = (text.as_bytes(), folded.as_bytes());
    let Some((&first, rest)) = folded.split_first() else {
        return true;
    };
    if text.len() < folded.len() {
        return false;
    }
    let last = text.len() - folded.len();
    let candidates = memchr::memchr2_iter(first, first.to_ascii_uppercase(), &text[..=last]);
    for at in candidates {
        if text[at + 1..at + folded.len()].eq_ignore_ascii_case(rest) {
            return true;
        }
    }
    false
}

/// Appends a text as a JSON string.
pub fn write_string(out: &mut Vec<u8>, text: &str) {
    // without a way out in between, eight bytes are looked at as quickly as one
    let escaped = |b: &u8| *b < 0x20 || *b == b'"' || *b == b'\\';
    let plain = !text
        .as_bytes()
        .iter()
        .fold(false, |any, b| any | escaped(b));
    if plain {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // a Vec takes every write
        let _ = serde_json::to_writer(&mut *out, text);
    }
}

/// Appends a JSON value without blanks.
pub fn write_json(out: &mut Vec<u8>, value: &serde_json::Value) {
    // a Vec takes every write, and a Value has no keys that are not strings
    let _ = serde_json::to_writer(&mut *out, value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_small() {
        assert_eq!(size_of::<Value>(), 16);
    }

    #[test]
    fn folding() {
        assert!(contains_folded("Zylker Inc", "inc"));
        assert!(contains_folded("Zylker Inc", ""));
        assert!(!contains_folded("Zy", "zyl"));
        assert!(contains_folded("ÄRGER", "ärg"));
        assert!(starts_with_folded("Burns", "bu"));
        assert!(ends_with_folded("Burns", "NS".to_lowercase().as_str()));
        assert!(!ends_with_folded("s", "ns"));
        assert!(ends_with_folded("Straße", "aße"));
        assert!(equals_folded("Straße", "straße"));
        assert_eq!(compare_folded("abc", "ABD"), Ordering::Less);
    }
}
