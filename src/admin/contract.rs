//! `contract`: what of Zoho's contract was violated, and what of the API was exercised.

use super::error::AdminError;
use super::row::{
    AdminParam, AdminRequest, AdminRow, Answer, Body, HandlerResult, ParamForm, json_response,
    text_response,
};
use super::schema::of_answer;
use crate::contract::Severity;
use crate::contract::report::Report;
use crate::control::report;
use crate::request::Method;

const XML: &str = "application/xml";

pub(super) const ROWS: &[AdminRow] = &[AdminRow {
    id: "contract",
    method: Method::Get,
    path: "/contract",
    summary: "Violations of Zoho's contract by the org's requests, and the coverage of the API",
    params: &[
        AdminParam::new(
            "format",
            ParamForm::Words(&["json", "junit"]),
            "json, or junit for JUnit XML",
        ),
        AdminParam::new(
            "fail_on",
            ParamForm::Words(SEVERITIES),
            "with junit: the mildest severity that is a failure",
        ),
    ],
    body: Body::None,
    answers: &[
        Answer::Json(200, of_answer::<Report>),
        Answer::Text(XML, "the violations as JUnit XML"),
    ],
    handler,
}];

/// Worst first, as the default is the first.
const SEVERITIES: &[&str] = &[
    Severity::Error.as_str(),
    Severity::Warning.as_str(),
    Severity::Info.as_str(),
];

fn handler(request: &AdminRequest<'_>) -> HandlerResult {
    let fail_on = request.param("fail_on").and_then(Severity::parse);
    let report = report(&request.org);
    if request.param("format") != Some("junit") {
        return Ok(json_response(200, &report));
    }
    let xml = report.junit(fail_on.unwrap_or(Severity::Error));
    let xml = xml.map_err(|error| AdminError::internal(error.to_string()))?;
    Ok(text_response(XML, xml))
}
