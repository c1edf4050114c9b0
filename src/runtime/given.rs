//! Keys of JSON that may be left out.

use serde::{Deserialize, Deserializer};

/// Reads the value of a key that is given: null is none, since serde would take it for a key that is
/// left out, which schemas do not say of any.
///
/// # Errors
/// Those of the value.
pub fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
