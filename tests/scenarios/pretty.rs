//! JSON as it is written into files: on one line where it fits, else indented.

use serde_json::Value as Json;

/// The most columns of a line.
const WIDTH: usize = 100;

/// Writes a value.
pub(crate) fn pretty(value: &Json) -> String {
    let mut text = String::new();
    write(value, 0, 0, &mut text);
    text
}

/// Writes a value into a line that begins at an indent and holds `taken` more columns.
fn write(value: &Json, indent: usize, taken: usize, text: &mut String) {
    let flat = value.to_string();
    // a comma may follow
    let fits = indent + taken + flat.chars().count() < WIDTH;
    let items: Vec<(String, &Json)> = match value {
        Json::Array(list) if !fits => list.iter().map(|item| (String::new(), item)).collect(),
        Json::Object(map) if !fits => {
            let key = |key: &String| format!("{}: ", Json::from(key.as_str()));
            map.iter().map(|(name, value)| (key(name), value)).collect()
        }
        _ => Vec::new(),
    };
    if items.is_empty() {
        text.push_str(&flat);
        return;
    }
    let (open, close) = if value.is_array() {
        ('[', ']')
    } else {
        ('{', '}')
    };
    text.push(open);
    let inner = indent + 2;
    for (n, (key, item)) in items.iter().enumerate() {
        if n > 0 {
            text.push(',');
        }
        text.push('\n');
        text.push_str(&" ".repeat(inner));
        text.push_str(key);
        write(item, inner, key.chars().count(), text);
    }
    text.push('\n');
    text.push_str(&" ".repeat(indent));
    text.push(close);
}
