//! The body of a request, as it comes in.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use actix_http::Payload;
use actix_http::error::PayloadError;
use bytes::{Bytes, BytesMut};
use futures_core::Stream as _;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::request::BodyFault;

/// How long nothing may come of a body that has not ended.
const SILENCE: Duration = Duration::from_secs(30);

/// Pages that are not touched cost nothing: memory for a body that is announced is asked for at once, so
/// that the body is never moved as it grows. One that is not announced begins with this much.
const UNANNOUNCED: usize = 64 << 10;

/// Bodies of up to so many bytes are always read.
const SMALL: usize = 1 << 20;

/// Kibibytes of larger bodies that are under way at a time, on all connections. What comes on top of
/// them waits unread until others are answered, so that many clients cannot take all memory.
const ALL_ROOM: u32 = 512 << 10;
static ROOM: Semaphore = Semaphore::const_new(ALL_ROOM as usize);

/// Room for a large body, which is free again when the result is dropped.
pub(super) type Room = Option<SemaphorePermit<'static>>;

/// Waits for room for so many bytes, all at once: who had a part and waited for more could wait for
/// another one that does the same.
async fn room(bytes: usize) -> Room {
    let wanted = u32::try_from(bytes >> 10).unwrap_or(ALL_ROOM);
    ROOM.acquire_many(wanted.min(ALL_ROOM)).await.ok()
}

/// A body, read to its end, and the room that it takes. `announced` is how long it is said to be.
///
/// # Errors
/// If it is longer than `most` bytes, breaks off, or stops coming.
pub(super) async fn read(
    mut payload: Payload,
    announced: Option<usize>,
    most: usize,
) -> Result<(Bytes, Room), BodyFault> {
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
        return Ok((Bytes::new(), None));
    };
    if first.len() > most {
        return Err(BodyFault::TooLarge);
    }
    // most bodies come in one piece, which is not copied
    let Some(second) = next().await? else {
        return Ok((first, None));
    };
    let mut held = match announced {
        Some(length) if length > SMALL => room(length).await,
        _ => None,
    };
    let mut whole = BytesMut::with_capacity(announced.unwrap_or(UNANNOUNCED));
    whole.extend_from_slice(&first);
    let mut piece = Some(second);
    while let Some(bytes) = piece {
        if bytes.len() > most.saturating_sub(whole.len()) {
            return Err(BodyFault::TooLarge);
        }
        if held.is_none() && whole.len().saturating_add(bytes.len()) > SMALL {
            held = room(most).await;
        }
        whole.extend_from_slice(&bytes);
        piece = next().await?;
    }
    Ok((whole.freeze(), held))
}

fn fault(error: &PayloadError) -> BodyFault {
    match error {
        PayloadError::Overflow => BodyFault::TooLarge,
        _ => BodyFault::Incomplete,
    }
}
