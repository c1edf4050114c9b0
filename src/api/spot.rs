//! Where in a body something stands, and errors about it.

use std::fmt;

use serde_json::Value as Json;

use crate::error::{ApiError, place};
use crate::version::ApiVersion;

/// A place in a JSON body: the body itself, or an item of the array under its root key.
///
/// Errors name a key by its `api_name`, and by its `json_path` in versions that have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The version, which decides about `json_path`.
    pub version: ApiVersion,
    root: Option<&'static str>,
    index: Option<usize>,
}

impl Spot {
    /// The body as a whole.
    #[must_use]
    pub const fn body(version: ApiVersion) -> Self {
        Self {
            version,
            root: None,
            index: None,
        }
    }

    /// The item at `index` of the array under `root`.
    #[must_use]
    pub const fn item(version: ApiVersion, root: &'static str, index: usize) -> Self {
        Self {
            version,
            root: Some(root),
            index: Some(index),
        }
    }

    /// The object under `root`, for bodies that hold one in place of an array.
    #[must_use]
    pub const fn object(version: ApiVersion, root: &'static str) -> Self {
        Self {
            version,
            root: Some(root),
            index: None,
        }
    }

    /// A key as details name another one than that which an error is about: `{api_name,
    /// json_path}`.
    #[must_use]
    pub fn place(self, path: &str) -> Json {
        place(self.version, last_key(path), format_args!("{self}.{path}"))
    }

    /// An error about a key. `path` leads to it from here: keys with dots between them, and
    /// `[n]` behind a key for an element of its array. Its last key is the `api_name`.
    #[must_use]
    pub fn about(self, error: impl Into<ApiError>, path: &str) -> ApiError {
        let error: ApiError = error.into();
        error.about(self.version, last_key(path), format_args!("{self}.{path}"))
    }
}

fn last_key(path: &str) -> &str {
    let key = path.rsplit('.').next().unwrap_or(path);
    key.split('[').next().unwrap_or(key)
}

/// The JSON path: `$`, or `$.data[3]`.
impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        if let Some(root) = self.root {
            write!(f, ".{root}")?;
        }
        match self.index {
            Some(index) => write!(f, "[{index}]"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Code, Wording};

    #[test]
    fn an_error_names_a_key_and_its_path_where_the_version_has_one() {
        let item = |version| Spot::item(version, "users", 2);
        for (spot, path, details) in [
            (
                Spot::body(ApiVersion::V8),
                "ids",
                r#"{"api_name":"ids","json_path":"$.ids"}"#,
            ),
            (
                item(ApiVersion::V8),
                "role.id",
                r#"{"api_name":"id","json_path":"$.users[2].role.id"}"#,
            ),
            (
                item(ApiVersion::V2_1),
                "tags[1]",
                r#"{"api_name":"tags","json_path":"$.users[2].tags[1]"}"#,
            ),
            (
                Spot::object(ApiVersion::V8, "business_hours"),
                "type",
                r#"{"api_name":"type","json_path":"$.business_hours.type"}"#,
            ),
            (item(ApiVersion::V2), "role.id", r#"{"api_name":"id"}"#),
        ] {
            let error = spot.about(Code::INVALID_DATA, path).json(Wording::Zoho);
            assert_eq!(error["details"].to_string(), details);
        }
    }
}
