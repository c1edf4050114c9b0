//! The hashes under which values, and parts of texts, are found.

use std::hash::{Hash as _, Hasher as _};

use rustc_hash::FxHasher;

use crate::ids::Id;
use crate::value::{Number, Value, fold};

/// How many letters a part of a text has in the index of parts.
pub(super) const GRAM: usize = 4;

/// The hash under which a value is found.
#[must_use]
pub fn hash_value(value: &Value) -> Option<u64> {
    let mut hasher = FxHasher::default();
    match value {
        Value::Text(text) => return Some(hash_text(&fold(text))),
        Value::Bool(b) => hasher.write_u8(u8::from(*b)),
        // numbers compare across kinds
        Value::Int(n) => Number::of_integer(*n).hash(&mut hasher),
        Value::Double(n) => n.hash(&mut hasher),
        Value::Date(days) => hasher.write_i32(*days),
        Value::DateTime(seconds) => hasher.write_i64(*seconds),
        Value::Lookup(_, id) | Value::User(id) => hasher.write_u64(id.0),
        Value::Null | Value::List(_) | Value::Rows(_) | Value::Json(_) | Value::Files(_) => {
            return None;
        }
    }
    Some(hasher.finish())
}

/// The hash of a text that went through [`fold`].
#[must_use]
pub fn hash_text(folded: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(folded.as_bytes());
    hasher.finish()
}

/// The hash of a part of a text.
pub(super) fn hash_gram(gram: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(gram);
    hasher.finish() | 1
}

/// The entries of all parts of a text.
pub(super) fn grams(folded: &str, id: Id, out: &mut Vec<(u64, Id)>) {
    out.extend(
        folded
            .as_bytes()
            .windows(GRAM)
            .map(|gram| (hash_gram(gram), id)),
    );
}
