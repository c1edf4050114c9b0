//! Values of fields: types, lengths, and forms that are tolerated.

use jiff::tz::TimeZone;
use serde_json::Value as Json;

use super::findings::Findings;
use super::place::BodyPlace;
use super::request::JudgedRequest;
use super::rules::{
    Rule, VALUE_ACCOUNT_NAME, VALUE_LENGTH, VALUE_LOOKUP_NAME, VALUE_NUMBER_ID, VALUE_PICK_LIST,
    VALUE_ROUNDED_ID, VALUE_TIME_FORM, VALUE_TOLERATED, VALUE_TYPE,
};
use super::text::short;
use crate::ids::Id;
use crate::schema::{DataType, Field, JsonType, Storage};
use crate::value::time;

/// Judges the value of a field, which is neither null nor rows.
pub(super) fn judge(
    judged: &JudgedRequest<'_>,
    field: &Field,
    value: &Json,
    place: BodyPlace<'_>,
    findings: &mut Findings,
) {
    let fits = match &field.kind {
        Storage::Text | Storage::Picklist => text(field, value, place, findings),
        Storage::MultiPicklist => several(field, value, place, findings),
        Storage::Integer => value.is_i64(),
        Storage::BigInt => big(value, place, findings),
        Storage::Double => value.is_number() || is_percentage(field, value),
        Storage::Boolean => value.is_boolean(),
        Storage::Date => value
            .as_str()
            .is_some_and(|text| time::parse_date(text).is_some()),
        Storage::DateTime => moment(value, place, findings),
        Storage::Lookup(_) | Storage::User => reference(judged, field, value, place, findings),
        Storage::Tags => tags(value, place, findings),
        Storage::Raw => match field.json_type_in(judged.version) {
            JsonType::JsonArray => value.is_array(),
            JsonType::JsonObject => value.is_object(),
            _ => true,
        },
        Storage::Links(_) | Storage::Files => value.is_array(),
        Storage::Rows(_) | Storage::Id => true,
    };
    if !fits {
        wrong_type(field, value, place, findings);
    }
}

/// A value that its field cannot hold.
pub(super) fn wrong_type(
    field: &Field,
    value: &Json,
    place: BodyPlace<'_>,
    findings: &mut Findings,
) {
    let given = value.to_string();
    let expected = match field.kind {
        Storage::Date => "a date as 2026-11-16",
        Storage::DateTime => "a time with an offset",
        Storage::Lookup(_) | Storage::User => "an object with the id",
        Storage::BigInt => "a whole number, as a string",
        _ => match field.json_type() {
            JsonType::String => match field.spec.data_type {
                DataType::Email => "an address",
                DataType::Phone => "a phone number",
                DataType::Website => "the address of a website",
                _ => "a string",
            },
            JsonType::Integer => "a whole number",
            JsonType::Double => "a number",
            JsonType::Boolean => "true or false",
            JsonType::JsonObject => "an object",
            JsonType::JsonArray => "an array",
        },
    };
    let message = format!("{} is {expected}, not {}", field.api_name(), short(&given));
    findings.add(&VALUE_TYPE, place.to_string(), message);
}

fn text(field: &Field, value: &Json, place: BodyPlace<'_>, findings: &mut Findings) -> bool {
    let Some(text) = value.as_str() else {
        return false;
    };
    if text.is_empty() {
        // it unsets the field
        return true;
    }
    if let Some(most) = field.length() {
        // a text has at most as many letters as bytes
        let most = most as usize;
        if text.len() > most && text.chars().count() > most {
            let message = format!("{} takes {most} letters", field.api_name());
            findings.add(&VALUE_LENGTH, place.to_string(), message);
        }
    }
    if field.kind == Storage::Picklist {
        listed(field, text, place, findings);
    }
    field.spec.data_type.holds(text)
}

fn listed(field: &Field, text: &str, place: BodyPlace<'_>, findings: &mut Findings) {
    let values = || field.pick_list.iter();
    let known = values().any(|value| value.actual_value == text || value.display_value == text);
    if !known && !field.pick_list.is_empty() {
        findings.tell(&VALUE_PICK_LIST, || {
            let near = super::text::hint(text, values().map(|value| value.display_value.as_str()));
            let (name, text) = (field.api_name(), short(text));
            let message = format!("{name} has no value \"{text}\"{near}");
            (place.to_string(), message)
        });
    }
}

fn several(field: &Field, value: &Json, place: BodyPlace<'_>, findings: &mut Findings) -> bool {
    let Some(items) = value.as_array() else {
        return false;
    };
    for item in items {
        // the taxes of products are objects
        let text = item
            .as_str()
            .or_else(|| item.get("value").and_then(Json::as_str));
        match text {
            Some(text) => listed(field, text, place, findings),
            None => return false,
        }
    }
    true
}

fn big(value: &Json, place: BodyPlace<'_>, findings: &mut Findings) -> bool {
    match value {
        Json::String(text) => text.trim().parse::<i64>().is_ok(),
        Json::Number(number) => {
            let message = format!("{number} is a number; long integers are strings");
            findings.add(&VALUE_TOLERATED, place.to_string(), message);
            number.is_i64()
        }
        _ => false,
    }
}

/// `"5%"`, as the discount of an order may be given.
fn is_percentage(field: &Field, value: &Json) -> bool {
    let number = value
        .as_str()
        .and_then(|text| text.trim().strip_suffix('%'));
    field.api_name() == "Discount"
        && number.is_some_and(|number| number.trim().parse::<f64>().is_ok())
}

fn moment(value: &Json, place: BodyPlace<'_>, findings: &mut Findings) -> bool {
    let Some(text) = value.as_str() else {
        return false;
    };
    // any zone will do: the form alone counts
    if time::parse_body_datetime(text, &TimeZone::UTC).is_none() {
        return false;
    }
    let how = match time_form(text) {
        TimeForm::Documented => return true,
        TimeForm::Tolerated(how) => how,
        TimeForm::Unreadable => "has no offset",
    };
    findings.add(&VALUE_TIME_FORM, place.to_string(), format!("{text} {how}"));
    true
}

/// An id that is a number, and may have been one that cannot hold it.
pub(super) fn number_id(
    id: &Json,
    exists: impl FnOnce(Id) -> bool,
    place: impl FnOnce() -> String,
    findings: &mut Findings,
) {
    /// From here on a floating-point number cannot hold every integer.
    const EXACT: u64 = 1 << 53;
    let Some(number) = id.as_number() else { return };
    // written as a floating-point number would be: its digits, and then zeros
    let is_rounded = |Id(id): Id| id > EXACT && (id as f64).to_string() == id.to_string();
    if Id::from_json(id).is_some_and(|id| is_rounded(id) && !exists(id)) {
        let message = format!("nothing has the id {number}, which looks rounded");
        findings.add(&VALUE_ROUNDED_ID, place(), message);
    } else {
        findings.add(
            &VALUE_NUMBER_ID,
            place(),
            format!("the id is the number {number}"),
        );
    }
}

/// A record or user: an object with its id, or the bare id.
fn reference(
    judged: &JudgedRequest<'_>,
    field: &Field,
    value: &Json,
    place: BodyPlace<'_>,
    findings: &mut Findings,
) -> bool {
    let id = match value {
        Json::Object(object) => match object.get("id").filter(|id| !id.is_null()) {
            Some(id) => id,
            None if judged.is_external(value) => return true,
            None => {
                // an account may be given so (recorded)
                let rule = match field.api_name() {
                    "Account_Name" => &VALUE_ACCOUNT_NAME,
                    _ => &VALUE_LOOKUP_NAME,
                };
                return named(rule, field, object.get("name"), place, findings);
            }
        },
        // it unsets the field
        Json::String(text) if text.is_empty() => return true,
        Json::String(text) if Id::parse(text).is_err() => {
            return named(&VALUE_LOOKUP_NAME, field, Some(value), place, findings);
        }
        other => other,
    };
    let exists = |id: Id| match field.kind {
        Storage::Lookup(Some(module)) => {
            let module = judged.state.schema.module_at(module);
            judged.state.table(module).get(id).is_some()
        }
        Storage::User => judged.state.users.get(&id).is_some(),
        // the record names the module
        _ => true,
    };
    number_id(id, exists, || place.to_string(), findings);
    Id::from_json(id).is_some()
}

/// A record that is given by its name.
fn named(
    rule: &Rule,
    field: &Field,
    name: Option<&Json>,
    place: BodyPlace<'_>,
    findings: &mut Findings,
) -> bool {
    let Some(name) = name.and_then(Json::as_str) else {
        return false;
    };
    let message = format!("{} is given as \"{}\"", field.api_name(), short(name));
    findings.add(rule, place.to_string(), message);
    true
}

fn tags(value: &Json, place: BodyPlace<'_>, findings: &mut Findings) -> bool {
    let Some(items) = value.as_array() else {
        return false;
    };
    if items.iter().any(Json::is_string) {
        let message = "tags are objects with a name, not strings";
        findings.add(&VALUE_TOLERATED, place.to_string(), message);
    }
    let named = |item: &Json| {
        item.is_string()
            || item.get("name").is_some_and(Json::is_string)
            || item.get("id").and_then(Id::from_json).is_some()
    };
    items.iter().all(named)
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeForm {
    /// `2026-11-16T09:00:00+01:00`.
    Documented,
    /// In another form that is read; in which respect.
    Tolerated(&'static str),
    /// Not at all.
    Unreadable,
}

/// How a time is written.
pub(super) fn time_form(text: &str) -> TimeForm {
    // the documented form has a fixed width
    let bytes = text.as_bytes();
    let offset = bytes
        .get(19)
        .is_some_and(|sign| matches!(sign, b'+' | b'-'));
    let plain = bytes.len() == 25 && bytes[10] == b'T' && offset && bytes[22] == b':';
    if time::parse_datetime(text).is_none() {
        TimeForm::Unreadable
    } else if plain {
        TimeForm::Documented
    } else if text.contains('.') {
        TimeForm::Tolerated("has a fraction of a second, which is cut off")
    } else if text.ends_with(['Z', 'z']) {
        TimeForm::Tolerated("has Z for its offset")
    } else if bytes.get(10) == Some(&b' ') {
        TimeForm::Tolerated("has a blank for the T")
    } else if offset {
        TimeForm::Tolerated("has no colon in its offset")
    } else {
        TimeForm::Tolerated("has no seconds")
    }
}

/// Whether a text is a time whose plus has become a blank.
pub(super) fn lost_its_plus(text: &str) -> bool {
    let blank = text.rfind(' ').filter(|at| *at > 10);
    blank.is_some_and(|at| {
        let mut whole = text.to_owned();
        whole.replace_range(at..=at, "+");
        time::parse_datetime(&whole).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_times() {
        for (text, form) in [
            ("2026-11-16T09:00:00+01:00", "documented"),
            ("2026-11-16T09:00:00-08:00", "documented"),
            ("2026-11-16T09:00:00Z", "has Z for its offset"),
            ("2026-11-16T09:00:00+0100", "has no colon in its offset"),
            ("2026-11-16T09:00+01:00", "has no seconds"),
            ("2026-11-16 09:00:00+01:00", "has a blank for the T"),
            (
                "2026-11-16T09:00:00.000+01:00",
                "has a fraction of a second, which is cut off",
            ),
            ("2026-11-16T09:00:00", "unreadable"),
            ("Mon, 16 Nov 2026 09:00:00 GMT", "unreadable"),
            ("", "unreadable"),
        ] {
            let found = match time_form(text) {
                TimeForm::Documented => "documented",
                TimeForm::Tolerated(how) => how,
                TimeForm::Unreadable => "unreadable",
            };
            assert_eq!(found, form, "{text}");
        }
    }

    #[test]
    fn a_plus_that_became_a_blank() {
        assert!(lost_its_plus("2026-11-16T09:00:00 01:00"));
        assert!(!lost_its_plus("2026-11-16T09:00:00+01:00"));
        assert!(!lost_its_plus("2026-11-16 09:00:00"));
    }
}
