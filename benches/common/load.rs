//! Load over HTTP: connections of one thread that send one prepared request after another.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// Connections that are busy at once.
const CONNECTIONS: usize = 16;

/// A whole request, whose body is JSON.
pub(crate) fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    request_of(method, path, "application/json", body)
}

/// A whole request.
pub(crate) fn request_of(method: &str, path: &str, media_type: &str, body: &str) -> Vec<u8> {
    let body_headers = if body.is_empty() {
        String::new()
    } else {
        format!(
            "Content-Type: {media_type}\r\nContent-Length: {}\r\n",
            body.len()
        )
    };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Zoho-oauthtoken x\r\n{body_headers}\r\n{body}"
    )
    .into_bytes()
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// From what came over a connection.
    pub(crate) fn parse(raw: &[u8]) -> Self {
        let end = memchr::memmem::find(raw, b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&raw[..end]);
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_owned(), value.trim().to_owned()))
        };
        Self {
            status: status.and_then(|s| s.parse().ok()).expect("a status"),
            headers: lines.filter_map(header).collect(),
            body: raw[end + 4..].to_vec(),
        }
    }

    /// As it comes over a connection.
    pub(crate) fn raw(&self) -> Vec<u8> {
        let mut raw = format!("HTTP/1.1 {} x\r\n", self.status);
        for (name, value) in &self.headers {
            raw.push_str(&format!("{name}: {value}\r\n"));
        }
        raw.push_str("\r\n");
        [raw.as_bytes(), &self.body].concat()
    }
}

/// A connection that is kept.
struct Connection<S> {
    stream: S,
    buffer: Vec<u8>,
}

async fn plain(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    stream
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    fn new(stream: S) -> Self {
        Self {
            stream,
            buffer: Vec::with_capacity(2 << 20),
        }
    }

    /// Sends a request and reads the whole answer into the buffer.
    async fn exchange(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.expect("sent");
        self.stream.flush().await.expect("sent");
        self.buffer.clear();
        let mut end = usize::MAX;
        while self.buffer.len() < end {
            let read = self.stream.read_buf(&mut self.buffer).await;
            assert!(read.expect("an answer") > 0, "the server hung up");
            if end == usize::MAX
                && let Some(head) = memchr::memmem::find(&self.buffer, b"\r\n\r\n")
            {
                end = head + 4 + content_length(&self.buffer[..head]);
            }
        }
    }
}

fn content_length(head: &[u8]) -> usize {
    let at = memchr::memmem::find(head, b"content-length: ");
    let digits = at.map_or(&[][..], |at| &head[at + 16..]);
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
}

fn runtime() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().expect("a runtime")
}

/// The answer to a request.
pub(crate) fn ask(address: SocketAddr, request: &[u8]) -> Answer {
    runtime().block_on(async {
        let mut connection = Connection::new(plain(address).await);
        connection.exchange(request).await;
        Answer::parse(&connection.buffer)
    })
}

/// How many requests all connections together had answered, and in which time.
pub(crate) fn load(address: SocketAddr, request: &[u8], lasts: Duration) -> (u64, Duration) {
    load_by(async || plain(address).await, request, lasts)
}

/// The same by TLS.
pub(crate) fn load_by_tls(
    address: SocketAddr,
    connector: &TlsConnector,
    request: &[u8],
    lasts: Duration,
) -> (u64, Duration) {
    let name = ServerName::try_from("localhost").expect("a name");
    let open = async || {
        let secured = connector.connect(name.clone(), plain(address).await).await;
        secured.expect("a handshake")
    };
    load_by(open, request, lasts)
}

fn load_by<S: AsyncRead + AsyncWrite + Unpin + 'static>(
    open: impl AsyncFn() -> S,
    request: &[u8],
    lasts: Duration,
) -> (u64, Duration) {
    runtime().block_on(async {
        let tasks = tokio::task::LocalSet::new();
        let request: std::rc::Rc<[u8]> = request.into();
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(Connection::new(open().await));
        }
        let started = Instant::now();
        let workers: Vec<_> = connections
            .into_iter()
            .map(|mut connection| {
                let request = std::rc::Rc::clone(&request);
                tasks.spawn_local(async move {
                    let mut count = 0;
                    while started.elapsed() < lasts {
                        connection.exchange(&request).await;
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        tasks.await;
        let mut all = 0;
        for worker in workers {
            all += worker.await.expect("a client");
        }
        (all, started.elapsed())
    })
}
