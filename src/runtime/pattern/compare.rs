//! What a JSON value lacks of another: keys of objects, and for each item of a list one like it.

use serde_json::{Number, Value as Json};

use super::Difference;

/// In how many places `actual` lacks what is expected, as far as `most`: what is beyond it is not
/// looked at.
pub(super) fn lacks(expected: &Json, actual: Option<&Json>, most: usize) -> usize {
    match (expected, actual) {
        (Json::Object(expected), Some(Json::Object(actual))) => {
            let mut found = 0;
            for (key, value) in expected {
                found += lacks(value, actual.get(key), most - found);
                if found >= most {
                    return most;
                }
            }
            found
        }
        (Json::Array(expected), Some(Json::Array(actual))) => {
            let mut found = 0;
            for value in expected {
                found += nearest(value, actual, most - found).map_or(1, |(_, lacking)| lacking);
                if found >= most {
                    return most;
                }
            }
            found
        }
        (expected, actual) => usize::from(!is_same(expected, actual)).min(most),
    }
}

/// The item of a list that is most like a value, and in how many places it is not, as far as
/// `most`; the first of equals. None for a list without items.
fn nearest(expected: &Json, items: &[Json], most: usize) -> Option<(usize, usize)> {
    let mut nearest: Option<(usize, usize)> = None;
    for (at, item) in items.iter().enumerate() {
        let best = nearest.map_or(most, |(_, lacking)| lacking);
        let lacking = lacks(expected, Some(item), best);
        if nearest.is_none() || lacking < best {
            nearest = Some((at, lacking));
        }
        if lacking == 0 {
            break;
        }
    }
    nearest
}

fn is_same(expected: &Json, actual: Option<&Json>) -> bool {
    match (expected, actual) {
        (Json::Number(a), Some(Json::Number(b))) => same_number(a, b),
        (expected, actual) => Some(expected) == actual,
    }
}

/// Appends the places where `actual` lacks what is expected. Of a list the item that is most like
/// what is expected tells how.
pub(super) fn compare(
    expected: &Json,
    actual: Option<&Json>,
    path: &str,
    found: &mut Vec<Difference>,
) {
    match (expected, actual) {
        (Json::Object(expected), Some(Json::Object(actual))) => {
            for (key, value) in expected {
                compare(value, actual.get(key), &format!("{path}.{key}"), found);
            }
        }
        (Json::Array(expected), Some(Json::Array(actual))) => {
            for (n, value) in expected.iter().enumerate() {
                match nearest(value, actual, usize::MAX) {
                    Some((_, 0)) => {}
                    Some((at, _)) => {
                        compare(value, actual.get(at), &format!("{path}[{at}]"), found);
                    }
                    None => compare(value, None, &format!("{path}[{n}]"), found),
                }
            }
        }
        (expected, actual) if is_same(expected, actual) => {}
        (expected, actual) => found.push(Difference {
            path: path.to_owned(),
            expected: expected.clone(),
            actual: actual.cloned(),
        }),
    }
}

/// 1 and 1.0 are one number; two integers are compared to the last digit, as ids may be such.
fn same_number(a: &Number, b: &Number) -> bool {
    let integers = |n: &Number| n.is_i64() || n.is_u64();
    if integers(a) && integers(b) {
        a == b
    } else {
        a.as_f64() == b.as_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn as_much_is_lacking_as_is_told() {
        for (expected, actual) in [
            (json!({}), json!({"a": 1})),
            (
                json!({"a": 1, "b": {"c": [1, 2]}}),
                json!({"a": 1.0, "b": {"c": [2]}}),
            ),
            (
                json!([{"a": 1, "b": 2}, {"a": 3}]),
                json!([{"a": 1}, {"b": 2}, {"a": 3, "b": 4}]),
            ),
            (json!([[1, 2], [3]]), json!([[3], [2, 1]])),
            (json!([1]), json!([])),
            (json!([1]), json!(1)),
            (
                json!({"a": [{"b": [{"c": 1}, {"c": 2}]}]}),
                json!({"a": [{"b": [{"c": 1}]}, {"b": []}]}),
            ),
        ] {
            let mut told = Vec::new();
            compare(&expected, Some(&actual), "$", &mut told);
            let all = lacks(&expected, Some(&actual), usize::MAX);
            assert_eq!(told.len(), all, "{expected} {actual}");
            for most in 0..4 {
                assert_eq!(
                    lacks(&expected, Some(&actual), most),
                    all.min(most),
                    "{most}"
                );
            }
        }
    }
}
