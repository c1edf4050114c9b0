use serde_json::{Value, json};
use zoho_crm_mock::{Fault, MockServer, Requests, Severity};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The program under test: it is told where the API is, and tries once more if Zoho is busy.
async fn add_lead(api: &str, lead: &Value) -> Result<u16, reqwest::Error> {
    let mut status = 0;
    for _ in 0..2 {
        let request = reqwest::Client::new().post(format!("{api}/crm/v8/Leads"));
        let request = request.header("Authorization", "Zoho-oauthtoken any");
        let answer = request.json(&json!({"data": [lead]})).send().await?;
        status = answer.status().as_u16();
        if status != 429 {
            break;
        }
    }
    Ok(status)
}

#[tokio::test]
async fn a_lead_is_added() -> Outcome {
    // a server of this test's own, on a free port; it stops where `crm` is dropped
    let crm = MockServer::builder().empty().start().await?;
    assert_eq!(
        add_lead(crm.url(), &json!({"Last_Name": "Rao"})).await?,
        201
    );
    assert_eq!(crm.records("Leads")?[0]["Last_Name"], "Rao");
    Ok(())
}

#[tokio::test]
async fn it_tries_again_if_zoho_is_busy() -> Outcome {
    let seed = json!({"Leads": [{"Last_Name": "Okafor"}]});
    let crm = MockServer::builder().seed_json(&seed).start().await?;
    let busy = Fault::error("TOO_MANY_REQUESTS").on("records.insert");
    let _busy = crm.fault(busy.times(1))?;
    // fails the test where it is dropped, unless there were two inserts
    let _twice = crm.expect(Requests::of("records.insert").count(2))?;
    assert_eq!(
        add_lead(crm.url(), &json!({"Last_Name": "Rao"})).await?,
        201
    );
    assert_eq!(crm.count("Leads")?, 2);
    Ok(())
}

/// Zoho takes the lead and ignores the field. The test fails where `crm` is dropped.
#[tokio::test]
#[should_panic(expected = "Leads has no field \"Compny\"; did you mean \"Company\"?")]
async fn a_company_is_kept() {
    let crm = MockServer::builder().fail_on_violations(Severity::Error);
    let crm = crm.start().await.expect("a server");
    let lead = json!({"Last_Name": "Rao", "Compny": "Rao Boats"});
    assert_eq!(add_lead(crm.url(), &lead).await.expect("an answer"), 201);
}
