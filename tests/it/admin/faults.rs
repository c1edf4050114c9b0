//! Connections that break, and answers that come late.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use zoho_crm_mock::MockServer;

use super::{call, start};

#[tokio::test]
async fn connections_break_as_asked() {
    let crm = start(MockServer::builder().empty()).await;
    let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    for effect in ["reset", "truncate"] {
        let fault = crm
            .fault(json!({"effect": {"connection": effect}}))
            .expect("a rule");
        let broken = call("GET", &count, "x", None).await;
        assert!(broken.is_err(), "{effect}: {broken:?}");
        assert_eq!(fault.fired(), 1);
    }
    let fault = crm
        .fault(json!({"effect": {"connection": "reset"}}))
        .expect("a rule");
    // a write is carried out although nobody hears of it
    let lead = json!({"data": [{"Last_Name": "Rao"}]});
    let leads = format!("{}/crm/v8/Leads", crm.url());
    assert!(call("POST", &leads, "x", Some(&lead)).await.is_err());
    drop(fault);
    let (_, body) = call("GET", &count, "x", None).await.expect("an answer");
    assert_eq!(body, json!({"count": 1}));

    let _garbage = crm
        .fault(json!({"effect": {"connection": "garbage"}}))
        .expect("a rule");
    let text = reqwest::Client::new()
        .get(&count)
        .header("Authorization", "Zoho-oauthtoken x")
        .send()
        .await
        .expect("an answer")
        .text()
        .await
        .expect("a text");
    assert!(serde_json::from_str::<Json>(&text).is_err(), "{text}");
}

#[tokio::test]
async fn a_truncated_body_arrives_in_part() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let crm = start(MockServer::builder().empty()).await;
    let _fault = crm
        .fault(json!({"effect": {"connection": "truncate"}}))
        .expect("a rule");
    let address = crm.url().trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address)
        .await
        .expect("a connection");
    stream
        .write_all(b"GET /crm/v8/Leads/actions/count HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n")
        .await
        .expect("sent");
    let mut answer = Vec::new();
    // the end may be an error, which is what it is about
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(
        head.to_ascii_lowercase().contains("content-length: 12"),
        "{head}"
    );
    assert_eq!(body, "{\"coun");
}

#[tokio::test]
async fn answers_come_later_or_slowly() {
    let crm = start(MockServer::builder().empty()).await;
    let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    for effect in [
        json!({"delay_ms": 150}),
        json!({"delay_ms": {"min": 150, "max": 200}}),
        json!({"connection": "slow"}),
    ] {
        let _fault = crm.fault(json!({"effect": effect})).expect("a rule");
        let before = Instant::now();
        let (status, body) = call("GET", &count, "x", None).await.expect("an answer");
        assert_eq!((status, body), (200, json!({"count": 0})));
        assert!(before.elapsed() >= Duration::from_millis(140), "{effect}");
    }
}

/// A connection that is reset says so to the client, even where the answer has no body.
#[cfg(unix)]
#[tokio::test]
async fn a_reset_is_a_reset() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let crm = start(MockServer::builder().empty()).await;
    for (effect, path) in [
        ("reset", "/crm/v8/Leads/actions/count"),
        ("reset", "/crm/v8/Leads/1"),
        ("truncate", "/crm/v8/Leads/1"),
    ] {
        let _fault = crm
            .fault(json!({"effect": {"connection": effect}}))
            .expect("a rule");
        let address = crm.url().trim_start_matches("http://");
        let mut stream = tokio::net::TcpStream::connect(address)
            .await
            .expect("a connection");
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer).await;
        let kind = ended.expect_err("no end").kind();
        assert_eq!(kind, std::io::ErrorKind::ConnectionReset, "{effect} {path}");
    }
}
