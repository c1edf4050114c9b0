//! The parts of a JSON seed as places in its text. Each text is gone through once, however many
//! records it holds.

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The parts of a seed that are neither records nor families of settings, by the key or file name
/// they have.
const PARTS: [&str; 11] = [
    "org",
    "users",
    "modules",
    "fields",
    "oauth",
    "views",
    "deleted",
    "timeline",
    "files",
    "org_photo",
    "blobs",
];

/// Whether a key or file name is that of a part.
pub(super) fn is_part(name: &str) -> bool {
    PARTS.contains(&name) || crate::settings::family(name).is_some()
}

/// The key of records by module.
pub(super) const RECORDS: &str = "records";
/// The key of what the recycle bin holds, by module.
pub(super) const DELETED: &str = "deleted";
/// The key by which a file says that it is an export, and in which form.
pub(super) const EXPORT: &str = "export";

/// Raw values of an array.
#[derive(Debug)]
pub(super) struct Items<'a>(pub(super) Vec<&'a RawValue>);

/// Keys and values of an object, in order.
#[derive(Debug)]
pub(super) struct Entries<V>(pub(super) Vec<(String, V)>);

/// The value of a key of a seed.
#[derive(Debug)]
pub(super) enum Part<'a> {
    /// Records of a module.
    Records(Items<'a>),
    /// Records by module.
    Modules(Entries<Items<'a>>),
    /// Anything else, and what is not of the form that its key asks for.
    Other(&'a RawValue),
}

/// The parts of a seed.
#[derive(Debug)]
pub(super) struct Whole<'a>(pub(super) Vec<(String, Part<'a>)>);

impl<'a> Whole<'a> {
    /// Finds the parts of a text.
    ///
    /// # Errors
    /// If it is no JSON object.
    pub(super) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).or_else(|_| {
            let Entries(entries) = serde_json::from_str(text)?;
            let parts = entries.into_iter();
            Ok(Self(
                parts.map(|(key, raw)| (key, Part::Other(raw))).collect(),
            ))
        })
    }

    /// Whether one of its keys names a part: else it is one.
    pub(super) fn has_parts(&self) -> bool {
        let known = |key: &str| [RECORDS, EXPORT].contains(&key) || is_part(key);
        self.0.iter().any(|(key, _)| known(key))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read<V>(std::marker::PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Read<V> {
            type Value = Entries<V>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<V>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Read(std::marker::PhantomData))
    }
}

impl<'de> Deserialize<'de> for Whole<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Whole<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Whole<'de>, A::Error> {
                let mut parts = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    let part = match key.as_str() {
                        RECORDS | DELETED => Part::Modules(map.next_value()?),
                        EXPORT => Part::Other(map.next_value()?),
                        key if is_part(key) => Part::Other(map.next_value()?),
                        _ => Part::Records(map.next_value()?),
                    };
                    parts.push((key, part));
                }
                Ok(Whole(parts))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<'de>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(Read)
    }
}
