//! Where requests come in: connections, heads and bodies as they are on the wire.

mod bodies;
mod heads;
mod people;
mod proxy;
mod stops;
mod tls;
mod visitors;
mod waits;

use std::io::{Read, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

/// A connection to a server.
fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a connection");
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).expect("a time limit");
    stream
}

/// What comes back until the server closes, or until a whole head and `length` bytes have come.
fn answer(stream: &mut TcpStream) -> String {
    answer_of(stream)
}

/// The same of any stream.
fn answer_of(stream: &mut impl Read) -> String {
    let mut came = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => came.extend_from_slice(&piece[..n]),
            // a machine that was paused interrupts reads that have a timeout
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&came)),
        }
        if is_whole(&came) {
            break;
        }
    }
    String::from_utf8_lossy(&came).into_owned()
}

/// Whether an answer has come as far as its length says.
fn is_whole(came: &[u8]) -> bool {
    let text = String::from_utf8_lossy(came).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length = length.and_then(|length| length.trim().parse::<usize>().ok());
    length.is_none_or(|length| body.len() >= length)
}

/// Sends bytes, and gives what comes back.
fn raw(url: &str, request: &str, half_close: bool) -> String {
    let mut stream = connect(url);
    stream.write_all(request.as_bytes()).expect("sent");
    if half_close {
        stream.shutdown(Shutdown::Write).expect("closed");
    }
    answer(&mut stream)
}
