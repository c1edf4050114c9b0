//! Headers: who calls, where to, and what a body is.

use super::findings::Findings;
use super::request::JudgedRequest;
use super::rules::{
    BEARER, HEADER_DATE, HEADER_EXTERNAL, HOST, METHOD_OVERRIDE, NO_TOKEN, TIME_FORM,
    UNKNOWN_SCHEME,
};
use super::service::Service;
use super::values;
use crate::api::oauth::USER_INFO;
use crate::hosts::HostKind;
use crate::schema::external::ExternalIds;

/// Judges the headers of a request to one of Zoho's servers.
pub(super) fn judge(judged: &JudgedRequest<'_>, surface: Service, findings: &mut Findings) {
    let headers = judged.request.headers;
    host(judged, surface, findings);
    if surface != Service::Api {
        // all others of the accounts server ask for no token
        if judged.endpoint.is_some_and(|row| row.id == USER_INFO.id) {
            authorization(headers.get("authorization"), findings);
        }
        return;
    }
    authorization(headers.get("authorization"), findings);
    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
    ] {
        if let Some(method) = headers.get(name) {
            let message = format!("{name} asks for {method}");
            findings.add(&METHOD_OVERRIDE, format!("$.headers.{name}"), message);
        }
    }
    for name in ["if-modified-since", "if-unmodified-since"] {
        if let Some(value) = headers.get(name) {
            time(name, value, findings);
        }
    }
    if let Some(value) = headers.get("x-external") {
        external(judged, value, findings);
    }
}

fn authorization(value: Option<&str>, findings: &mut Findings) {
    const PATH: &str = "$.headers.authorization";
    let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else {
        findings.add(&NO_TOKEN, PATH, "no Authorization header");
        return;
    };
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    if scheme.eq_ignore_ascii_case("Bearer") {
        findings.add(&BEARER, PATH, "the scheme is Bearer");
    } else if !scheme.eq_ignore_ascii_case("Zoho-oauthtoken") {
        // what has no scheme may be the token itself, which belongs into no report
        let message = if token.is_empty() {
            "there is no scheme before the token".to_owned()
        } else {
            format!("the scheme is {scheme}")
        };
        findings.add(&UNKNOWN_SCHEME, PATH, message);
        return;
    }
    if token.trim().is_empty() {
        findings.add(&NO_TOKEN, PATH, "there is no token behind the scheme");
    }
}

/// Hosts of Zoho's that do not serve what is asked for. Others are where the double is.
fn host(judged: &JudgedRequest<'_>, surface: Service, findings: &mut Findings) {
    let Some(asked) = judged.request.zoho_host() else {
        return;
    };
    let serves = match (surface, asked.kind) {
        (Service::Accounts, kind) => kind == HostKind::Accounts,
        // the old host serves v2 alone
        (Service::Api, HostKind::Crm(_)) => judged.version.is_served_by_old_host(),
        (Service::Api, kind) => !matches!(kind, HostKind::Accounts | HostKind::Other),
        (Service::Other, _) => true,
    };
    if !serves {
        let host = judged.request.host();
        let message = format!("{host} does not serve {}", judged.request.path);
        findings.add(&HOST, "$.headers.host", message);
    }
}

fn time(name: &str, value: &str, findings: &mut Findings) {
    let path = || format!("$.headers.{name}");
    match values::time_form(value) {
        values::TimeForm::Documented => {}
        values::TimeForm::Tolerated(how) => {
            findings.add(&TIME_FORM, path(), format!("{name}: {value} {how}"));
        }
        values::TimeForm::Unreadable => {
            findings.add(&HEADER_DATE, path(), format!("{name}: {value} is not read"));
        }
    }
}

fn external(judged: &JudgedRequest<'_>, value: &str, findings: &mut Findings) {
    let Some(module) = judged.module() else {
        return;
    };
    let schema = &judged.state.schema;
    // of related records the header may name fields, too
    let related = judged
        .endpoint
        .is_some_and(|row| row.names_related_records());
    let wrong = value.split(',').map(str::trim).find(|part| {
        let other = part.split('.').next().and_then(|name| schema.module(name));
        let of = other.filter(|_| related).map_or(module, AsRef::as_ref);
        ExternalIds::parse(part, schema, of).is_err()
    });
    if let Some(part) = wrong {
        let message = format!("{part} names no field of {}", module.api_name());
        findings.add(&HEADER_EXTERNAL, "$.headers.x-external", message);
    }
}
