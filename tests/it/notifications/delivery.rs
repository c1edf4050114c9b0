//! How callbacks arrive, and what is known of them.

use std::time::Instant;

use serde_json::{Value as Json, json};
use zoho_crm_mock::{CallbackOutcome, MockServer, Notifications};

use super::callee::{Callee, OK};
use super::{LONG, ask, lead, server, watch};

fn outcome_of(crm: &MockServer, channel: &str) -> (CallbackOutcome, u32, Option<u16>) {
    let wanted = Notifications::any().channel(channel);
    let came = crm
        .wait_for_notifications_blocking(wanted, LONG)
        .expect("a callback");
    (came[0].outcome, came[0].attempts, came[0].status)
}

#[test]
fn callbacks_arrive_in_order_after_one_was_not_taken() {
    let down = "HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n";
    let (crm, callee) = (server(), Callee::answering(&[down, down, OK]));
    watch(
        &crm,
        &json!([{"channel_id": 1, "events": ["Leads.create"], "notify_url": callee.url("")}]),
    );
    let ids: Vec<String> = (0..4)
        .map(|n| lead(&crm, &json!({"Last_Name": format!("Rao {n}")})))
        .collect();
    for expected in [0, 0, 0, 1, 2, 3] {
        assert_eq!(callee.next().body["ids"], json!([ids[expected]]));
    }
    let wanted = Notifications::any()
        .module("Leads")
        .operation("insert")
        .count(4);
    let came = crm
        .wait_for_notifications_blocking(wanted, LONG)
        .expect("callbacks");
    let attempts: Vec<u32> = came.iter().map(|callback| callback.attempts).collect();
    assert_eq!(attempts, [3, 1, 1, 1]);
    assert!(
        came.iter()
            .all(|callback| callback.outcome == CallbackOutcome::Delivered)
    );
    assert_eq!(&came[0].answer[..], b"{\"ok\":true}");
    assert_eq!(came[0].json()["ids"], json!([ids[0]]));
}

#[test]
fn what_is_refused_is_not_sent_again() {
    let refused = "HTTP/1.1 410 Gone\r\ncontent-length: 5\r\n\r\nnever";
    let (crm, callee) = (server(), Callee::answering(&[refused, OK]));
    watch(
        &crm,
        &json!([{"channel_id": 1, "events": ["Leads.create"], "notify_url": callee.url("")}]),
    );
    lead(&crm, &json!({"Last_Name": "Rao"}));
    assert_eq!(
        outcome_of(&crm, "1"),
        (CallbackOutcome::Refused, 1, Some(410))
    );
    lead(&crm, &json!({"Last_Name": "Ito"}));
    callee.next();
    callee.next();
    assert!(callee.is_quiet());
}

/// A callee that never answers holds up neither writes nor other callees, and what waits for it is
/// bounded.
#[test]
fn a_callee_that_never_answers_holds_up_nobody() {
    let (crm, silent, callee) = (server(), Callee::answering(&[""]), Callee::new());
    watch(
        &crm,
        &json!([
            {"channel_id": 1, "events": ["Leads.create"], "notify_url": silent.url("")},
            {"channel_id": 2, "events": ["Leads.create"], "notify_url": callee.url("")},
        ]),
    );
    let started = Instant::now();
    let values: Vec<Json> = (0..12)
        .map(|n| json!({"Last_Name": format!("Rao {n}")}))
        .collect();
    for one in &values {
        crm.insert("Leads", one).expect("inserted");
    }
    for _ in &values {
        callee.next();
    }
    assert!(started.elapsed() < LONG);
    silent.next();
    for n in 0..10_100 {
        crm.insert("Leads", &json!({"Last_Name": format!("Sen {n}")}))
            .expect("inserted");
    }
    let full = Notifications::any().channel("1").outcome("not_sent");
    let came = crm
        .wait_for_notifications_blocking(full, LONG)
        .expect("callbacks");
    let error = came[0].error.as_deref().unwrap_or_default();
    assert!(error.contains("full"), "{error}");
}

#[test]
fn nobody_is_called_who_is_not_allowed() {
    let crm = server();
    watch(
        &crm,
        &json!([
            {"channel_id": 1, "events": ["Leads.create"], "notify_url": "https://app.example.com/hook"},
            {"channel_id": 2, "events": ["Leads.create"], "notify_url": "https://127.0.0.1:9/hook"},
        ]),
    );
    lead(&crm, &json!({"Last_Name": "Rao"}));
    let wanted = Notifications::any().outcome("not_sent").count(2);
    let came = crm
        .wait_for_notifications_blocking(wanted, LONG)
        .expect("callbacks");
    let errors: Vec<&str> = came.iter().filter_map(|it| it.error.as_deref()).collect();
    assert!(
        errors[0].contains("--allow-callbacks app.example.com"),
        "{errors:?}"
    );
    assert!(errors[1].contains("https"), "{errors:?}");
    assert!(came.iter().all(|callback| callback.attempts == 0));
}

#[test]
fn an_allowed_host_is_called() {
    let builder = MockServer::builder()
        .empty()
        .allow_callbacks("*.callee.test");
    let crm = builder.start_blocking().expect("a server");
    watch(
        &crm,
        &json!([{"channel_id": 1, "events": ["Leads.create"], "notify_url": "http://no.callee.test/hook"}]),
    );
    lead(&crm, &json!({"Last_Name": "Rao"}));
    // there is no such host, which is found by trying
    let (outcome, attempts, status) = outcome_of(&crm, "1");
    assert_eq!((outcome, status), (CallbackOutcome::GivenUp, None));
    assert!(attempts > 1);
    let body = json!({"watch": [{"channel_id": 2, "events": ["Leads.create"], "notify_url": "http://callee.example/"}]});
    assert_eq!(ask(&crm, "POST", "/crm/v8/actions/watch", &body).0, 400);
}

#[test]
fn the_control_plane_waits_and_lists() {
    let (crm, callee) = (server(), Callee::new());
    watch(
        &crm,
        &json!([{"channel_id": 1, "events": ["Leads.create"], "notify_url": callee.url(""), "token": "t"}]),
    );
    let wait = json!({"match": {"channel_id": "1", "module": "Leads", "operation": "insert"}, "timeout_ms": 100});
    let (status, answer) = ask(&crm, "POST", "/__admin/notifications/wait", &wait);
    assert_eq!((status, &answer["error"]["code"]), (408, &json!("TIMEOUT")));
    let late = json!({"match": {"outcome": "delivered"}, "count": 2, "timeout_ms": 20_000});
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| ask(&crm, "POST", "/__admin/notifications/wait", &late));
        lead(&crm, &json!({"Last_Name": "Rao"}));
        lead(&crm, &json!({"Last_Name": "Ito"}));
        let (status, answer) = waiting.join().expect("no panic");
        assert_eq!((status, &answer["count"]), (200, &json!(2)), "{answer}");
        let first = &answer["notifications"][0];
        assert_eq!(
            (&first["status"], &first["attempts"]),
            (&json!(200), &json!(1))
        );
        assert_eq!(first["answer"], json!({"ok": true}));
        assert_eq!(first["body"]["operation"], "insert");
    });
    let list = "/__admin/notifications?module=Leads&operation=insert";
    let (_, answer) = ask(&crm, "GET", list, &Json::Null);
    assert_eq!(answer["notifications"].as_array().map(Vec::len), Some(2));
    for wrong in [
        json!({"match": {"module": "Leeds"}}),
        json!({"match": {"operation": "create"}}),
        json!({"match": {"outcome": "lost"}}),
        json!({"count": 0}),
        json!({"timeout_ms": 600_001}),
    ] {
        assert_eq!(
            ask(&crm, "POST", "/__admin/notifications/wait", &wrong).0,
            422,
            "{wrong}"
        );
    }
    assert_eq!(
        ask(&crm, "DELETE", "/__admin/notifications", &Json::Null).0,
        204
    );
    let (_, answer) = ask(&crm, "GET", "/__admin/notifications", &Json::Null);
    assert_eq!(answer, json!({"notifications": [], "dropped": 0}));
}
