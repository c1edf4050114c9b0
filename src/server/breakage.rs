//! Answers that do not arrive as they should.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_http::StatusCode;
use actix_http::body::{BodySize, BoxBody, MessageBody, to_bytes};
use bytes::Bytes;
use tokio::time::Sleep;

use super::stream::Connection;
use crate::runtime::fault::Breakage;

/// How long a body pauses between its pieces, and before the connection ends.
const PAUSE: Duration = Duration::from_millis(50);
/// Pieces of a slow body.
const PIECES: usize = 20;

/// The answer with a body that fails. A body that is no JSON is sent as any other.
pub(super) async fn broken(
    answer: actix_http::Response<BoxBody>,
    breakage: Breakage,
    connection: &Connection,
) -> actix_http::Response<BoxBody> {
    if breakage == Breakage::Garbage {
        return answer;
    }
    let (mut head, body) = answer.into_parts();
    let whole = to_bytes(body).await.unwrap_or_default();
    let size = whole.len();
    // nothing can be cut off of nothing
    let breakage = match breakage {
        Breakage::Truncate if size == 0 => Breakage::Reset,
        other => other,
    };
    if breakage == Breakage::Reset {
        connection.reset();
        // a status without a body would be sent as a whole
        *head.status_mut() = StatusCode::OK;
    }
    let pieces = match breakage {
        Breakage::Reset => Vec::new(),
        Breakage::Truncate => vec![whole.slice(..size / 2)],
        Breakage::Slow | Breakage::Garbage => {
            let length = size.div_ceil(PIECES).max(1);
            (0..size)
                .step_by(length)
                .map(|from| whole.slice(from..size.min(from + length)))
                .collect()
        }
    };
    let body = Broken {
        // an answer that is cut must announce more than it sends
        size: size.max(1),
        pieces: pieces.into_iter(),
        whole: breakage == Breakage::Slow,
        pause: None,
    };
    if breakage == Breakage::Slow && size == 0 {
        return head.set_body(()).map_into_boxed_body();
    }
    head.set_body(body).map_into_boxed_body()
}

struct Broken {
    size: usize,
    pieces: std::vec::IntoIter<Bytes>,
    /// Whether the body ends as announced.
    whole: bool,
    pause: Option<Pin<Box<Sleep>>>,
}

impl MessageBody for Broken {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(u64::try_from(self.size).unwrap_or(u64::MAX))
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let body = self.get_mut();
        if let Some(pause) = &mut body.pause {
            std::task::ready!(pause.as_mut().poll(context));
            body.pause = None;
        }
        match body.pieces.next() {
            Some(piece) => {
                // what was sent so far goes out during the pause
                body.pause = Some(Box::pin(tokio::time::sleep(PAUSE)));
                Poll::Ready(Some(Ok(piece)))
            }
            None if body.whole => Poll::Ready(None),
            None => {
                let reason = std::io::ErrorKind::ConnectionReset;
                Poll::Ready(Some(Err(reason.into())))
            }
        }
    }
}
