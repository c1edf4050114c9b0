//! The body of a request, as it comes in.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use actix_http::Payload;
use actix_http::error::PayloadError;
use bytes::{Bytes, BytesMut};
use futures_core::Stream as _;

use crate::request::BodyFault;

/// How long nothing may come of a body that has not ended.
const SILENCE: Duration = Duration::from_secs(30);

/// Pages that are not touched cost nothing: memory for a body that is announced is asked for at once, so
/// that the body is never moved as it grows. One that is not announced begins with this much.
const UNANNOUNCED: usize = 64 << 10;

/// A body, read to its end. `announced` is how long it is said to be.
///
/// # Errors
/// If it is longer than `most` bytes, breaks off, or stops coming.
pub(super) async fn read(
    mut payload: Payload,
    announced: Option<usize>,
    most: usize,
) -> Result<Bytes, BodyFault> {
    let mut next = async || {
        let piece = poll_fn(|context| Pin::new(&mut payload).poll_next(context));
        let piece = tokio::time::timeout(SILENCE, piece).await;
        match piece.map_err(|_| BodyFault::Stalled)? {
            Some(piece) => piece.map(Some).map_err(|error| fault(&error)),
            None => Ok(None),
        }
    };
    if announced.is_some_and(|length| length > most) {
        return Err(BodyFault::TooLarge);
    }
    let Some(first) = next().await? else {
        return Ok(Bytes::new());
    };
    if first.len() > most {
        return Err(BodyFault::TooLarge);
    }
    // most bodies come in one piece, which is not copied
    let Some(second) = next().await? else {
        return Ok(first);
    };
    let mut whole = BytesMut::with_capacity(announced.unwrap_or(UNANNOUNCED));
    whole.extend_from_slice(&first);
    let mut piece = Some(second);
    while let Some(bytes) = piece {
        if bytes.len() > most.saturating_sub(whole.len()) {
            return Err(BodyFault::TooLarge);
        }
        whole.extend_from_slice(&bytes);
        piece = next().await?;
    }
    Ok(whole.freeze())
}

fn fault(error: &PayloadError) -> BodyFault {
    match error {
        PayloadError::Overflow => BodyFault::TooLarge,
        _ => BodyFault::Incomplete,
    }
}
