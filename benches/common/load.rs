//! Load over HTTP: blocking connections that send one prepared request after another.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Connections that are busy at once.
const CONNECTIONS: usize = 4;
/// How long a round lasts.
const ROUND: Duration = Duration::from_millis(700);

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

/// A connection that is kept.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self {
            stream,
            buffer: vec![0; 1 << 20],
        }
    }

    /// Sends a request and reads the whole answer; gives its body.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Vec<u8> {
        let (from, to) = self.exchange(request);
        self.buffer[from..to].to_vec()
    }

    fn exchange(&mut self, request: &[u8]) -> (usize, usize) {
        self.stream.write_all(request).expect("sent");
        let mut filled = 0;
        loop {
            let n = self
                .stream
                .read(&mut self.buffer[filled..])
                .expect("an answer");
            assert!(n > 0, "the server closed the connection");
            filled += n;
            let Some(head) = find(&self.buffer[..filled], b"\r\n\r\n") else {
                continue;
            };
            let length = content_length(&self.buffer[..head]);
            let end = head + 4 + length;
            if filled >= end {
                return (head + 4, end);
            }
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

fn content_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let line = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:").map(str::to_owned));
    line.and_then(|n| n.trim().parse().ok()).unwrap_or(0)
}

/// Requests a second, from all connections together.
pub(crate) fn load(address: SocketAddr, request: &[u8]) -> f64 {
    let started = Instant::now();
    let counts: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let mut connection = Connection::open(address);
                    let mut count = 0;
                    while started.elapsed() < ROUND {
                        connection.exchange(request);
                        count += 1;
                    }
                    count
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|t| t.join().expect("a client"))
            .collect()
    });
    counts.iter().sum::<u64>() as f64 / started.elapsed().as_secs_f64()
}
