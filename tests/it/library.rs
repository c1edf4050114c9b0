//! `MockServer`, over sockets.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use serde_json::{Value as Json, json};
use zoho_crm_mock::{Breakage, Fault, MockOrg, MockServer, Requests, Severity, StartError};

fn authorized(url: &str, target: &str) -> reqwest::RequestBuilder {
    reqwest::Client::new()
        .get(format!("{url}{target}"))
        .header("Authorization", "Zoho-oauthtoken x")
}

#[tokio::test]
async fn several_servers_in_one_process_and_none_after_drop() {
    let mut servers = Vec::new();
    for n in 0..5 {
        let seed = json!({"Leads": [{"Last_Name": format!("Lead {n}")}]});
        servers.push(
            MockServer::builder()
                .seed_json(&seed)
                .start()
                .await
                .expect("a server"),
        );
    }
    for (n, crm) in servers.iter().enumerate() {
        let body: Json = authorized(crm.url(), "/crm/v2/Leads")
            .send()
            .await
            .expect("sent")
            .json()
            .await
            .expect("JSON");
        assert_eq!(body["data"][0]["Last_Name"], format!("Lead {n}"));
        assert_eq!(crm.state().users.len(), 1);
    }
    let url = servers[0].url().to_owned();
    drop(servers);
    for _ in 0..50 {
        if authorized(&url, "/crm/v2/Leads").send().await.is_err() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the server goes on after it was dropped");
}

#[tokio::test]
async fn what_cannot_start_says_why() {
    let taken = MockServer::builder()
        .empty()
        .start()
        .await
        .expect("a server");
    let address = taken.url().trim_start_matches("http://").to_owned();
    let again = MockServer::builder().empty().address(address).start().await;
    assert!(matches!(again, Err(StartError::Io { .. })));
    let seed = MockServer::builder().seed("no-such-seed").start().await;
    assert!(matches!(seed, Err(StartError::Seed(_))));
    let now = MockServer::builder().now("noon").start().await;
    assert!(matches!(now, Err(StartError::Now(_))));
}

#[tokio::test]
async fn headers_hosts_and_large_bodies() {
    let crm = MockServer::builder()
        .empty()
        .allow_host("crm.test")
        .start()
        .await
        .expect("a server");
    let answer = authorized(crm.url(), "/crm/v2/org")
        .send()
        .await
        .expect("sent");
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(header("content-type"), "application/json;charset=UTF-8");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=response.json"
    );
    assert!(answer.text().await.expect("text").ends_with("}\n"));

    let token: Json = reqwest::Client::new()
        .post(format!("{}/oauth/v2/token", crm.url()))
        .header("Host", "crm.test:1234")
        .form(&[
            ("grant_type", "refresh_token"),
            ("client_id", "c"),
            ("client_secret", "s"),
            ("refresh_token", "r"),
        ])
        .send()
        .await
        .expect("sent")
        .json()
        .await
        .expect("JSON");
    assert_eq!(token["api_domain"], "http://crm.test:1234");

    let post = |body: Vec<u8>, media: &'static str| {
        let request = reqwest::Client::new().post(format!("{}/crm/v8/Leads", crm.url()));
        request
            .header("Authorization", "Zoho-oauthtoken x")
            .header("Content-Type", media)
            .body(body)
            .send()
    };
    let large = post(vec![b' '; 11 << 20], "application/json")
        .await
        .expect("sent");
    assert_eq!(large.status(), 413);
    let body: Json = large.json().await.expect("JSON");
    assert_eq!(body["code"], "BODY_SIZE_REACHED");
    let xml = post(b"<x/>".to_vec(), "application/xml")
        .await
        .expect("sent");
    assert_eq!(xml.status(), 400);
    let form = post(
        br#"{"data":[{"Last_Name":"curl"}]}"#.to_vec(),
        "application/x-www-form-urlencoded",
    )
    .await
    .expect("sent");
    assert_eq!(form.status(), 201);
}

/// A request with any token; gives status and body, null for none.
fn call(org: &MockOrg, method: &str, path: &str, body: Option<&Json>) -> (u16, Json) {
    let method = method.parse().expect("a method");
    let url = format!("{}{path}", org.own_url());
    let mut request = reqwest::blocking::Client::new()
        .request(method, url)
        .header("Authorization", "Zoho-oauthtoken x");
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.json().unwrap_or_default())
}

const COUNT: &str = "/crm/v8/Leads/actions/count";

/// What the builders of faults say is what their JSON says.
#[test]
fn typed_faults_are_their_json() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let second = Duration::from_secs(1);
    for (typed, json) in [
        (
            Fault::error("TOO_MANY_REQUESTS")
                .on("records.insert")
                .times(2),
            json!({"match": {"operation": "records.insert"}, "times": 2,
                "effect": {"error": "TOO_MANY_REQUESTS"}}),
        ),
        (
            Fault::status(418)
                .body(json!({"tea": true}))
                .header("X-Tea", "green")
                .nth(2),
            json!({"match": {"nth": 2},
                "effect": {"status": 418, "body": {"tea": true}, "headers": {"X-Tea": "green"}}}),
        ),
        (
            Fault::delay(second)
                .and_breakage(Breakage::Slow)
                .probability(0.5),
            json!({"match": {"probability": 0.5},
                "effect": {"delay_ms": 1000.0, "connection": "slow"}}),
        ),
        (
            Fault::breakage(Breakage::Reset)
                .and_delay_between(second, 2 * second)
                .lasting(second),
            json!({"effect": {"connection": "reset", "delay_ms": {"min": 1000.0, "max": 2000.0}},
                "ttl": 1.0}),
        ),
        (
            Fault::records(&[0, 2], "RECORD_LOCKED").on(Requests::any().module("Leads")),
            json!({"match": {"module": "Leads"},
                "effect": {"record": {"index": [0, 2], "error": "RECORD_LOCKED"}}}),
        ),
        (
            Fault::status(503).everywhere().on(Requests::any()
                .method("get")
                .path("/crm/*")
                .version("v8")
                .query("page", "2")
                .body(json!({"data": []}))),
            json!({"match": {"org": "*", "method": "get", "path": "/crm/*", "version": "v8",
                "query": {"page": "2"}, "body": {"data": []}}, "effect": {"status": 503}}),
        ),
    ] {
        assert_eq!(typed, Fault::from(&json));
        drop(crm.fault(typed).expect("a rule"));
    }
    for refused in [
        Fault::error("TO_MANY_REQUESTS"),
        Fault::status(99),
        Fault::delay(Duration::from_secs(3_601)),
        Fault::error("INTERNAL_ERROR").body("x"),
        Fault::records(&[], "RECORD_LOCKED"),
        Fault::status(500).nth(0),
        Fault::status(500).times(0),
        Fault::status(500).probability(1.5),
        Fault::status(500).lasting(Duration::ZERO),
        Fault::status(500).on("records.nothing"),
        Fault::status(500).on(Requests::any().status(200)),
        Fault::from(json!([])).times(2),
        Fault::status(500).on(json!("records.insert")),
    ] {
        assert!(crm.fault(refused.clone()).is_err(), "{refused:?}");
    }
}

#[test]
fn one_record_of_a_batch_fails() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let fault = crm
        .fault(Fault::record(1, "RECORD_LOCKED").times(1))
        .expect("a rule");
    let leads = json!({"data": [{"Last_Name": "Rao"}, {"Last_Name": "Ito"}]});
    let (status, answer) = call(&crm, "POST", "/crm/v8/Leads", Some(&leads));
    assert_eq!(
        (status, &answer["data"][1]["code"]),
        (207, &json!("RECORD_LOCKED"))
    );
    assert_eq!(
        (fault.fired(), crm.count("Leads").expect("a module")),
        (1, 1)
    );
}

/// What a test panics with, if it does.
fn failure(test: impl FnOnce()) -> Option<String> {
    let failed = catch_unwind(AssertUnwindSafe(test)).err()?;
    Some(failed.downcast_ref::<String>().cloned().unwrap_or_default())
}

#[test]
fn an_expectation_that_is_not_met_fails_the_test() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    call(&crm, "GET", COUNT, None);
    // what came before does not count
    let never = crm
        .expect(Requests::of("records.count").never())
        .expect("an expectation");
    assert_eq!(failure(|| drop(never)), None);
    let once = crm
        .expect(Requests::of("records.count").count(1))
        .expect("an expectation");
    call(&crm, "GET", COUNT, None);
    assert_eq!(failure(|| drop(once)), None);

    let leads = Requests::of("records.count").module("Leads");
    let expected = crm.expect(leads.count(2)).expect("an expectation");
    call(&crm, "GET", COUNT, None);
    call(&crm, "GET", "/crm/v8/Contacts/actions/count", None);
    let told = failure(|| drop(expected)).expect("a failure");
    for part in [
        "expected exactly 2 matching requests, found 1",
        "of {\"operation\":\"records.count\",\"module\":\"Leads\"}",
        "3: GET /crm/v8/Leads/actions/count, 200 (records.count)",
        "nearest:\n  4: GET /crm/v8/Contacts/actions/count, 200 (records.count)",
        "\n    $.module: expected \"Leads\", found \"Contacts\"\n",
    ] {
        assert!(told.contains(part), "{told}");
    }
    assert!(!told.contains("\n  2: GET"), "{told}");

    // asked for explicitly it is an error, and no failure any more
    let verified = crm
        .expect("records.insert")
        .expect("an expectation")
        .verify();
    let refused = verified.expect_err("nothing was inserted").to_string();
    assert!(refused.contains("no request came"), "{refused}");

    // a test that fails already has its own reason
    let told = failure(|| {
        let _unmet = crm.expect("records.insert");
        let reason = "the reason".to_owned();
        std::panic::panic_any(reason);
    });
    assert_eq!(told.as_deref(), Some("the reason"));
}

/// What had to leave the journal may have been what must not come.
#[test]
fn an_expectation_is_not_certain_of_what_it_cannot_see() {
    let crm = MockServer::builder()
        .empty()
        .journal(2)
        .start_blocking()
        .expect("a server");
    for _ in 0..3 {
        call(&crm, "GET", COUNT, None);
    }
    // those were before
    crm.expect(Requests::of("records.insert").never())
        .and_then(zoho_crm_mock::ExpectationGuard::verify)
        .expect("none since");
    let never = crm
        .expect(Requests::of("records.insert").never())
        .expect("an expectation");
    for _ in 0..3 {
        call(&crm, "GET", COUNT, None);
    }
    let refused = never.verify().expect_err("one had to go").to_string();
    assert!(
        refused.contains("1 requests had to leave the journal"),
        "{refused}"
    );
}

#[test]
fn a_broken_contract_fails_the_test() {
    let lead = json!({"data": [{"Last_Name": "Rao", "Compny": "Rao Boats"}]});
    let start = |severity| {
        let builder = MockServer::builder().empty().fail_on_violations(severity);
        builder.start_blocking().expect("a server")
    };
    let crm = start(Severity::Warning);
    call(&crm, "GET", COUNT, None);
    assert_eq!(failure(|| drop(crm)), None);

    let crm = start(Severity::Error);
    let org = crm.fork("seed").expect("an org");
    call(&org, "POST", "/crm/v8/Leads", Some(&lead));
    assert!(crm.verify_contract(Severity::Info).is_ok());
    let refused = org
        .verify_contract(Severity::Error)
        .expect_err("a violation");
    assert!(
        refused.to_string().contains("did you mean \"Company\"?"),
        "{refused}"
    );
    // of an org alone
    let told = failure(|| drop(org.fail_on_violations(Severity::Error)));
    assert!(told.is_some_and(|told| told.contains("record.unknown_field")));
    // and of the server: any of its orgs
    let told = failure(|| drop(crm)).expect("a failure");
    for part in [
        "the org org1",
        "POST /crm/v8/Leads",
        "record.unknown_field",
        "Compny",
    ] {
        assert!(told.contains(part), "{told}");
    }
}

/// Records that were put in without a request passed the checks of one, and left no trace.
#[test]
fn records_without_a_request() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let _down = crm.fault(Fault::status(503)).expect("a rule");
    let lead = json!({"Last_Name": "Rao", "Email": "rao@example.com"});
    let id = crm.insert("Leads", &lead).expect("a lead");
    let rao = crm.record("Leads", id).expect("a module").expect("a lead");
    assert_eq!(
        (&rao["Email"], &rao["id"]),
        (&json!("rao@example.com"), &json!(id.to_string()))
    );
    assert_eq!(crm.records("Leads").expect("a module"), [rao]);
    assert!(crm.received_requests().expect("a journal").is_empty());

    for (module, record, code) in [
        (
            "Leads",
            json!({"Company": "Rao Boats"}),
            "MANDATORY_NOT_FOUND",
        ),
        (
            "Leads",
            json!({"Last_Name": "Rao", "Email": 7}),
            "INVALID_DATA",
        ),
        ("Leads", json!(7), "INVALID_DATA"),
        ("Leeds", json!({}), "INVALID_MODULE"),
        ("settings", json!({}), "INVALID_URL_PATTERN"),
        ("", json!({}), "INVALID_URL_PATTERN"),
        ("../org", json!({}), "INVALID_MODULE"),
    ] {
        let refused = crm.insert(module, &record).expect_err("refused");
        assert_eq!(refused.code, code, "{module} {record}: {refused}");
        assert!(!refused.message.is_empty(), "{refused}");
    }
    assert_eq!(crm.count("Leads").expect("a module"), 1);
    for unknown in [
        crm.records("Leeds").map(drop),
        crm.count("Leeds").map(drop),
        crm.record("Leeds", id).map(drop),
    ] {
        let refused = unknown.expect_err("no such module").to_string();
        assert_eq!(refused, "unknown module \"Leeds\"; did you mean \"Leads\"?");
    }
    assert!(crm.record("Leads", "rao").is_err());
}
