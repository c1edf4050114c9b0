//! Cells of CSV rows.

use serde_json::{Map, Value as Json};

use crate::schema::{Kind, Module};

/// Cells of a CSV row as the JSON that their fields expect; what does not fit stays a text, and
/// is refused like one.
pub(super) fn typed(cells: Vec<(&str, String)>, module: &Module) -> Map<String, Json> {
    let value = |name: &str, text: String| -> Json {
        let Some(field) = module.field(name) else {
            return text.into();
        };
        let number = || {
            serde_json::from_str::<serde_json::Number>(text.trim())
                .map(Json::Number)
                .ok()
        };
        match field.kind {
            Kind::Integer | Kind::Double => number().unwrap_or_else(|| text.clone().into()),
            Kind::Boolean => text
                .trim()
                .to_ascii_lowercase()
                .parse::<bool>()
                .map_or_else(|_| text.clone().into(), Json::Bool),
            Kind::MultiPicklist | Kind::Tags => text
                .split(';')
                .map(str::trim)
                .filter(|t| !t.is_empty())
                .collect(),
            Kind::Rows(_) | Kind::Raw => {
                serde_json::from_str(&text).unwrap_or_else(|_| text.clone().into())
            }
            _ => text.into(),
        }
    };
    cells
        .into_iter()
        .map(|(name, text)| {
            let v = value(name, text);
            (name.to_owned(), v)
        })
        .collect()
}
