//! A program that is called back.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value as Json;

/// Longer than anything here takes.
pub(super) const LONG: Duration = Duration::from_secs(20);

/// What it answers.
pub(super) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"ok\":true}";

/// A callback as it arrived: the first line of its head, and its body.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) line: String,
    pub(super) head: String,
    pub(super) body: Json,
}

/// A callee, and what arrives there.
pub(super) struct Callee {
    pub(super) address: SocketAddr,
    pub(super) arrived: Receiver<Arrived>,
}

fn read(stream: &TcpStream) -> Arrived {
    let mut reader = BufReader::new(stream);
    let (mut head, mut line) = (String::new(), String::new());
    while reader.read_line(&mut line).expect("a line") > 2 {
        head.push_str(&line);
        line.clear();
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then_some(value)
    });
    let mut body = vec![0; length.expect("a length").parse().expect("a number")];
    reader.read_exact(&mut body).expect("the body");
    Arrived {
        line: head.lines().next().unwrap_or_default().to_owned(),
        head,
        body: serde_json::from_slice(&body).expect("JSON"),
    }
}

impl Callee {
    /// One that gives each callback the next of these answers, the last one again and again; one
    /// that is empty is none, and the connection stays open.
    pub(super) fn answering(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, arrived) = channel();
        let answers = answers.to_vec();
        std::thread::spawn(move || {
            let mut open = Vec::new();
            for n in 0.. {
                let Ok((mut stream, _)) = listener.accept() else {
                    return;
                };
                if sender.send(read(&stream)).is_err() {
                    return;
                }
                match answers.get(n).or(answers.last()) {
                    Some(answer) if !answer.is_empty() => {
                        // whoever calls may have gone
                        let _ = stream.write_all(answer.as_bytes());
                    }
                    _ => open.push(stream),
                }
            }
        });
        Self { address, arrived }
    }

    /// One that takes everything.
    pub(super) fn new() -> Self {
        Self::answering(&[OK])
    }

    /// Its address, with a query.
    pub(super) fn url(&self, query: &str) -> String {
        format!("http://{}/hook{query}", self.address)
    }

    /// The next callback.
    pub(super) fn next(&self) -> Arrived {
        self.arrived.recv_timeout(LONG).expect("a callback")
    }

    /// Whether nothing arrives for a while.
    pub(super) fn is_quiet(&self) -> bool {
        self.arrived
            .recv_timeout(Duration::from_millis(150))
            .is_err()
    }
}
