use serde_json::json;

use super::{first, get, keys, ok, org, refused, stock};

/// The stock roles, in the order of keys that was captured.
const CEO: &str = r#"{"display_label":"CEO","created_by__s":null,"modified_by__s":null,"forecast_manager":null,"share_with_peers":false,"modified_time__s":null,"name":"CEO","description":"Users with this role have access to the data owned by all other users.","reporting_to":null,"id":"5725767000000026005","created_time__s":null}"#;
const MANAGER: &str = r#"{"display_label":"Manager","created_by__s":null,"modified_by__s":null,"forecast_manager":null,"share_with_peers":false,"modified_time__s":null,"name":"Manager","description":"Users belonging to this role cannot see data for admin users.","reporting_to":{"name":"CEO","id":"5725767000000026005"},"id":"5725767000000026008","created_time__s":null}"#;

#[test]
fn all_and_one() {
    let all = get(stock(), "v7/settings/roles");
    assert_eq!(all, (200, format!(r#"{{"roles":[{CEO},{MANAGER}]}}"#)));
    let one = get(stock(), "v4/settings/roles/5725767000000026008");
    assert_eq!(one, (200, format!(r#"{{"roles":[{MANAGER}]}}"#)));
}

#[test]
fn keys_by_version() {
    let has = |version: &str| {
        let role = first(stock(), &format!("{version}/settings/roles"));
        ["admin_user", "created_by__s", "api_name"].map(|key| keys(&role).contains(&key))
    };
    assert_eq!(has("v2"), [true, false, false]);
    assert_eq!(has("v3"), [false, false, false]);
    assert_eq!(has("v4"), [false, true, false]);
    assert_eq!(has("v8"), [false, true, true]);
}

#[test]
fn unknown_ids() {
    refused(&[
        (
            "v2/settings/roles/1",
            400,
            r#"{"code":"INVALID_DATA","details":{},"message":"the id given seems to be invalid","status":"error"}"#,
        ),
        (
            "v5/settings/roles/1",
            400,
            r#"{"code":"INVALID_DATA","details":{"resource_path_index":2},"message":"the id given seems to be invalid","status":"error"}"#,
        ),
        ("v6/settings/roles/1", 204, ""),
        ("v8/settings/roles/1", 204, ""),
    ]);
    assert_eq!(get(stock(), "v8/settings/roles/CEO").0, 404);
}

#[test]
fn superiors_are_found_by_name_and_id() {
    let ceo = "5725767000000026005";
    let world = org(&json!({"roles": [
        {"name": "A", "reporting_to": "CEO"},
        {"name": "B", "reporting_to": ceo},
        {"name": "C", "reporting_to": {"id": ceo}},
        {"name": "D", "reporting_to": {"name": "CEO"}},
        {"name": "E"},
    ]}));
    let body = ok(&world, "v8/settings/roles");
    let roles = body["roles"].as_array().expect("roles");
    let superior = |name: &str| {
        let role = roles.iter().find(|role| role["name"] == name);
        role.expect("the role")["reporting_to"].clone()
    };
    for name in ["A", "B", "C", "D"] {
        assert_eq!(superior(name), json!({"name": "CEO", "id": ceo}), "{name}");
    }
    assert_eq!(superior("E"), json!(null));
}
