//! Bodies of the control plane.

use serde_json::Value as Json;

use crate::response::Response;

/// The media type of the control plane's JSON.
pub(super) const JSON: &str = "application/json";

/// JSON as it stands.
pub(super) fn json_response(status: u16, body: &Json) -> Response {
    let mut bytes = Vec::with_capacity(512);
    crate::value::write_json(&mut bytes, body);
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
