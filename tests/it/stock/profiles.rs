use serde_json::json;

use super::{first, get, ok, org, refused, stock};

#[test]
fn a_page_of_v8() {
    let body = ok(stock(), "v8/settings/profiles");
    assert_eq!(
        body["info"].to_string(),
        r#"{"per_page":200,"count":2,"page":1,"more_records":false,"license_limit":200}"#
    );
}

#[test]
fn permissions() {
    let profile = first(stock(), "v7/settings/profiles/5725767000000026011");
    assert_eq!(
        profile["permissions_details"][0].to_string(),
        r#"{"display_label":"View","module":"Leads","name":"Crm_Implied_View_Leads","id":"5725767000000026113","enabled":true}"#
    );
    assert_eq!(
        profile["sections"][0]["categories"][0].to_string(),
        r#"{"display_label":"Leads","permissions_details":["5725767000000026113","5725767000000026115","5725767000000026117","5725767000000026119"],"module":"Leads","name":"Leads"}"#
    );
}

#[test]
fn unknown_id_is_an_error_in_v8_too() {
    refused(&[(
        "v8/settings/profiles/1",
        400,
        r#"{"code":"INVALID_DATA","details":{"resource_path_index":2},"message":"the id given seems to be invalid","status":"error"}"#,
    )]);
}

#[test]
fn lite_profiles_are_listed_on_request() {
    let world = org(&json!({"profiles": [{"name": "Team User", "type": "lite_profile"}]}));
    let listed = |target: &str| get(&world, target).1.contains("Team User");
    assert!(!listed("v8/settings/profiles"));
    assert!(listed("v8/settings/profiles?include_types=Lite"));
    assert!(listed("v5/settings/profiles?include_lite_profile=true"));
    assert!(!listed("v3/settings/profiles?include_lite_profile=true"));
}
