//! Where in a body an error is: the name of a key, and the path to it.

use std::fmt::Display;

use serde_json::{Map, Value as Json};

use super::ApiError;
use crate::version::ApiVersion;

const NAME: &str = "api_name";
const PATH: &str = "json_path";

impl ApiError {
    /// The same error about a key: its name, and the path to it (`$.data[0].Owner.id`) in versions
    /// whose errors have paths.
    #[must_use]
    pub fn about(self, version: ApiVersion, api_name: &str, path: impl Display) -> Self {
        self.with(NAME, api_name).located(version, path)
    }

    /// The same error with a path alone, in versions whose errors have paths.
    #[must_use]
    pub fn located(self, version: ApiVersion, path: impl Display) -> Self {
        if version.has_json_path() {
            self.at(path)
        } else {
            self
        }
    }

    /// The same error with a path, for operations that no version without paths has.
    #[must_use]
    pub fn at(self, path: impl Display) -> Self {
        self.with(PATH, path.to_string())
    }

    /// The same error without a path.
    #[must_use]
    pub fn unplaced(self) -> Self {
        self.without(PATH)
    }

    /// The path to what the error is about.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.details.get(PATH)?.as_str()
    }

    /// The details that do not say where the error is.
    pub fn facts(&self) -> impl Iterator<Item = (&String, &Json)> {
        let details = self.details.iter();
        details.filter(|(key, _)| !matches!(key.as_str(), NAME | PATH))
    }
}

/// A place that details name by its path alone: `{json_path}`, for operations that no version without
/// paths has.
#[must_use]
pub fn path_alone(path: impl Display) -> Json {
    Json::Object(Map::from_iter([(PATH.to_owned(), path.to_string().into())]))
}

/// A key as details name further ones: `{api_name, json_path}`, the path in versions whose errors
/// have paths.
#[must_use]
pub fn place(version: ApiVersion, api_name: &str, path: impl Display) -> Json {
    let mut place = Map::new();
    place.insert(NAME.to_owned(), api_name.into());
    if version.has_json_path() {
        place.insert(PATH.to_owned(), path.to_string().into());
    }
    Json::Object(place)
}
