//! Bodies: whether there is one, what it is, and the keys beside the records.

use serde_json::{Map, Value as Json};

use super::findings::Findings;
use super::keys::{SECRETS, has_key, unknown_key};
use super::records::JudgedBatch;
use super::request::{JudgedRequest, is_json};
use super::rules::{
    BODY_MISSING, BODY_NOT_JSON, BODY_TOO_LARGE, BODY_UNUSED, CHECK_FIELD_NOT_UNIQUE,
    CHECK_FIELD_UNKNOWN, CONTENT_TYPE, CREDENTIALS_IN_QUERY, DATA, NO_FILE, OAUTH_JSON,
    TOKEN_MISPLACED, TOO_MANY_RECORDS, TRIGGER,
};
use super::settings;
use super::text::{hint, short};
use crate::api::endpoint::{BodyKind, Endpoint, FILE, Items, Write};
use crate::request::{BodyFault, Params, media_type};
use crate::schema::Module;

/// Judges a body of parts, which has a file unless a parameter stands in its place.
fn parts(
    judged: &JudgedRequest<'_>,
    endpoint: &'static Endpoint,
    empty: bool,
    findings: &mut Findings,
) {
    let instead = endpoint.body.parts.instead;
    if instead.is_some_and(|name| judged.params.get(name).is_some()) {
        return;
    }
    let named = judged.parts.iter().find(|part| part.name == FILE);
    if empty {
        let message = format!("{} reads parts", endpoint.id);
        findings.add(&BODY_MISSING, "$.body", message);
    } else if named.is_none_or(|part| part.file_name.is_none()) {
        let message = match named {
            Some(_) => format!("the part \"{FILE}\" has no file name"),
            None => format!("there is no part \"{FILE}\""),
        };
        findings.add(&NO_FILE, "$.body", message);
    }
}

/// Judges the body of a request.
pub(super) fn judge(
    judged: &JudgedRequest<'_>,
    endpoint: &'static Endpoint,
    module: Option<&Module>,
    findings: &mut Findings,
) {
    let Ok(sent) = judged.request.body else {
        let too_large = judged.request.body == Err(BodyFault::TooLarge);
        if too_large && endpoint.body.kind != BodyKind::None {
            findings.add(
                &BODY_TOO_LARGE,
                "$.body",
                "the body was not read to its end",
            );
        }
        return;
    };
    let empty = sent.iter().all(u8::is_ascii_whitespace);
    match endpoint.body.kind {
        BodyKind::None if !empty => {
            let message = format!("{} reads no body", endpoint.id);
            findings.add(&BODY_UNUSED, "$.body", message);
        }
        BodyKind::Form => form(judged, sent, findings),
        BodyKind::Multipart => parts(judged, endpoint, empty, findings),
        BodyKind::Json if empty && endpoint.body.optional => {}
        BodyKind::Json if empty => {
            findings.add(
                &BODY_MISSING,
                "$.body",
                format!("{} reads a JSON object", endpoint.id),
            );
        }
        BodyKind::Json => {
            content_type(judged, findings);
            match judged.body.as_object() {
                Some(body) => object(judged, endpoint, module, body, findings),
                None => not_json(sent, findings),
            }
        }
        BodyKind::None | BodyKind::Raw => {}
    }
}

fn form(judged: &JudgedRequest<'_>, sent: &[u8], findings: &mut Findings) {
    if is_json(sent) {
        findings.add(&OAUTH_JSON, "$.body", "the body is JSON");
    }
    if !judged.request.query.is_empty() {
        let query = Params::parse(judged.request.query.as_bytes());
        for name in SECRETS {
            if query.get(name).is_some() {
                let message = format!("\"{name}\" stands in the query");
                findings.add(&CREDENTIALS_IN_QUERY, format!("$.query.{name}"), message);
            }
        }
    }
}

fn content_type(judged: &JudgedRequest<'_>, findings: &mut Findings) {
    const PATH: &str = "$.headers.content-type";
    const JSON: &str = "application/json";
    match judged.request.headers.get("content-type") {
        None => findings.add(&CONTENT_TYPE, PATH, "no Content-Type header"),
        Some(given) => {
            let media = media_type(given);
            if !media.eq_ignore_ascii_case(JSON) {
                findings.add(&CONTENT_TYPE, PATH, format!("the body comes as {given}"));
            }
        }
    }
}

/// The caller may not have read the body, so it is read here before it is called no JSON.
fn not_json(sent: &[u8], findings: &mut Findings) {
    let message = match serde_json::from_slice::<Json>(sent) {
        Ok(Json::Object(_)) => return,
        Ok(Json::Array(_)) => "the body is an array".to_owned(),
        Ok(_) => "the body is no object".to_owned(),
        Err(error) => format!("the body cannot be read: {error}"),
    };
    findings.add(&BODY_NOT_JSON, "$.body", message);
}

fn object(
    judged: &JudgedRequest<'_>,
    endpoint: &'static Endpoint,
    module: Option<&Module>,
    body: &Map<String, Json>,
    findings: &mut Findings,
) {
    let spec = endpoint.body;
    for (key, value) in body {
        if !has_key(spec.all_keys(), key, judged.version) {
            let path = || format!("$.body.{}", short(key));
            if SECRETS.iter().any(|known| known.eq_ignore_ascii_case(key)) {
                let message = format!("\"{key}\" stands in the body");
                findings.add(&TOKEN_MISPLACED, path(), message);
            } else {
                unknown_key(spec.all_keys(), key, path, findings);
            }
        } else if key == "trigger" {
            trigger(value, findings);
        }
    }
    let Some(root) = spec.root else { return };
    let Some(items) = items(body, root, spec.most(judged.version), findings) else {
        return;
    };
    if let Items::Settings(family) = spec.items {
        return settings::judge(judged, endpoint.method, family, items, findings);
    }
    let Some(module) = module else { return };
    let checked = match spec.items {
        Items::Records(Write::Upsert) => check_fields(module, body, findings),
        Items::Records(_) | Items::Conversions | Items::Settings(_) | Items::Own => Vec::new(),
    };
    let batch = JudgedBatch {
        judged,
        module,
        root,
        items,
    };
    batch.judge(spec.items, &checked, findings);
}

/// The items of a write, if they are a list.
fn items<'j>(
    body: &'j Map<String, Json>,
    root: &str,
    most: usize,
    findings: &mut Findings,
) -> Option<&'j [Json]> {
    let path = || format!("$.body.{root}");
    let Some(value) = body.get(root) else {
        let near = hint(root, body.keys().map(String::as_str));
        findings.add(&DATA, path(), format!("no key \"{root}\"{near}"));
        return None;
    };
    let Some(items) = value.as_array() else {
        findings.add(&DATA, path(), format!("\"{root}\" is no array"));
        return None;
    };
    if items.is_empty() {
        findings.add(&DATA, path(), format!("\"{root}\" is empty"));
    }
    if items.len() > most {
        let message = format!("{} items, of which {most} are taken", items.len());
        findings.add(&TOO_MANY_RECORDS, path(), message);
    }
    Some(items)
}

fn trigger(value: &Json, findings: &mut Findings) {
    const WORDS: [&str; 5] = [
        "workflow",
        "approval",
        "blueprint",
        "pathfinder",
        "orchestration",
    ];
    let Some(words) = value.as_array() else {
        if !value.is_null() {
            findings.add(&TRIGGER, "$.body.trigger", "it is no array");
        }
        return;
    };
    for (n, word) in words.iter().enumerate() {
        if !word.as_str().is_some_and(|word| WORDS.contains(&word)) {
            findings.tell(&TRIGGER, || {
                let near = hint(word.as_str().unwrap_or_default(), WORDS);
                let message = format!("no word {}{near}", short(&word.to_string()));
                (format!("$.body.trigger[{n}]"), message)
            });
        }
    }
}

/// The fields by which an upsert finds records, as far as the call names them.
fn check_fields<'j>(
    module: &Module,
    body: &'j Map<String, Json>,
    findings: &mut Findings,
) -> Vec<&'j str> {
    let given = body.get("duplicate_check_fields").and_then(Json::as_array);
    let Some(given) = given else {
        return Vec::new();
    };
    let mut fields = Vec::new();
    for (n, name) in given.iter().enumerate() {
        let path = || format!("$.body.duplicate_check_fields[{n}]");
        let name = name.as_str().unwrap_or_default();
        let Some(field) = module.field(name) else {
            findings.tell(&CHECK_FIELD_UNKNOWN, || {
                let name = short(name);
                let near = hint(name, module.fields.iter().map(|field| field.api_name()));
                let message = format!("{} has no field \"{name}\"{near}", module.api_name());
                (path(), message)
            });
            continue;
        };
        let own = module.spec.duplicate_check_field.as_deref();
        if !field.spec.unique && own != Some(name) && name != "id" {
            let message = format!("{name} is not unique");
            findings.add(&CHECK_FIELD_NOT_UNIQUE, path(), message);
        }
        fields.push(name);
    }
    fields
}
