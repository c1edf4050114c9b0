//! `verify`, against a server that answers what a test says.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread::JoinHandle;

use serde_json::{Value as Json, json};

use crate::support::BINARY;

/// A server for one request: its address, and the request line when it has come.
fn server(status: &str, body: &str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a request");
        let mut request = Vec::new();
        let mut part = [0; 1024];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut part).expect("its bytes");
            request.extend_from_slice(&part[..read]);
        }
        stream.write_all(answer.as_bytes()).expect("an answer");
        let text = String::from_utf8_lossy(&request).into_owned();
        text.lines().next().unwrap_or_default().to_owned()
    });
    (url, thread)
}

/// A report with violations of two rules.
fn report() -> Json {
    let violation = |rule: &str, severity: &str, request: u64| {
        json!({
            "rule": rule, "severity": severity, "operation": "records.list",
            "path": "$.query.fields", "message": format!("wrong in {request}"),
            "advice": "Do it otherwise.", "request_id": request, "request": "GET /crm/v8/Leads",
        })
    };
    let mut violations: Vec<Json> = (1..=5)
        .map(|n| violation("query.per_page", "warning", n))
        .collect();
    let mut labelled = violation("query.unknown_field", "error", 6);
    labelled["label"] = json!("tests/test_it.py::test_a[\n]");
    violations.push(labelled);
    json!({
        "violations": violations,
        "summary": {"error": 1, "warning": 5, "info": 0,
            "rules": {"query.per_page": 5, "query.unknown_field": 1}},
        "coverage": {"operations": 48, "exercised": 12, "percent": 25.0,
            "not_exercised": ["org.get"],
            "outcomes": {"declared": 150, "seen": 20, "missing": [], "undeclared": []},
            "versions": {"v8": 40}},
    })
}

fn clean() -> Json {
    let mut report = report();
    report["violations"] = json!([]);
    report["summary"] = json!({"error": 0, "warning": 0, "info": 0, "rules": {}});
    report
}

/// Runs `verify` against a server with a report; gives what it printed and its request.
fn verify(report: &Json, arguments: &[&str]) -> (Output, String) {
    let (url, thread) = server("200 OK", &report.to_string());
    let output = Command::new(BINARY)
        .args(["verify", "--url", &url])
        .args(arguments)
        .output()
        .expect("the binary runs");
    (output, thread.join().expect("one request"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_report_for_people() {
    let (output, request) = verify(&report(), &["--org", "a b"]);
    assert_eq!(request, "GET /__admin/contract?org=a%20b HTTP/1.1");
    assert_eq!(output.status.code(), Some(1));
    let printed = text(&output.stdout);
    let expected = "\
error query.unknown_field (once)
  Do it otherwise.
  - request 6 of tests/test_it.py::test_a[\\n], GET /crm/v8/Leads
    $.query.fields: wrong in 6

warning query.per_page (5 times)
  Do it otherwise.
  - request 1, GET /crm/v8/Leads
    $.query.fields: wrong in 1
";
    assert!(printed.starts_with(expected), "{printed}");
    for line in [
        "  - and 2 more\n",
        "1 error, 5 warnings, 0 hints; 1 at or above \"error\"\n",
        "called 12 of 48 operations (25 %), saw 20 of 150 documented outcomes\n",
        "requests: v8 40\n",
    ] {
        assert!(printed.contains(line), "{line}{printed}");
    }
    assert_eq!(text(&output.stderr), "zoho-crm-mock: 1 violation\n");
}

#[test]
fn exit_codes() {
    for (report, arguments, code) in [
        (clean(), &[][..], 0),
        (clean(), &["--fail-on", "info"], 0),
        (clean(), &["--fail-under", "25"], 0),
        (clean(), &["--fail-under", "25.1"], 1),
        (report(), &[], 1),
        (report(), &["--fail-on", "warning"], 1),
    ] {
        let (output, _) = verify(&report, arguments);
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
    }
    let mut warnings = report();
    warnings["violations"].as_array_mut().expect("a list").pop();
    warnings["summary"]["error"] = json!(0);
    assert_eq!(verify(&warnings, &[]).0.status.code(), Some(0));
}

#[test]
fn other_forms_and_a_file() {
    let (output, _) = verify(&report(), &["--format", "json"]);
    let printed: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(printed, report());

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("contract.xml");
    let name = file.display().to_string();
    let arguments = [
        "--format",
        "junit",
        "--fail-on",
        "warning",
        "--output",
        &name,
    ];
    let (output, _) = verify(&report(), &arguments);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let xml = std::fs::read_to_string(file).expect("the report");
    assert_eq!(xml.matches("<failure ").count(), 2, "{xml}");
}

#[test]
fn what_is_no_report() {
    let refused = |url: &str| {
        let output = Command::new(BINARY)
            .args(["verify", "--url", url])
            .output()
            .expect("the binary runs");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        text(&output.stderr)
    };
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", gone.local_addr().expect("an address"));
    drop(gone);
    assert!(refused(&url).contains("cannot reach"));
    for (status, body, part) in [
        (
            "404 Not Found",
            "{\"code\":\"INVALID_URL_PATTERN\"}",
            "answers 404 Not Found",
        ),
        ("200 OK", "<html>", "gives no report"),
    ] {
        let (url, thread) = server(status, body);
        let told = refused(&url);
        assert!(told.contains(part), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        thread.join().expect("one request");
    }
}

#[test]
fn what_a_server_refuses_is_told_in_its_words() {
    let server = crate::support::Server::start(&["--empty", "--admin-token", "secret"]);
    for (arguments, part) in [
        (
            &["verify", "--admin-token", "secret", "--org", "nosuch"][..],
            "there is no org \"nosuch\"",
        ),
        (
            &["env", "--admin-token", "secret", "--org", "nosuch"],
            "there is no org \"nosuch\"",
        ),
        (&["verify", "--admin-token", "other"], "token"),
    ] {
        let output = Command::new(BINARY)
            .args(arguments)
            .args(["--url", &server.url])
            .output()
            .expect("the binary runs");
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        let begun = format!("zoho-crm-mock: {} refuses it: ", server.url);
        assert!(told.starts_with(&begun), "{arguments:?}: {told}");
        assert!(told.contains(part), "{arguments:?}: {told}");
        // a sentence, and no JSON
        assert!(!told.contains('{'), "{arguments:?}: {told}");
    }
}

#[test]
fn what_is_not_counted_is_not_missed() {
    let server = crate::support::Server::start(&["--empty"]);
    let client = reqwest::blocking::Client::new();
    let request = client.get(format!("{}/crm/v8/Leads?fields=Last_Name", server.url));
    let request = request.header("Authorization", "Zoho-oauthtoken x");
    request.send().expect("an answer");
    for (only, code, part) in [
        ("records.list", 0, "called 1 of 1 operations (100 %)"),
        ("records.list,org.get", 1, "called 1 of 2 operations (50 %)"),
        ("records.*", 1, "called 1 of "),
    ] {
        let output = Command::new(BINARY)
            .args(["verify", "--url", &server.url, "--fail-under", "100"])
            .args(["--only", only])
            .output()
            .expect("the binary runs");
        let told = text(&output.stdout);
        assert!(told.contains(part), "{only}: {told}");
        assert_eq!(output.status.code(), Some(code), "{only}: {told}");
    }
}
