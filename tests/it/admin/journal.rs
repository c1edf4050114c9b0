//! The journal: waiting for requests, matching them, and what it keeps of them.

use std::time::Duration;

use serde_json::{Value as Json, json};
use zoho_crm_mock::MockServer;

use super::{call, start};
use crate::support::send;

#[tokio::test]
async fn a_wait_ends_with_the_request_that_it_waits_for() {
    let crm = start(MockServer::builder().empty()).await;
    let url = crm.url().to_owned();
    let question =
        json!({"match": {"operation": "records.insert"}, "count": 2, "timeout_ms": 10_000});
    let waiting = {
        let (url, question) = (url.clone(), question.clone());
        tokio::spawn(async move {
            let target = format!("{url}/__admin/requests/wait");
            call("POST", &target, "x", Some(&question))
                .await
                .expect("an answer")
        })
    };
    let leads = format!("{url}/crm/v8/Leads");
    let lead = json!({"data": [{"Last_Name": "Rao"}]});
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        assert!(!waiting.is_finished());
        call("POST", &leads, "x", Some(&lead))
            .await
            .expect("an answer");
    }
    let (status, answer) = waiting.await.expect("it ran");
    assert_eq!((status, &answer["count"]), (200, &json!(2)));

    // and in process
    let three = json!({"match": {"operation": "records.insert"}, "count": 3});
    let third = crm.wait_for(&three, Duration::from_secs(10));
    let (found, _) = tokio::join!(third, call("POST", &leads, "x", Some(&lead)));
    assert_eq!(found.expect("three").len(), 3);
    let never = crm
        .wait_for(
            json!({"match": {"operation": "records.delete"}}),
            Duration::from_millis(30),
        )
        .await;
    let refused = never.expect_err("nothing was deleted").to_string();
    assert!(
        refused.contains("found 0") && refused.contains("$.operation"),
        "{refused}"
    );
}

/// What is no longer in the journal is not taken for not sent.
#[test]
fn a_journal_that_forgets_says_so() {
    let builder = MockServer::builder().empty().journal(3);
    let world = builder.build_world().expect("a world");
    let lead = json!({"data": [{"Last_Name": "Rao"}]});
    for _ in 0..5 {
        send(&world, "POST", "/crm/v8/Leads", Some(&lead));
    }
    let ask = |path: &str, body: Json| {
        send(
            &world,
            "POST",
            &format!("/__admin/requests/{path}"),
            Some(&body),
        )
    };
    let on = json!({"operation": "records.insert"});
    assert_eq!(
        ask("count", json!({"match": on})).1,
        json!({"count": 3, "dropped": 2})
    );
    assert_eq!(ask("verify", json!({"match": on, "count": 3})).0, 422);
    assert_eq!(ask("verify", json!({"match": on, "at_most": 3})).0, 422);
    assert_eq!(ask("verify", json!({"match": on, "at_least": 3})).0, 200);
    let off = MockServer::builder()
        .empty()
        .journal(0)
        .build_world()
        .expect("a world");
    let (status, _) = send(&off, "POST", "/__admin/requests/count", Some(&json!({})));
    assert_eq!(status, 409);
}

/// Bodies of a hundred large records are matched whole.
#[test]
fn large_bodies_are_matched_whole() {
    let world = MockServer::builder()
        .empty()
        .build_world()
        .expect("a world");
    let records: Vec<Json> = (0..100)
        .map(|n| json!({"Last_Name": format!("Lead {n}"), "Description": "x".repeat(2_000)}))
        .collect();
    send(
        &world,
        "POST",
        "/crm/v8/Leads",
        Some(&json!({"data": records})),
    );
    let question = json!({"match": {"body": {"data": [{"Last_Name": "Lead 99"}]}}, "count": 1});
    let (status, answer) = send(&world, "POST", "/__admin/requests/verify", Some(&question));
    assert_eq!(status, 200, "{answer}");
}

/// No token is shown in full, wherever a careless client has put it.
#[test]
fn no_token_is_shown_in_full() {
    const TOKEN: &str = "1000.7f6f2ccdb23f2abb7b69278e947c01c6.160a31cf02c19d06d0f6e5ab1d768b95";
    let world = MockServer::builder()
        .empty()
        .build_world()
        .expect("a world");
    let get = |target: &str| send(&world, "GET", target, None);
    get(&format!("/crm/v8/{TOKEN}"));
    get(&format!("/crm/v8/Leads?fields={TOKEN}"));
    get(&format!("/crm/v8/Leads?access_token={TOKEN}"));
    let lead = json!({"data": [{"Last_Name": "x", TOKEN: 1}]});
    send(&world, "POST", "/crm/v8/Leads", Some(&lead));
    for path in ["requests", "requests/har", "contract", "metrics"] {
        let (path, query) = (format!("/__admin/{path}"), "");
        let headers: Vec<(String, String)> = Vec::new();
        let request =
            zoho_crm_mock::request::Request::new("GET", &path, query, &headers, Some(b""));
        let answer = zoho_crm_mock::dispatch::dispatch(&world, &request);
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert_eq!(answer.status, 200);
        assert!(!text.contains("7f6f2ccdb23f"), "{path}: {text}");
    }
}
