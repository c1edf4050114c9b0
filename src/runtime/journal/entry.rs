//! A request and its answer, as the journal keeps and shows them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ecow::EcoString;
use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json, json};

use super::Line;
use crate::request::Params;
use crate::runtime::fault::Breakage;
use crate::runtime::pattern::{self, Facts};
use crate::runtime::redact;
use crate::runtime::violation::Violation;
use crate::value::time;

/// Bodies of requests are kept up to this many bytes: whole, since patterns ask for what they hold.
pub const LONGEST_REQUEST: usize = 10 << 20;
/// Bodies of answers are kept up to this many bytes. To keep more costs more than to send it: what
/// is kept cannot be written over, and memory that is not in a cache is slow.
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
    /// Keeps the body of an answer, without copying it if it is short.
    #[must_use]
    pub fn shared(bytes: &Bytes) -> Self {
        if bytes.len() <= LONGEST_RESPONSE {
            Self {
                bytes: bytes.clone(),
                cut_from: None,
            }
        } else {
            // a part of it would keep the whole alive
            Self::cut(bytes, LONGEST_RESPONSE)
        }
    }

    /// Keeps a copy of the body of a request.
    #[must_use]
    pub fn copied(bytes: &[u8]) -> Self {
        Self::cut(bytes, LONGEST_REQUEST)
    }

    fn cut(bytes: &[u8], most: usize) -> Self {
        let kept = &bytes[..bytes.len().min(most)];
        Self {
            bytes: Bytes::copy_from_slice(kept),
            cut_from: (kept.len() < bytes.len()).then_some(bytes.len()),
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
    /// The operation's name; empty if there is none of that address.
    pub operation: &'static str,
    /// The method's token.
    pub method: EcoString,
    /// The path.
    pub path: String,
    /// The module in the path; empty without one.
    pub module: EcoString,
    /// The query string.
    pub query: String,
    /// Headers of the request, a line each.
    pub headers: String,
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
        if !media.starts_with("multipart/") {
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
    pub fn json(&self) -> Json {
        let headers: Map<String, Json> = self
            .shown_headers()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let mut query = pattern::object(&Params::parse(self.query.as_bytes()));
        redact::json(&mut query, self.is_oauth());
        let mut shown = json!({
            "id": self.id, "time": self.rfc3339(), "org": &*self.org, "operation": self.operation,
            "method": self.method.as_str(), "path": redact::text(&self.path), "module": redact::text(&self.module),
            "query": query, "status": self.status,
            "duration_us": u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX),
            "request": self.request_json(),
            "response": self.response.json(self.is_oauth()),
            "request_headers": headers, "violations": self.violations.iter().map(Violation::json).collect::<Vec<Json>>(),
        });
        let cut: Vec<&str> = [("request", &self.request), ("response", &self.response)]
            .iter()
            .filter_map(|(name, body)| body.cut_from.map(|_| *name))
            .collect();
        if let Json::Object(shown) = &mut shown {
            if !cut.is_empty() {
                shown.insert("truncated".into(), cut.into());
            }
            if !self.faults.is_empty() {
                let faults = self.faults.iter().map(u64::to_string);
                shown.insert("faults".into(), faults.collect());
            }
            if let Some(connection) = self.connection {
                shown.insert("connection".into(), connection.as_str().into());
            }
            let names = [
                ("correlation_id", "x-correlation-id"),
                ("request_id", "x-request-id"),
                ("traceparent", "traceparent"),
            ];
            for (key, name) in names {
                if let Some(value) = self.header(name) {
                    shown.insert(key.into(), redact::text(value).into());
                }
            }
        }
        shown
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
