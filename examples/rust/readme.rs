#[tokio::test]
async fn a_lead_is_added() -> Result<(), Box<dyn std::error::Error>> {
    let crm = zoho_crm_mock::MockServer::builder().empty().start().await?;
    let lead = serde_json::json!({"data": [{"Last_Name": "Rao"}]});
    let request = reqwest::Client::new().post(format!("{}/crm/v8/Leads", crm.url()));
    let request = request.header("Authorization", "Zoho-oauthtoken any");
    assert_eq!(request.json(&lead).send().await?.status(), 201);
    assert_eq!(crm.records("Leads")?[0]["Last_Name"], "Rao");
    Ok(())
}
