//! A connection as actix reads and writes it, and what else is to be known of it.
//!
//! actix tells a handler nothing of the connection that it answers on. This stream does: that its
//! client has gone, that it is to end with a reset, and what came last, for the message about a
//! request that cannot be read. It also ends a connection on which nothing happens.

use std::cell::Cell;
use std::future::Future as _;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_http::Protocol;
use bytes::{Buf as _, Bytes};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::{Instant, Sleep};

use super::malformed;
use super::transport::Transport;

/// How long nothing may come while no answer is under way.
const SILENCE: Duration = Duration::from_secs(75);

/// What a connection's stream and the requests on it share.
#[derive(Debug, Default)]
pub(super) struct Connection {
    /// The client has closed its side: nobody reads what is answered.
    gone: Cell<bool>,
    /// What is not sent when the connection ends is thrown away, and the peer told so.
    reset: Cell<bool>,
    /// Requests that are being answered.
    under_way: Cell<usize>,
    /// Tells who waits for that: requests of HTTP/2 are answered side by side.
    leaving: Notify,
    /// It is one of TLS.
    secure: bool,
    /// Requests come side by side, as in HTTP/2.
    multiplexed: bool,
}

impl Connection {
    /// The connection is to end with a reset.
    pub(super) fn reset(&self) {
        self.reset.set(true);
    }

    /// Waits until the client has gone.
    pub(super) async fn gone(&self) {
        // a future that was made before it happens is woken, though nobody has polled it
        let leaving = self.leaving.notified();
        if !self.gone.get() {
            leaving.await;
        }
    }

    /// Whether requests come side by side.
    pub(super) fn is_multiplexed(&self) -> bool {
        self.multiplexed
    }

    /// Whether it is one of TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.secure
    }

    /// Notes that a request is being answered, until the result is dropped.
    pub(super) fn under_way(self: &Rc<Self>) -> Busy {
        self.under_way.set(self.under_way.get() + 1);
        Busy(Rc::clone(self))
    }

    fn has_gone(&self) {
        self.gone.set(true);
        self.leaving.notify_waiters();
    }
}

/// A request that is being answered.
pub(super) struct Busy(Rc<Connection>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.under_way.set(self.0.under_way.get() - 1);
    }
}

/// The stream of a connection.
pub(super) struct Stream {
    io: Transport,
    /// What was read of it before it came here.
    read: Bytes,
    connection: Rc<Connection>,
    /// When something was read last, and the end of the silence that was allowed then.
    heard: Instant,
    silence: Option<Pin<Box<Sleep>>>,
    /// What came last; of HTTP/2 it tells nothing.
    heads: Option<malformed::Heads>,
    /// What is sent in the place of bytes that actix writes.
    replaced: Option<Bytes>,
}

impl Stream {
    pub(super) fn new(io: Transport, read: Bytes, protocol: Protocol) -> Self {
        let connection = Connection {
            secure: io.is_secure(),
            multiplexed: protocol == Protocol::Http2,
            ..Connection::default()
        };
        Self {
            io,
            read,
            heads: (!connection.multiplexed).then(malformed::Heads::default),
            connection: Rc::new(connection),
            heard: Instant::now(),
            silence: None,
            replaced: None,
        }
    }

    pub(super) fn connection(&self) -> Rc<Connection> {
        Rc::clone(&self.connection)
    }

    /// The address of the client.
    pub(super) fn peer(&self) -> Option<SocketAddr> {
        self.io.socket().peer_addr().ok()
    }

    /// Notes what has come.
    fn has_heard(&mut self, bytes: &[u8]) {
        self.heard = Instant::now();
        if let Some(heads) = &mut self.heads {
            heads.read(bytes);
        }
    }

    /// Whether nothing has come for too long, with nobody to blame but the client.
    fn is_silent(&mut self, context: &mut Context<'_>) -> bool {
        let new = || Box::pin(tokio::time::sleep(SILENCE));
        let silence = self.silence.get_or_insert_with(new);
        while silence.as_mut().poll(context).is_ready() {
            let busy = self.connection.under_way.get() > 0;
            let quiet = if busy {
                Duration::ZERO
            } else {
                self.heard.elapsed()
            };
            if quiet >= SILENCE {
                return true;
            }
            silence.set(tokio::time::sleep(SILENCE.saturating_sub(quiet)));
        }
        false
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        let before = into.filled().len();
        let room = into.remaining() > 0;
        if room && !stream.read.is_empty() {
            let piece = stream.read.len().min(into.remaining());
            let piece = stream.read.split_to(piece);
            into.put_slice(&piece);
            stream.has_heard(&piece);
            return Poll::Ready(Ok(()));
        }
        match Pin::new(&mut stream.io).poll_read(context, into) {
            Poll::Pending if stream.is_silent(context) => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(())) => {
                match into.filled().get(before..) {
                    Some(read) if !read.is_empty() => {
                        stream.has_heard(read);
                    }
                    _ if room => stream.connection.has_gone(),
                    _ => {}
                }
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => {
                stream.connection.has_gone();
                Poll::Ready(Err(error))
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let stream = self.get_mut();
        if stream.replaced.is_none() {
            let heads = stream.heads.as_mut();
            let answer = heads.and_then(|heads| heads.answer(bytes));
            stream.replaced = answer.map(Bytes::from);
        }
        let Some(rest) = &mut stream.replaced else {
            return Pin::new(&mut stream.io).poll_write(context, bytes);
        };
        while !rest.is_empty() {
            let written = ready!(Pin::new(&mut stream.io).poll_write(context, rest))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            rest.advance(written);
        }
        stream.replaced = None;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let stream = self.get_mut();
        if stream.connection.reset.get() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut stream.io).poll_shutdown(context)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.connection.has_gone();
        if self.connection.reset.get() {
            // if that cannot be had, the connection still ends
            let _ = SockRef::from(self.io.socket()).set_linger(Some(Duration::ZERO));
        }
    }
}
