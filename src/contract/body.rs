//! Bodies: whether there is one, what it is, and the keys beside the records.

use serde_json::{Map, Value as Json};

use super::params::SECRETS;
use super::records;
use super::rules::{
    BODY_MISSING, BODY_NOT_JSON, BODY_TOO_LARGE, BODY_UNUSED, CHECK_FIELD_NOT_UNIQUE,
    CHECK_FIELD_UNKNOWN, CONTENT_TYPE, CREDENTIALS_IN_QUERY, DATA, OAUTH_JSON, TOKEN_MISPLACED,
    TOO_MANY_RECORDS, TRIGGER, UNKNOWN_KEY,
};
use super::{Asked, Found, hint, short, span};
use crate::api::endpoint::{BodyKind, Endpoint};
use crate::request::Params;
use crate::schema::Module;
use crate::version::{ApiVersion, Versions};

/// A key of a body and the versions that have it.
pub(super) type Key = (&'static str, Versions);

/// Keys beside the records of a write (pages on insert; SDK tables, v8).
const WRITE_KEYS: &[Key] = &[
    ("data", Versions::ALL),
    ("trigger", Versions::ALL),
    ("lar_id", Versions::ALL),
    ("process", Versions::ALL),
    ("wf_trigger", Versions::ALL),
    ("apply_feature_execution", Versions::ALL),
    ("skip_feature_execution", Versions::since(ApiVersion::V8)),
    ("apply_validation_rule", Versions::since(ApiVersion::V8)),
    (
        "apply_function_validation_rule",
        Versions::since(ApiVersion::V8),
    ),
];

/// The same for an upsert.
const UPSERT_KEYS: &[Key] = &[("duplicate_check_fields", Versions::ALL)];

/// Keys of a COQL call.
const COQL_KEYS: &[Key] = &[
    ("select_query", Versions::ALL),
    ("include_meta", Versions::since(ApiVersion::V6)),
];

/// Tables of the keys of an operation's body, and the key of its items.
fn keys(operation: &str) -> (&'static [&'static [Key]], Option<&'static str>) {
    match operation {
        "records.insert" | "records.update" | "records.update_many" => {
            (&[WRITE_KEYS], Some("data"))
        }
        "records.upsert" => (&[WRITE_KEYS, UPSERT_KEYS], Some("data")),
        "leads.convert" => (&[&[("data", Versions::ALL)]], Some("data")),
        "coql.query" => (&[COQL_KEYS], None),
        family if family.starts_with("users.") => (&[&[("users", Versions::ALL)]], Some("users")),
        family if family.starts_with("fields.") => {
            (&[&[("fields", Versions::ALL)]], Some("fields"))
        }
        family if family.starts_with("custom_views.") => {
            (&[&[("custom_views", Versions::ALL)]], Some("custom_views"))
        }
        _ => (&[], None),
    }
}

/// Judges the body of a request.
pub(super) fn judge(
    asked: &Asked<'_>,
    endpoint: &'static Endpoint,
    module: Option<&Module>,
    found: &mut Found,
) {
    let Some(sent) = asked.request.body else {
        if endpoint.body != BodyKind::None {
            found.add(
                &BODY_TOO_LARGE,
                "$.body",
                "the body was not read to its end",
            );
        }
        return;
    };
    let empty = sent.iter().all(u8::is_ascii_whitespace);
    match endpoint.body {
        BodyKind::None if !empty => {
            let message = format!("{} reads no body", endpoint.id);
            found.add(&BODY_UNUSED, "$.body", message);
        }
        BodyKind::Form => form(asked, sent, found),
        BodyKind::Json if empty => {
            found.add(
                &BODY_MISSING,
                "$.body",
                format!("{} reads a JSON object", endpoint.id),
            );
        }
        BodyKind::Json => {
            content_type(asked, found);
            match asked.body.as_object() {
                Some(body) => object(asked, endpoint, module, body, found),
                None => not_json(sent, found),
            }
        }
        BodyKind::None | BodyKind::Raw => {}
    }
}

/// Whether a body is JSON, whatever it should be.
pub(super) fn is_json(sent: &[u8]) -> bool {
    sent.trim_ascii_start().starts_with(b"{")
}

fn form(asked: &Asked<'_>, sent: &[u8], found: &mut Found) {
    if is_json(sent) {
        found.add(&OAUTH_JSON, "$.body", "the body is JSON");
    }
    if !asked.request.query.is_empty() {
        let query = Params::parse(asked.request.query.as_bytes());
        for name in SECRETS {
            if query.get(name).is_some() {
                let message = format!("\"{name}\" stands in the query");
                found.add(&CREDENTIALS_IN_QUERY, format!("$.query.{name}"), message);
            }
        }
    }
}

fn content_type(asked: &Asked<'_>, found: &mut Found) {
    const PATH: &str = "$.headers.content-type";
    const JSON: &str = "application/json";
    match asked.request.headers.get("content-type") {
        None => found.add(&CONTENT_TYPE, PATH, "no Content-Type header"),
        Some(given) => {
            let media = given.split(';').next().unwrap_or_default().trim();
            if !media.eq_ignore_ascii_case(JSON) {
                found.add(&CONTENT_TYPE, PATH, format!("the body comes as {given}"));
            }
        }
    }
}

/// The caller may not have read the body, so it is read here before it is called no JSON.
fn not_json(sent: &[u8], found: &mut Found) {
    let message = match serde_json::from_slice::<Json>(sent) {
        Ok(Json::Object(_)) => return,
        Ok(Json::Array(_)) => "the body is an array".to_owned(),
        Ok(_) => "the body is no object".to_owned(),
        Err(error) => format!("the body cannot be read: {error}"),
    };
    found.add(&BODY_NOT_JSON, "$.body", message);
}

/// Whether a version has a key of one of some tables.
pub(super) fn has_key(tables: &[&[Key]], key: &str, version: ApiVersion) -> bool {
    let mut rows = tables.iter().copied().flatten();
    rows.any(|(known, versions)| *known == key && versions.contains(version))
}

/// A key that the tables do not have, or not in this version.
pub(super) fn unknown_key(tables: &[&[Key]], key: &str, path: String, found: &mut Found) {
    let rows = || tables.iter().copied().flatten();
    let key = short(key);
    let message = match rows().find(|(known, _)| *known == key) {
        Some((_, versions)) => format!("\"{key}\" is a key of {}", span(*versions)),
        None => {
            let near = hint(key, rows().map(|(known, _)| *known));
            format!("no key \"{key}\"{near}")
        }
    };
    found.add(&UNKNOWN_KEY, path, message);
}

fn object(
    asked: &Asked<'_>,
    endpoint: &'static Endpoint,
    module: Option<&Module>,
    body: &Map<String, Json>,
    found: &mut Found,
) {
    let (tables, root) = keys(endpoint.id);
    for (key, value) in body {
        if !tables.is_empty() && !has_key(tables, key, asked.version) {
            let path = format!("$.body.{}", short(key));
            if SECRETS.iter().any(|known| known.eq_ignore_ascii_case(key)) {
                let message = format!("\"{key}\" stands in the body");
                found.add(&TOKEN_MISPLACED, path, message);
            } else {
                unknown_key(tables, key, path, found);
            }
        } else if key == "trigger" {
            trigger(value, found);
        }
    }
    let Some(root) = root else { return };
    let Some(items) = items(body, root, found) else {
        return;
    };
    let Some(module) = module else { return };
    let checked = check_fields(endpoint, module, body, found);
    records::judge(asked, endpoint, module, items, &checked, found);
}

/// The items of a write, if they are a list.
fn items<'j>(body: &'j Map<String, Json>, root: &str, found: &mut Found) -> Option<&'j [Json]> {
    const MOST: usize = crate::api::records::MOST_RECORDS;
    let path = || format!("$.body.{root}");
    let Some(value) = body.get(root) else {
        let near = hint(root, body.keys().map(String::as_str));
        found.add(&DATA, path(), format!("no key \"{root}\"{near}"));
        return None;
    };
    let Some(items) = value.as_array() else {
        found.add(&DATA, path(), format!("\"{root}\" is no array"));
        return None;
    };
    if items.is_empty() {
        found.add(&DATA, path(), format!("\"{root}\" is empty"));
    }
    if items.len() > MOST {
        found.add(
            &TOO_MANY_RECORDS,
            path(),
            format!("{} records", items.len()),
        );
    }
    Some(items)
}

fn trigger(value: &Json, found: &mut Found) {
    const WORDS: [&str; 5] = [
        "workflow",
        "approval",
        "blueprint",
        "pathfinder",
        "orchestration",
    ];
    let Some(words) = value.as_array() else {
        if !value.is_null() {
            found.add(&TRIGGER, "$.body.trigger", "it is no array");
        }
        return;
    };
    for (n, word) in words.iter().enumerate() {
        if !word.as_str().is_some_and(|word| WORDS.contains(&word)) {
            let near = hint(word.as_str().unwrap_or_default(), WORDS);
            found.add(
                &TRIGGER,
                format!("$.body.trigger[{n}]"),
                format!("no word {word}{near}"),
            );
        }
    }
}

/// The fields by which an upsert finds records, as far as the call names them.
fn check_fields<'j>(
    endpoint: &Endpoint,
    module: &Module,
    body: &'j Map<String, Json>,
    found: &mut Found,
) -> Vec<&'j str> {
    let given = body.get("duplicate_check_fields").and_then(Json::as_array);
    let Some(given) = given.filter(|_| endpoint.id == "records.upsert") else {
        return Vec::new();
    };
    let mut fields = Vec::new();
    for (n, name) in given.iter().enumerate() {
        let path = || format!("$.body.duplicate_check_fields[{n}]");
        let name = name.as_str().unwrap_or_default();
        let Some(field) = module.field(name) else {
            let near = hint(name, module.fields.iter().map(|field| field.api_name()));
            let message = format!("{} has no field \"{name}\"{near}", module.api_name());
            found.add(&CHECK_FIELD_UNKNOWN, path(), message);
            continue;
        };
        let own = module.spec.duplicate_check_field.as_deref();
        if !field.spec.unique && own != Some(name) && name != "id" {
            let message = format!("{name} is not unique");
            found.add(&CHECK_FIELD_NOT_UNIQUE, path(), message);
        }
        fields.push(name);
    }
    fields
}
