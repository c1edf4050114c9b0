//! JSON whose objects have each key once. Of a key that is there twice `serde_json` keeps the last
//! value and says nothing; a seed would lose data that way.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

/// That a key is there twice, in the words of all forms of seeds.
pub(super) fn named_twice(key: &str) -> String {
    format!("the key {key} is named twice")
}

/// Whether an error says that a key is there twice.
pub(super) fn is_twice(error: &serde_json::Error) -> bool {
    error.is_data() && error.to_string().starts_with("the key ")
}

/// Reads a JSON text as a value.
///
/// # Errors
/// If it is none, or an object in it has a key twice.
pub(super) fn read(text: &str) -> Result<Json, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Once::default().deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Reads any value that JSON has, as long as there is room.
#[derive(Clone, Copy, Default)]
pub(super) struct Once<'a> {
    room: Option<&'a Cell<usize>>,
}

impl<'a> Once<'a> {
    /// Reads values that take no more than so many bytes together, as they may be longer than
    /// their text.
    pub(super) fn within(room: &'a Cell<usize>) -> Self {
        Self { room: Some(room) }
    }

    fn spend<E: Error>(self, bytes: usize) -> Result<(), E> {
        let Some(room) = self.room else {
            return Ok(());
        };
        let left = room.get().checked_sub(bytes);
        room.set(
            left.ok_or_else(|| {
                E::custom("aliases repeat more than ten times what the file holds")
            })?,
        );
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Once<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Once<'_> {
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

    fn visit_string<E: Error>(self, value: String) -> Result<Json, E> {
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
            match object.entry(key) {
                serde_json::map::Entry::Occupied(known) => {
                    return Err(A::Error::custom(named_twice(known.key())));
                }
                serde_json::map::Entry::Vacant(free) => {
                    free.insert(map.next_value_seed(self)?);
                }
            }
        }
        Ok(object.into())
    }
}

/// Keys and values of an object that has each key once, in order.
#[derive(Debug)]
pub(super) struct KeyedOnce<V>(pub(super) Vec<(String, V)>);

impl<V> KeyedOnce<V> {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&V> {
        let found = self.0.iter().find(|(known, _)| known == key);
        found.map(|(_, value)| value)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for KeyedOnce<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyedVisitor<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for KeyedVisitor<V> {
            type Value = KeyedOnce<V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<KeyedOnce<V>, A::Error> {
                let mut keys = KeyedOnce(Vec::new());
                let mut seen = HashSet::new();
                while let Some(key) = map.next_key::<String>()? {
                    if !seen.insert(key.clone()) {
                        return Err(A::Error::custom(named_twice(&key)));
                    }
                    keys.0.push((key, map.next_value()?));
                }
                Ok(keys)
            }
        }
        deserializer.deserialize_map(KeyedVisitor(PhantomData))
    }
}

/// The names that come again in a list, each once for every time that it does.
pub(super) fn repeated<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = std::collections::BTreeSet::new();
    let names = names.into_iter();
    names.filter(|name| !seen.insert(*name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_that_of_serde_json() {
        for text in [
            "null",
            "-1",
            "18446744073709551616",
            "0.1",
            r#""\u00e4\n""#,
            r#" [1, -2, 1.5, true, null, [], {}, "x"] "#,
            r#"{"b": {"a": 1, "c": [{"a": 2}]}, "a": {"a": 3}, "": 1}"#,
        ] {
            let expected: Json = serde_json::from_str(text).expect(text);
            let value = read(text).expect(text);
            assert_eq!(value.to_string(), expected.to_string(), "{text}");
        }
        for text in ["", "[", "{} {}", "1e999", r#""\ud800""#, r#"{"a" 1}"#] {
            let expected = serde_json::from_str::<Json>(text).expect_err(text);
            let error = read(text).expect_err(text);
            assert_eq!(error.to_string(), expected.to_string(), "{text}");
            assert!(!is_twice(&error), "{text}");
        }
    }

    #[test]
    fn a_key_that_is_there_twice_is_named_with_its_place() {
        for (text, expected) in [
            (
                r#"{"a":1,"a":1}"#,
                "the key a is named twice at line 1 column 10",
            ),
            (
                "{\"a\":1,\n\"\\u0061\":2}",
                "the key a is named twice at line 2 column 8",
            ),
            (
                r#"[{"b":{"c":[{"":1,"":2}]}}]"#,
                "the key  is named twice at line 1 column 20",
            ),
        ] {
            let error = read(text).expect_err(text);
            assert_eq!(error.to_string(), expected, "{text}");
            assert!(is_twice(&error), "{text}");
        }
        let error =
            serde_json::from_str::<KeyedOnce<u8>>(r#"{"a":1,"b":2,"a":3}"#).expect_err("twice");
        assert!(is_twice(&error), "{error}");
    }

    #[test]
    fn names_that_come_again_are_found() {
        assert_eq!(repeated(["a", "b", "a", "c", "b", "a"]), ["a", "b", "a"]);
        assert!(repeated(["a", "A", ""]).is_empty());
    }
}
