//! A connection as actix reads and writes it, and what else is to be known of it.
//!
//! actix tells a handler nothing of the connection that it answers on. This stream does: that its
//! client has gone, that it is to end with a reset, and what came last, for the message about a
//! request that cannot be read. It also ends a connection on which nothing happens.

use std::cell::{Cell, RefCell};
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use actix_rt::net::TcpStream;
use bytes::{Buf as _, Bytes};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::malformed;

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
    waiting: RefCell<Option<Waker>>,
}

impl Connection {
    /// The connection is to end with a reset.
    pub(super) fn reset(&self) {
        self.reset.set(true);
    }

    /// Waits until the client has gone.
    pub(super) async fn gone(&self) {
        std::future::poll_fn(|context| {
            if self.gone.get() {
                return Poll::Ready(());
            }
            *self.waiting.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Notes that a request is being answered, until the result is dropped.
    pub(super) fn under_way(self: &Rc<Self>) -> Busy {
        self.under_way.set(self.under_way.get() + 1);
        Busy(Rc::clone(self))
    }

    fn has_gone(&self) {
        self.gone.set(true);
        if let Some(waker) = self.waiting.borrow_mut().take() {
            waker.wake();
        }
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
    io: TcpStream,
    connection: Rc<Connection>,
    /// When something was read last, and the end of the silence that was allowed then.
    heard: Instant,
    silence: Option<Pin<Box<Sleep>>>,
    heads: malformed::Heads,
    /// What is sent in the place of bytes that actix writes.
    replaced: Option<Bytes>,
}

impl Stream {
    pub(super) fn new(io: TcpStream) -> Self {
        // answers are whole when they are written
        let _ = io.set_nodelay(true);
        Self {
            io,
            connection: Rc::default(),
            heard: Instant::now(),
            silence: None,
            heads: malformed::Heads::default(),
            replaced: None,
        }
    }

    pub(super) fn connection(&self) -> Rc<Connection> {
        Rc::clone(&self.connection)
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
        match Pin::new(&mut stream.io).poll_read(context, into) {
            Poll::Pending if stream.is_silent(context) => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok(())) => {
                match into.filled().get(before..) {
                    Some(read) if !read.is_empty() => {
                        stream.heard = Instant::now();
                        stream.heads.read(read);
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
            stream.replaced = stream.heads.answer(bytes).map(Bytes::from);
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
            let _ = SockRef::from(&self.io).set_linger(Some(Duration::ZERO));
        }
    }
}
