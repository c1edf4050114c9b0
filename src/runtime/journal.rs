//! What was asked of an org, and what it answered.
//!
//! A bounded ring of entries, and counts that outlive them. What is shown of an entry has its
//! secrets taken out.

mod entry;
mod pages;
mod waiters;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use lean_string::LeanString;
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use tokio::sync::watch;

pub use entry::{Body, CORRELATION, Entry, LONGEST_REQUEST, LONGEST_RESPONSE, ShownEntry};
pub use waiters::Waiter;

use super::pattern::{Difference, Pattern};
use super::redact;
use super::violation::{Severity, Violation};
use crate::request::Params;
use pages::Pages;
use waiters::Waiters;

/// What all entries of an org may take together, in bytes, unless it is told to keep very many …
const BUDGET: usize = 16 << 20;
/// … each of which may take so many bytes then.
const BUDGET_OF_ONE: usize = 2 << 10;
/// What an entry takes besides its texts and bodies, in bytes.
const FIXED: usize = 512;

/// How often an operation ended in a status under a version, and how long that took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How often.
    pub times: u64,
    /// In all, in microseconds.
    pub micros: u64,
}

/// What is counted apart: operation, version in the path, status.
pub type CountKey = (&'static str, &'static str, u16);

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
    /// The label that the org had then; empty without one.
    pub label: LeanString,
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
    #[must_use]
    pub fn target(self) -> String {
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
struct Kept {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    last_id: u64,
    /// Entries that had to go, and the number of the last of them.
    dropped: u64,
    last_dropped: u64,
    counts: FxHashMap<CountKey, Count>,
    violations: Vec<Found>,
    broken: BTreeMap<&'static str, (Severity, u64)>,
    pages: Pages,
}

/// The journal of an org.
#[derive(Debug)]
pub struct Journal {
    capacity: usize,
    inner: Mutex<Kept>,
    changed: watch::Sender<u64>,
    waiters: Arc<Mutex<Waiters>>,
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
            waiters: Arc::default(),
        }
    }

    /// Whether it keeps entries at all.
    #[must_use]
    pub const fn keeps(&self) -> bool {
        self.capacity > 0
    }

    /// Counts an exchange of which no entry is kept, with its violations, by the label that the org
    /// has.
    pub fn count(
        &self,
        key: CountKey,
        duration: Duration,
        (asked, label): (Line<'_>, &LeanString),
        violations: &[Violation],
    ) {
        let mut inner = self.inner.lock();
        inner.last_id += 1;
        count(&mut inner.counts, key, duration);
        found(&mut inner, key.0, (asked, label), violations);
    }

    /// Copies parts of an exchange to where its entry keeps them.
    #[must_use]
    pub fn keep<const N: usize>(&self, parts: [&[u8]; N]) -> [Bytes; N] {
        let bytes = parts.iter().map(|part| part.len()).sum();
        let room = self.inner.lock().pages.room(bytes);
        pages::fill(room, parts)
    }

    /// Notes an exchange.
    pub fn note(&self, note: Note) {
        let Note { mut entry, version } = note;
        let mut inner = self.inner.lock();
        let key = (entry.operation, version, entry.status);
        count(&mut inner.counts, key, entry.duration);
        inner.last_id += 1;
        entry.id = inner.last_id;
        let asked = (entry.line(), &entry.label);
        found(&mut inner, entry.operation, asked, &entry.violations);
        inner.bytes += size(&entry);
        inner.entries.push_back(Arc::new(entry));
        let budget = BUDGET.max(self.capacity.saturating_mul(BUDGET_OF_ONE));
        while inner.entries.len() > self.capacity || inner.bytes > budget {
            let Some(old) = inner.entries.pop_front() else {
                break;
            };
            inner.bytes -= size(&old);
            inner.dropped += 1;
            inner.last_dropped = old.id;
        }
        drop(inner);
        if self.changed.receiver_count() > 0 {
            self.changed.send_modify(|n| *n += 1);
        }
    }

    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<Arc<Entry>> {
        self.entries_since(0)
    }

    /// The entries after the one with a number, oldest first.
    #[must_use]
    pub fn entries_since(&self, after: u64) -> Vec<Arc<Entry>> {
        let inner = self.inner.lock();
        let known = inner.entries.partition_point(|entry| entry.id <= after);
        inner.entries.range(known..).cloned().collect()
    }

    /// The entries after the one with a number that fit a pattern, oldest first.
    #[must_use]
    pub fn matching(&self, pattern: &Pattern, after: u64) -> Vec<Arc<Entry>> {
        let mut entries = self.entries_since(after);
        entries.retain(|entry| pattern.fits(&entry.facts()));
        entries
    }

    /// The number of the latest entry; 0 if there was none.
    #[must_use]
    pub fn last_id(&self) -> u64 {
        self.inner.lock().last_id
    }

    /// How many entries after the one with a number had to go.
    #[must_use]
    pub fn dropped_since(&self, after: u64) -> u64 {
        let inner = self.inner.lock();
        inner.dropped.min(inner.last_dropped.saturating_sub(after))
    }

    /// The entry with a number.
    #[must_use]
    pub fn get(&self, id: u64) -> Option<Arc<Entry>> {
        let inner = self.inner.lock();
        let at = inner.entries.binary_search_by_key(&id, |entry| entry.id);
        at.ok().and_then(|at| inner.entries.get(at).cloned())
    }

    /// What the entries after the one with a number lack that do not fit, those first that lack
    /// least, and of equals the latest.
    #[must_use]
    pub fn near_misses(&self, pattern: &Pattern, after: u64) -> Vec<(Arc<Entry>, Vec<Difference>)> {
        let mut misses: Vec<_> = self
            .entries_since(after)
            .into_iter()
            .map(|entry| {
                let differences = pattern.differences(&entry.facts());
                (entry, differences)
            })
            .filter(|(_, differences)| !differences.is_empty())
            .collect();
        misses.sort_by_key(|(entry, differences)| (differences.len(), u64::MAX - entry.id));
        misses
    }

    /// How often each operation was called, by operation, version and status.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<CountKey, Count> {
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
        *inner = Kept {
            last_id: inner.last_id,
            ..Kept::default()
        };
        drop(inner);
        self.forget_found();
    }
}

fn count(counts: &mut FxHashMap<CountKey, Count>, key: CountKey, duration: Duration) {
    let count = counts.entry(key).or_default();
    count.times += 1;
    count.micros += u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
}

/// Keeps what is wrong with the latest exchange.
fn found(
    inner: &mut Kept,
    operation: &'static str,
    (asked, label): (Line<'_>, &LeanString),
    violations: &[Violation],
) {
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
                label: label.clone(),
                violation: violation.clone(),
            });
        }
    }
}

/// All that an entry keeps.
fn size(entry: &Entry) -> usize {
    let headers = entry.response_headers.iter();
    let headers = headers.map(|(name, value)| name.len() + value.len());
    let violations = entry.violations.iter();
    let violations = violations.map(|v| size_of::<Violation>() + v.path.len() + v.message.len());
    let texts = [&entry.path, &entry.query, &entry.headers].map(|text| text.len());
    [entry.request.bytes.len(), entry.response.bytes.len(), FIXED]
        .into_iter()
        .chain(texts)
        .chain(headers)
        .chain(violations)
        .sum()
}

#[cfg(test)]
mod tests;
