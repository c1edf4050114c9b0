//! Where values are written, and the forms that several of them have.

use super::plan::{Column, Plan};
use crate::ids::Id;
use crate::schema::Storage;
use crate::value::write_string;

/// A day, in seconds.
pub(super) const DAY: i64 = 86_400;

/// Where values are written, with a text that is used again and again.
#[derive(Debug, Default)]
pub(super) struct Pen {
    pub(super) out: Vec<u8>,
    pub(super) text: String,
}

/// Appends the label of a record, without quotes.
pub(super) fn label(plan: &Plan, index: u64, out: &mut Vec<u8>) {
    out.push(b'#');
    out.extend_from_slice(plan.module.api_name().as_bytes());
    out.push(b'-');
    Id(index + 1).write(out);
}

/// Appends a number, as a string where the field has numbers that are too large for some.
pub(super) fn number_text(column: &Column, number: i64, ending: &str, out: &mut Vec<u8>) {
    let text = format!("{number}{ending}");
    if column.kind == Storage::BigInt {
        write_string(out, &text);
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Appends `true` or `false`.
pub(super) fn write_bool(truth: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if truth { b"true" } else { b"false" });
}

/// Appends what `write` writes, in quotes.
pub(super) fn write_quoted(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(b'"');
    write(out);
    out.push(b'"');
}

/// Appends a number in as few letters and digits as there can be.
pub(super) fn base36(number: u64, out: &mut String) {
    if number >= 36 {
        base36(number / 36, out);
    }
    let digit = u32::try_from(number % 36).unwrap_or_default();
    out.extend(char::from_digit(digit, 36));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_letters() {
        let text = |number| {
            let mut out = String::new();
            base36(number, &mut out);
            out
        };
        assert_eq!(
            [0, 35, 36, 1295, 1296].map(text),
            ["0", "z", "10", "zz", "100"]
        );
    }
}
