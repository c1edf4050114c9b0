//! An answer, before it is put on a wire.

mod range;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value as Json;

use crate::error::{AccountsError, ApiError, Wording};
use crate::runtime::callbacks::CallbackWaiter;
use crate::runtime::fault::Breakage;
use crate::runtime::journal::{Journal, Waiter};
use crate::value::blob::{Blob, BlobId};
use crate::value::order::write_sorted;
use crate::value::write_string;

/// A whole answer.
#[derive(Debug, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body; empty for 204 and 304.
    pub body: Bytes,
    /// The media type; none without a body.
    pub content_type: Option<&'static str>,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// What the body is, where it is a file.
    pub file: Option<BlobId>,
    /// What the edge does besides sending it.
    pub wire: Option<Box<Wire>>,
}

/// What the edge does to an answer besides sending it.
#[derive(Debug, Default)]
pub struct Wire {
    /// It is sent so much later.
    pub delay: Duration,
    /// It does not arrive as it should.
    pub breakage: Option<Breakage>,
    /// Headers whose names are not known beforehand.
    pub headers: Vec<(String, String)>,
    /// It is not the last word yet.
    pub wait: Option<Wait>,
    /// Held until the answer has been sent.
    pub held: Option<crate::runtime::limits::UnderWay>,
}

/// What is waited for.
#[derive(Debug)]
pub enum Awaited {
    /// Requests: where they are noted, and who tells that they have come.
    Requests(Arc<Journal>, Waiter),
    /// Callbacks.
    Callbacks(CallbackWaiter),
}

/// The answer is given when so many requests or callbacks have come, or the time is over.
pub struct Wait {
    /// How long.
    pub timeout: Duration,
    /// For what.
    pub awaited: Awaited,
    /// Gives the answer. That may take a while.
    pub end: Box<dyn FnOnce(WaitEnd) -> Response + Send>,
}

/// Why a wait has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitEnd {
    /// What was waited for has happened.
    Reached,
    /// The time is over.
    TimedOut,
    /// The server stops.
    Stopping,
}

impl std::fmt::Debug for Wait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wait")
            .field("timeout", &self.timeout)
            .field("awaited", &self.awaited)
            .finish_non_exhaustive()
    }
}

/// The media type of Zoho's JSON.
pub const JSON: &str = "application/json;charset=UTF-8";

impl Response {
    /// JSON whose keys are put into Zoho's order.
    #[must_use]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "callers make the value for this"
    )]
    pub fn json(status: u16, body: Json) -> Self {
        let mut bytes = Vec::with_capacity(512);
        write_sorted(&mut bytes, &body);
        Self::bytes(status, bytes)
    }

    /// A JSON object of members that are already written, in their order.
    #[must_use]
    pub fn members(status: u16, members: &[(&str, Vec<u8>)]) -> Self {
        let length: usize = members
            .iter()
            .map(|(key, value)| key.len() + value.len() + 4)
            .sum();
        let mut body = Vec::with_capacity(length + 2);
        body.push(b'{');
        for (n, (key, value)) in members.iter().enumerate() {
            if n > 0 {
                body.push(b',');
            }
            write_string(&mut body, key);
            body.push(b':');
            body.extend_from_slice(value);
        }
        body.push(b'}');
        Self::bytes(status, body)
    }

    /// JSON that is already written.
    #[must_use]
    pub fn bytes(status: u16, mut body: Vec<u8>) -> Self {
        // recorded bodies end with a line feed
        body.push(b'\n');
        Self {
            status,
            body: body.into(),
            content_type: Some(JSON),
            ..Self::default()
        }
    }

    /// A file. Its bytes are not copied.
    #[must_use]
    pub fn file(blob: &Blob, media: &'static str, disposition: String) -> Self {
        let answer = Self {
            status: 200,
            body: blob.bytes(),
            content_type: Some(media),
            file: Some(blob.id()),
            ..Self::default()
        };
        answer.header("Content-Disposition", disposition)
    }

    /// JSON as the accounts server writes it: Zoho's SDK for PHP reads the last line of the answer,
    /// so no line feed can stand behind it.
    #[must_use]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "callers make the value for this"
    )]
    pub fn accounts(status: u16, body: Json) -> Self {
        let mut bytes = Vec::with_capacity(512);
        write_sorted(&mut bytes, &body);
        Self {
            status,
            body: bytes.into(),
            content_type: Some(JSON),
            ..Self::default()
        }
    }

    /// An error of the accounts server.
    #[must_use]
    pub fn accounts_error(error: AccountsError) -> Self {
        Self::accounts(error.status(), error.json())
    }

    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// Nothing found: 204 without a body, never an empty list.
    #[must_use]
    pub fn no_content() -> Self {
        Self::empty(204)
    }

    /// An error that is the whole answer.
    #[must_use]
    pub fn error(error: &ApiError, wording: Wording) -> Self {
        Self::json(error.kind.status(), error.json(wording))
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// What the edge is told.
    pub fn wire(&mut self) -> &mut Wire {
        self.wire.get_or_insert_default()
    }
}
