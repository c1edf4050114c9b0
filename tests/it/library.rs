//! `MockServer`, over sockets.

use serde_json::{Value as Json, json};
use zoho_crm_mock::{MockServer, StartError};

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
    assert_eq!(xml.status(), 415);
    let form = post(
        br#"{"data":[{"Last_Name":"curl"}]}"#.to_vec(),
        "application/x-www-form-urlencoded",
    )
    .await
    .expect("sent");
    assert_eq!(form.status(), 201);
}
