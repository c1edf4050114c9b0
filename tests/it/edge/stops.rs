//! Ends of the server, whatever is under way.
#![cfg(unix)]

use std::io::Write as _;
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{answer, connect};
use crate::support::{BINARY, Server};

fn tell(server: &Server, signal: &str) {
    let pid = server.child.id().to_string();
    let told = Command::new("kill").args(["-s", signal, &pid]).status();
    assert!(told.expect("kill runs").success());
}

fn send(url: &str, head: &str, body: &str, length: usize) -> TcpStream {
    let mut stream = connect(url);
    let request = format!(
        "{head} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).expect("sent");
    stream
}

/// A wait, an answer that comes later, a body that stalls, and a connection that is idle.
fn under_way(url: &str) -> Vec<TcpStream> {
    let fault = r#"{"match":{"operation":"org.get"},"effect":{"delay_ms":600000}}"#;
    let mut idle = send(url, "POST /__admin/faults", fault, fault.len());
    assert!(answer(&mut idle).starts_with("HTTP/1.1 201"));
    let wait = r#"{"match":{"path":"/never"},"timeout_ms":600000}"#;
    let streams = vec![
        send(url, "POST /__admin/requests/wait", wait, wait.len()),
        send(url, "GET /crm/v8/org", "", 0),
        send(url, "POST /crm/v8/Leads", "{", 100),
        idle,
    ];
    // they are known when a later request is answered
    for _ in 0..3 {
        answer(&mut send(url, "GET /__admin/health", "", 0));
    }
    std::thread::sleep(Duration::from_millis(50));
    streams
}

#[test]
fn it_stops_at_once_whatever_is_under_way() {
    for signal in ["TERM", "INT"] {
        let server = Server::start(&["--empty"]);
        let mut streams = under_way(&server.url);
        let told = Instant::now();
        tell(&server, signal);
        let (_, code) = server.finish();
        let took = told.elapsed();
        assert_eq!(code, Some(0), "{signal}");
        // 0.2 s on a machine with nothing else to do
        assert!(took < Duration::from_secs(2), "{signal}: {took:?}");
        // who waits is told, and not cut off
        let wait = answer(&mut streams[0]);
        assert!(wait.starts_with("HTTP/1.1 503"), "{wait}");
        let delayed = answer(&mut streams[1]);
        assert!(delayed.starts_with("HTTP/1.1 200"), "{delayed}");
    }
}

#[test]
fn it_stops_at_any_moment_from_its_line_on() {
    for _ in 0..20 {
        let server = Server::start(&["--empty"]);
        tell(&server, "TERM");
        assert_eq!(server.finish().1, Some(0));
    }
}

/// A pipe as ready file takes its line when somebody reads it; until then the server serves, and stops.
#[test]
fn a_pipe_that_nobody_reads_holds_nothing_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("ready");
    let path = pipe.to_str().expect("a path").to_owned();
    let made = Command::new("mkfifo").arg(&path).status();
    assert!(made.expect("mkfifo runs").success());
    for read in [false, true] {
        let server = Server::start(&["--empty", "--ready-file", &path]);
        answer(&mut send(&server.url, "GET /__admin/health", "", 0));
        if read {
            let line = std::fs::read_to_string(&pipe).expect("the line");
            assert!(line.contains(&server.url), "{line}");
        }
        let told = Instant::now();
        tell(&server, "TERM");
        let (_, code) = server.finish();
        assert_eq!(code, Some(0));
        assert!(told.elapsed() < Duration::from_secs(2));
        assert!(pipe.exists(), "it was there before");
    }
}

#[test]
fn the_ready_file_goes_with_the_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ready.json");
    let path = file.display().to_string();
    std::fs::write(&file, "of another run").expect("written");
    let server = Server::start(&["--empty", "--ready-file", &path]);
    let since = Instant::now();
    while !std::fs::read_to_string(&file).is_ok_and(|text| text.contains("\"port\"")) {
        assert!(since.elapsed() < Duration::from_secs(5));
        std::thread::sleep(Duration::from_millis(2));
    }
    tell(&server, "TERM");
    assert_eq!(server.finish().1, Some(0));
    assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 0);
    // a server that does not start leaves no file of another run either
    std::fs::write(&file, "of another run").expect("written");
    let output = Command::new(BINARY)
        .args(["--port", "0", "--seed", "nothing", "--ready-file", &path])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(!file.exists());
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let mut child = Command::new(BINARY)
        .args(["--port", "0", "--empty"])
        .env("RUST_LOG", "debug")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let out = child.stdout.as_mut().expect("its output");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("a line");
    let url = line
        .trim()
        .rsplit(' ')
        .next()
        .expect("an address")
        .to_owned();
    let mut stream = connect(&url);
    let request = "GET /crm/v8/Leads/actions/count HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n";
    // more than a pipe holds
    for n in 0..3_000 {
        stream.write_all(request.as_bytes()).expect("sent");
        assert!(
            answer(&mut stream).starts_with("HTTP/1.1 200"),
            "request {n}"
        );
    }
    let server = Server { child, url, line };
    tell(&server, "TERM");
    assert_eq!(server.finish().1, Some(0));
}

#[test]
fn what_is_killed_leaves_no_half_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("leads.json");
    let mut child = Command::new(BINARY)
        .args(["generate", "--module", "Leads=5000000", "--output"])
        .arg(&path)
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    // it is in the middle of it
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(
        child.try_wait().expect("a state"),
        None,
        "it is done already"
    );
    child.kill().expect("killed");
    child.wait().expect("it ends");
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .collect();
    // elsewhere a file cannot be without a name
    let most = usize::from(!cfg!(target_os = "linux"));
    assert!(left.len() <= most && !path.exists(), "{left:?}");
}
