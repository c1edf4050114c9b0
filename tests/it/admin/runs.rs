//! Runs of a server, which are all alike.

use serde_json::{Value as Json, json};
use zoho_crm_mock::MockServer;

use super::start;

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
                .header("Host", "crm.localhost")
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
