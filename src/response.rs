//! An answer, before it is put on a wire.

use serde_json::Value as Json;

use crate::error::{ApiError, Wording};
use crate::value::order::write_sorted;

/// A whole answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body; empty for 204 and 304.
    pub body: Vec<u8>,
    /// The media type; none without a body.
    pub content_type: Option<&'static str>,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
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

    /// JSON that is already written.
    #[must_use]
    pub fn bytes(status: u16, mut body: Vec<u8>) -> Self {
        // recorded bodies end with a line feed
        body.push(b'\n');
        Self {
            status,
            body,
            content_type: Some(JSON),
            headers: Vec::new(),
        }
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

    /// The same answer with one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
