//! A seed written in the test, with a module and fields of its own:
//! `cargo run --example seed_a_fixture`.

use serde_json::{Value, json};
use zoho_crm_mock::MockServer;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seed = json!({
        "org": {"company_name": "Example Rentals", "id_prefix": "4242424", "time_zone": "Europe/Berlin"},
        "users": [
            {"id": "#mara", "first_name": "Mara", "last_name": "Vogt", "email": "mara@example.com"},
            {"id": "#jon", "first_name": "Jon", "last_name": "Bell", "email": "jon@example.com",
             "role": "Manager", "profile": "Standard"}
        ],
        // a module of our own, and a field of our own in a standard one
        "modules": [{"api_name": "Rentals", "singular_label": "Rental", "plural_label": "Rentals"}],
        "fields": {
            "Rentals": [
                {"api_name": "Customer", "field_label": "Customer", "data_type": "lookup",
                 "lookup": {"module": "Contacts", "relation": "Rentals", "label": "Rentals"}},
                {"api_name": "Daily_Rate", "field_label": "Daily Rate", "data_type": "currency"},
                {"api_name": "State", "field_label": "State", "data_type": "picklist",
                 "pick_list": ["Reserved", "Out", "Returned"], "default": "Reserved"}
            ],
            "Contacts": [
                {"api_name": "Loyalty_No", "field_label": "Loyalty No", "data_type": "text",
                 "length": 20, "unique": true}
            ]
        },
        "records": {
            "Contacts": [
                {"id": "#ines", "First_Name": "Ines", "Last_Name": "Castro",
                 "Loyalty_No": "L-1001", "Owner": "#jon"}
            ],
            "Rentals": [
                {"id": "#first", "Name": "Excavator, week 47", "Customer": "#ines",
                 "Daily_Rate": 120.5, "Created_Time": "2026-11-02T08:00:00+01:00"}
            ]
        }
    });
    let crm = MockServer::builder()
        .seed_json(&seed)
        .now("2026-11-16T09:00:00Z")
        .start()
        .await?;

    let get = async |path: &str| -> reqwest::Result<Value> {
        let request = reqwest::Client::new().get(format!("{}/crm/v8/{path}", crm.url()));
        let request = request.header("Authorization", "Zoho-oauthtoken any");
        request.send().await?.json().await
    };

    let rentals = get("Rentals?fields=Name,Customer,Daily_Rate,State,Created_Time").await?;
    let rental = &rentals["data"][0];
    assert_eq!(rental["Customer"]["name"], "Ines Castro");
    assert_eq!(rental["State"], "Reserved");
    assert_eq!(rental["Created_Time"], "2026-11-02T08:00:00+01:00");

    let contacts = get("Contacts?fields=Loyalty_No,Owner").await?;
    assert_eq!(contacts["data"][0]["Owner"]["name"], "Jon Bell");

    let fields = get("settings/fields?module=Rentals").await?;
    let names: Vec<&str> = fields["fields"]
        .as_array()
        .ok_or("no list of fields")?
        .iter()
        .filter_map(|field| field["api_name"].as_str())
        .collect();
    assert!(names.contains(&"Daily_Rate") && names.contains(&"Owner"));

    // a seed that is wrong is refused as a whole, and says where
    let wrong = json!({"Leads": [{"Last_Nmae": "Rao"}]});
    let error = MockServer::builder().seed_json(&wrong).start().await;
    let error = error
        .err()
        .ok_or("a seed with an unknown field was taken")?;
    assert_eq!(
        error.to_string(),
        "1 problem in the seed:\n  \
         seed_json: $.Leads[0].Last_Nmae: unknown field \"Last_Nmae\"; did you mean \"Last_Name\"?"
    );
    Ok(())
}
