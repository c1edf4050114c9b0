//! What was asked of an org, and what it answered.
//!
//! A bounded ring of entries, and counts that outlive them. Bodies are shared with the answers
//! that were sent; what is shown of an entry has its secrets taken out.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ecow::EcoString;
use jiff::tz::TimeZone;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json, json};
use tokio::sync::watch;

use super::fault::Connection;
use super::pattern::{self, Difference, Facts, Pattern};
use super::redact;
use super::violation::{Severity, Violation};
use crate::request::Params;
use crate::value::time;

/// Bodies of requests are kept up to this many bytes: whole, since patterns ask for what they hold.
pub const LONGEST_REQUEST: usize = 10 << 20;
/// Bodies of answers are kept up to this many bytes. To keep more costs more than to send it: what
/// is kept cannot be written over, and memory that is not in a cache is slow.
pub const LONGEST_RESPONSE: usize = 32 << 10;
/// What all entries of an org may take together, in bytes of their bodies.
const BUDGET: usize = 16 << 20;

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
    pub connection: Option<Connection>,
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

/// How often an operation ended in a status under a version, and how long that took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How often.
    pub times: u64,
    /// In all, in microseconds.
    pub micros: u64,
}

/// What is counted apart: operation, version in the path, status.
pub type Key = (&'static str, &'static str, u16);

/// A violation with the request that it was found in.
#[derive(Clone, Debug)]
pub struct Found {
    /// The request's number.
    pub request_id: u64,
    /// The operation's name.
    pub operation: &'static str,
    /// The request's method.
    pub method: String,
    /// Its path, and its query behind a question mark, secrets cut short.
    pub target: String,
    /// What is wrong.
    pub violation: Violation,
}

/// The first line of a request.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The method's token.
    pub method: &'a str,
    /// The path.
    pub path: &'a str,
    /// The query string.
    pub query: &'a str,
}

impl Line<'_> {
    /// Path and query, secrets cut short.
    fn target(self) -> String {
        let oauth = self.path.starts_with("/oauth/");
        let path = redact::text(self.path);
        if self.query.is_empty() {
            return path;
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in Params::parse(self.query.as_bytes()).iter() {
            query.append_pair(name, &redact::value(name, value, oauth));
        }
        format!("{path}?{}", query.finish())
    }
}

/// So many violations of each rule are kept; of further ones only the number is.
const MOST_OF_A_RULE: u64 = 200;

#[derive(Debug, Default)]
struct Inner {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    last_id: u64,
    /// Entries that had to go.
    dropped: u64,
    counts: FxHashMap<Key, Count>,
    violations: Vec<Found>,
    broken: BTreeMap<&'static str, (Severity, u64)>,
}

/// The journal of an org.
#[derive(Debug)]
pub struct Journal {
    capacity: usize,
    inner: Mutex<Inner>,
    changed: watch::Sender<u64>,
}

/// An exchange that is to be noted.
#[derive(Debug)]
pub struct Note {
    /// Everything but the number.
    pub entry: Entry,
    /// The version in the path; empty without one.
    pub version: &'static str,
}

impl Journal {
    /// An empty journal for so many entries; counts are kept even where there are none.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            inner: Mutex::default(),
            changed: watch::Sender::new(0),
        }
    }

    /// Whether it keeps entries at all.
    #[must_use]
    pub const fn keeps(&self) -> bool {
        self.capacity > 0
    }

    /// Counts an exchange of which no entry is kept, with what is wrong about it.
    pub fn count(&self, key: Key, duration: Duration, asked: Line<'_>, violations: &[Violation]) {
        let mut inner = self.inner.lock();
        inner.last_id += 1;
        count(&mut inner.counts, key, duration);
        found(&mut inner, key.0, asked, violations);
    }

    /// Notes an exchange.
    pub fn note(&self, note: Note) {
        let Note { mut entry, version } = note;
        let mut inner = self.inner.lock();
        let key = (entry.operation, version, entry.status);
        count(&mut inner.counts, key, entry.duration);
        inner.last_id += 1;
        entry.id = inner.last_id;
        let asked = Line {
            method: &entry.method,
            path: &entry.path,
            query: &entry.query,
        };
        found(&mut inner, entry.operation, asked, &entry.violations);
        inner.bytes += size(&entry);
        inner.entries.push_back(Arc::new(entry));
        while inner.entries.len() > self.capacity || inner.bytes > BUDGET {
            let Some(old) = inner.entries.pop_front() else {
                break;
            };
            inner.bytes -= size(&old);
            inner.dropped += 1;
        }
        drop(inner);
        if self.changed.receiver_count() > 0 {
            self.changed.send_modify(|n| *n += 1);
        }
    }

    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<Arc<Entry>> {
        self.inner.lock().entries.iter().cloned().collect()
    }

    /// The entries that fit a pattern, oldest first.
    #[must_use]
    pub fn matching(&self, pattern: &Pattern) -> Vec<Arc<Entry>> {
        let mut entries = self.entries();
        entries.retain(|entry| pattern.fits(&entry.facts()));
        entries
    }

    /// The entry with a number.
    #[must_use]
    pub fn get(&self, id: u64) -> Option<Arc<Entry>> {
        let inner = self.inner.lock();
        let at = inner.entries.binary_search_by_key(&id, |entry| entry.id);
        at.ok().and_then(|at| inner.entries.get(at).cloned())
    }

    /// What the entries that do not fit lack, those first that lack least, and of equals the
    /// latest.
    #[must_use]
    pub fn near_misses(&self, pattern: &Pattern) -> Vec<(Arc<Entry>, Vec<Difference>)> {
        let mut misses: Vec<_> = self
            .entries()
            .into_iter()
            .map(|entry| {
                let differences = pattern.differences(&entry.facts(), false);
                (entry, differences)
            })
            .filter(|(_, differences)| !differences.is_empty())
            .collect();
        misses.sort_by_key(|(entry, differences)| (differences.len(), u64::MAX - entry.id));
        misses
    }

    /// How often each operation was called, by operation, version and status.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<Key, Count> {
        let inner = self.inner.lock();
        inner.counts.iter().map(|(key, n)| (*key, *n)).collect()
    }

    /// What was found to be wrong, in the order of the requests: of each rule the first 200 times.
    #[must_use]
    pub fn violations(&self) -> Vec<Found> {
        self.inner.lock().violations.clone()
    }

    /// How often each rule was broken, and how bad that is.
    #[must_use]
    pub fn broken(&self) -> BTreeMap<&'static str, (Severity, u64)> {
        self.inner.lock().broken.clone()
    }

    /// How many entries there are, and how many had to go.
    #[must_use]
    pub fn size(&self) -> (usize, u64) {
        let inner = self.inner.lock();
        (inner.entries.len(), inner.dropped)
    }

    /// Tells of every entry from now on.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Forgets all entries, counts and violations. Numbers go on.
    pub fn clear(&self) {
        let mut inner = self.inner.lock();
        *inner = Inner {
            last_id: inner.last_id,
            ..Inner::default()
        };
    }
}

fn count(counts: &mut FxHashMap<Key, Count>, key: Key, duration: Duration) {
    let count = counts.entry(key).or_default();
    count.times += 1;
    count.micros += u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
}

/// Keeps what is wrong with the latest exchange.
fn found(inner: &mut Inner, operation: &'static str, asked: Line<'_>, violations: &[Violation]) {
    for violation in violations {
        let severity = violation.severity;
        let broken = inner.broken.entry(violation.rule).or_insert((severity, 0));
        broken.1 += 1;
        if broken.1 <= MOST_OF_A_RULE {
            inner.violations.push(Found {
                request_id: inner.last_id,
                operation,
                method: asked.method.to_owned(),
                target: asked.target(),
                violation: violation.clone(),
            });
        }
    }
}

fn size(entry: &Entry) -> usize {
    entry.request.bytes.len() + entry.response.bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(operation: &'static str, body: &str) -> Note {
        let entry = Entry {
            id: 0,
            time: 0,
            org: "default".into(),
            operation,
            method: "POST".into(),
            path: "/crm/v8/Leads".into(),
            module: "Leads".into(),
            query: String::new(),
            headers:
                "authorization: Bearer 1000.7f6f2ccdb23f2abb7b69278e947c01c6\nx-request-id: r1\n"
                    .into(),
            request: Body::copied(body.as_bytes()),
            status: 201,
            response_headers: Vec::new(),
            response: Body::default(),
            duration: Duration::from_micros(5),
            faults: Vec::new(),
            connection: None,
            violations: vec![Violation {
                rule: "x",
                severity: Severity::Info,
                path: "$".into(),
                message: String::new(),
                advice: "",
            }],
        };
        Note {
            entry,
            version: "v8",
        }
    }

    #[test]
    fn the_ring_forgets_the_oldest_and_counts_all() {
        let journal = Journal::new(3);
        for n in 0..5 {
            journal.note(entry("records.insert", &format!("{{\"n\":{n}}}")));
        }
        let ids: Vec<u64> = journal.entries().iter().map(|e| e.id).collect();
        assert_eq!(ids, [3, 4, 5]);
        assert_eq!(journal.size(), (3, 2));
        let counts = journal.counts();
        assert_eq!(
            counts[&("records.insert", "v8", 201)],
            Count {
                times: 5,
                micros: 25
            }
        );
        assert_eq!(journal.violations().len(), 5);
        assert_eq!(journal.broken()["x"], (Severity::Info, 5));
        assert!(journal.get(2).is_none() && journal.get(4).is_some());
        journal.clear();
        journal.note(entry("records.insert", ""));
        assert_eq!(journal.entries()[0].id, 6);
    }

    #[test]
    fn long_bodies_are_cut_and_secrets_taken_out() {
        let long = Body::copied(&vec![b'x'; LONGEST_REQUEST + 1]);
        assert_eq!(long.bytes.len(), LONGEST_REQUEST);
        assert_eq!(long.cut_from, Some(LONGEST_REQUEST + 1));
        let journal = Journal::new(1);
        journal.note(entry("records.insert", "{\"n\":1}"));
        let shown = journal.entries()[0].json();
        assert_eq!(
            shown["request_headers"]["authorization"],
            "Bearer 1000.7f6f…"
        );
        assert_eq!(shown["request_id"], "r1");
        assert_eq!(shown["request"]["n"], 1);
    }

    #[test]
    fn near_misses_tell_what_is_lacking() {
        let journal = Journal::new(10);
        journal.note(entry(
            "records.insert",
            r#"{"data":[{"Email":"a@example.com"}]}"#,
        ));
        journal.note(entry(
            "records.upsert",
            r#"{"data":[{"Email":"b@example.com"}]}"#,
        ));
        let pattern: Pattern = serde_json::from_value(json!({
            "operation": "records.upsert", "body": {"data": [{"Email": "a@example.com"}]}
        }))
        .expect("a pattern");
        assert!(journal.matching(&pattern).is_empty());
        let misses = journal.near_misses(&pattern);
        assert_eq!(misses.len(), 2);
        assert_eq!(misses[0].0.id, 2);
        assert_eq!(misses[0].1[0].path, "$.body.data[0].Email");
    }
}
