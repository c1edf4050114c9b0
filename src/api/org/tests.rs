use serde_json::{Value as Json, json};

use crate::api::settings::fixture::{PREFIX, first, get, keys, org, stock};

/// The org of the v7 and v8 pages.
const CAPTURED: &str = r#"{"org":[{"country":null,"hierarchy_preferences":{"type":"Role_Hierarchy"},"photo_id":null,"city":null,"description":null,"type":"production","mc_status":false,"gapps_enabled":false,"lite_users_enabled":false,"domain_name":"org808232144","translation_enabled":false,"street":null,"alias":null,"currency":"US Dollar - USD","deletable_org_account":false,"id":"5725767000000020005","state":null,"fax":null,"employee_count":"1","zip":null,"created_time":"2023-04-12T02:08:05-07:00","website":null,"currency_symbol":"$","mobile":null,"currency_locale":"USD","primary_zuid":"808233918","zia_portal_id":"814461734","time_zone":"America/Los_Angeles","zgid":"808232144","country_code":"US","license_details":{"paid_expiry":"2025-04-11T17:00:00-07:00","users_license_purchased":10,"trial_type":null,"trial_expiry":null,"paid":true,"paid_type":"enterprise","portal_users_license_purchased":0},"phone":"1226652","company_name":"zohoo","privacy_settings":false,"primary_email":"patricia@example.com","hipaa_compliance_enabled":true,"iso_code":"USD"}]}"#;

/// Keys of the v2 capture, 2020.
const V2_KEYS: &str = "country photo_id city description mc_status gapps_enabled domain_name translation_enabled street alias currency id state fax employee_count zip website currency_symbol mobile currency_locale primary_zuid zia_portal_id time_zone zgid country_code license_details phone company_name privacy_settings primary_email iso_code";

fn captured(version: &str) -> (u16, String) {
    let mut body: Json = serde_json::from_str(CAPTURED).unwrap();
    let attributes = body["org"][0].take();
    get(
        org(PREFIX, &json!({}), &attributes),
        &format!("{version}/org"),
    )
}

#[test]
fn captured_body() {
    for version in ["v7", "v8"] {
        assert_eq!(captured(version), (200, CAPTURED.to_owned()), "{version}");
    }
}

#[test]
fn captured_keys_of_v2() {
    let (_, body) = captured("v2");
    let org: Json = serde_json::from_str(&first(&body)).unwrap();
    assert_eq!(keys(&org.to_string()), V2_KEYS);
    assert_eq!(
        keys(&org["license_details"].to_string()),
        "paid_expiry users_license_purchased trial_type trial_expiry paid paid_type"
    );
    assert_eq!(org["currency"], "US Dollar");
}

#[test]
fn defaults() {
    let (status, body) = get(stock(), "v8/org");
    assert_eq!(status, 200);
    let org: Json = serde_json::from_str(&first(&body)).unwrap();
    assert_eq!(org["id"], "5725767000000020005");
    assert_eq!(org["zgid"], "805725767");
    assert_eq!(org["domain_name"], "org805725767");
    assert_eq!(org["license_details"]["paid_type"], "enterprise");
    assert_eq!(org["time_zone"], "America/Los_Angeles");
}

#[test]
fn the_seed_wins_but_adds_no_keys() {
    let attributes = json!({"id": "org123456", "rank": 1, "license_details": {"paid": false}});
    let (_, body) = get(org(PREFIX, &json!({}), &attributes), "v2/org");
    let org: Json = serde_json::from_str(&first(&body)).unwrap();
    assert_eq!(org["id"], "org123456");
    assert_eq!(org["license_details"]["paid"], false);
    assert!(org.get("rank").is_none());
}
