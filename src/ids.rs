//! Ids of records, users and settings.
//!
//! Zoho's ids are strings of up to 19 digits: the org's prefix, then a sequence. Inside they are
//! integers, outside always strings, and nothing in between ever makes a float of them.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// A number that no other call has returned in this process.
#[must_use]
pub fn unique() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// An id: a record's, a user's, or that of a module, field, layout, view, role or profile.
///
/// Packed, so that a [`Value`](crate::value::Value) with an id and the number of its module has sixteen
/// bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(Rust, packed(4))]
pub struct Id(pub u64);

/// Why a text is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// It holds something other than digits, or nothing.
    #[error("an id consists of digits")]
    NotNumeric,
    /// It has more digits than any id of Zoho's (19), so no record can have it.
    #[error("an id has at most 19 digits")]
    TooLong,
}

impl Id {
    /// Reads the decimal form.
    ///
    /// # Errors
    /// [`IdError`] if the text is no number, or one that no id can be.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdError::NotNumeric);
        }
        text.parse().map(Self).map_err(|_| IdError::TooLong)
    }

    /// Reads an id from a JSON value: a string of digits or an integer.
    #[must_use]
    pub fn from_json(value: &serde_json::Value) -> Option<Self> {
        match value {
            serde_json::Value::String(text) => Self::parse(text).ok(),
            serde_json::Value::Number(number) => number.as_u64().map(Self),
            _ => None,
        }
    }

    /// Appends the decimal digits to `out`.
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(itoa::Buffer::new().format(self.0).as_bytes());
    }

    /// The id as a JSON string.
    #[must_use]
    pub fn json(self) -> serde_json::Value {
        serde_json::Value::String(self.to_string())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&{ self.0 }, f)
    }
}

/// The first seven digits of every id of an org, as a number that ends in twelve zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdPrefix(u64);

impl IdPrefix {
    const TAIL: u64 = 1_000_000_000_000;

    /// A prefix of up to seven digits.
    ///
    /// # Errors
    /// [`IdError`] if the text is not such a number.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let Id(prefix) = Id::parse(text)?;
        if prefix > 9_223_371 {
            Err(IdError::TooLong)
        } else {
            Ok(Self(prefix * Self::TAIL))
        }
    }

    /// The prefix of an org seeded with `rng_seed`: always the same seven digits.
    #[must_use]
    pub fn from_seed(rng_seed: u64) -> Self {
        // splitmix64, so that neighbouring seeds give unlike prefixes
        let mut z = rng_seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self((1_000_000 + (z ^ (z >> 31)) % 8_000_000) * Self::TAIL)
    }

    /// The digits, as [`IdPrefix::parse`] reads them.
    #[must_use]
    pub fn digits(self) -> String {
        (self.0 / Self::TAIL).to_string()
    }

    /// The id with this prefix and the given tail (up to twelve digits).
    #[must_use]
    pub const fn id(self, tail: u64) -> Id {
        Id(self.0 + tail % Self::TAIL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_and_print() {
        assert_eq!(
            Id::parse("3872984000000321001")
                .map(|i| i.to_string())
                .as_deref(),
            Ok("3872984000000321001")
        );
        assert_eq!(Id::parse(""), Err(IdError::NotNumeric));
        assert_eq!(Id::parse("12a"), Err(IdError::NotNumeric));
        assert_eq!(Id::parse("99999999999999999999"), Err(IdError::TooLong));
        for n in [0, 7, 10, 99, u64::MAX] {
            let mut out = Vec::new();
            Id(n).write(&mut out);
            assert_eq!(
                String::from_utf8(out).as_deref(),
                Ok(n.to_string().as_str())
            );
        }
    }

    #[test]
    fn prefixes_give_nineteen_digits() {
        for seed in 0..100 {
            assert_eq!(IdPrefix::from_seed(seed).id(2175).to_string().len(), 19);
        }
        assert_eq!(
            IdPrefix::parse("5725767")
                .map(|p| p.id(2175).to_string())
                .as_deref(),
            Ok("5725767000000002175")
        );
    }
}
