//! What is to be sent to somebody else: a value, which [`crate::server::outbox`] alone sends.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use parking_lot::Mutex;
use percent_encoding::{AsciiSet, utf8_percent_encode};
use tokio::sync::Notify;

use super::redact;
use crate::request::Method;

/// The port of `http`.
const USUAL_PORT: u16 = 80;
/// Nothing of ASCII is encoded, all else is.
const BEYOND_ASCII: &AsciiSet = &AsciiSet::EMPTY;

/// Where something is sent: an absolute `http` address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Host and port, in lower case and without the usual port.
    authority: String,
    host: String,
    port: u16,
    /// Path and query.
    target: String,
}

/// Why an address is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It cannot be read.
    #[error("\"{0}\" is no absolute address such as http://127.0.0.1:8080/hook")]
    Unreadable(String),
    /// Another scheme than `http`.
    #[error("nothing is sent by {0}, only by http")]
    Scheme(String),
    /// A name or password stands in it.
    #[error("an address with a name or password in it is not taken")]
    Credentials,
}

impl Address {
    /// Reads an address. What stands behind `#` is left out.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let unreadable = || AddressError::Unreadable(text.to_owned());
        let plain = text.split('#').next().unwrap_or_default();
        let plain = utf8_percent_encode(plain, BEYOND_ASCII).to_string();
        let uri: Uri = plain.parse().map_err(|_| unreadable())?;
        let scheme = uri.scheme_str().ok_or_else(unreadable)?;
        if !scheme.eq_ignore_ascii_case("http") {
            return Err(AddressError::Scheme(scheme.to_owned()));
        }
        let authority = uri.authority().ok_or_else(unreadable)?;
        if authority.as_str().contains('@') {
            return Err(AddressError::Credentials);
        }
        let host = authority.host().to_ascii_lowercase();
        let port = match authority.as_str()[host.len()..].strip_prefix(':') {
            Some(port) => port.parse().map_err(|_| unreadable())?,
            None => USUAL_PORT,
        };
        if host.is_empty() {
            return Err(unreadable());
        }
        let authority = match port {
            USUAL_PORT => host.clone(),
            port => format!("{host}:{port}"),
        };
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        Ok(Self {
            authority,
            host: host
                .trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned(),
            port,
            target: target.to_owned(),
        })
    }

    /// Host and port, as the `Host` header has them; what an address is registered by.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The host: a name, or an IP address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Path and query.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        &self.target
    }
}

impl fmt::Display for Address {
    /// The address, secrets in its query cut short.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = format!("http://{}{}", self.authority, self.target);
        f.write_str(&redact::address(&address))
    }
}

/// A request to somebody else.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// How.
    pub method: Method,
    /// Where to.
    pub address: Address,
    /// The media type of the body.
    pub media_type: &'static str,
    /// The body.
    pub body: Bytes,
}

/// Requests that wait for whoever sends them, since they are made where nothing is sent.
#[derive(Debug, Default)]
pub struct Outgoings {
    waiting: Mutex<VecDeque<Outgoing>>,
    came: Notify,
}

impl Outgoings {
    /// Requests that may wait; where nobody sends them, the oldest are lost.
    const MOST: usize = 1_000;

    /// Adds a request.
    pub fn put(&self, outgoing: Outgoing) {
        let mut waiting = self.waiting.lock();
        if waiting.len() == Self::MOST {
            waiting.pop_front();
        }
        waiting.push_back(outgoing);
        drop(waiting);
        self.came.notify_one();
    }

    /// The oldest request, if one waits.
    pub fn take(&self) -> Option<Outgoing> {
        self.waiting.lock().pop_front()
    }

    /// Waits for a request.
    pub async fn next(&self) -> Outgoing {
        loop {
            if let Some(outgoing) = self.take() {
                return outgoing;
            }
            self.came.notified().await;
        }
    }
}

/// How often a request is sent until it is taken, and how long it is waited before it is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How often it is sent in all; at least once.
    pub attempts: u32,
    /// The time before it is sent for the second time.
    pub first: Duration,
    /// By how much each wait is longer than the one before.
    pub factor: u32,
    /// The longest wait.
    pub longest: Duration,
}

impl Retries {
    /// The wait after so many attempts, the first being 1; none if there is no further one.
    #[must_use]
    pub fn after(&self, attempts: u32) -> Option<Duration> {
        if attempts >= self.attempts {
            return None;
        }
        let times = self.factor.saturating_pow(attempts.saturating_sub(1));
        Some(self.first.saturating_mul(times).min(self.longest))
    }
}

/// Whether a request that was answered with this status may be taken another time. Whoever refuses
/// it for good says so by another status of 4xx.
#[must_use]
pub const fn may_be_taken_later(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, authority, host, port, target) in [
            (
                "http://127.0.0.1:8080/a?b=c#d",
                "127.0.0.1:8080",
                "127.0.0.1",
                8080,
                "/a?b=c",
            ),
            ("http://Localhost", "localhost", "localhost", 80, "/"),
            ("http://[::1]:9/ü", "[::1]:9", "::1", 9, "/%C3%BC"),
            ("http://h:80/", "h", "h", 80, "/"),
        ] {
            let address = Address::parse(text).expect(text);
            let parts = (address.authority(), address.host(), address.port());
            assert_eq!(parts, (authority, host, port), "{text}");
            assert_eq!(address.path_and_query(), target, "{text}");
        }
        for text in [
            "",
            "/hook",
            "127.0.0.1:80/",
            "http://",
            "https://h/",
            "file:///etc/passwd",
            "http://a:b@h/",
            "http://a@h/",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
        let secret = Address::parse("http://h/?token=0123456789abcdef0123456789abcdef&a=b");
        assert_eq!(
            secret.expect("read").to_string(),
            "http://h/?token=012345678…&a=b"
        );
    }

    #[test]
    fn waits_grow_up_to_a_limit() {
        let retries = Retries {
            attempts: 5,
            first: Duration::from_secs(1),
            factor: 3,
            longest: Duration::from_secs(10),
        };
        let waits: Vec<_> = (1..6)
            .map(|n| retries.after(n).map(|w| w.as_secs()))
            .collect();
        assert_eq!(waits, [Some(1), Some(3), Some(9), Some(10), None]);
        for (status, later) in [
            (200, false),
            (400, false),
            (404, false),
            (429, true),
            (503, true),
        ] {
            assert_eq!(may_be_taken_later(status), later, "{status}");
        }
    }
}
