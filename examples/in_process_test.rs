//! A Zoho CRM inside the process of a test: `cargo run --example in_process_test`.

use serde_json::{Value, json};
use zoho_crm_mock::MockServer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // a server of its own on a free port, with one lead; it stops when `crm` is dropped
    let crm = MockServer::builder()
        .seed_json(&json!({"Leads": [{"Last_Name": "Rao", "Email": "rao@example.com"}]}))
        .now("2026-11-16T09:00:00Z")
        .start()
        .await?;

    // what the program under test would do with the base address it is given
    let client = reqwest::Client::new();
    let leads = format!("{}/crm/v8/Leads", crm.url());
    let added: Value = client
        .post(&leads)
        .header("Authorization", "Zoho-oauthtoken any")
        .json(&json!({"data": [{"Last_Name": "Okafor", "Email": "okafor@example.com"}]}))
        .send()
        .await?
        .json()
        .await?;
    assert_eq!(added["data"][0]["message"], "record added");

    let found: Value = client
        .get(format!("{leads}/search"))
        .query(&[("criteria", "(Email:starts_with:okafor)")])
        .header("Authorization", "Zoho-oauthtoken any")
        .send()
        .await?
        .json()
        .await?;
    assert_eq!(found["data"][0]["id"], added["data"][0]["details"]["id"]);

    // or look at what is stored, without a request
    let leads = crm.records("Leads")?;
    let names: Vec<_> = leads.iter().map(|lead| &lead["Last_Name"]).collect();
    assert_eq!(names, ["Rao", "Okafor"]);
    Ok(())
}
