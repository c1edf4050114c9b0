//! Connections by TLS, on the port of plain HTTP.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use zoho_crm_mock::{Breakage, Fault, MockServer};

use super::{answer_of, connect};
use crate::support::{BINARY, Server, skip};

/// A connection by TLS.
pub(super) type Secure = StreamOwned<ClientConnection, TcpStream>;

/// A client that trusts one authority, and nobody else.
pub(super) fn trusting(pem: &str) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(pem.as_bytes()).expect("PEM");
    roots.add(root).expect("a root");
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions();
    let config = config.expect("versions").with_root_certificates(roots);
    Arc::new(config.with_no_client_auth())
}

/// Begins TLS on a connection, to a host of this name.
pub(super) fn secure(stream: TcpStream, host: &str, trusting: &Arc<ClientConfig>) -> Secure {
    let name = ServerName::try_from(host.to_owned()).expect("a name");
    let client = ClientConnection::new(Arc::clone(trusting), name).expect("a client");
    StreamOwned::new(client, stream)
}

/// A request for the leads, to a host of this name.
pub(super) fn leads(target: &str, host: &str) -> String {
    format!(
        "GET {target}/crm/v8/Leads?fields=Last_Name&per_page=1 HTTP/1.1\r\nHost: {host}\r\n\
         Authorization: Zoho-oauthtoken x\r\n\r\n"
    )
}

/// Asks on a connection that stays open.
pub(super) fn ask(stream: &mut (impl Read + Write), request: &str) -> String {
    stream.write_all(request.as_bytes()).expect("sent");
    answer_of(stream)
}

fn server() -> MockServer {
    let builder = MockServer::builder().tls().proxy();
    builder.start_blocking().expect("a server")
}

fn pem(crm: &MockServer) -> &str {
    crm.ca_pem().expect("an authority")
}

#[test]
fn a_connection_is_kept_and_names_are_shown_their_certificates() {
    let crm = server();
    let trusting = trusting(pem(&crm));
    for host in [
        "www.zohoapis.com",
        "accounts.zoho.eu",
        "sandbox.zohoapis.in",
        "content.zohoapis.com.au",
        "accounts.zohocloud.ca",
        "localhost",
        "127.0.0.1",
    ] {
        let mut stream = secure(connect(crm.url()), host, &trusting);
        for _ in 0..20 {
            let told = ask(&mut stream, &leads("", host));
            assert!(told.starts_with("HTTP/1.1 200"), "{host}: {told}");
            assert!(told.contains("Last_Name"), "{host}: {told}");
        }
    }
}

#[test]
fn names_that_are_not_zohos_are_refused() {
    let crm = server();
    let trusting = trusting(pem(&crm));
    for host in ["www.example.com", "evilzohoapis.com"] {
        let mut stream = secure(connect(crm.url()), host, &trusting);
        let refused = stream.write_all(b"x").expect_err("no certificate");
        assert!(refused.to_string().contains("alert"), "{host}: {refused}");
    }
}

#[test]
fn what_is_told_is_told_by_tls_too() {
    let crm = server();
    let trusting = trusting(pem(&crm));
    let local = "Host: localhost\r\nAuthorization: Bearer x\r\n";
    let long = format!("X: {}\r\n", "y".repeat(140_000));
    for (request, status, said) in [
        (
            "GET /crm/v8/org HTTP/1.1\r\nX A: b\r\n\r\n".to_owned(),
            "400",
            "X A",
        ),
        (
            format!("GET /crm/v8/org HTTP/1.1\r\n{local}{long}\r\n"),
            "431",
            "too large",
        ),
        (
            format!("POST /crm/v8/Leads HTTP/1.1\r\n{local}Content-Length: 20000000\r\n\r\n"),
            "4",
            "code",
        ),
        (
            "GET /crm/v8/org HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_owned(),
            "421",
            "evil.example",
        ),
        // addresses in answers are those that the client uses
        (
            format!("GET /__admin/connections HTTP/1.1\r\n{local}\r\n"),
            "200",
            "https://localhost",
        ),
    ] {
        let mut stream = secure(connect(crm.url()), "localhost", &trusting);
        let told = ask(&mut stream, &request);
        assert!(told.starts_with(&format!("HTTP/1.1 {status}")), "{told}");
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn answers_break_as_they_are_told_to() {
    let crm = server();
    let trusting = trusting(pem(&crm));
    for breakage in [Breakage::Reset, Breakage::Truncate] {
        let _rule = crm.fault(Fault::breakage(breakage)).expect("a rule");
        let mut stream = secure(connect(crm.url()), "localhost", &trusting);
        stream
            .write_all(leads("", "localhost").as_bytes())
            .expect("sent");
        let mut came = Vec::new();
        let ended = stream.read_to_end(&mut came);
        let told = String::from_utf8_lossy(&came).into_owned();
        assert!(
            ended.is_err() || !told.ends_with("}\n"),
            "{breakage:?}: {told}"
        );
    }
}

/// Waits until the server has ended a connection; gives how long that took.
fn ended(mut stream: TcpStream, begun: Instant) -> Duration {
    let mut piece = [0; 512];
    while stream.read(&mut piece).is_ok_and(|n| n > 0) {}
    begun.elapsed()
}

#[test]
fn handshakes_that_lead_nowhere_end_and_hold_nobody_up() {
    let crm = server();
    let begun = Instant::now();
    // a record of a handshake, whose rest never comes
    let silent = [&[][..], &[0x16], &[0x16, 3, 1, 2, 0, 1]].map(|bytes| {
        let mut stream = connect(crm.url());
        stream.write_all(bytes).expect("sent");
        stream
    });
    let mut slow = connect(crm.url());
    let garbage = [
        b"\x16\x03\x01\x00\x05hello".to_vec(),
        [b"\x16\x03\x01\xff\xff".to_vec(), vec![0; 70_000]].concat(),
        [b"\x16\x03\x01\x00\x04".to_vec(), vec![1, 0xff, 0xff, 0xff]].concat(),
    ];
    for bytes in garbage {
        let mut stream = connect(crm.url());
        // it may be ended before all is sent
        let _ = stream.write_all(&bytes);
        assert!(ended(stream, begun) < Duration::from_secs(5));
    }
    // others are served meanwhile
    let trusting = trusting(pem(&crm));
    let mut other = secure(connect(crm.url()), "localhost", &trusting);
    assert!(ask(&mut other, &leads("", "localhost")).starts_with("HTTP/1.1 200"));
    let trickle = std::thread::spawn(move || {
        // nothing is whole before the time is over
        for byte in std::iter::once(0x16).chain(std::iter::repeat_n(3, 60)) {
            if slow.write_all(&[byte]).is_err() {
                break;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        slow
    });
    for stream in silent {
        assert!(ended(stream, begun) < Duration::from_secs(15));
    }
    let slow = trickle.join().expect("it has ended");
    assert!(ended(slow, begun) < Duration::from_secs(20));
}

#[cfg(target_os = "linux")]
#[test]
fn a_thousand_clients_are_served_at_once() {
    /// Descriptors of one process are few by default.
    const PROCESSES: usize = 4;
    const EACH: usize = 250;
    let server = Server::start(&["--ephemeral-ca"]);
    let held: Vec<_> = (0..PROCESSES).map(|_| holding(&server.url, EACH)).collect();
    let Some(held) = held.into_iter().collect::<Option<Vec<_>>>() else {
        return skip("a thousand clients", "there is no Python");
    };
    let told = held.into_iter().map(|child| {
        let output = child.wait_with_output().expect("it ends");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    });
    let told: Vec<String> = told.collect();
    assert_eq!(told, vec![EACH.to_string(); PROCESSES]);
}

/// A process that opens connections, asks on each when all are open, and prints how many were answered.
#[cfg(target_os = "linux")]
fn holding(url: &str, connections: usize) -> Option<std::process::Child> {
    const PROGRAM: &str = "
import socket, ssl, sys
port, n = int(sys.argv[1]), int(sys.argv[2])
context = ssl._create_unverified_context()
def opened(i):
    s = socket.create_connection(('127.0.0.1', port), 60)
    return context.wrap_socket(s, server_hostname='www.zohoapis.com') if i % 2 else s
held = [opened(i) for i in range(n)]
ask = b'GET /crm/v8/org HTTP/1.1\\r\\nHost: localhost\\r\\nAuthorization: Bearer x\\r\\n\\r\\n'
for s in held: s.sendall(ask)
print(sum(s.recv(12) == b'HTTP/1.1 200' for s in held))
";
    let port = url.rsplit(':').next().expect("a port");
    let mut command = Command::new("python3");
    command.args(["-c", PROGRAM, port, &connections.to_string()]);
    command.stdout(std::process::Stdio::piped()).spawn().ok()
}

#[test]
fn http_2_is_spoken_with_those_who_can() {
    if Command::new("curl").arg("--version").output().is_err() {
        return skip("HTTP/2 by curl", "there is no curl");
    }
    let crm = server();
    let folder = tempfile::tempdir().expect("a folder");
    let trusted = folder.path().join("ca.pem");
    fs::write(&trusted, pem(&crm)).expect("written");
    let proxy = crm.proxy_url().expect("a proxy");
    let to_here = format!(
        "www.zohoapis.eu:443:{}",
        proxy.trim_start_matches("http://")
    );
    for (version, by, expected) in [
        ("--http2", vec!["--connect-to", &*to_here], "2 200"),
        ("--http1.1", vec!["--connect-to", &*to_here], "1.1 200"),
        ("--http2", vec!["--proxy", proxy], "2 200"),
        ("--http1.1", vec!["--proxy", proxy], "1.1 200"),
    ] {
        let mut command = Command::new("curl");
        command
            .args(["--silent", "--show-error", version, "--cacert"])
            .arg(&trusted);
        command
            .args(by)
            .args(["-H", "Authorization: Zoho-oauthtoken x"]);
        command.args(["--write-out", "\n%{http_version} %{http_code}"]);
        command.arg("https://www.zohoapis.eu/crm/v8/Leads?fields=Last_Name");
        let output = command.output().expect("curl runs");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(told.ends_with(expected), "{version}: {output:?}");
        assert!(told.contains("Last_Name"), "{told}");
    }
    // what is sent is read, too
    let mut command = Command::new("curl");
    command
        .args(["--silent", "--show-error", "--http2", "--cacert"])
        .arg(&trusted);
    command.args([
        "--proxy",
        proxy,
        "-H",
        "Authorization: Zoho-oauthtoken x",
        "--data",
    ]);
    command.arg(r#"{"data":[{"Last_Name":"Rao","Company":"Rao"}]}"#);
    command.args(["-H", "content-type: application/json"]);
    command.arg("https://www.zohoapis.eu/crm/v8/Leads");
    let output = command.output().expect("curl runs");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("SUCCESS"), "{output:?}");
}

#[test]
fn an_authority_is_made_when_somebody_needs_it() {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(BINARY);
    command.args(["serve", "--port", "0"]);
    command
        .env("XDG_DATA_HOME", home.path())
        .env("HOME", home.path());
    let server = Server::run(command);
    let made = || fs::read_dir(home.path()).expect("a folder").count();
    assert_eq!(made(), 0, "nobody has needed one");
    let asked = || {
        let stream = connect(&server.url);
        let output = Command::new(BINARY)
            .args(["ca", "print"])
            .env("XDG_DATA_HOME", home.path())
            .env("HOME", home.path())
            .output()
            .expect("the binary starts");
        let pem = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut stream = secure(stream, "www.zohoapis.com", &trusting(&pem));
        ask(&mut stream, &leads("", "www.zohoapis.com"))
    };
    assert!(asked().starts_with("HTTP/1.1 200"));
    assert_eq!(made(), 1);
}

#[test]
fn a_broken_folder_that_was_named_is_an_error_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("ca-key.pem");
    fs::write(&key, "hello\n").expect("written");
    let mut command = Command::new(BINARY);
    command
        .args(["serve", "--port", "0", "--ca-dir"])
        .arg(folder.path());
    let output = command.output().expect("the binary starts");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let sentence = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        sentence.contains("ca-key.pem is left as it is"),
        "{sentence}"
    );
    assert_eq!(fs::read_to_string(&key).expect("still there"), "hello\n");
}

#[test]
fn a_second_port_takes_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let ready = folder.path().join("ready.json");
    let path = |path: &std::path::Path| path.to_string_lossy().into_owned();
    let server = Server::start(&[
        "--tls-port",
        "0",
        "--ca-dir",
        &path(&folder.path().join("ca")),
        "--ready-file",
        &path(&ready),
    ]);
    // it is whole when it appears, which is after the line
    let begun = Instant::now();
    while !ready.exists() && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let told = fs::read_to_string(&ready).expect("the ready file");
    let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    let url = told["tls_url"].as_str().expect("an address");
    assert!(
        server.line.ends_with(&format!(", for TLS on {url}")),
        "{}",
        server.line
    );
    let pem = fs::read_to_string(folder.path().join("ca/ca.pem")).expect("a certificate");
    let address = url.replacen("https:", "http:", 1);
    let mut stream = secure(connect(&address), "127.0.0.1", &trusting(&pem));
    assert!(ask(&mut stream, &leads("", "127.0.0.1")).starts_with("HTTP/1.1 200"));
    assert!(ask(&mut connect(&address), &leads("", "127.0.0.1")).starts_with("HTTP/1.1 200"));
}
