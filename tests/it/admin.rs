//! The control plane where it needs sockets, several clients or the library.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};
use zoho_crm_mock::runtime::limits::{Edition, Limited};
use zoho_crm_mock::{Builder, MockServer};

use crate::support::{BINARY, Server, send};

async fn start(builder: Builder) -> MockServer {
    builder.start().await.expect("a server")
}

/// A request with a token; gives status and body, null for none.
async fn call(
    method: &str,
    url: &str,
    token: &str,
    body: Option<&Json>,
) -> Result<(u16, Json), reqwest::Error> {
    let method = method.parse().expect("a method");
    let mut request = reqwest::Client::new()
        .request(method, url)
        .header("Authorization", format!("Zoho-oauthtoken {token}"));
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await?;
    Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
}

/// A request of the control plane that succeeds.
async fn admin(method: &str, url: &str, path: &str, body: &Json) -> Json {
    let body = (method != "GET" && method != "DELETE").then_some(body);
    let (status, answer) = call(method, &format!("{url}/__admin/{path}"), "x", body)
        .await
        .expect("an answer");
    assert!(status < 300, "{method} {path}: {status} {answer}");
    answer
}

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
        .write_all(b"GET /crm/v8/Leads/actions/count HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n")
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

/// Calls at once are those whose answers have not been sent.
#[tokio::test]
async fn more_calls_at_once_than_an_edition_has() {
    let crm = start(MockServer::builder().empty().limits(Limited {
        edition: Some(Edition::Free),
        ..Limited::default()
    }))
    .await;
    let _slow = crm
        .fault(json!({"effect": {"delay_ms": 400}}))
        .expect("a rule");
    let count = Arc::new(format!("{}/crm/v8/Leads/actions/count", crm.url()));
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let count = Arc::clone(&count);
            tokio::spawn(async move { call("GET", &count, "x", None).await.expect("an answer").0 })
        })
        .collect();
    let mut statuses = Vec::new();
    for call in calls {
        statuses.push(call.await.expect("it ran"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
    let (status, _) = call("GET", &count, "x", None).await.expect("an answer");
    assert_eq!(status, 200);
}

#[tokio::test]
async fn two_hundred_workers_see_their_own_data_alone() {
    let crm = start(MockServer::builder().workers(2)).await;
    let url = Arc::new(crm.url().to_owned());
    let workers: Vec<_> = (0..200)
        .map(|worker| {
            let url = Arc::clone(&url);
            tokio::spawn(async move {
                let org = admin("POST", &url, "orgs", &json!({})).await;
                let (id, token) = (&org["id"], &org["access_token"]);
                let (id, token) = (
                    id.as_str().expect("an id"),
                    token.as_str().expect("a token"),
                );
                let own = format!("worker-{worker}@example.com");
                let leads = format!("{url}/crm/v8/Leads");
                let lead =
                    json!({"data": [{"Last_Name": format!("Worker {worker}"), "Email": own}]});
                let (status, added) = call("POST", &leads, token, Some(&lead))
                    .await
                    .expect("an answer");
                assert_eq!(status, 201, "{added}");
                let search =
                    format!("{leads}/search?criteria=(Email:starts_with:worker-)&fields=Email");
                let (_, found) = call("GET", &search, token, None).await.expect("an answer");
                assert_eq!(found["data"].as_array().expect("a list").len(), 1);
                assert_eq!(found["data"][0]["Email"], own);
                let fault =
                    json!({"match": {"operation": "records.count"}, "effect": {"status": 503}});
                admin("POST", &url, &format!("faults?org={id}"), &fault).await;
                let question =
                    json!({"match": {"operation": "records.insert", "body": lead}, "count": 1});
                admin(
                    "POST",
                    &url,
                    &format!("requests/verify?org={id}"),
                    &question,
                )
                .await;
                let journal = admin("GET", &url, &format!("requests?org={id}"), &json!({})).await;
                assert_eq!(journal["requests"].as_array().expect("a list").len(), 2);
                added["data"][0]["details"]["id"]
                    .as_str()
                    .expect("an id")
                    .to_owned()
            })
        })
        .collect();
    let mut ids = Vec::new();
    for worker in workers {
        ids.push(worker.await.expect("it ran"));
    }
    // each org gives the same ids, whatever the others do
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert!(crm.received_requests().expect("a journal").is_empty());
    let count = format!("{url}/crm/v8/Leads/actions/count");
    let (status, _) = call("GET", &count, "x", None).await.expect("an answer");
    assert_eq!(status, 200);
}

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

#[tokio::test]
async fn what_the_control_plane_does_is_there_in_process() {
    let crm = start(MockServer::builder().now("2026-11-16T09:00:00Z")).await;
    let leads = |state: &zoho_crm_mock::store::OrgState| {
        let module = state.schema.module("Leads").expect("a module");
        state.table(module).rows().len()
    };
    let before = leads(&crm.state());
    let org = crm.fork("seed").expect("an org");
    let token = org.credentials().access_token;
    let target = format!("{}/crm/v8/Leads", org.url());
    let lead = json!({"data": [{"Last_Name": "Rao"}]});
    let snapshot = org.snapshot();
    let (status, _) = call("POST", &target, &token, Some(&lead))
        .await
        .expect("an answer");
    assert_eq!(status, 201);
    assert_eq!(
        (leads(&crm.state()), leads(&org.state())),
        (before, before + 1)
    );
    // an address of its own leads to it with any token
    let own = format!("{}/crm/v8/Leads", org.own_url());
    let (status, _) = call("POST", &own, "x", Some(&lead))
        .await
        .expect("an answer");
    assert_eq!(status, 201);
    org.verify(json!({"match": {"operation": "records.insert"}, "count": 2}))
        .expect("two");
    let missed = org.verify(json!({"match": {"operation": "records.insert"}, "count": 1}));
    assert!(missed.is_err());
    org.restore(&snapshot);
    assert_eq!(leads(&org.state()), before);
    org.advance(60).expect("in range");
    assert_eq!(org.now() - crm.now(), 60);
    org.freeze("2030-01-01T00:00:00Z").expect("a time");
    assert!(org.freeze("noon").is_err());
    let (_, added) = call("POST", &target, &token, Some(&lead))
        .await
        .expect("an answer");
    let created = &added["data"][0]["details"]["Created_Time"];
    assert!(created.as_str().expect("a time").starts_with("2029-12-31"));
    org.reset();
    assert_eq!(leads(&org.state()), before);
    assert!(org.fork("nowhere").is_err());
    assert_eq!(
        crm.org("org1").map(|org| org.id().to_owned()),
        Some("org1".into())
    );
    let labels = org.seed_json(&json!({"Leads": [{"id": "#ito", "Last_Name": "Ito"}]}));
    assert_eq!(labels.expect("a seed").len(), 1);
    assert!(
        org.seed_json(&json!({"Leads": [{"Last_Nam": "x"}]}))
            .is_err()
    );
    assert_eq!(leads(&org.state()), before + 1);
    // what is exported is a seed of another server
    let exported: Json = serde_json::from_str(&org.export()).expect("JSON");
    let other = start(MockServer::builder().seed_json(&exported)).await;
    assert_eq!(leads(&other.state()), before + 1);
    assert_eq!(other.export(), org.export());
    let report = org.contract();
    assert_eq!((report.coverage.exercised, report.summary.error), (1, 0));
    org.set_limits(Limited {
        credits: Some(0),
        ..Limited::default()
    });
    let (status, _) = call("POST", &target, &token, Some(&lead))
        .await
        .expect("an answer");
    assert_eq!(status, 429);
    org.clear_requests();
    assert!(org.received_requests().expect("a journal").is_empty());
}

/// Two servers with the same seed, chance, time and requests answer byte for byte the same.
#[tokio::test]
async fn the_same_requests_have_the_same_answers() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let builder = MockServer::builder()
            .now("2026-11-16T09:00:00Z")
            .rng_seed(7);
        let crm = start(builder.address("127.0.0.1:0")).await;
        let mut transcript = Vec::new();
        let client = reqwest::Client::new();
        let mut ask = async |method: &str, path: &str, token: &str, body: Option<Json>| {
            let method: reqwest::Method = method.parse().expect("a method");
            let mut request = client
                .request(method, format!("{}{path}", crm.url()))
                .header("Host", "crm.example")
                .header("Authorization", format!("Zoho-oauthtoken {token}"));
            if let Some(body) = body {
                request = request.json(&body);
            }
            let answer = request.send().await.expect("an answer");
            let status = answer.status().as_u16();
            let text = answer.text().await.expect("a text");
            transcript.push(format!("{status} {text}"));
            serde_json::from_str::<Json>(&text).unwrap_or_default()
        };
        let org = ask("POST", "/__admin/orgs", "x", Some(json!({"name": "one"}))).await;
        let token = org["access_token"].as_str().expect("a token").to_owned();
        let fault =
            json!({"match": {"probability": 0.5}, "effect": {"error": "TOO_MANY_REQUESTS"}});
        ask("POST", "/__admin/faults?org=one", "x", Some(fault)).await;
        let form = "/oauth/v2/token?grant_type=client_credentials&client_id=c&client_secret=s\
            &scope=ZohoCRM.modules.ALL&soid=ZohoCRM.1";
        ask("POST", form, "x", None).await;
        for n in 0..20 {
            let lead = json!({"data": [{"Last_Name": format!("Lead {n}"), "Company": "Alpha"}]});
            ask("POST", "/crm/v8/Leads", &token, Some(lead)).await;
            ask(
                "GET",
                "/crm/v8/Leads?fields=Last_Name&per_page=3",
                &token,
                None,
            )
            .await;
            ask(
                "POST",
                "/__admin/clock/advance",
                "x",
                Some(json!({"by": 60})),
            )
            .await;
            ask("GET", "/crm/v2/Leads?per_page=2", "x", None).await;
        }
        runs.push(transcript);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].iter().any(|line| line.starts_with("429")));
    assert!(runs[0].iter().any(|line| line.starts_with("201")));
}

/// An idle org goes after its time; who uses it keeps it, and its own clock has no say.
#[tokio::test]
async fn an_idle_org_goes() {
    let crm = start(MockServer::builder().empty().now("2026-11-16T09:00:00Z")).await;
    let org = admin(
        "POST",
        crm.url(),
        "orgs",
        &json!({"name": "brief", "ttl": 0.6}),
    )
    .await;
    let token = org["access_token"].as_str().expect("a token");
    let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    admin(
        "POST",
        crm.url(),
        "clock/advance?org=brief",
        &json!({"by": "P1D"}),
    )
    .await;
    for n in 0..4 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        // requests and the control plane alike
        if n % 2 == 0 {
            let (status, _) = call("GET", &count, token, None).await.expect("an answer");
            assert_eq!(status, 200);
        } else {
            admin("GET", crm.url(), "clock?org=brief", &json!({})).await;
        }
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    let (status, body) = call("GET", &count, token, None).await.expect("an answer");
    assert_eq!((status, &body["code"]), (401, &json!("INVALID_TOKEN")));
    let orgs = admin("GET", crm.url(), "orgs", &json!({})).await;
    assert_eq!(orgs["orgs"].as_array().expect("a list").len(), 1);
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
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer).await;
        let kind = ended.expect_err("no end").kind();
        assert_eq!(kind, std::io::ErrorKind::ConnectionReset, "{effect} {path}");
    }
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

/// The worst is told however much else there is.
#[test]
fn many_violations_do_not_hide_others() {
    let world = MockServer::builder()
        .empty()
        .build_world()
        .expect("a world");
    for n in 0..300 {
        let lead = json!({"data": [{"Last_Name": "Rao", "Lead_Status": format!("Hot {n}")}]});
        send(&world, "POST", "/crm/v8/Leads", Some(&lead));
    }
    let lost = json!({"data": [{"Last_Name": "Rao", "Compny": "x"}]});
    send(&world, "POST", "/crm/v8/Leads", Some(&lost));
    let (_, report) = send(&world, "GET", "/__admin/contract", None);
    assert_eq!(report["summary"]["error"], 1);
    assert_eq!(report["summary"]["rules"]["value.not_in_pick_list"], 300);
    assert!(report["summary"]["not_listed"].as_u64() >= Some(100));
    let violations = report["violations"].as_array().expect("a list");
    assert!(
        violations
            .iter()
            .any(|v| v["rule"] == "record.unknown_field")
    );
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

/// A token opens no other org's address, and an address no org to another's token.
#[test]
fn addresses_and_tokens_agree() {
    let world = MockServer::builder()
        .empty()
        .build_world()
        .expect("a world");
    let fork = |name: &str| {
        let (_, credentials) = world
            .fork("seed", world.default_org(), Some(name), None)
            .expect("an org");
        credentials.access_token
    };
    let (a, _b) = (fork("a"), fork("b"));
    let ask = |path: &str| {
        let headers = vec![("authorization".to_owned(), format!("Bearer {a}"))];
        let request = zoho_crm_mock::request::Request::new("GET", path, "", &headers, Some(b""));
        zoho_crm_mock::dispatch::dispatch(&world, &request).status
    };
    assert_eq!(ask("/crm/v8/Leads/actions/count"), 200);
    assert_eq!(ask("/__org/a/crm/v8/Leads/actions/count"), 200);
    assert_eq!(ask("/__org/b/crm/v8/Leads/actions/count"), 401);
    assert_eq!(ask("/__org/default/crm/v8/Leads/actions/count"), 401);
}

#[tokio::test]
async fn without_a_control_plane_its_addresses_are_unknown() {
    let crm = start(MockServer::builder().empty().no_admin()).await;
    for path in [
        "/__admin/health",
        "/__admin/reset",
        "/__org/default/__admin/health",
    ] {
        let (status, body) = call("GET", &format!("{}{path}", crm.url()), "x", None)
            .await
            .expect("an answer");
        assert_eq!(
            (status, &body["code"]),
            (404, &json!("INVALID_URL_PATTERN"))
        );
    }
}

#[test]
fn strict_refuses_what_zoho_would_lose() {
    let world = MockServer::builder()
        .empty()
        .strict()
        .build_world()
        .expect("a world");
    let lead = |field: &str| json!({"data": [{"Last_Name": "Rao", field: "x"}]});
    let (status, body) = send(&world, "POST", "/crm/v8/Leads", Some(&lead("Compny")));
    assert_eq!((status, &body["code"]), (400, &json!("CONTRACT_VIOLATION")));
    let violation = &body["details"]["violations"][0];
    assert!(
        violation["message"]
            .as_str()
            .expect("words")
            .contains("Compny"),
        "{body}"
    );
    assert!(violation["advice"].is_string() && violation["rule"].is_string());
    let (_, body) = send(&world, "GET", "/crm/v8/Leads/actions/count", None);
    assert_eq!(body, json!({"count": 0}));
    let (status, _) = send(&world, "POST", "/crm/v8/Leads", Some(&lead("Company")));
    assert_eq!(status, 201);
}

/// The text form is lines of comments and samples; every sample belongs to a family.
#[tokio::test]
async fn metrics_are_prometheus_text() {
    let crm = start(MockServer::builder().empty()).await;
    let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    for _ in 0..3 {
        call("GET", &count, "x", None).await.expect("an answer");
    }
    let answer = reqwest::get(format!("{}/__admin/metrics", crm.url()))
        .await
        .expect("an answer");
    let media = answer.headers()["content-type"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(media.starts_with("text/plain; version=0.0.4"), "{media}");
    let text = answer.text().await.expect("a text");
    let mut family = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            family = rest.split(' ').next().expect("a name").to_owned();
        } else if !line.starts_with('#') {
            assert!(line.starts_with(&family), "{line}");
            let value = line.rsplit(' ').next().expect("a value");
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    }
    let sample =
        "zoho_crm_mock_requests_total{operation=\"records.count\",version=\"v8\",status=\"200\"} 3";
    assert!(text.contains(sample), "{text}");
}

/// The description names every row, and nothing that cannot be.
#[test]
fn the_control_plane_describes_itself() {
    let world = MockServer::builder()
        .empty()
        .build_world()
        .expect("a world");
    let (status, description) = send(&world, "GET", "/__admin/openapi.json", None);
    assert_eq!((status, &description["openapi"]), (200, &json!("3.1.0")));
    let mut ids = std::collections::BTreeSet::new();
    for row in zoho_crm_mock::admin::rows() {
        assert!(ids.insert(row.id), "{} twice", row.id);
        let method = row.method.as_str().to_ascii_lowercase();
        let operation = &description["paths"][format!("/__admin{}", row.path)][method];
        assert_eq!(operation["operationId"], row.id);
        assert!(!row.answers.is_empty(), "{}", row.id);
    }
    let described: usize = description["paths"]
        .as_object()
        .expect("paths")
        .values()
        .map(|item| item.as_object().expect("methods").len())
        .sum();
    assert_eq!(described, ids.len());
}

/// The schema of a body takes and refuses what the operation takes and refuses, unknown keys
/// included.
#[test]
fn schemas_say_what_bodies_are() {
    let world = MockServer::builder().build_world().expect("a world");
    let (_, description) = send(&world, "GET", "/__admin/openapi.json", None);
    let checked = |path: &str, method: &str, body: &Json| {
        let operation = &description["paths"][format!("/__admin{path}")][method];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{path}");
        jsonschema::is_valid(schema, body)
    };
    let with = |effect: Json| json!({"effect": effect});
    let on = |pattern: Json| json!({"match": pattern, "effect": {"status": 503}});
    for (method, path, good, bad) in [
        (
            "post",
            "/faults",
            vec![
                with(json!({"error": "TOO_MANY_REQUESTS"})),
                with(json!({"status": 418, "body": {"tea": true}, "headers": {"X-Tea": "green"}})),
                with(json!({"delay_ms": 1})),
                with(json!({"delay_ms": {"min": 0, "max": 2.5}, "connection": "slow"})),
                with(json!({"delay_ms": {"median": 1, "sigma": 1}})),
                with(json!({"record": {"index": [0, 1], "error": "RECORD_LOCKED"}})),
                json!({"times": 1, "ttl": "PT1S", "effect": {"status": 503}}),
                json!({"ttl": 5, "effect": {"status": 503}}),
                on(
                    json!({"operation": "records.*", "method": "get", "path": "/crm/*",
                    "module": "Leads", "version": "v8", "query": {"page": "1"},
                    "body": {"data": []}, "nth": [1, 2], "probability": 0.5, "org": "*"}),
                ),
            ],
            vec![
                json!({}),
                with(json!({"status": 99})),
                with(json!({"delay_ms": {"min": 0}})),
                with(json!({"connection": "cut"})),
                with(json!({"record": {"index": 0}})),
                json!({"times": 0, "effect": {"status": 503}}),
                json!({"ttl": true, "effect": {"status": 503}}),
                on(json!({"status": 200})),
                on(json!({"nonsense": 1})),
                on(json!({"probability": 2})),
            ],
        ),
        (
            "post",
            "/requests/verify",
            vec![
                json!({"at_most": 0}),
                json!({"match": {"status": "4xx"}, "count": 0}),
            ],
            vec![
                json!({"match": {"status": "1xx"}}),
                json!({"match": {"nth": 1}}),
                json!({"count": -1}),
            ],
        ),
        (
            "post",
            "/requests/wait",
            vec![],
            vec![json!({"timeout_ms": 600_001}), json!({"at_least": "one"})],
        ),
        (
            "post",
            "/requests/count",
            vec![json!({}), json!({"match": {"status": 201}})],
            vec![json!({"count": 1}), json!({"match": {"status": 600}})],
        ),
        (
            "post",
            "/orgs",
            vec![
                json!({}),
                json!({"from": "seed", "name": "one", "ttl": "PT1H"}),
            ],
            vec![json!({"from": 1}), json!({"ttl": []})],
        ),
        (
            "post",
            "/snapshots",
            vec![json!({"name": "one"})],
            vec![json!({}), json!({"name": 1})],
        ),
        (
            "put",
            "/clock",
            vec![json!({"now": "2026-11-16T09:00:00Z", "frozen": true})],
            vec![json!({"frozen": 1})],
        ),
        (
            "post",
            "/clock/advance",
            vec![json!({"by": 1}), json!({"by": "PT1S"})],
            vec![json!({})],
        ),
        (
            "put",
            "/limits",
            vec![
                json!({"edition": "free", "credits": 1, "concurrency": 1, "rate": "1/60"}),
                json!({}),
            ],
            vec![json!({"edition": "gold"}), json!({"credits": -1})],
        ),
        (
            "put",
            "/jobs",
            vec![
                json!({"all": "at_once"}),
                json!({"mass_update": {"after": "PT1S"}}),
            ],
            vec![json!({"all": "soon"}), json!({"all": {"polls": -1}})],
        ),
        (
            "post",
            "/reset",
            vec![json!({"also": ["faults", "journal", "limits", "snapshots"]})],
            vec![json!({"also": ["clock"]})],
        ),
    ] {
        let target = format!("/__admin{path}");
        let ask = |body: &Json| send(&world, &method.to_uppercase(), &target, Some(body));
        for body in good {
            assert!(checked(path, method, &body), "{path} {body}");
            let (status, answer) = ask(&body);
            assert!(status < 300, "{path} {body}: {answer}");
        }
        for body in bad.into_iter().chain([json!({"nonsense": 1})]) {
            assert!(!checked(path, method, &body), "{path} {body}");
            let (status, answer) = ask(&body);
            assert_eq!(status, 422, "{path} {body}: {answer}");
        }
        send(&world, "DELETE", "/__admin/faults", None);
    }
}

#[test]
fn settings_are_printed_for_shells_and_files() {
    let server = Server::start(&["--empty"]);
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(BINARY)
            .args(["env", "--url", &server.url])
            .args(arguments)
            .output()
            .expect("the binary");
        (
            output.status.code(),
            String::from_utf8(output.stdout).expect("text"),
        )
    };
    for (form, start) in [
        ("sh", "export ZOHO_API_DOMAIN='http://"),
        ("fish", "set -gx ZOHO_API_DOMAIN 'http://"),
        ("dotenv", "ZOHO_API_DOMAIN=\"http://"),
    ] {
        let (code, text) = run(&["--format", form]);
        assert_eq!(code, Some(0));
        assert!(text.lines().any(|line| line.starts_with(start)), "{text}");
        assert!(text.contains("ZOHO_REFRESH_TOKEN"));
    }
    let (_, text) = run(&["--format", "json"]);
    let all: Json = serde_json::from_str(&text).expect("JSON");
    for language in [
        "curl",
        "python",
        "node",
        "typescript",
        "java",
        "php",
        "csharp",
    ] {
        let snippet = all["snippets"][language].as_str().expect("a program");
        assert!(snippet.contains(&server.url), "{language}");
        for placeholder in [
            "{url}",
            "{client_id}",
            "{client_secret}",
            "{refresh_token}",
            "{access_token}",
        ] {
            assert!(!snippet.contains(placeholder), "{language}: {placeholder}");
        }
    }
    assert_eq!(run(&["--org", "nowhere"]).0, Some(2));
    let nobody = std::process::Command::new(BINARY)
        .args(["env", "--url", "http://127.0.0.1:9"])
        .output()
        .expect("the binary");
    assert_eq!(nobody.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&nobody.stderr).contains("cannot reach"));
}
