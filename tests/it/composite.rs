//! Composite requests, as far as it takes more than a call to see what they do.

use serde_json::{Value as Json, json};
use zoho_crm_mock::{AuthMode, MockServer};

/// Asks with a token, and gives the answer.
fn ask(crm: &MockServer, token: &str, body: &Json) -> (u16, Json) {
    let client = reqwest::blocking::Client::new();
    let request = client.post(format!("{}/crm/v8/__composite_requests", crm.url()));
    let request = request.header("Authorization", format!("Zoho-oauthtoken {token}"));
    let answer = request.json(body).send().expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().expect("a text");
    (status, serde_json::from_str(&text).expect("JSON"))
}

fn sub(method: &str, uri: &str, body: &Json) -> Json {
    json!({"method": method, "uri": uri, "body": body})
}

fn status_of(answer: &Json, index: usize) -> &Json {
    &answer["__composite_requests"][index]["details"]["response"]["status_code"]
}

#[test]
fn a_sub_request_needs_its_own_scope() {
    let refresh = |name: &str, scope: &str| json!({"refresh_token": name, "client_id": "1000.C", "scope": scope});
    let few = "ZohoCRM.composite_requests.CUSTOM,ZohoCRM.modules.leads.READ";
    let seed = json!({"oauth": {
        "clients": [{"client_id": "1000.C", "client_secret": "s"}],
        "refresh_tokens": [refresh("1000.few", few), refresh("1000.none", "ZohoCRM.modules.ALL")],
    }});
    let builder = MockServer::builder()
        .seed_json(&seed)
        .auth(AuthMode::Strict);
    let crm = builder.start_blocking().expect("a server");
    let token = |refresh: &str| {
        let query = "grant_type=refresh_token&client_id=1000.C&client_secret=s&refresh_token=";
        let url = format!("{}/oauth/v2/token?{query}{refresh}", crm.url());
        let answer = reqwest::blocking::Client::new().post(url).send();
        let answer: Json = answer.expect("an answer").json().expect("JSON");
        answer["access_token"].as_str().expect("a token").to_owned()
    };
    let lead = json!({"data": [{"Last_Name": "Rao"}]});
    let body = json!({"__composite_requests": [
        sub("GET", "/crm/v8/Leads?fields=id", &Json::Null),
        sub("POST", "/crm/v8/Leads", &lead),
        sub("GET", "/crm/v8/Deals?fields=id", &Json::Null),
    ]});
    let (status, answer) = ask(&crm, &token("1000.few"), &body);
    assert_eq!(status, 200, "{answer}");
    let statuses: Vec<&Json> = (0..3).map(|n| status_of(&answer, n)).collect();
    assert_eq!(statuses, [204, 401, 401], "{answer}");
    let (status, answer) = ask(&crm, &token("1000.none"), &body);
    assert_eq!(
        (status, &answer["code"]),
        (401, &json!("OAUTH_SCOPE_MISMATCH"))
    );
}

#[test]
fn the_journal_has_the_call_and_limits_count_it() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let lead = json!({"data": [{"Last_Name": "Rao"}]});
    let insert = sub("POST", "/crm/v8/Leads", &lead);
    let body = json!({"__composite_requests": [insert, insert, insert]});
    assert_eq!(ask(&crm, "any", &body).0, 200);
    assert_eq!(crm.requests("composite.run").expect("known").len(), 1);
    assert!(crm.requests("records.insert").expect("known").is_empty());
    assert_eq!(crm.count("Leads").expect("a module"), 3);
}

/// Whatever fails, and wherever: all is as it was, and nobody is told of anything.
#[test]
fn a_transaction_that_is_taken_back_leaves_nothing() {
    let crm = MockServer::builder().empty().now("2026-11-16T09:00:00Z");
    let crm = crm.start_blocking().expect("a server");
    let watch = json!({"watch": [{"channel_id": 1, "events": ["Leads.all", "Contacts.all"],
        "notify_url": "https://app.example.com/"}]});
    let client = reqwest::blocking::Client::new();
    let request = client.post(format!("{}/crm/v8/actions/watch", crm.url()));
    let request = request
        .header("Authorization", "Zoho-oauthtoken any")
        .json(&watch);
    assert_eq!(request.send().expect("an answer").status(), 201);
    let before = crm.export();
    let made = |id: &str| {
        let mut made = sub(
            "POST",
            "/crm/v8/Leads",
            &json!({"data": [{"Last_Name": id}]}),
        );
        made["sub_request_id"] = id.into();
        made
    };
    let failing = [
        sub("POST", "/crm/v8/Contacts", &json!({"data": [{}]})),
        sub("GET", "/crm/v8/Nothing?fields=id", &Json::Null),
        sub(
            "PUT",
            "/crm/v8/Leads/@{a:$.nowhere}",
            &json!({"data": [{}]}),
        ),
        sub("DELETE", "/crm/v8/Leads/1", &Json::Null),
        sub(
            "POST",
            "/crm/v8/coql",
            &json!({"select_query": "select nothing"}),
        ),
        json!({"method": "GET"}),
    ];
    for (n, failing) in failing.into_iter().enumerate() {
        let mut subs = vec![made("a"), made("b")];
        subs.insert(n % 3, failing);
        let body = json!({"rollback_on_fail": true, "__composite_requests": subs});
        let (status, answer) = ask(&crm, "any", &body);
        assert_eq!(status, 400, "{answer}");
        assert_eq!(crm.export(), before, "{answer}");
    }
    let body = json!({"rollback_on_fail": true, "__composite_requests": [made("a"), made("b")]});
    let (status, answer) = ask(&crm, "any", &body);
    assert_eq!(status, 200, "{answer}");
    let any = zoho_crm_mock::Notifications::any();
    let wait = std::time::Duration::from_secs(20);
    let told = crm
        .wait_for_notifications_blocking(any.clone(), wait)
        .expect("one");
    // what is published at once is told at once
    let ids = told[0].json()["ids"].as_array().map(Vec::len);
    assert_eq!((told.len(), ids), (1, Some(2)));
    assert_eq!(crm.notifications(any).expect("known").len(), 1);
}

#[test]
fn what_is_odd_is_refused_and_writes_nothing() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let before = crm.export();
    let deep = (0..100).fold(json!("@{1:$.a}"), |inner, _| json!({"a": inner}));
    for odd in [
        json!([]),
        json!({"__composite_requests": [null, 7, "x", [], {}]}),
        json!({"__composite_requests": [{"method": "GET", "uri": "/crm/v8/@{", "params": {"a": "@{@{}}"}}]}),
        json!({"__composite_requests": [{"sub_request_id": "1", "method": "POST", "uri": "/crm/v8/Leads", "body": deep}]}),
        json!({"__composite_requests": [{"method": "GET", "uri": "/crm/v8/%00/%ff?%zz=1#x", "headers": {"a\nb": "c\r\nd"}}]}),
        json!({"__composite_requests": [{"method": "GET", "uri": "/crm/v99999999999999999999.9/Leads"}]}),
        json!({"__composite_requests": [{"method": "GET", "uri": "/crm/v8/Leads", "params": {"fields": {"a": 1}, "page": [[1]]}}]}),
    ] {
        let (status, answer) = ask(&crm, "any", &odd);
        assert!(status < 500, "{odd}: {answer}");
        assert_eq!(crm.export(), before, "{odd}: {answer}");
    }
}

/// A small body whose references would make a large one is refused, and not made.
#[test]
fn references_do_not_grow_without_end() {
    let crm = MockServer::start_blocking().expect("a server");
    let many: Vec<Json> = (0..20_000).map(|_| json!("@{1:$}")).collect();
    let mut list = sub(
        "GET",
        "/crm/v8/Leads?fields=Last_Name,Company,Email,Phone",
        &Json::Null,
    );
    list["sub_request_id"] = "1".into();
    let body = json!({"__composite_requests": [list, sub("POST", "/crm/v8/Leads", &json!({"data": many}))]});
    let (status, answer) = ask(&crm, "any", &body);
    assert_eq!(status, 207, "{answer}");
    assert_eq!(
        answer["__composite_requests"][1]["code"],
        "BODY_SIZE_REACHED"
    );
}
