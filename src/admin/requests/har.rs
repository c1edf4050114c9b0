//! The journal as an HTTP archive, version 1.2, for tools that show such.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::request::Params;
use crate::runtime::journal::{Body, Entry};
use crate::runtime::redact;

/// The archive of some requests to the server at `url`.
pub(super) fn log(entries: &[Arc<Entry>], url: &str) -> Json {
    let entries: Vec<Json> = entries.iter().map(|entry| one(entry, url)).collect();
    json!({"log": {
        "version": "1.2",
        "creator": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
        "entries": entries,
    }})
}

fn pairs(of: impl Iterator<Item = (String, String)>) -> Vec<Json> {
    of.map(|(name, value)| json!({"name": name, "value": value}))
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

fn one(entry: &Entry, url: &str) -> Json {
    let oauth = entry.path.starts_with("/oauth/");
    let milliseconds = entry.duration.as_secs_f64() * 1000.0;
    let query: Vec<(String, String)> = Params::parse(entry.query.as_bytes())
        .iter()
        .map(|(name, value)| (name.to_owned(), redact::value(name, value, oauth)))
        .collect();
    let mut url = format!("{url}{}", redact::text(&entry.path));
    if !query.is_empty() {
        let pairs = query.iter();
        let encoded = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        url = format!("{url}?{encoded}");
    }
    let headers = entry.shown_headers();
    let headers = pairs(headers.map(|(name, value)| (name.to_owned(), value)));
    let mut request = json!({
        "method": entry.method.as_str(), "url": url,
        "httpVersion": "HTTP/1.1", "cookies": [], "headers": headers, "queryString": pairs(query.into_iter()),
        "headersSize": -1, "bodySize": entry.request.cut_from.unwrap_or(entry.request.bytes.len()),
    });
    if !entry.request.bytes.is_empty() {
        let media = entry.header("content-type").unwrap_or_default();
        request["postData"] = json!({"mimeType": media, "text": text(&entry.request, oauth)});
    }
    let own = entry.response_headers.iter();
    let own = pairs(own.map(|(name, value)| (name.clone(), redact::header(name, value))));
    let size = entry
        .response
        .cut_from
        .unwrap_or(entry.response.bytes.len());
    json!({
        "startedDateTime": entry.rfc3339(), "time": milliseconds, "request": request,
        "response": {
            "status": entry.status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": own, "redirectURL": "", "headersSize": -1, "bodySize": size,
            "content": {"size": size, "mimeType": crate::response::JSON,
                "text": text(&entry.response, oauth)},
        },
        "cache": {}, "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": entry.operation,
    })
}
