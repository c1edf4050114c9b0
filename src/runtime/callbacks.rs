//! What an org has told its channels, and what they answered: the journal of the other direction.
//!
//! A bounded ring, like the journal of requests. An entry is made when all has been tried, so it
//! holds the callee's answer.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use jiff::tz::TimeZone;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tokio::sync::watch;

use super::given::given;
use super::redact;
use crate::value::time;

/// What all entries of an org may take together, in bytes.
const BUDGET: usize = 16 << 20;
/// What an entry takes besides its texts and bodies, in bytes.
const FIXED: usize = 256;

/// What became of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallbackOutcome {
    /// The callee has taken it: a status of 2xx.
    Delivered,
    /// The callee does not want it: another status, after which it is not sent again.
    Refused,
    /// It was sent as often as it may be, and not taken.
    GivenUp,
    /// It was not sent at all; `error` says why.
    NotSent,
}

/// A callback, and what came of it.
#[derive(Clone, Debug)]
pub struct Callback {
    /// Its number in the org, from 1.
    pub id: u64,
    /// When that which it tells of happened, in seconds since 1970 on the org's clock.
    pub time: i64,
    /// The channel.
    pub channel_id: String,
    /// The module; `users` for users.
    pub module: String,
    /// What was done: `insert`, `update`, `delete`.
    pub operation: String,
    /// Where it was to be sent.
    pub url: String,
    /// Its body.
    pub body: Bytes,
    /// What became of it.
    pub outcome: CallbackOutcome,
    /// How often it was sent.
    pub attempts: u32,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// The body of that answer, or its beginning.
    pub answer: Bytes,
    /// Why it was not taken, where no answer says it.
    pub error: Option<String>,
}

/// A callback as the control plane shows it, secrets cut short.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
pub struct ShownCallback {
    /// Its number in the org, from 1.
    pub id: u64,
    /// When that which it tells of happened, in UTC, on the org's clock.
    #[cfg_attr(feature = "admin", schemars(extend("format" = "date-time")))]
    pub time: String,
    /// The channel.
    pub channel_id: String,
    /// The module; `users` for users.
    pub module: String,
    /// What was done: `insert`, `update`, `delete`.
    pub operation: String,
    /// Where it was to be sent.
    pub url: String,
    /// Its body.
    pub body: Json,
    /// What became of it.
    pub outcome: CallbackOutcome,
    /// How often it was sent.
    pub attempts: u32,
    /// The status of the last answer; null without one.
    pub status: Option<u16>,
    /// The body of that answer, or its beginning: JSON, else text; null without one.
    pub answer: Json,
    /// Why it was not taken, where no answer says it; null if there is no reason.
    pub error: Option<String>,
}

impl Callback {
    /// The body.
    #[must_use]
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// As the control plane shows it.
    #[must_use]
    pub fn shown(&self) -> ShownCallback {
        let mut body = self.json();
        redact::json(&mut body, false);
        let mut answer = if self.answer.is_empty() {
            Json::Null
        } else {
            let text = || String::from_utf8_lossy(&self.answer).into_owned().into();
            serde_json::from_slice(&self.answer).unwrap_or_else(|_| text())
        };
        redact::json(&mut answer, false);
        ShownCallback {
            id: self.id,
            time: time::format_datetime(self.time, &TimeZone::UTC),
            channel_id: self.channel_id.clone(),
            module: self.module.clone(),
            operation: self.operation.clone(),
            url: redact::address(&self.url),
            body,
            outcome: self.outcome,
            attempts: self.attempts,
            status: self.status,
            answer,
            error: self.error.clone(),
        }
    }

    fn size(&self) -> usize {
        let texts = [&self.channel_id, &self.module, &self.operation, &self.url];
        let texts: usize = texts.iter().map(|text| text.len()).sum();
        FIXED + texts + self.body.len() + self.answer.len()
    }
}

/// Which callbacks are meant; every one of an org without any key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "admin", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct CallbackPattern {
    /// Those of a channel.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<String>,
    /// Those about a module, by its API name; `users` for users.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// Those of an operation: `insert`, `update`, `delete`.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Those that came to this.
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub outcome: Option<CallbackOutcome>,
}

impl CallbackPattern {
    /// Whether a callback is meant.
    #[must_use]
    pub fn fits(&self, callback: &Callback) -> bool {
        let text = |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|w| w == is);
        text(&self.channel_id, &callback.channel_id)
            && text(&self.module, &callback.module)
            && text(&self.operation, &callback.operation)
            && self.outcome.is_none_or(|wanted| wanted == callback.outcome)
    }
}

#[derive(Debug, Default)]
struct KeptCallbacks {
    entries: VecDeque<Arc<Callback>>,
    bytes: usize,
    last_id: u64,
    dropped: u64,
}

/// The callbacks of an org.
#[derive(Debug)]
pub struct Callbacks {
    capacity: usize,
    inner: Mutex<KeptCallbacks>,
    changed: watch::Sender<u64>,
}

impl Callbacks {
    /// None yet, and so many at most.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            inner: Mutex::default(),
            changed: watch::Sender::new(0),
        }
    }

    /// Whether any are kept.
    #[must_use]
    pub const fn keeps(&self) -> bool {
        self.capacity > 0
    }

    /// Notes a callback; its number is given here.
    pub fn note(&self, mut callback: Callback) {
        let mut inner = self.inner.lock();
        inner.last_id += 1;
        callback.id = inner.last_id;
        inner.bytes += callback.size();
        inner.entries.push_back(Arc::new(callback));
        while inner.entries.len() > self.capacity || inner.bytes > BUDGET {
            let Some(old) = inner.entries.pop_front() else {
                break;
            };
            inner.bytes -= old.size();
            inner.dropped += 1;
        }
        drop(inner);
        self.changed.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// Those that are meant, oldest first.
    #[must_use]
    pub fn matching(&self, pattern: &CallbackPattern) -> Vec<Arc<Callback>> {
        let inner = self.inner.lock();
        let meant = inner.entries.iter().filter(|entry| pattern.fits(entry));
        meant.cloned().collect()
    }

    /// How many had to go.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.inner.lock().dropped
    }

    /// Forgets all of them. Numbers go on.
    pub fn clear(&self) {
        let mut inner = self.inner.lock();
        *inner = KeptCallbacks {
            last_id: inner.last_id,
            ..KeptCallbacks::default()
        };
    }

    /// Waits for so many that are meant, those included that are there.
    #[must_use]
    pub fn wait_for(self: &Arc<Self>, pattern: &CallbackPattern, wanted: usize) -> CallbackWaiter {
        CallbackWaiter {
            changed: self.changed.subscribe(),
            callbacks: Arc::clone(self),
            pattern: pattern.clone(),
            wanted,
        }
    }
}

/// Somebody who waits for callbacks.
#[derive(Debug)]
pub struct CallbackWaiter {
    changed: watch::Receiver<u64>,
    callbacks: Arc<Callbacks>,
    pattern: CallbackPattern,
    wanted: usize,
}

impl CallbackWaiter {
    /// Those that have come so far.
    #[must_use]
    pub fn came(&self) -> Vec<Arc<Callback>> {
        self.callbacks.matching(&self.pattern)
    }

    /// Whether as many as wanted have come.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        self.came().len() >= self.wanted
    }

    /// Waits until they have come.
    pub async fn reached(&mut self) {
        while !self.is_reached() {
            // whoever notes lives as long as this
            let _ = self.changed.changed().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callback(channel: &str, outcome: CallbackOutcome) -> Callback {
        Callback {
            id: 0,
            time: 0,
            channel_id: channel.into(),
            module: "Leads".into(),
            operation: "insert".into(),
            url: "http://127.0.0.1/?token=0123456789abcdef0123456789abcdef".into(),
            body: Bytes::from_static(b"{\"operation\":\"insert\"}"),
            outcome,
            attempts: 1,
            status: Some(200),
            answer: Bytes::new(),
            error: None,
        }
    }

    #[test]
    fn the_ring_is_bounded_and_numbers_go_on() {
        let callbacks = Callbacks::new(2);
        for channel in ["1", "2", "3"] {
            callbacks.note(callback(channel, CallbackOutcome::Delivered));
        }
        let ids = |callbacks: &Callbacks| {
            let all = callbacks.matching(&CallbackPattern::default());
            all.iter().map(|entry| entry.id).collect::<Vec<_>>()
        };
        assert_eq!((ids(&callbacks), callbacks.dropped()), (vec![2, 3], 1));
        callbacks.clear();
        callbacks.note(callback("4", CallbackOutcome::Refused));
        assert_eq!(ids(&callbacks), [4]);
        let pattern = CallbackPattern {
            outcome: Some(CallbackOutcome::Delivered),
            ..CallbackPattern::default()
        };
        assert!(callbacks.matching(&pattern).is_empty());
    }

    #[test]
    fn secrets_are_cut_short_where_it_is_shown() {
        let shown = callback("1", CallbackOutcome::Delivered).shown();
        assert!(!shown.url.contains("0123456789abcdef0123456789abcdef"));
    }
}
