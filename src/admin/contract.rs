//! `contract`: what of Zoho's contract was violated, and what of the API was exercised.

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Body, HandlerResult, JSON, json_response, text_response};
use crate::contract::Severity;
use crate::control::report;
use crate::request::Method;

const XML: &str = "application/xml";

pub(super) const ROWS: &[AdminRow] = &[AdminRow {
    id: "contract",
    method: Method::Get,
    path: "/contract",
    summary: "Violations of Zoho's contract by the org's requests, and the coverage of the API",
    params: &[
        ("format", "json (the default), or junit for JUnit XML"),
        (
            "fail_on",
            "with junit: the mildest severity that is a failure; error without it",
        ),
    ],
    body: Body::None,
    answers: &[(
        200,
        JSON,
        "violations: rule, severity, operation, path, message, advice, request_id; summary; coverage",
    )],
    handler,
}];

fn handler(request: &AdminRequest<'_>) -> HandlerResult {
    let fail_on = match request.param("fail_on") {
        None => Severity::Error,
        Some(word) => Severity::parse(word).ok_or_else(|| {
            AdminError::bad_request(format!("fail_on is error, warning or info, not {word}"))
        })?,
    };
    let report = report(&request.org);
    match request.param("format") {
        None | Some("json") => {
            let shown = serde_json::to_value(&report);
            let shown = shown.map_err(|error| AdminError::internal(error.to_string()))?;
            Ok(json_response(200, &shown))
        }
        Some("junit") => {
            let xml = report.junit(fail_on);
            let xml = xml.map_err(|error| AdminError::internal(error.to_string()))?;
            Ok(text_response(XML, xml))
        }
        Some(other) => Err(AdminError::bad_request(format!(
            "format is json or junit, not {other}"
        ))),
    }
}
