//! Large files, and bodies that are none, over a socket.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::support::{Server, seed_of_scenarios};

const LEAD: &str = "/crm/v8/Leads/5725767000000500001";

fn server(more: &[&str]) -> Server {
    let seed = seed_of_scenarios("files");
    let arguments = [&["--seed", &seed][..], more].concat();
    Server::start(&arguments)
}

fn connect(server: &Server) -> TcpStream {
    let address = server.url.strip_prefix("http://").expect("an address");
    TcpStream::connect(address).expect("a connection")
}

/// Sends the head of an upload to the attachments of a lead.
fn begin(server: &Server, how: &str) -> TcpStream {
    let mut stream = connect(server);
    let head = format!(
        "POST {LEAD}/Attachments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\
         Connection: close\r\nContent-Type: multipart/form-data; boundary=x\r\n{how}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream
}

fn answer(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // what comes before the connection ends
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

const HEAD: &str = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";

/// How many bytes of memory a process has, and how many it has had at most.
#[cfg(target_os = "linux")]
fn memory(server: &Server) -> (usize, usize) {
    let path = format!("/proc/{}/status", server.child.id());
    let status = std::fs::read_to_string(path).expect("its status");
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let number: usize = kilobytes.expect("a number").parse().expect("a number");
        number * 1024
    };
    (field("VmRSS:"), field("VmHWM:"))
}

#[cfg(target_os = "linux")]
#[test]
fn an_upload_takes_its_size_once() {
    const SIZE: usize = 100 << 20;
    let server = server(&[]);
    let (before, _) = memory(&server);
    let tail = "\r\n--x--\r\n";
    let content = SIZE - HEAD.len() - tail.len();
    let mut stream = begin(&server, &format!("Content-Length: {SIZE}"));
    stream.write_all(HEAD.as_bytes()).expect("sent");
    let block: Vec<u8> = (0..=255).cycle().take(1 << 20).collect();
    let mut left = content;
    while left > 0 {
        let now = left.min(block.len());
        stream.write_all(&block[..now]).expect("sent");
        left -= now;
    }
    stream.write_all(tail.as_bytes()).expect("sent");
    let told = answer(stream);
    assert!(told.contains("attachment uploaded successfully"), "{told}");
    let (after, most) = memory(&server);
    let grown = most.saturating_sub(before);
    assert!(
        grown <= SIZE / 10 * 12,
        "{grown} bytes more, {after} in the end"
    );
}

#[test]
fn what_is_no_form_writes_nothing() {
    let server = server(&["--max-file-bytes", "1000000"]);
    let handling = "failure_in_attachment_handling";
    for (how, body, expected) in [
        // a boundary that never comes
        (
            "Content-Length: 200000".to_owned(),
            format!("{HEAD}{}", ".".repeat(200_000 - HEAD.len())),
            handling,
        ),
        // a body that breaks off
        (
            "Content-Length: 200000".to_owned(),
            HEAD.to_owned(),
            "HTTP/1.1 400",
        ),
        // parts without names, and without headers
        (
            String::new(),
            "--x\r\nContent-Type: text/plain\r\n\r\na\r\n--x--".to_owned(),
            "MANDATORY_NOT_FOUND",
        ),
        (
            String::new(),
            "--x\r\n\r\nabc\r\n--x--\r\n\r\n".to_owned(),
            "MANDATORY_NOT_FOUND",
        ),
        // more than there may be, which is told before all of it has come
        (
            "Content-Length: 2000000000".to_owned(),
            HEAD.to_owned(),
            "BODY_SIZE_REACHED",
        ),
        // no room
        (
            String::new(),
            format!("{HEAD}{}\r\n--x--\r\n", ".".repeat(1_000_001)),
            "STORAGE_SPACE_EXCEEDED",
        ),
    ] {
        let how = if how.is_empty() {
            format!("Content-Length: {}", body.len())
        } else {
            how
        };
        let mut stream = begin(&server, &how);
        let _ = stream.write_all(body.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let told = answer(stream);
        assert!(told.contains(expected), "{how}: {told}");
    }
    let mut stream = connect(&server);
    let list = format!(
        "GET {LEAD}/Attachments?fields=id HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(list.as_bytes()).expect("sent");
    let told = answer(stream);
    assert!(told.starts_with("HTTP/1.1 204"), "{told}");
}
