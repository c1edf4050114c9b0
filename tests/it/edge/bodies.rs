//! Large bodies, many at once.

use std::io::Write as _;
use std::net::TcpStream;

use zoho_crm_mock::MockServer;

use super::{answer, connect};

const MEGABYTE: usize = 1 << 20;

/// The beginning of an upload that is said to have so many bytes.
fn upload(url: &str, announced: usize) -> TcpStream {
    let mut stream = connect(url);
    let head = format!(
        "POST /crm/v8/files HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: {announced}\r\n\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream
}

/// Bodies that do not end take the room of each other, and not that of small requests.
#[test]
fn large_bodies_wait_for_each_other() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let unfinished: Vec<TcpStream> = (0..8)
        .map(|_| {
            let mut stream = upload(crm.url(), 90 * MEGABYTE);
            stream.write_all(&[b'a'; 64 << 10]).expect("sent");
            stream
        })
        .collect();
    let mut small = connect(crm.url());
    let count = "GET /crm/v8/Leads/actions/count HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n";
    small.write_all(count.as_bytes()).expect("sent");
    assert!(answer(&mut small).starts_with("HTTP/1.1 200"));

    let end = "\r\n--B--\r\n";
    let head = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    let mut next = upload(crm.url(), head.len() + 2 * MEGABYTE + end.len());
    let mut sender = next.try_clone().expect("a second handle");
    let sending = std::thread::spawn(move || {
        sender.write_all(&vec![b'a'; 2 * MEGABYTE]).expect("sent");
        sender.write_all(end.as_bytes()).expect("sent");
    });
    // those who go make room
    drop(unfinished);
    assert!(answer(&mut next).starts_with("HTTP/1.1 200"));
    sending.join().expect("sent");
}
