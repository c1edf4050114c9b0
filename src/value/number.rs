//! Numbers that may have a fraction.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::io::Write as _;

use serde_json::Value as Json;

/// A finite double that is never −0.0.
///
/// Both zeros are one number to a client, while the bits, the hash and the total order of doubles
/// tell them apart. Numbers are read into this type wherever they come from, so that nothing that
/// compares or indexes them has to think of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Number(f64);

impl Number {
    /// Zero.
    pub const ZERO: Self = Self(0.0);
    /// One.
    pub const ONE: Self = Self(1.0);

    /// The number, with −0.0 taken for 0; `None` for what is not finite.
    #[must_use]
    pub fn new(number: f64) -> Option<Self> {
        // the sum of −0.0 and 0.0 is 0.0
        number.is_finite().then_some(Self(number + 0.0))
    }

    /// Reads a text such as `-12.5` or `1e3`; `None` for what is no finite number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::new)
    }

    /// The nearest number to an integer, which is the integer itself up to 2^53.
    #[must_use]
    pub const fn of_integer(number: i64) -> Self {
        #[allow(
            clippy::cast_precision_loss,
            reason = "numbers of the wire are doubles"
        )]
        Self(number as f64)
    }

    /// As a double.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// As JSON, without a fraction where there is none.
    #[must_use]
    pub fn json(self) -> Json {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "checked to be whole and exact"
        )]
        if self.0.fract() == 0.0 && self.0.abs() < Self::EXACT {
            return (self.0 as i64).into();
        }
        self.0.into()
    }

    /// Appends the number as Zoho writes it: without an exponent, and without a fraction where
    /// there is none.
    pub fn write(self, out: &mut Vec<u8>) {
        // a Vec takes every write
        let _ = write!(out, "{self}");
    }

    /// Digits before the decimal point, at least one.
    #[must_use]
    pub fn whole_digits(self) -> u32 {
        let whole = self.0.abs().trunc();
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole, exact and not negative"
        )]
        if whole < Self::EXACT {
            return digits(whole as u64);
        }
        u32::try_from(whole.to_string().len()).unwrap_or(u32::MAX)
    }

    /// Digits behind the decimal point.
    #[must_use]
    pub fn decimals(self) -> u32 {
        if self.0.fract() == 0.0 {
            return 0;
        }
        let text = self.0.to_string();
        text.split_once('.').map_or(0, |(_, fraction)| {
            u32::try_from(fraction.len()).unwrap_or(u32::MAX)
        })
    }

    /// Below it every whole number is a double.
    const EXACT: f64 = 9e15;
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

// there is no NaN among them
impl Eq for Number {}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.to_bits());
    }
}

/// The shortest text that reads back as the same number, without an exponent.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Digits of an integer, at least one.
#[must_use]
pub fn digits(number: u64) -> u32 {
    number
        .checked_ilog10()
        .map_or(1, |digits| digits.saturating_add(1))
}

/// The integer that a number of JSON is. `-0`, which a JSON reader takes for a double, is 0.
#[must_use]
pub fn integer(number: &serde_json::Number) -> Option<i64> {
    let zero = || {
        number
            .as_f64()
            .filter(|zero| *zero == 0.0 && zero.is_sign_negative())
    };
    number.as_i64().or_else(|| zero().map(|_| 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: f64) -> Number {
        Number::new(number).expect("a finite number")
    }

    #[test]
    fn there_is_one_zero() {
        for zero in [0.0, -0.0] {
            assert_eq!(number(zero).get().to_bits(), 0);
        }
        for text in ["0", "-0", "-0.0", "-0e9", "-1e-400"] {
            let read = Number::parse(text).map(|zero| zero.get().to_bits());
            assert_eq!(read, Some(0), "{text}");
        }
        assert_eq!(Number::of_integer(0), number(-0.0));
    }

    #[test]
    fn what_is_not_finite_is_no_number() {
        for text in ["NaN", "inf", "-infinity", "1e309", "", "one", "0x1"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
        assert_eq!(Number::new(f64::NAN), None);
        assert_eq!(Number::new(f64::NEG_INFINITY), None);
    }

    #[test]
    fn texts() {
        for (given, text) in [
            (5000.0, "5000"),
            (56.6, "56.6"),
            (-0.0, "0"),
            (850_000.25, "850000.25"),
            (1e21, "1000000000000000000000"),
        ] {
            let mut out = Vec::new();
            number(given).write(&mut out);
            assert_eq!(String::from_utf8_lossy(&out), text);
        }
        assert_eq!(number(-3.0).json().to_string(), "-3");
        assert_eq!(number(0.25).json().to_string(), "0.25");
    }

    #[test]
    fn counts_of_digits() {
        let decimals = [1.0, 1.5, 0.125, 1e-7].map(|n| number(n).decimals());
        assert_eq!(decimals, [0, 1, 3, 7]);
        let whole = [0.0, 9.99, 10.0, -123.0, 1e16].map(|n| number(n).whole_digits());
        assert_eq!(whole, [1, 1, 2, 3, 17]);
    }

    #[test]
    fn integers_of_json() {
        for (text, expected) in [
            ("-0", Some(0)),
            ("7", Some(7)),
            ("0.0", None),
            ("7.5", None),
        ] {
            let number: serde_json::Number = serde_json::from_str(text).expect("a number");
            assert_eq!(integer(&number), expected, "{text}");
        }
    }
}
