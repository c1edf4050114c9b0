use serde_json::json;

use super::{first, org, stock};

#[test]
fn defaults() {
    let org = first(stock(), "v8/org");
    assert_eq!(org["id"], "5725767000000020005");
    assert_eq!(org["zgid"], "805725767");
    assert_eq!(org["domain_name"], "org805725767");
    assert_eq!(org["license_details"]["paid_type"], "enterprise");
    assert_eq!(org["time_zone"], "America/Los_Angeles");
}

#[test]
fn currency_before_v3() {
    let world = org(&json!({"org": {"currency": "US Dollar - USD"}}));
    assert_eq!(first(&world, "v2/org")["currency"], "US Dollar");
    assert_eq!(first(&world, "v8/org")["currency"], "US Dollar - USD");
}

#[test]
fn the_seed_wins_but_adds_no_keys() {
    let said = json!({"id": "org123456", "rank": 1, "license_details": {"paid": false}});
    let org = first(&org(&json!({"org": said})), "v2/org");
    assert_eq!(org["id"], "org123456");
    assert_eq!(org["license_details"]["paid"], false);
    assert!(org.get("rank").is_none());
}
