//! Requests that are odd, or none.

use std::io::Write as _;
use std::time::{Duration, Instant};

use zoho_crm_mock::MockServer;

use super::{answer, connect, raw};

const LOCAL: &str = "Host: localhost\r\nAuthorization: Bearer x\r\n";

#[test]
fn every_request_is_answered_at_once() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let post = "POST /crm/v8/Leads HTTP/1.1";
    for (request, half_close, expected) in [
        // another protocol is not spoken, but the request is answered
        (
            format!(
                "GET /crm/v8/org HTTP/1.1\r\n{LOCAL}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
            ),
            false,
            "200",
        ),
        (
            format!("CONNECT localhost:443 HTTP/1.1\r\n{LOCAL}\r\n"),
            false,
            "4",
        ),
        // bodies that do not come to their end
        (
            format!("{post}\r\n{LOCAL}Content-Length: 100\r\n\r\n{{\"data\":[]}}"),
            true,
            "400",
        ),
        (
            format!("{post}\r\n{LOCAL}Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
            false,
            "400",
        ),
        (
            format!("POST /__admin/orgs HTTP/1.1\r\n{LOCAL}Content-Length: 9\r\n\r\n{{"),
            true,
            "400",
        ),
        (
            "GET /__admin/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n".to_owned(),
            false,
            "400",
        ),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), false, "400"),
        (
            format!(
                "GET /crm/v8/org HTTP/1.1\r\n{LOCAL}X: {}\r\n\r\n",
                "y".repeat(140_000)
            ),
            false,
            "431",
        ),
    ] {
        let asked = Instant::now();
        let told = raw(crm.url(), &request, half_close);
        let line = told.lines().next().unwrap_or_default();
        let short = &request[..request.len().min(200)];
        assert!(
            line.starts_with(&format!("HTTP/1.1 {expected}")),
            "{short}: {told}"
        );
        assert!(asked.elapsed() < Duration::from_secs(4), "{short}");
        let (head, body) = told.split_once("\r\n\r\n").expect("a head");
        assert!(
            !body.is_empty() || head.contains(" 204"),
            "{short} says nothing: {told}"
        );
    }
    // nothing of them was written
    assert_eq!(crm.count("Leads").expect("a module"), 0);
}

#[test]
fn an_error_of_the_edge_says_what_is_wrong() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    for (request, said) in [
        ("GET /crm/v8/org HTTP/1.1\r\nX A: b\r\n\r\n", "X A"),
        (
            "GET /crm/v8/org HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
            "Content-Length",
        ),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\r\n\r\n", "TLS"),
    ] {
        let told = raw(crm.url(), request, false);
        assert!(told.contains(said), "{request:?}: {told}");
        assert!(told.contains("\"status\":\"error\""), "{told}");
    }
}

#[test]
fn head_is_get_without_a_body_and_405_says_what_is_allowed() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let head = raw(
        crm.url(),
        &format!("HEAD /__admin/health HTTP/1.1\r\n{LOCAL}Connection: close\r\n\r\n"),
        false,
    );
    let (head, body) = head.split_once("\r\n\r\n").expect("a head");
    assert!(
        head.starts_with("HTTP/1.1 200") && body.is_empty(),
        "{head} {body}"
    );
    let told = raw(
        crm.url(),
        &format!("PUT /__admin/orgs HTTP/1.1\r\n{LOCAL}\r\n"),
        false,
    );
    assert!(told.starts_with("HTTP/1.1 405"), "{told}");
    assert!(
        told.to_ascii_lowercase()
            .contains("\r\nallow: post, get, head\r\n"),
        "{told}"
    );
}

#[test]
fn a_connection_that_pauses_is_kept() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let request = format!("GET /crm/v8/org HTTP/1.1\r\n{LOCAL}\r\n");
    let mut stream = connect(crm.url());
    for pause in [0, 5_500] {
        std::thread::sleep(Duration::from_millis(pause));
        stream.write_all(request.as_bytes()).expect("sent");
        assert!(answer(&mut stream).starts_with("HTTP/1.1 200"));
    }
}

/// The descriptors of this process, in which the server runs, too.
#[cfg(target_os = "linux")]
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

#[cfg(target_os = "linux")]
#[test]
fn a_connection_takes_one_descriptor_on_each_side() {
    const CONNECTIONS: usize = 200;
    // of its own process: other tests open and close descriptors meanwhile
    let server = crate::support::Server::start(&["--empty"]);
    let of = |pid: u32| std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
    let before = of(server.child.id());
    assert!(before > 0 && descriptors() > 0);
    let request = format!("GET /crm/v8/org HTTP/1.1\r\n{LOCAL}\r\n");
    let streams: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let mut stream = connect(&server.url);
            stream.write_all(request.as_bytes()).expect("sent");
            assert!(answer(&mut stream).starts_with("HTTP/1.1 200"));
            stream
        })
        .collect();
    let more = of(server.child.id()).saturating_sub(before);
    assert!(
        more <= CONNECTIONS + 20,
        "{more} descriptors for {} connections",
        streams.len()
    );
}
