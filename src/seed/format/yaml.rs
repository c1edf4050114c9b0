//! YAML as the JSON of the same meaning, where there is one.

use std::cell::Cell;

use serde::de::DeserializeSeed;
use serde_json::Value as Json;

use super::flow;
use crate::seed::once::Once;

/// Aliases may repeat texts until they take so many times the bytes of the file …
const REPEATED: usize = 10;
/// … or so many bytes, whichever is more.
const SMALL: usize = 64 << 20;

/// Lists and objects in brackets within each other: as deep as JSON may be. libyaml takes a time
/// that grows with the square of it.
const DEEPEST: usize = 128;

/// Reads a YAML text.
///
/// # Errors
/// A sentence with the place, if the text is not YAML, has a number that JSON does not have
/// (`.inf`, `.nan`), names a key twice, or repeats itself beyond measure.
pub(super) fn read(text: &str) -> Result<Json, String> {
    if let Some(line) = flow::too_deep(text, DEEPEST) {
        return Err(format!(
            "not valid YAML: more than {DEEPEST} brackets within each other at line {line}"
        ));
    }
    let left = Cell::new(SMALL.max(text.len().saturating_mul(REPEATED)));
    let read = Once::within(&left).deserialize(serde_norway::Deserializer::from_str(text));
    read.map_err(|error| format!("not valid YAML: {error}"))
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
    fn deep_brackets_are_refused_before_they_are_read() {
        let deep = |n: usize| format!("Leads: {}{}", "[".repeat(n), "]".repeat(n));
        assert!(read(&deep(100)).is_ok());
        for text in [deep(200_000), format!("a:\n  {}", "{a: ".repeat(100_000))] {
            let error = read(&text).expect_err("too deep");
            assert!(error.contains("brackets within each other"), "{error}");
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
