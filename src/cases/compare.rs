//! What an answer lacks of what is expected of it.

use serde_json::Value as Json;

/// A difference shows so much of a value, in characters.
const SHOWN: usize = 200;

/// Compares a value with a part of it: of an object these keys, of a list these items, after which
/// more may follow; an empty list is empty. `"*"` is any value, `"[string]"` any text, `"[number]"`
/// any number. Each difference is told with its place.
pub(super) fn subset(expected: &Json, actual: Option<&Json>, place: &str, found: &mut Vec<String>) {
    let Some(actual) = actual else {
        found.push(format!("{place}: absent, expected {}", shown(expected)));
        return;
    };
    match (expected, actual) {
        (Json::Object(expected), Json::Object(actual)) => {
            for (key, value) in expected {
                subset(value, actual.get(key), &format!("{place}.{key}"), found);
            }
        }
        (Json::Array(expected), Json::Array(actual)) => {
            if expected.is_empty() && !actual.is_empty() {
                found.push(format!("{place}: {} items, expected none", actual.len()));
            }
            for (at, value) in expected.iter().enumerate() {
                subset(value, actual.get(at), &format!("{place}[{at}]"), found);
            }
        }
        _ if fits(expected, actual) => {}
        _ => found.push(format!(
            "{place}: {}, expected {}",
            shown(actual),
            shown(expected)
        )),
    }
}

fn fits(expected: &Json, actual: &Json) -> bool {
    match expected.as_str() {
        Some("*") => return true,
        Some("[string]") => return actual.is_string(),
        Some("[number]") => return actual.is_number(),
        _ => {}
    }
    if let (Json::Number(expected), Json::Number(actual)) = (expected, actual) {
        // 1 and 1.0 are the same number
        return expected == actual || expected.as_f64() == actual.as_f64();
    }
    expected == actual
}

/// What is at a dotted place (`data.0.details.id`).
pub(super) fn at<'j>(json: &'j Json, place: &str) -> Option<&'j Json> {
    place.split('.').try_fold(json, |json, step| match json {
        Json::Array(items) => items.get(step.parse::<usize>().ok()?),
        json => json.get(step),
    })
}

/// The first key that does not come, in a text of JSON, after those before it.
pub(super) fn out_of_order<'k>(keys: &'k [String], text: &str) -> Option<&'k str> {
    let mut rest = text;
    for key in keys {
        let quoted = format!("{}", Json::from(key.as_str()));
        // a key is followed by a colon; the same text as a value is not meant
        let behind = rest.match_indices(&quoted).find_map(|(start, _)| {
            let behind = rest.get(start + quoted.len()..)?;
            behind.trim_start().starts_with(':').then_some(behind)
        });
        match behind {
            Some(behind) => rest = behind,
            None => return Some(key),
        }
    }
    None
}

/// A value as a difference shows it.
pub(super) fn shown(json: &Json) -> String {
    let text = json.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_part_is_looked_for_in_the_whole() {
        let actual = json!({"data": [{"a": 1, "b": null, "c": "x"}, 2], "none": []});
        for (expected, differences) in [
            (json!({}), vec![]),
            (json!({"data": [{"a": 1.0, "b": null}]}), vec![]),
            (json!({"data": ["*", "[number]"], "none": []}), vec![]),
            (json!({"data": [{"c": "[string]"}]}), vec![]),
            (json!({"data": []}), vec!["$.data: 2 items, expected none"]),
            (
                json!({"data": [{"a": "1", "d": null}]}),
                vec![
                    "$.data[0].a: 1, expected \"1\"",
                    "$.data[0].d: absent, expected null",
                ],
            ),
            (
                json!({"none": ["[string]"], "data": {}}),
                vec![
                    "$.none[0]: absent, expected \"[string]\"",
                    "$.data: [{\"a\":1,\"b\":null,\"c\":\"x\"},2], expected {}",
                ],
            ),
        ] {
            let mut found = Vec::new();
            subset(&expected, Some(&actual), "$", &mut found);
            assert_eq!(found, differences, "{expected}");
        }
    }

    #[test]
    fn keys_stand_in_an_order() {
        let text = r#"{"a":"b","c":{"b":1, "d" :2}}"#;
        for (keys, wrong) in [
            (vec!["a", "c", "b", "d"], None),
            (vec!["a", "b", "c"], Some("c")),
            (vec!["x"], Some("x")),
            (vec![], None),
        ] {
            let keys: Vec<String> = keys.into_iter().map(str::to_owned).collect();
            assert_eq!(out_of_order(&keys, text), wrong, "{keys:?}");
        }
    }

    #[test]
    fn places_are_dotted() {
        let json = json!({"data": [{"id": "1"}]});
        assert_eq!(at(&json, "data.0.id"), Some(&json!("1")));
        for nothing in ["data.1", "data.x", "data.0.id.z", ""] {
            assert_eq!(at(&json, nothing), None, "{nothing}");
        }
    }
}
