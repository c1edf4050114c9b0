//! YAML as the JSON of the same meaning, where there is one.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

use crate::seed::once::named_twice;

/// Aliases may repeat texts until they take so many times the bytes of the file …
const REPEATED: usize = 10;
/// … or so many bytes, whichever is more.
const SMALL: usize = 64 << 20;

/// Reads a YAML text.
///
/// # Errors
/// A sentence with the place, if the text is not YAML, has a number that JSON does not have
/// (`.inf`, `.nan`), names a key twice, or repeats itself beyond measure.
pub(super) fn read(text: &str) -> Result<Json, String> {
    let left = Cell::new(SMALL.max(text.len().saturating_mul(REPEATED)));
    let read = Any { left: &left }.deserialize(serde_norway::Deserializer::from_str(text));
    read.map_err(|error| format!("not valid YAML: {error}"))
}

/// Reads any value, as long as there is room.
#[derive(Clone, Copy)]
struct Any<'a> {
    left: &'a Cell<usize>,
}

impl Any<'_> {
    fn spend<E: Error>(self, bytes: usize) -> Result<(), E> {
        let left = self.left.get().checked_sub(bytes);
        self.left.set(
            left.ok_or_else(|| {
                E::custom("aliases repeat more than ten times what the file holds")
            })?,
        );
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON has")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        let number = Number::from_f64(value).map(Json::Number);
        number.ok_or_else(|| E::custom("a number must be finite"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        self.spend(value.len())?;
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self)? {
            self.spend(size_of::<Json>())?;
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            self.spend(key.len() + size_of::<Json>())?;
            if object.contains_key(&key) {
                return Err(A::Error::custom(named_twice(&key)));
            }
            let value = map.next_value_seed(self)?;
            object.insert(key, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_those_of_json() {
        let text = "a: [1, -2, 1.5, yes, true, ~, '1', 2026-01-02]\nb: &x {c: d}\ne: *x\n1: 18446744073709551615\n";
        let json = json!({"a": [1, -2, 1.5, "yes", true, null, "1", "2026-01-02"],
            "b": {"c": "d"}, "e": {"c": "d"}, "1": 18_446_744_073_709_551_615_u64});
        assert_eq!(read(text), Ok(json));
    }

    #[test]
    fn what_json_lacks_is_named_with_its_place() {
        for (text, expected) in [
            ("a: [1, .inf]", "a[1]: a number must be finite at line 1"),
            ("a: 1\nb:\n  c: .NaN", "b.c: a number must be finite"),
            ("Leads: []\nLeads: []", "the key Leads is named twice"),
            ("a: [", "not valid YAML"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn aliases_do_not_fill_the_memory() {
        let long = "x".repeat(1 << 16);
        let text = format!("a: &a {long}\nb: [{}]", "*a,".repeat(2_000));
        let error = read(&text).expect_err("128 MiB");
        assert!(error.contains("aliases repeat"), "{error}");
        let text = format!("a: &a {long}\nb: [{}]", "*a,".repeat(500));
        assert!(read(&text).is_ok());
    }
}
