//! A request and its answer, as the journal keeps and shows them.

#[cfg(feature = "admin")]
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use jiff::tz::TimeZone;
use lean_string::LeanString;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::Line;
use crate::request::Params;
use crate::runtime::fault::Breakage;
#[cfg(feature = "admin")]
use crate::runtime::fault::OneOrMany;
use crate::runtime::pattern::{self, Facts};
use crate::runtime::redact;
use crate::runtime::violation::Violation;
use crate::value::time;

/// Bodies of requests are kept up to this many bytes: whole, since patterns ask for what they hold.
pub const LONGEST_REQUEST: usize = 10 << 20;
/// Bodies of answers are kept up to this many bytes. To keep more costs more than to send it: memory
/// that is not in a cache is slow.
pub const LONGEST_RESPONSE: usize = 32 << 10;

/// A body, or its beginning.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// The bytes.
    pub bytes: Bytes,
    /// How many there were, if some were cut off.
    pub cut_from: Option<usize>,
}

impl Body {
    /// As much of a body as is kept: at most `most` bytes.
    #[must_use]
    pub fn part(bytes: &[u8], most: usize) -> &[u8] {
        bytes.get(..most).unwrap_or(bytes)
    }

    /// The part that was kept of a body of `length` bytes.
    #[must_use]
    pub fn of(part: Bytes, length: usize) -> Self {
        Self {
            cut_from: (part.len() < length).then_some(length),
            bytes: part,
        }
    }

    /// As JSON if it is JSON, as an object if it is a form, else as text; null if it is empty.
    #[must_use]
    pub fn json(&self, oauth: bool) -> Json {
        if self.bytes.is_empty() {
            return Json::Null;
        }
        let mut shown = match pattern::body_json(&self.bytes) {
            Json::Null => String::from_utf8_lossy(&self.bytes).into_owned().into(),
            json => json,
        };
        redact::json(&mut shown, oauth);
        shown
    }
}

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number in the org, from 1.
    pub id: u64,
    /// When it came, in seconds since 1970 on the org's clock.
    pub time: i64,
    /// The org's id.
    pub org: Arc<str>,
    /// The label that the org had then; empty without one.
    pub label: LeanString,
    /// The operation's name; empty if there is none of that address.
    pub operation: &'static str,
    /// The method's token.
    pub method: LeanString,
    /// The path.
    pub path: ByteString,
    /// The module in the path; empty without one.
    pub module: LeanString,
    /// The query string.
    pub query: ByteString,
    /// Headers of the request, a line each.
    pub headers: ByteString,
    /// Its body.
    pub request: Body,
    /// The status of the answer.
    pub status: u16,
    /// Headers of the answer that are its own.
    pub response_headers: Vec<(String, String)>,
    /// The body of the answer.
    pub response: Body,
    /// How long the answer took to make.
    pub duration: Duration,
    /// The rules of faults that fired.
    pub faults: Vec<u64>,
    /// What they did to the connection.
    pub connection: Option<Breakage>,
    /// What is wrong with the request by the contract.
    pub violations: Vec<Violation>,
}

/// A request and its answer, secrets cut short.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
pub struct ShownEntry {
    /// Its number in the org, from 1.
    pub id: u64,
    /// When it came, in UTC, on the org's clock.
    #[cfg_attr(feature = "admin", schemars(extend("format" = "date-time")))]
    pub time: String,
    /// The org's id.
    pub org: Arc<str>,
    /// The label that the org had then.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// The operation's name; empty if there is none of that address.
    pub operation: &'static str,
    /// The method's token.
    pub method: String,
    /// The path.
    pub path: String,
    /// The module in the path; empty without one.
    pub module: String,
    /// The query: a text for each parameter, a list of such where it is given several times.
    #[cfg_attr(
        feature = "admin",
        schemars(with = "BTreeMap<String, OneOrMany<String>>")
    )]
    pub query: Json,
    /// The status of the answer.
    pub status: u16,
    /// How long the answer took to make, in microseconds.
    pub duration_us: u64,
    /// The body of the request: JSON, an object for a form, else text; null without one.
    pub request: Json,
    /// The body of the answer: JSON, else text; null without one.
    pub response: Json,
    /// The headers of the request.
    #[cfg_attr(feature = "admin", schemars(with = "BTreeMap<String, String>"))]
    pub request_headers: Map<String, Json>,
    /// What is wrong with the request by the contract.
    pub violations: Vec<Violation>,
    /// The bodies that are only kept in part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub truncated: Vec<&'static str>,
    /// The ids of the rules of faults that fired.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
    /// What they did to the connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection: Option<Breakage>,
    /// The header `X-Correlation-ID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The header `X-Request-ID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The header `traceparent`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

/// Headers by which a client tells its requests apart; they are echoed.
pub const CORRELATION: [&str; 3] = ["x-correlation-id", "x-request-id", "traceparent"];

impl Entry {
    /// The facts that patterns ask for.
    #[must_use]
    pub fn facts(&self) -> Facts<'_> {
        let facts = Facts::new(
            self.operation,
            &self.method,
            &self.path,
            &self.query,
            &self.request.bytes,
        );
        facts.module(&self.module).status(self.status)
    }

    /// Its method, path and query, secrets cut short.
    #[must_use]
    pub fn line(&self) -> Line<'_> {
        Line {
            method: &self.method,
            path: &self.path,
            query: &self.query,
        }
    }

    /// The body of the request as it is shown.
    #[must_use]
    pub fn request_json(&self) -> Json {
        let media = self.header("content-type").unwrap_or_default();
        // of bodies with files only a description is kept, which is JSON
        if !media.starts_with("multipart/") || self.request.bytes.starts_with(b"{") {
            return self.request.json(self.is_oauth());
        }
        let mut form = pattern::object(&Params::of_body(media, &self.request.bytes));
        redact::json(&mut form, true);
        form
    }

    fn is_oauth(&self) -> bool {
        self.path.starts_with("/oauth/")
    }

    /// The headers of the request, secrets cut short.
    pub fn shown_headers(&self) -> impl Iterator<Item = (&str, String)> {
        self.headers.lines().filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            Some((name, redact::header(name, value)))
        })
    }

    /// A header of the request.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self
            .headers
            .lines()
            .filter_map(|line| line.split_once(": "));
        lines
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The entry as the control plane shows it.
    #[must_use]
    pub fn shown(&self) -> ShownEntry {
        let mut query = pattern::object(&Params::parse(self.query.as_bytes()));
        redact::json(&mut query, self.is_oauth());
        let headers = self.shown_headers();
        let bodies = [("request", &self.request), ("response", &self.response)];
        let cut = bodies.iter().filter(|(_, body)| body.cut_from.is_some());
        let correlation = |name: &str| self.header(name).map(redact::text);
        ShownEntry {
            id: self.id,
            time: self.rfc3339(),
            org: Arc::clone(&self.org),
            label: self.label.to_string(),
            operation: self.operation,
            method: self.method.to_string(),
            path: redact::text(&self.path),
            module: redact::text(&self.module),
            query,
            status: self.status,
            duration_us: u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX),
            request: self.request_json(),
            response: self.response.json(self.is_oauth()),
            request_headers: headers.map(|(n, v)| (n.to_owned(), v.into())).collect(),
            violations: self.violations.clone(),
            truncated: cut.map(|(name, _)| *name).collect(),
            faults: self.faults.iter().map(u64::to_string).collect(),
            connection: self.connection,
            correlation_id: correlation("x-correlation-id"),
            request_id: correlation("x-request-id"),
            traceparent: correlation("traceparent"),
        }
    }

    /// The same as JSON.
    #[must_use]
    pub fn json(&self) -> Json {
        // it has no keys that are not strings
        serde_json::to_value(self.shown()).unwrap_or_default()
    }

    /// The time of the request.
    #[must_use]
    pub fn rfc3339(&self) -> String {
        time::format_datetime(self.time, &TimeZone::UTC)
    }
}

/// A line for people: its number, what was asked, and with which status it was answered.
impl std::fmt::Display for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let target = self.line().target();
        write!(f, "{}: {} {target}, {}", self.id, self.method, self.status)?;
        if self.operation.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", self.operation)
    }
}
