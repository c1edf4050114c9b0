//! The order of keys in Zoho's answers.
//!
//! Zoho writes the keys of every JSON object in the iteration order of a Java `HashMap`: buckets
//! ascending, and within a bucket the order of insertion. So the order depends on the set of keys
//! alone (and, for ties, on the order in which they were put in), and can be computed. Checked
//! against captured answers of records, users, settings, errors and tokens.

use serde_json::Value;

/// Java's `String.hashCode`, with its bits spread as `HashMap` spreads them.
#[must_use]
pub fn hash(key: &str) -> u32 {
    let h = key.encode_utf16().fold(0u32, |h, unit| {
        h.wrapping_mul(31).wrapping_add(u32::from(unit))
    });
    h ^ (h >> 16)
}

/// The number of buckets of a `HashMap` that holds `keys` keys: 16, doubled while the keys exceed
/// three quarters of it.
#[must_use]
pub fn buckets(keys: usize) -> u32 {
    let mut n = 16u32;
    while keys as u64 * 4 > u64::from(n) * 3 && n < 1 << 30 {
        n *= 2;
    }
    n
}

/// Sorts `items`, which stand in the order of insertion, into the order of a `HashMap`.
pub fn sort<T>(items: &mut [T], key: impl Fn(&T) -> &str) {
    let mask = buckets(items.len()) - 1;
    items.sort_by_cached_key(|item| hash(key(item)) & mask);
}

/// Sorts the keys of every object within `value`.
pub fn sort_json(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = std::mem::take(map).into_iter().collect();
            sort(&mut entries, |(key, _)| key);
            for (key, mut inner) in entries {
                sort_json(&mut inner);
                map.insert(key, inner);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(sort_json),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Appends `value` as compact JSON, the keys of every object within it in Zoho's order.
pub fn write_sorted(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(&String, &Value)> = map.iter().collect();
            sort(&mut entries, |(key, _)| key);
            out.push(b'{');
            for (n, (key, inner)) in entries.into_iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                super::write_string(out, key);
                out.push(b':');
                write_sorted(out, inner);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write_sorted(out, item);
            }
            out.push(b']');
        }
        Value::String(text) => super::write_string(out, text),
        Value::Null | Value::Bool(_) | Value::Number(_) => super::write_json(out, value),
    }
}

/// The value with the keys of every object in it sorted as by [`sort_json`].
#[must_use]
pub fn sorted(mut value: Value) -> Value {
    sort_json(&mut value);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(keys: &str) -> String {
        let mut keys: Vec<&str> = keys.split(' ').collect();
        sort(&mut keys, |k| k);
        keys.join(" ")
    }

    #[test]
    fn captured_objects() {
        for (inserted, captured) in [
            (
                "id Created_Time Modified_Time Modified_By Created_By",
                "Modified_Time Modified_By Created_Time id Created_By",
            ),
            ("code details message status", "code details message status"),
            (
                "status message action duplicate_field details code",
                "code duplicate_field action details message status",
            ),
            ("id name", "name id"),
            ("id name email", "name id email"),
            (
                "per_page page count more_records",
                "per_page count page more_records",
            ),
            (
                "access_token refresh_token scope api_domain token_type expires_in",
                "access_token refresh_token scope api_domain token_type expires_in",
            ),
            (
                "sort_by page per_page count more_records sort_order call email next_page_token previous_page_token page_token_expiry",
                "call per_page next_page_token count sort_by page previous_page_token page_token_expiry sort_order email more_records",
            ),
        ] {
            assert_eq!(order(inserted), captured);
        }
    }

    #[test]
    fn table_grows_past_three_quarters() {
        assert_eq!(
            [12, 13, 24, 25, 48, 49, 96, 97].map(buckets),
            [16, 32, 32, 64, 64, 128, 128, 256]
        );
    }
}
