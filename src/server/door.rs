//! What a connection begins with, which tells what it is: a request of HTTP/1, the handshake of TLS, or
//! `CONNECT`, behind which either of them follows.

use std::sync::Arc;
use std::time::Duration;

use actix_http::{Protocol, Uri};
use actix_rt::net::TcpStream;
use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy, copy_bidirectional, sink};
use tokio::time::timeout;

use super::KEEP_ALIVE;
use super::malformed;
use super::proxy::{self, Proxy, Way};
use super::stream::Stream;
#[cfg(feature = "tls")]
use super::tls::Tls;
use super::transport::Transport;
use crate::error::Code;
use crate::world::World;

/// How long the first byte, and then the head of `CONNECT`, may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest head of `CONNECT`.
const LONGEST_HEAD: usize = 8 << 10;
/// How long, and how much, is still read after the last answer.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_BYTES: u64 = 1 << 20;
/// What a tunnel begins with.
const CONNECT: &[u8] = b"CONNECT ";
/// What TLS begins with: a record of a handshake.
#[cfg(feature = "tls")]
const HANDSHAKE_RECORD: u8 = 0x16;
const TUNNEL: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// What is taken on a connection besides plain HTTP/1.
#[derive(Debug, Default)]
pub struct Edge {
    /// Requests to a proxy, if the server is one.
    pub proxy: Option<Proxy>,
    /// TLS, if it is spoken.
    #[cfg(feature = "tls")]
    pub tls: Option<Tls>,
}

impl Edge {
    /// Whether nothing but plain HTTP/1 is taken.
    fn is_plain(&self) -> bool {
        #[cfg(feature = "tls")]
        if self.tls.is_some() {
            return false;
        }
        self.proxy.is_none()
    }
}

/// The door of a socket.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) edge: Arc<Edge>,
    pub(super) world: Arc<World>,
    /// The ports of this server.
    pub(super) ports: Arc<[u16]>,
}

/// How `CONNECT` went.
enum Tunnel {
    /// It leads to this server: what follows is as if the client had come by itself.
    Here,
    /// It is none. What was read of it goes on.
    None(Bytes),
    /// It has ended.
    Ended,
}

/// The head of a request, as far as it has come.
enum Head {
    Whole(Vec<u8>),
    /// It begins otherwise.
    Other(Vec<u8>),
    TooLong,
    Gone,
}

impl Door {
    /// What is to be served on a connection; none if there is nothing to be served any more.
    pub(super) async fn open(&self, mut io: TcpStream) -> Option<(Stream, Protocol)> {
        // answers are whole when they are written
        let _ = io.set_nodelay(true);
        if self.edge.is_plain() {
            return Some(plain(io, Bytes::new()));
        }
        let mut first = match first_byte(&mut io, PATIENCE).await {
            Came::Byte(byte) => byte,
            Came::Nothing => return None,
            Came::Late => {
                refuse_late(&mut io).await;
                return None;
            }
        };
        if first == CONNECT[0] {
            match self.tunnel(&mut io).await {
                // some clients make tunnels ahead of what they will ask; whoever speaks TLS in it does
                // not understand an answer in plain text
                Tunnel::Here => match first_byte(&mut io, KEEP_ALIVE).await {
                    Came::Byte(byte) => first = byte,
                    Came::Nothing | Came::Late => return None,
                },
                Tunnel::None(read) => return Some(plain(io, read)),
                Tunnel::Ended => return None,
            }
        }
        self.served(io, first).await
    }

    /// A connection whose first byte says whether it is one of TLS.
    #[cfg(feature = "tls")]
    async fn served(&self, io: TcpStream, first: u8) -> Option<(Stream, Protocol)> {
        let tls = self.edge.tls.as_ref();
        let Some(tls) = tls.filter(|_| first == HANDSHAKE_RECORD) else {
            return Some(plain(io, Bytes::new()));
        };
        let (stream, protocol) = tls.accept(io).await?;
        let transport = Transport::Tls(Box::new(stream));
        Some((Stream::new(transport, Bytes::new(), protocol), protocol))
    }

    /// TLS is not spoken.
    #[cfg(not(feature = "tls"))]
    #[allow(clippy::unused_async, reason = "a handshake takes its time")]
    async fn served(&self, io: TcpStream, _: u8) -> Option<(Stream, Protocol)> {
        Some(plain(io, Bytes::new()))
    }

    /// Makes a tunnel, if that is what a client asks for.
    async fn tunnel(&self, io: &mut TcpStream) -> Tunnel {
        let Some(proxy) = &self.edge.proxy else {
            return Tunnel::None(Bytes::new());
        };
        let Ok(head) = timeout(PATIENCE, read_head(io)).await else {
            return refuse_late(io).await;
        };
        let head = match head {
            Head::Whole(head) => head,
            Head::Other(read) => return Tunnel::None(read.into()),
            Head::TooLong => {
                let kibibytes = LONGEST_HEAD >> 10;
                let reason = format!("the head of CONNECT is too large: {kibibytes} KiB are taken");
                return refuse(io, Code::HEAD_TOO_LARGE, reason).await;
            }
            Head::Gone => return Tunnel::Ended,
        };
        // what cannot be read, or leads nowhere, is answered as any other request
        let Some((host, port)) = target(&head) else {
            return Tunnel::None(with_host(head));
        };
        match proxy.way(&host, port, &self.ports, &self.world.settings.visitors) {
            Way::Here => match io.write_all(TUNNEL).await {
                Ok(()) => Tunnel::Here,
                Err(_) => Tunnel::Ended,
            },
            Way::Through => pass_through(io, &host, port).await,
            Way::Nowhere => Tunnel::None(with_host(head)),
        }
    }
}

/// A connection that speaks HTTP/1, of which some bytes have been read already.
fn plain(io: TcpStream, read: Bytes) -> (Stream, Protocol) {
    let protocol = Protocol::Http1;
    (Stream::new(Transport::Plain(io), read, protocol), protocol)
}

/// What comes first on a connection.
enum Came {
    Byte(u8),
    /// It has ended.
    Nothing,
    /// Nothing yet.
    Late,
}

/// The first byte that comes, which stays to be read.
async fn first_byte(io: &mut TcpStream, patience: Duration) -> Came {
    let mut byte = [0];
    match timeout(patience, io.peek(&mut byte)).await {
        Ok(Ok(1)) => Came::Byte(byte[0]),
        Ok(_) => Came::Nothing,
        Err(_) => Came::Late,
    }
}

/// Reads the head of `CONNECT`, and nothing of what follows it.
async fn read_head(io: &mut TcpStream) -> Head {
    const END: &[u8] = b"\r\n\r\n";
    let mut head = Vec::with_capacity(512);
    let mut piece = [0; 512];
    loop {
        let came = match io.peek(&mut piece).await {
            Ok(came) if came > 0 => came,
            _ => return Head::Gone,
        };
        let before = head.len();
        head.extend_from_slice(&piece[..came]);
        // the end may lie across two pieces
        let from = before.saturating_sub(END.len() - 1);
        let end = memchr::memmem::find(&head[from..], END).map(|at| from + at + END.len());
        head.truncate(end.unwrap_or(head.len()));
        // it is there, and only taken away
        let taken = &mut piece[..head.len() - before];
        if io.read_exact(taken).await.is_err() {
            return Head::Gone;
        }
        let begun = head.len().min(CONNECT.len());
        if head[..begun] != CONNECT[..begun] {
            return Head::Other(head);
        }
        if head.len() > LONGEST_HEAD {
            return Head::TooLong;
        }
        if end.is_some() {
            return Head::Whole(head);
        }
    }
}

/// Whom `CONNECT` asks for; none if it cannot be read.
fn target(head: &[u8]) -> Option<(String, u16)> {
    let mut headers = [httparse::EMPTY_HEADER; malformed::MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    request.parse(head).ok()?;
    let uri: Uri = request.path?.parse().ok()?;
    let authority = uri.authority()?;
    Some((authority.host().to_owned(), authority.port_u16()?))
}

/// The head of `CONNECT` with the header `Host`, which some clients leave out, since the target says the
/// same. What cannot be read stays as it is.
fn with_host(mut head: Vec<u8>) -> Bytes {
    let mut headers = [httparse::EMPTY_HEADER; malformed::MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    if !matches!(request.parse(&head), Ok(httparse::Status::Complete(_))) {
        return head.into();
    }
    let has_host = request.headers.iter();
    let has_host = { has_host }.any(|header| header.name.eq_ignore_ascii_case("host"));
    let line = request.path.map(|target| format!("\r\nHost: {target}"));
    let end = memchr::memmem::find(&head, b"\r\n");
    if let (false, Some(line), Some(end)) = (has_host, line, end) {
        head.splice(end..end, line.into_bytes());
    }
    head.into()
}

/// Carries bytes between a client and another host until both have ended.
async fn pass_through(io: &mut TcpStream, host: &str, port: u16) -> Tunnel {
    let mut other = match proxy::reach(host, port).await {
        Ok(other) => other,
        Err(error) => {
            let reason = format!("{host}:{port} cannot be reached: {error}");
            return refuse(io, Code::HOST_NOT_REACHED, reason).await;
        }
    };
    if io.write_all(TUNNEL).await.is_ok() {
        // how it ends is a matter of the two
        let _ = copy_bidirectional(io, &mut other).await;
    }
    Tunnel::Ended
}

async fn refuse_late(io: &mut TcpStream) -> Tunnel {
    let reason = Code::REQUEST_TIMEOUT.message(crate::error::Wording::Zoho);
    refuse(io, Code::REQUEST_TIMEOUT, reason.to_owned()).await
}

/// The last answer of a connection.
async fn refuse(io: &mut TcpStream, kind: Code, reason: String) -> Tunnel {
    // nobody may be there
    let _ = io.write_all(&malformed::refusal(kind, reason)).await;
    let _ = io.shutdown().await;
    // an end while something comes would be a reset, which takes the answer along
    let rest = async { copy(&mut io.take(LINGER_BYTES), &mut sink()).await };
    let _ = timeout(LINGER, rest).await;
    Tunnel::Ended
}
