//! Bodies of the control plane.

use serde::Serialize;

use crate::response::Response;

/// The media type of the control plane's JSON.
pub(super) const JSON: &str = "application/json";

/// An answer in its JSON form.
pub(super) fn json_response<T: Serialize>(status: u16, body: &T) -> Response {
    let mut bytes = Vec::with_capacity(512);
    // a Vec takes every write, and no answer has keys that are not strings
    let _ = serde_json::to_writer(&mut bytes, body);
    Response {
        content_type: Some(JSON),
        ..Response::bytes(status, bytes)
    }
}

/// Text of some other media type.
pub(super) fn text_response(content_type: &'static str, text: String) -> Response {
    Response {
        status: 200,
        body: text.into(),
        content_type: Some(content_type),
        ..Response::default()
    }
}
