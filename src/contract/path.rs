//! The path: operations, versions, modules and ids.

use super::findings::Findings;
use super::request::JudgedRequest;
use super::rules::{
    EMPTY_SEGMENT, MODULE_NAME, OTHER_VERSION, PATH_ID, TOKEN_IN_PATH, TRAILING_SLASH,
    UNKNOWN_MODULE, UNKNOWN_OPERATION, UNKNOWN_VERSION, WRONG_METHOD,
};
use super::text::{hint, short};
use crate::api::records::ACTIVITIES;
use crate::api::{Endpoint, endpoints, router};
use crate::error::Code;
use crate::ids::{Id, IdError};
use crate::request::Method;
use crate::version::ApiVersion;

/// Judges the path, and says why there is no operation if there is none.
pub(super) fn judge(judged: &JudgedRequest<'_>, findings: &mut Findings) {
    let path = judged.request.path;
    // every token of Zoho's begins so; nothing more is said of the path, lest a report repeat it
    if path.contains("/1000.") {
        let message = "a segment looks like a token";
        findings.add(&TOKEN_IN_PATH, "$.path", message);
        return;
    }
    if path.contains("//") {
        findings.add(
            &EMPTY_SEGMENT,
            "$.path",
            format!("empty segment in {}", short(path)),
        );
    } else if path.len() > 1 && path.ends_with('/') {
        findings.add(
            &TRAILING_SLASH,
            "$.path",
            format!("{} ends with a slash", short(path)),
        );
    }
    let Some(endpoint) = judged.endpoint else {
        unknown(judged, findings);
        return;
    };
    for (name, value) in judged.path {
        match *name {
            "module" => module(judged, endpoint, value, findings),
            // some settings are named in place of their ids
            "id" if endpoint
                .family
                .is_some_and(|family| family.path_key.is_some()) => {}
            "id" => id(judged, value, findings),
            _ => {}
        }
    }
}

fn module(judged: &JudgedRequest<'_>, endpoint: &Endpoint, name: &str, findings: &mut Findings) {
    let known = if endpoint.any_module {
        Id::parse(name).is_ok() || judged.state.schema.module(name).is_some()
    } else {
        // a view of other modules has no records of its own
        let read = judged.request.method == Some(Method::Get);
        let view = read && name == ACTIVITIES && judged.version.has_activities_module();
        view || judged.module().is_some()
    };
    if !known {
        unknown_module(judged, name, "$.path.module", findings);
    }
}

/// A name that is no module's.
pub(super) fn unknown_module(
    judged: &JudgedRequest<'_>,
    name: &str,
    path: &str,
    findings: &mut Findings,
) {
    let name = short(name);
    let schema = &judged.state.schema;
    let meant = schema.module_called(name);
    match meant.filter(|module| module.has_records(judged.version)) {
        Some(module) if module.api_name() != name => {
            let message = format!("the module \"{name}\" is called \"{}\"", module.api_name());
            findings.add(&MODULE_NAME, path, message);
        }
        _ => {
            let known = schema.modules().filter(|m| m.has_records(judged.version));
            let known = hint(name, known.map(|module| module.api_name()));
            findings.add(
                &UNKNOWN_MODULE,
                path,
                format!("no module \"{name}\" in {}{known}", judged.version),
            );
        }
    }
}

fn id(judged: &JudgedRequest<'_>, value: &str, findings: &mut Findings) {
    // what stands there then is the value of an external field
    let external = || judged.request.headers.get("x-external").is_some();
    if Id::parse(value) == Err(IdError::NotNumeric) && !external() {
        findings.add(
            &PATH_ID,
            "$.path.id",
            format!("\"{}\" is no id", short(value)),
        );
    }
}

const METHODS: [Method; 5] = [
    Method::Get,
    Method::Post,
    Method::Put,
    Method::Patch,
    Method::Delete,
];

/// Why no row of the table fits.
fn unknown(judged: &JudgedRequest<'_>, findings: &mut Findings) {
    let path = judged.request.path;
    let shown = short(path);
    if let Some(rest) = path.strip_prefix("/crm/") {
        let version = rest.split('/').next().unwrap_or_default();
        if ApiVersion::parse(version).is_none() {
            let known = hint(version, ApiVersion::ALL.map(ApiVersion::as_str));
            let message = format!("no version \"{}\"{known}", short(version));
            findings.add(&UNKNOWN_VERSION, "$.path.v", message);
            return;
        }
    }
    let allowed: Vec<&str> = METHODS
        .into_iter()
        .filter(|method| router::route(Some(*method), path).is_ok())
        .map(Method::as_str)
        .collect();
    if !allowed.is_empty() {
        let module = router::module_of(path);
        if let Some(name) = module.filter(|name| judged.state.schema.module(name).is_none()) {
            unknown_module(judged, &name, "$.path.module", findings);
        }
        let method = judged.request.method.map_or("that method", Method::as_str);
        let message = format!("{shown} takes {}, not {method}", allowed.join(", "));
        findings.add(&WRONG_METHOD, "$.method", message);
        return;
    }
    match router::route(judged.request.method, path) {
        Err(error) if error.kind == Code::API_NOT_SUPPORTED => {
            let first = error.details.get("supported_version");
            let first = first.and_then(|first| first.as_str()).unwrap_or_default();
            let message = format!("{shown} exists since {first}");
            findings.add(&OTHER_VERSION, "$.path.v", message);
        }
        _ => {
            let near = nearest(path, judged.version);
            let near = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
            findings.add(
                &UNKNOWN_OPERATION,
                "$.path",
                format!("no operation at {shown}{near}"),
            );
        }
    }
}

/// The path of an operation that differs in one word from a path, and in that not much.
fn nearest(path: &str, version: ApiVersion) -> Option<String> {
    let given: Vec<&str> = path.split('/').collect();
    let mut best: Option<String> = None;
    for endpoint in endpoints().filter(|endpoint| endpoint.versions.contains(version)) {
        let known: Vec<&str> = endpoint.path.split('/').collect();
        if known.len() != given.len() {
            continue;
        }
        let fits = |(known, given): &(&&str, &&str)| known.starts_with('{') || known == given;
        let mut others = known.iter().zip(&given).filter(|pair| !fits(pair));
        let (Some((word, other)), None) = (others.next(), others.next()) else {
            continue;
        };
        if crate::words::nearest(other, [*word]).is_some() {
            let filled: Vec<&str> = known
                .iter()
                .zip(&given)
                .map(|(known, given)| {
                    if known.starts_with('{') {
                        *given
                    } else {
                        *known
                    }
                })
                .collect();
            best.get_or_insert_with(|| filled.join("/"));
        }
    }
    best
}
