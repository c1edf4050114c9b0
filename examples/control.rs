//! What a test does to the server: orgs of its own, faults, time, and what the client has sent:
//! `cargo run --example control`.

use serde_json::{Value, json};
use zoho_crm_mock::{Fault, MockServer, Requests, Severity};

/// A client under test: it tries again once when it is told to slow down.
async fn add_lead(url: &str, token: &str, name: &str) -> Result<u16, reqwest::Error> {
    let client = reqwest::Client::new();
    let mut status = 0;
    for _ in 0..2 {
        let answer = client
            .post(format!("{url}/crm/v8/Leads"))
            .header("Authorization", format!("Zoho-oauthtoken {token}"))
            .json(&json!({"data": [{"Last_Name": name, "Company": "Rao Boats"}]}))
            .send()
            .await?;
        status = answer.status().as_u16();
        if status != 429 {
            break;
        }
    }
    Ok(status)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let crm = MockServer::builder()
        .now("2026-11-16T09:00:00Z")
        // the test fails if the client sends what Zoho would refuse or lose
        .fail_on_violations(Severity::Error)
        .start()
        .await?;

    // an org for this test alone; it costs nothing, and others never see it
    let org = crm.fork("seed")?;
    let token = org.credentials().access_token;
    let before = org.snapshot();

    // the first insert is refused, as Zoho refuses too many calls at once
    let busy = Fault::error("TOO_MANY_REQUESTS")
        .on("records.insert")
        .times(1);
    let fault = org.fault(busy)?;

    // the client is to ask twice; if it does not, the test fails where this is dropped
    let rao = json!({"data": [{"Last_Name": "Rao"}]});
    let _twice = org.expect(Requests::of("records.insert").body(rao).count(2))?;
    assert_eq!(add_lead(org.url(), &token, "Rao").await?, 201);
    assert_eq!(fault.fired(), 1);

    // nothing it sent is wrong by Zoho's contract, though it might have waited a little
    let rules: Vec<&str> = org.violations().iter().map(|v| v.rule).collect();
    assert_eq!(rules, ["retry.without_backoff"]);

    // an hour later everything is as it was
    org.advance(3600)?;
    org.restore(&before);
    let found: Value = reqwest::Client::new()
        .get(format!("{}/crm/v8/Leads/actions/count", org.own_url()))
        .header("Authorization", "Zoho-oauthtoken any")
        .send()
        .await?
        .json()
        .await?;
    assert_eq!(found["count"], 16);
    Ok(())
}
