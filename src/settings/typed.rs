//! Values whose type is itself a value: those of variables.

use serde_json::{Map, Value as Json};

use super::family::{SettingChange, ShownSetting};
use super::refusal::Refusal;
use crate::error::Code;
use crate::store::Tx;
use crate::value::{email, time};

/// The types (SDK tables of v4).
pub const TYPES: &[&str] = &[
    "text", "integer", "percent", "double", "currency", "date", "datetime", "email", "phone",
    "website", "textarea", "checkbox", "long",
];
/// Characters that a value may have (v8 description).
const MOST: usize = 3000;

/// A value of one of [`TYPES`] in the form in which answers show it: whole numbers and checkboxes
/// as such, all else as texts. Nothing is an empty text.
///
/// # Errors
/// `INVALID_DATA` with the type that was expected, or with the greatest length.
pub fn typed(kind: &str, value: &Json) -> Result<Json, Refusal> {
    let no = |expected: &str| {
        Refusal::at("value", Code::INVALID_DATA).with("expected_data_type", expected)
    };
    let text = match value {
        Json::Null => return Ok("".into()),
        Json::String(text) if text.is_empty() => return Ok(value.clone()),
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        Json::Bool(on) => on.to_string(),
        Json::Array(_) | Json::Object(_) => return Err(no("string")),
    };
    if text.chars().count() > MOST {
        return Err(Refusal::at("value", Code::INVALID_DATA).with("maximum_length", MOST));
    }
    let finite = |text: &str| text.parse::<f64>().is_ok_and(f64::is_finite);
    let typed = match kind {
        "integer" | "long" => text.parse::<i64>().ok().map(Json::from),
        "percent" | "double" | "currency" => finite(&text).then(|| text.into()),
        "checkbox" => text.parse::<bool>().ok().map(Json::from),
        "date" => time::parse_date(&text).map(|_| text.into()),
        "datetime" => time::parse_datetime(&text).map(|_| text.into()),
        "email" => email::is_email(&text).then(|| text.into()),
        // what else phone numbers and addresses of sites must be is not known
        _ => value.is_string().then(|| text.into()),
    };
    typed.ok_or_else(|| no(if kind == "checkbox" { "boolean" } else { kind }))
}

/// Refuses a variable whose value does not fit its type.
///
/// # Errors
/// As [`typed`] says.
pub fn value_fits(_: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let Some(new) = change.new else { return Ok(()) };
    match (new.attributes.get("value"), new.text("type")) {
        (Some(value), Some(kind)) => typed(kind, value).map(drop),
        _ => Ok(()),
    }
}

/// Shows the value of a variable as its type has it.
pub fn show_value(shown: ShownSetting<'_>, object: &mut Map<String, Json>) {
    if let (Some(value), Some(kind)) = (object.get_mut("value"), shown.setting.text("type")) {
        *value = typed(kind, value).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_by_their_type() {
        for (kind, value, shown) in [
            ("integer", json!("55"), json!(55)),
            ("long", json!(-3), json!(-3)),
            ("checkbox", json!("true"), json!(true)),
            ("double", json!(1.5), json!("1.5")),
            ("date", json!("2026-02-28"), json!("2026-02-28")),
            ("email", json!("a@b.example"), json!("a@b.example")),
            ("integer", json!(""), json!("")),
            ("date", json!(null), json!("")),
        ] {
            assert_eq!(typed(kind, &value), Ok(shown), "{kind} {value}");
        }
    }

    #[test]
    fn values_of_other_types_are_refused() {
        for (kind, value, expected) in [
            ("integer", json!("5.5"), "integer"),
            ("long", json!(1e300), "long"),
            ("checkbox", json!(1), "boolean"),
            ("double", json!("NaN"), "double"),
            ("date", json!("2026-02-30"), "date"),
            ("datetime", json!("2026-02-03"), "datetime"),
            ("email", json!("a"), "email"),
            ("text", json!(5), "text"),
            ("text", json!([]), "string"),
        ] {
            let refusal = typed(kind, &value).expect_err(kind);
            assert_eq!(
                refusal.detail("expected_data_type"),
                Some(&expected.into()),
                "{kind} {value}"
            );
        }
        let long = json!("x".repeat(MOST + 1));
        let refusal = typed("text", &long).expect_err("too long");
        assert_eq!(refusal.detail("maximum_length"), Some(&MOST.into()));
    }
}
