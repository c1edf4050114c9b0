//! Breaches of the contract: what is told of them, and what a strict server does.

use serde_json::json;
use zoho_crm_mock::MockServer;

use crate::support::send;

/// The worst is told however much else there is.
#[test]
fn many_violations_do_not_hide_others() {
    let world = MockServer::builder()
        .empty()
        .build_world()
        .expect("a world");
    for n in 0..300 {
        let lead = json!({"data": [{"Last_Name": "Rao", "Lead_Status": format!("Hot {n}")}]});
        send(&world, "POST", "/crm/v8/Leads", Some(&lead));
    }
    let lost = json!({"data": [{"Last_Name": "Rao", "Compny": "x"}]});
    send(&world, "POST", "/crm/v8/Leads", Some(&lost));
    let (_, report) = send(&world, "GET", "/__admin/contract", None);
    assert_eq!(report["summary"]["error"], 1);
    assert_eq!(report["summary"]["rules"]["value.not_in_pick_list"], 300);
    assert!(report["summary"]["not_listed"].as_u64() >= Some(100));
    let violations = report["violations"].as_array().expect("a list");
    assert!(
        violations
            .iter()
            .any(|v| v["rule"] == "record.unknown_field")
    );
}

#[test]
fn strict_refuses_what_zoho_would_lose() {
    let world = MockServer::builder()
        .empty()
        .strict()
        .build_world()
        .expect("a world");
    let lead = |field: &str| json!({"data": [{"Last_Name": "Rao", field: "x"}]});
    let (status, body) = send(&world, "POST", "/crm/v8/Leads", Some(&lead("Compny")));
    assert_eq!((status, &body["code"]), (400, &json!("CONTRACT_VIOLATION")));
    let violation = &body["details"]["violations"][0];
    assert!(
        violation["message"]
            .as_str()
            .expect("words")
            .contains("Compny"),
        "{body}"
    );
    assert!(violation["advice"].is_string() && violation["rule"].is_string());
    let (_, body) = send(&world, "GET", "/crm/v8/Leads/actions/count", None);
    assert_eq!(body, json!({"count": 0}));
    let (status, _) = send(&world, "POST", "/crm/v8/Leads", Some(&lead("Company")));
    assert_eq!(status, 201);
}
