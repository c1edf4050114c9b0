//! The journal as an HTTP archive, version 1.2, for tools that show such.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use crate::request::Params;
use crate::runtime::journal::{Body, Entry};
use crate::runtime::redact;

/// An HTTP archive (HAR 1.2).
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Archive {
    log: Log,
}

/// What the archive holds.
#[derive(Debug, Serialize, JsonSchema)]
struct Log {
    /// The version of the form.
    version: &'static str,
    /// The program that made it.
    creator: Creator,
    /// Requests with their answers, oldest first.
    entries: Vec<LogEntry>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Creator {
    /// Its name.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LogEntry {
    /// When the request came, in UTC, on the org's clock.
    #[schemars(extend("format" = "date-time"))]
    started_date_time: String,
    /// How long the answer took to make, in milliseconds.
    time: f64,
    /// What was asked.
    request: LogRequest,
    /// What was answered.
    response: LogResponse,
    /// Nothing: no cache is known of.
    cache: Nothing,
    /// What took the time.
    timings: Timings,
    /// The operation's name; empty if there is none of that address.
    comment: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Nothing {}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LogRequest {
    /// The method's token.
    method: String,
    /// The whole address.
    url: String,
    /// The version of HTTP.
    http_version: &'static str,
    /// None: they stand among the headers.
    cookies: [Nothing; 0],
    /// Headers, secrets cut short.
    headers: Vec<Pair>,
    /// Parameters of the query.
    query_string: Vec<Pair>,
    /// -1: it is not known.
    headers_size: i8,
    /// How many bytes the body has.
    body_size: usize,
    /// The body, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    post_data: Option<PostData>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PostData {
    /// Its media type; empty if none was named.
    mime_type: String,
    /// What is kept of it, secrets cut short.
    text: String,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LogResponse {
    /// The status.
    status: u16,
    /// Empty: there is no phrase beside the status.
    status_text: &'static str,
    /// The version of HTTP.
    http_version: &'static str,
    /// None: there never are any.
    cookies: [Nothing; 0],
    /// The headers that are this answer's own.
    headers: Vec<Pair>,
    /// Empty: nothing leads elsewhere.
    #[serde(rename = "redirectURL")]
    redirect_url: &'static str,
    /// -1: it is not known.
    headers_size: i8,
    /// How many bytes the body has.
    body_size: usize,
    /// The body.
    content: Content,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Content {
    /// How many bytes it has.
    size: usize,
    /// Its media type.
    mime_type: &'static str,
    /// What is kept of it, secrets cut short.
    text: String,
}

/// Lengths of time in milliseconds.
#[derive(Debug, Serialize, JsonSchema)]
struct Timings {
    /// 0: sending the request is not measured.
    send: u8,
    /// How long the answer took to make.
    wait: f64,
    /// 0: receiving the answer is not measured.
    receive: u8,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Pair {
    /// Its name.
    name: String,
    /// Its value.
    value: String,
}

/// What stands for the version of HTTP, which the journal does not keep.
const HTTP: &str = "HTTP/1.1";

/// The archive of some requests to the server at `url`.
pub(super) fn archive(entries: &[Arc<Entry>], url: &str) -> Archive {
    let log = Log {
        version: "1.2",
        creator: Creator {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        entries: entries.iter().map(|entry| one(entry, url)).collect(),
    };
    Archive { log }
}

fn pairs<N: Into<String>>(of: impl IntoIterator<Item = (N, String)>) -> Vec<Pair> {
    let pairs = of.into_iter();
    pairs
        .map(|(name, value)| Pair {
            name: name.into(),
            value,
        })
        .collect()
}

/// A body as text, its secrets taken out.
fn text(body: &Body, oauth: bool) -> String {
    match body.json(oauth) {
        Json::Null => String::new(),
        Json::String(text) => text,
        other => other.to_string(),
    }
}

fn size(body: &Body) -> usize {
    body.cut_from.unwrap_or(body.bytes.len())
}

fn one(entry: &Entry, url: &str) -> LogEntry {
    let oauth = entry.path.starts_with("/oauth/");
    let milliseconds = entry.duration.as_secs_f64() * 1000.0;
    LogEntry {
        started_date_time: entry.rfc3339(),
        time: milliseconds,
        request: request(entry, url, oauth),
        response: response(entry, oauth),
        cache: Nothing {},
        timings: Timings {
            send: 0,
            wait: milliseconds,
            receive: 0,
        },
        comment: entry.operation,
    }
}

fn request(entry: &Entry, url: &str, oauth: bool) -> LogRequest {
    let query: Vec<(String, String)> = Params::parse(entry.query.as_bytes())
        .iter()
        .map(|(name, value)| (name.to_owned(), redact::value(name, value, oauth)))
        .collect();
    let path = redact::text(&entry.path);
    let mut url = match &*path {
        path if path.starts_with('/') => format!("{url}{path}"),
        // what was sent to the server as to a proxy names its host
        path if path.contains("://") => path.to_owned(),
        host => format!("https://{host}"),
    };
    if !query.is_empty() {
        let pairs = query.iter();
        let encoded = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        url = format!("{url}?{encoded}");
    }
    let has_body = !entry.request.bytes.is_empty();
    LogRequest {
        method: entry.method.to_string(),
        url,
        http_version: HTTP,
        cookies: [],
        headers: pairs(entry.shown_headers()),
        query_string: pairs(query),
        headers_size: -1,
        body_size: size(&entry.request),
        post_data: has_body.then(|| PostData {
            mime_type: entry.header("content-type").unwrap_or_default().to_owned(),
            text: text(&entry.request, oauth),
        }),
    }
}

fn response(entry: &Entry, oauth: bool) -> LogResponse {
    let own = entry.response_headers.iter();
    let size = size(&entry.response);
    LogResponse {
        status: entry.status,
        status_text: "",
        http_version: HTTP,
        cookies: [],
        headers: pairs(own.map(|(name, value)| (name.clone(), redact::header(name, value)))),
        redirect_url: "",
        headers_size: -1,
        body_size: size,
        content: Content {
            size,
            mime_type: crate::response::JSON,
            text: text(&entry.response, oauth),
        },
    }
}
