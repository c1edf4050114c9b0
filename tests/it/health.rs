//! `health` and `wait`, by which images and scripts see that a server is there.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{BINARY, Server};

/// Runs a command with its variables as they are here, but for those of the server.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let output = Command::new(BINARY)
        .args(arguments)
        .env_remove("ZOHO_MOCK_URL")
        .env_remove("ZOHO_MOCK_PORT")
        .envs(variables.iter().copied())
        .output()
        .expect("the binary runs");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8(said).expect("a text"),
    )
}

/// A port that nobody listens on.
fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    port.to_string()
}

#[test]
fn servers_are_well_whatever_they_serve() {
    let version = format!("zoho-crm-mock {}", env!("CARGO_PKG_VERSION"));
    for (options, said) in [
        (&[][..], version.as_str()),
        (&["--admin-token", "secret"], &version),
        (&["--no-admin"], "a server without a control plane"),
    ] {
        let server = Server::start(&[&["--empty"], options].concat());
        let port = server.url.rsplit(':').next().expect("a port");
        for command in ["health", "wait"] {
            for (arguments, variables) in [
                (vec![command, "--url", &server.url], None),
                (vec![command, "--port", port], None),
                (vec![command], Some(("ZOHO_MOCK_PORT", port))),
                (vec![command], Some(("ZOHO_MOCK_URL", &server.url))),
            ] {
                let variables: Vec<_> = variables.into_iter().collect();
                let (code, told) = run(&arguments, &variables);
                assert_eq!(code, Some(0), "{arguments:?}: {told}");
                let expected = format!("ok: {said} at {}\n", server.url);
                assert_eq!(told, expected, "{arguments:?}");
            }
        }
    }
}

#[test]
fn a_control_plane_of_its_own_is_asked_where_it_is() {
    let server = Server::start(&["--empty", "--admin-port", "0"]);
    let (_, control) = server
        .line
        .split_once(", its control plane on ")
        .expect("2");
    let port = control.rsplit(':').next().expect("a port");
    let (code, told) = run(&["health"], &[("ZOHO_MOCK_ADMIN_PORT", port)]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains(control), "{told}");
}

#[test]
fn others_are_not_taken_for_servers() {
    let port = free_port();
    let nobody = format!("http://127.0.0.1:{port}");
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", other.local_addr().expect("an address"));
    // it ends with the process of the test
    std::thread::spawn(move || {
        for stream in other.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    });
    for (arguments, code, part) in [
        (vec!["health", "--url", &nobody], 1, "cannot reach"),
        (vec!["health", "--port", &port], 1, "cannot reach"),
        (
            vec!["health", "--url", &address],
            1,
            "answers 200 OK, and not as zoho-crm-mock",
        ),
        (
            vec!["wait", "--url", &nobody, "--timeout", "0.1"],
            1,
            "cannot reach",
        ),
        (
            vec!["wait", "--url", &address, "--timeout", "0"],
            1,
            "and not as zoho-crm-mock",
        ),
        (vec!["health", "--url", "127.0.0.1:1"], 2, "write http://"),
        (vec!["wait", "--url", "127.0.0.1:1"], 2, "write http://"),
        (vec!["health", "--port", "x"], 2, "'x'"),
        (vec!["wait", "--timeout", "soon"], 2, "a number of seconds"),
        (vec!["wait", "--timeout=-1"], 2, "a number of seconds"),
    ] {
        let (found, told) = run(&arguments, &[]);
        assert_eq!(found, Some(code), "{arguments:?}: {told}");
        assert!(told.starts_with("zoho-crm-mock: "), "{arguments:?}: {told}");
        assert!(told.contains(part), "{arguments:?}: {told}");
    }
}

#[test]
fn wait_sees_a_server_that_comes_later() {
    let port = free_port();
    let started = Instant::now();
    let waiting = Command::new(BINARY)
        .args(["wait", "--port", &port, "--timeout", "20"])
        .stdout(Stdio::null())
        .spawn();
    let mut waiting = waiting.expect("the binary runs");
    std::thread::sleep(Duration::from_millis(200));
    assert!(waiting.try_wait().expect("a child").is_none());
    let child = Command::new(BINARY)
        .args(["serve", "--empty", "--port", &port])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    // it is stopped when this goes
    let _server = Server {
        child,
        url: String::new(),
        line: String::new(),
    };
    assert!(waiting.wait().expect("a child").success());
    assert!(started.elapsed() < Duration::from_secs(15));
}
