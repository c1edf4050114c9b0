//! JSON objects whose keys depend on the version.

use serde_json::{Map, Value as Json};

use crate::api::body::VersionedKey;
use crate::version::{ApiVersion, Versions};

/// No version at all: for a key that one form of an object lacks.
pub(in crate::api) const NEVER: Versions = Versions::NONE;

/// A JSON object under construction. The order of insertion decides between keys that share a
/// bucket of Zoho's hash maps.
#[derive(Debug, Default)]
pub(in crate::api) struct Object(Map<String, Json>);

impl Object {
    /// Adds a key.
    pub(in crate::api) fn put(mut self, key: &str, value: impl Into<Json>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    /// Adds a key that only some objects have.
    pub(in crate::api) fn put_some(self, key: &str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }

    /// Replaces a value by what is made of it.
    pub(in crate::api) fn map(mut self, key: &str, change: impl FnOnce(&Json) -> Json) -> Self {
        if let Some(value) = self.0.get_mut(key) {
            *value = change(value);
        }
        self
    }

    /// Keeps the keys that pass.
    pub(in crate::api) fn retain(mut self, keep: impl Fn(&str) -> bool) -> Self {
        self.0.retain(|key, _| keep(key));
        self
    }

    /// Takes keys away.
    pub(in crate::api) fn without(self, keys: &[&str]) -> Self {
        self.retain(|key| !keys.contains(&key))
    }

    /// Replaces values by those of a seed; keys that are not there yet stay away.
    pub(in crate::api) fn known(mut self, said: &Map<String, Json>) -> Self {
        for (key, value) in &mut self.0 {
            if let Some(given) = said.get(key) {
                *value = given.clone();
            }
        }
        self
    }

    /// Puts in what a seed says, and drops keys that the version does not have unless the seed
    /// has set them.
    pub(in crate::api) fn finish(
        self,
        said: &Map<String, Json>,
        tables: &[&[VersionedKey]],
        version: ApiVersion,
    ) -> Json {
        let mut map = self.0;
        map.extend(said.clone());
        map.retain(|key, _| said.contains_key(key) || stands(tables, key, version));
        Json::Object(map)
    }

    /// Drops keys that the version does not have.
    pub(in crate::api) fn shown(self, tables: &[&[VersionedKey]], version: ApiVersion) -> Json {
        self.finish(&Map::new(), tables, version)
    }
}

/// Whether a version has a key.
fn stands(tables: &[&[VersionedKey]], key: &str, version: ApiVersion) -> bool {
    let mut rows = tables
        .iter()
        .copied()
        .flatten()
        .filter(|row| row.0 == key)
        .peekable();
    rows.peek().is_none() || rows.any(|row| row.1.contains(version))
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_have_several_rows() {
        let rows: &[VersionedKey] = &[
            ("a", Versions::until(ApiVersion::V2)),
            ("a", Versions::between(ApiVersion::V7, ApiVersion::V7)),
            ("b", NEVER),
        ];
        let has = |key| -> Vec<ApiVersion> {
            let versions = ApiVersion::ALL.into_iter();
            versions
                .filter(|version| stands(&[rows], key, *version))
                .collect()
        };
        assert_eq!(has("a"), [ApiVersion::V2, ApiVersion::V7]);
        assert_eq!(has("b"), []);
        assert_eq!(has("c"), ApiVersion::ALL);
    }
}
