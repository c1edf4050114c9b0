//! Answers that are waited for.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use zoho_crm_mock::MockServer;

use super::{answer, connect};

/// A connection on which something is waited for that does not come.
fn waiter(url: &str, timeout_ms: u64) -> TcpStream {
    let body = json!({"match": {"operation": "records.delete"}, "timeout_ms": timeout_ms});
    let body = body.to_string();
    let mut stream = connect(url);
    let head = format!(
        "POST /__admin/requests/wait HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream
}

fn get(crm: &MockServer) {
    let mut stream = connect(crm.url());
    let request = "GET /crm/v8/Leads/actions/count HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("sent");
    assert!(answer(&mut stream).starts_with("HTTP/1.1 200"));
}

#[test]
fn many_wait_and_each_is_told() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let mut waiters: Vec<TcpStream> = (0..100).map(|_| waiter(crm.url(), 15_000)).collect();
    for _ in 0..50 {
        get(&crm);
    }
    let delete =
        "DELETE /crm/v8/Leads/1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n";
    let mut stream = connect(crm.url());
    stream.write_all(delete.as_bytes()).expect("sent");
    answer(&mut stream);
    let asked = Instant::now();
    for stream in &mut waiters {
        let told = answer(stream);
        assert!(told.starts_with("HTTP/1.1 200"), "{told}");
        assert!(told.contains("records.delete"), "{told}");
    }
    assert!(asked.elapsed() < Duration::from_secs(10));
}

#[test]
fn who_waits_in_vain_is_told_why() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    get(&crm);
    let told = answer(&mut waiter(crm.url(), 100));
    let (head, body) = told.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 408"), "{head}");
    let body: Json = serde_json::from_str(body).expect("JSON");
    let near = &body["error"]["details"]["near_misses"][0];
    assert_eq!(near["request"]["operation"], "records.count", "{body}");
}

/// The descriptors of a process.
#[cfg(target_os = "linux")]
fn descriptors(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_waits_for_those_who_have_gone() {
    let server = crate::support::Server::start(&["--empty"]);
    let pid = server.child.id();
    let fault =
        json!({"match": {"operation": "org.get"}, "effect": {"delay_ms": 600_000}}).to_string();
    let mut stream = connect(&server.url);
    let head = format!(
        "POST /__admin/faults HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{fault}",
        fault.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    assert!(answer(&mut stream).starts_with("HTTP/1.1 201"));
    let before = descriptors(pid);
    let delayed = |_| {
        let mut stream = connect(&server.url);
        let request =
            "GET /crm/v8/org HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n";
        stream.write_all(request.as_bytes()).expect("sent");
        stream
    };
    let waiting: Vec<TcpStream> = (0..50)
        .map(|_| waiter(&server.url, 600_000))
        .chain((0..50).map(delayed))
        .collect();
    let since = Instant::now();
    while descriptors(pid) < before + 100 {
        assert!(
            since.elapsed() < Duration::from_secs(10),
            "they do not come"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(waiting);
    let since = Instant::now();
    while descriptors(pid) > before + 2 {
        assert!(
            since.elapsed() < Duration::from_secs(5),
            "{} stay",
            descriptors(pid) - before
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_question_that_fails_is_told_of_the_nearest() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    for _ in 0..8 {
        get(&crm);
    }
    let ask = |question: Json| -> Json {
        let address = format!("{}/__admin/requests/verify", crm.url());
        let request = reqwest::blocking::Client::new().post(address);
        let answer = request.json(&question).send().expect("an answer");
        assert_eq!(answer.status(), 422);
        answer.json::<Json>().expect("JSON")["error"]["details"].take()
    };
    let on = json!({"operation": "records.insert"});
    for (more, told, whole) in [
        (json!({}), 5, false),
        (json!({"near_misses": 2}), 2, false),
        (json!({"near_misses": 100, "bodies": true}), 8, true),
        (json!({"near_misses": 0}), 0, false),
    ] {
        let mut question = json!({"match": on});
        let keys = more.as_object().expect("keys").clone();
        question.as_object_mut().expect("an object").extend(keys);
        let details = ask(question);
        let near = details["near_misses"].as_array().expect("a list");
        assert_eq!(near.len(), told, "{more}");
        for miss in near {
            assert_eq!(miss["request"].get("response").is_some(), whole, "{more}");
        }
        let text = details["text"].as_str().expect("a text");
        let named = text.matches("expected \"records.insert\", found \"records.count\"");
        assert_eq!(named.count(), told, "{text}");
    }
    let many = ask(json!({"match": {"operation": "records.count"}, "at_most": 1}));
    let text = many["text"].as_str().expect("a text");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 8, "{text}");
    assert_eq!(lines[1], "these match:");
    assert!(lines[2].starts_with("  1: GET /crm/v8/"), "{text}");
    assert_eq!(lines[7], "  and 3 more");
}
