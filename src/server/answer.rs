//! An answer as actix sends it.

use std::sync::LazyLock;

use actix_http::body::BoxBody;
use actix_http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue};
use actix_http::{ConnectionType, StatusCode};

use super::breakage;
use super::stop::Stop;
use super::stream::Connection;
use crate::response::Response;

/// Headers that Zoho sends with every answer (recorded 2023 to 2025); those that only a browser
/// session has are left out.
static FIXED: LazyLock<Vec<(HeaderName, HeaderValue)>> = LazyLock::new(|| {
    [
        (
            "cache-control",
            "no-store, no-cache, must-revalidate, private",
        ),
        ("pragma", "no-cache"),
        ("expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("x-content-type-options", "nosniff"),
        ("server", "ZGS"),
    ]
    .map(|(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    })
    .to_vec()
});

/// What actix is given where nobody reads it.
pub(super) fn gone() -> actix_http::Response<BoxBody> {
    let mut answer = actix_http::Response::new(StatusCode::REQUEST_TIMEOUT);
    answer.head_mut().set_connection_type(ConnectionType::Close);
    answer
}

/// The answer as actix sends it, when it is time.
pub(super) async fn send(
    mut response: Response,
    connection: &Connection,
    stop: &Stop,
) -> actix_http::Response<BoxBody> {
    let Some(wire) = response.wire.take() else {
        return to_actix(response);
    };
    if !wire.delay.is_zero() {
        tokio::select! {
            () = tokio::time::sleep(wire.delay) => {}
            () = stop.told() => {}
            () = connection.gone() => return gone(),
        }
    }
    let mut answer = to_actix(response);
    for (name, value) in wire.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            answer.headers_mut().insert(name, value);
        }
    }
    match wire.breakage {
        Some(breakage) => breakage::broken(answer, breakage, connection).await,
        None => answer,
    }
}

fn to_actix(response: Response) -> actix_http::Response<BoxBody> {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut answer = actix_http::Response::with_body(status, response.body);
    let headers = answer.headers_mut();
    for (name, value) in FIXED.iter() {
        headers.insert(name.clone(), value.clone());
    }
    if let Some(content_type) = response.content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        let disposition = HeaderValue::from_static("attachment; filename=response.json");
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    for (name, value) in response.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    answer.map_into_boxed_body()
}
