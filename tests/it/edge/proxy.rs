//! The server as a proxy: what ends in it, and what it does with the rest.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use zoho_crm_mock::{MockServer, Requests};

use super::tls::{ask, leads, secure, trusting};
use super::{answer, connect};

fn server() -> MockServer {
    // the end of a page's token is told by the clock
    let builder = MockServer::builder().now("2026-11-16T09:00:00Z");
    let builder = builder.tls().proxy();
    builder.start_blocking().expect("a server")
}

/// Sends `CONNECT`, and reads what is answered to it.
fn tunnel(crm: &MockServer, target: &str) -> (TcpStream, String) {
    let mut stream = connect(crm.url());
    let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let told = answer(&mut stream);
    (stream, told)
}

#[test]
fn every_way_to_zoho_leads_here() {
    let crm = server();
    let trusting = trusting(crm.ca_pem().expect("an authority"));
    let hosts = [
        "www.zohoapis.com",
        "www.zohoapis.eu",
        "developer.zohoapis.in",
        "crm.zoho.jp",
    ];
    for host in hosts {
        let plain = ask(&mut connect(crm.url()), &leads("", host));
        let absolute = leads(&format!("http://{host}"), "elsewhere.example");
        let absolute = ask(&mut connect(crm.url()), &absolute);
        let (mut stream, told) = tunnel(&crm, &format!("{host}:80"));
        assert!(told.starts_with("HTTP/1.1 200"), "{told}");
        let by_tunnel = ask(&mut stream, &leads("", host));
        let (stream, told) = tunnel(&crm, &format!("{host}:443"));
        assert!(told.starts_with("HTTP/1.1 200"), "{told}");
        let mut stream = secure(stream, host, &trusting);
        let secured: Vec<String> = (0..5).map(|_| ask(&mut stream, &leads("", host))).collect();
        let body = |told: &str| told.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        for told in [&absolute, &by_tunnel].into_iter().chain(&secured) {
            assert!(told.starts_with("HTTP/1.1 200"), "{host}: {told}");
            assert_eq!(body(told), body(&plain), "{host}");
        }
    }
}

#[test]
fn other_hosts_are_refused_and_stand_in_the_journal() {
    let crm = server();
    let (_, connected) = tunnel(&crm, "www.example.com:443");
    let absolute = leads("http://api.example.com:8080", "api.example.com:8080");
    let absolute = ask(&mut connect(crm.url()), &absolute);
    for (told, host) in [
        (&connected, "www.example.com"),
        (&absolute, "api.example.com"),
    ] {
        assert!(told.starts_with("HTTP/1.1 403"), "{told}");
        assert!(told.contains("HOST_NOT_ZOHO"), "{told}");
        assert!(told.contains(&format!("--pass-through {host}")), "{told}");
    }
    let requests = crm.received_requests().expect("a journal");
    let requests: Vec<_> = requests
        .iter()
        .map(|it| (&*it.method, &*it.path, it.status))
        .collect();
    let expected = [
        ("CONNECT", "www.example.com:443", 403),
        ("GET", "http://api.example.com:8080/crm/v8/Leads", 403),
    ];
    assert_eq!(requests, expected);
    let har = format!("{}/__admin/requests/har", crm.url());
    let har = reqwest::blocking::get(har)
        .expect("an archive")
        .text()
        .expect("a text");
    for url in [
        "https://www.example.com:443",
        "http://api.example.com:8080/crm/v8/Leads?",
    ] {
        assert!(har.contains(url), "{har} has no {url}");
    }
    // a test can ask for them
    let refused = Requests::any()
        .method("CONNECT")
        .path("*www.example.com*")
        .count(1);
    crm.verify(refused).expect("it was called");
}

#[test]
fn a_refusal_does_not_wait_and_tells_no_password() {
    let crm = server();
    let begun = Instant::now();
    for (target, headers, status) in [
        (
            "www.example.com:443",
            "Host: x\r\nConnection: close\r\n",
            403,
        ),
        (
            "www.example.com:443",
            "Host: x\r\nConnection: keep-alive\r\n",
            403,
        ),
        (
            "www.example.com:443",
            "Host: x\r\nProxy-Connection: keep-alive\r\n",
            403,
        ),
        // some clients say the host in the target alone
        ("www.example.com:443", "", 403),
        ("www.zohoapis.com", "", 400),
        ("www.zohoapis.com:443", "", 200),
        (
            "rao:hidden@www.example.com:443",
            "Connection: close\r\n",
            403,
        ),
    ] {
        let mut stream = connect(crm.url());
        let request = format!("CONNECT {target} HTTP/1.1\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        let told = answer(&mut stream);
        assert!(
            told.starts_with(&format!("HTTP/1.1 {status}")),
            "{request}{told}"
        );
        assert!(!told.contains("hidden"), "{told}");
    }
    let request =
        "GET http://rao:hidden@www.example.com/a HTTP/1.1\r\nHost: www.example.com\r\n\r\n";
    let told = ask(&mut connect(crm.url()), request);
    assert!(
        told.starts_with("HTTP/1.1 403") && !told.contains("hidden"),
        "{told}"
    );
    // another protocol is not taken for HTTP
    let request =
        "GET ftp://www.zohoapis.com/crm/v8/org HTTP/1.1\r\nHost: www.zohoapis.com\r\n\r\n";
    let told = ask(&mut connect(crm.url()), request);
    assert!(
        told.starts_with("HTTP/1.1 400") && told.contains("for http"),
        "{told}"
    );
    assert!(begun.elapsed() < Duration::from_secs(5));
    for request in crm.received_requests().expect("a journal").iter() {
        assert!(!request.path.contains("hidden"), "{}", request.path);
    }
}

#[test]
fn the_control_plane_gives_the_certificate_that_is_to_be_trusted() {
    let crm = server();
    let told = reqwest::blocking::get(format!("{}/__admin/ca", crm.url()));
    let told = told.and_then(reqwest::blocking::Response::text);
    assert_eq!(told.ok().as_deref(), crm.ca_pem());
}

#[test]
fn a_tunnel_may_begin_in_pieces_or_all_at_once() {
    let crm = server();
    let head = "CONNECT www.zohoapis.com:80 HTTP/1.1\r\nHost: www.zohoapis.com:80\r\n\r\n";
    let request = leads("", "www.zohoapis.com");
    let established = "HTTP/1.1 200 Connection established\r\n\r\n";
    for pieces in [head.len(), 1, 7] {
        let mut stream = connect(crm.url());
        for piece in head.as_bytes().chunks(pieces) {
            stream.write_all(piece).expect("sent");
            if pieces == 1 {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        assert_eq!(answer(&mut stream), established);
        assert!(ask(&mut stream, &request).starts_with("HTTP/1.1 200 OK"));
    }
    // a client that does not wait for the answer
    let mut stream = connect(crm.url());
    stream
        .write_all(format!("{head}{request}").as_bytes())
        .expect("sent");
    let mut came = String::new();
    while !came.contains("Last_Name") {
        let mut piece = [0; 4096];
        let n = stream.read(&mut piece).expect("an answer");
        assert!(n > 0, "{came}");
        came.push_str(&String::from_utf8_lossy(&piece[..n]));
    }
    assert!(came.starts_with(established), "{came}");
}

#[test]
fn what_is_no_tunnel_is_told_so() {
    let crm = server();
    let long = |bytes| format!("X: {}\r\n", "y".repeat(bytes));
    let longest = long(400_000);
    let long = long(9_000);
    for (request, status, said) in [
        (
            format!("CONNECT www.zohoapis.com:443 HTTP/1.1\r\n{longest}\r\n"),
            "431",
            "8 KiB",
        ),
        (
            format!("CONNECT www.zohoapis.com:443 HTTP/1.1\r\n{long}\r\n"),
            "431",
            "8 KiB",
        ),
        (
            "CONNECT www.zohoapis.com HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
            "400",
            "a port",
        ),
        (
            "CONNECT /x HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(),
            "4",
            "code",
        ),
        ("CONNECT  HTTP/1.1\r\n\r\n".to_owned(), "400", "code"),
        (
            "COPY / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(),
            "404",
            "code",
        ),
        ("CO\u{0}\r\n\r\n".to_owned(), "400", "code"),
    ] {
        let told = super::raw(crm.url(), &request, false);
        let short = &request[..request.len().min(60)];
        assert!(
            told.starts_with(&format!("HTTP/1.1 {status}")),
            "{short:?}: {told}"
        );
        assert!(told.contains(said), "{short:?}: {told}");
    }
    // in the middle of a connection nobody knows what would follow
    let mut stream = connect(crm.url());
    assert!(ask(&mut stream, &leads("", "localhost")).starts_with("HTTP/1.1 200"));
    let late = "CONNECT www.zohoapis.com:443 HTTP/1.1\r\nHost: a\r\n\r\n";
    assert!(ask(&mut stream, late).starts_with("HTTP/1.1 400"));
}

#[test]
fn who_is_silent_is_told_so() {
    let crm = server();
    let begun = Instant::now();
    let streams = ["", "C", "CONNECT www.zohoapis.com:443 HTTP/1.1\r\n"].map(|bytes| {
        let mut stream = connect(crm.url());
        stream.write_all(bytes.as_bytes()).expect("sent");
        stream
    });
    for mut stream in streams {
        let told = answer(&mut stream);
        assert!(told.starts_with("HTTP/1.1 408"), "{told}");
        let took = begun.elapsed();
        assert!(
            took > Duration::from_secs(4) && took < Duration::from_secs(9),
            "{took:?}"
        );
    }
}

#[test]
fn hosts_may_be_passed_through() {
    let echo = TcpListener::bind("127.0.0.1:0").expect("a socket");
    let port = echo.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        let (mut stream, _) = echo.accept().expect("a connection");
        // whoever comes behind is not let wait
        drop(echo);
        let mut came = [0; 4];
        stream.read_exact(&mut came).expect("four bytes");
        stream.write_all(&came).expect("sent");
    });
    let builder = MockServer::builder()
        .pass_through("127.0.0.1")
        .pass_through("*.invalid");
    let crm = builder.start_blocking().expect("a server");
    let (mut stream, told) = tunnel(&crm, &format!("127.0.0.1:{port}"));
    assert!(told.starts_with("HTTP/1.1 200"), "{told}");
    stream.write_all(b"ping").expect("sent");
    let mut came = String::new();
    stream.read_to_string(&mut came).expect("the end");
    assert_eq!(came, "ping");
    // nobody is there any more
    let (_, told) = tunnel(&crm, &format!("127.0.0.1:{port}"));
    assert!(told.starts_with("HTTP/1.1 502"), "{told}");
    assert!(told.contains("HOST_NOT_REACHED"), "{told}");
    // a request for its address is none that is passed through
    let absolute = leads("http://www.invalid", "www.invalid");
    let told = ask(&mut connect(crm.url()), &absolute);
    assert!(
        told.starts_with("HTTP/1.1 403") && told.contains("by CONNECT"),
        "{told}"
    );
    // Zoho's hosts are no others, whatever is allowed
    let (mut stream, _) = tunnel(&crm, "www.zohoapis.com:80");
    assert!(ask(&mut stream, &leads("", "www.zohoapis.com")).starts_with("HTTP/1.1 200"));
}

#[test]
fn the_server_is_reached_through_itself() {
    let crm = server();
    let own = crm.url().trim_start_matches("http://").to_owned();
    let (mut stream, told) = tunnel(&crm, &own);
    assert!(told.starts_with("HTTP/1.1 200"), "{told}");
    assert!(ask(&mut stream, &leads("", &own)).starts_with("HTTP/1.1 200"));
    let told = ask(
        &mut connect(crm.url()),
        &leads(&format!("http://{own}"), &own),
    );
    assert!(told.starts_with("HTTP/1.1 200"), "{told}");
    // another port of this machine is another server
    let (_, told) = tunnel(&crm, "127.0.0.1:1");
    assert!(told.starts_with("HTTP/1.1 403"), "{told}");
}

#[test]
fn who_asked_for_no_proxy_has_none() {
    let crm = MockServer::builder().start_blocking().expect("a server");
    assert!(crm.proxy_url().is_none() && crm.ca_pem().is_none());
    let (_, told) = tunnel(&crm, "www.zohoapis.com:443");
    assert!(told.starts_with("HTTP/1.1 4"), "{told}");
}
