use serde_json::{Value as Json, json};

use super::{first, get, get_with, keys, ok, org, refused, stock, texts};

fn modules(target: &str) -> Vec<Json> {
    let body = ok(stock(), target);
    body["modules"].as_array().expect("modules").clone()
}

fn module(version: &str, name: &str) -> Json {
    let found = modules(&format!("{version}/settings/modules"));
    let module = found.into_iter().find(|module| module["api_name"] == name);
    module.expect("the module")
}

#[test]
fn the_list_follows_the_tabs() {
    let names = texts(&ok(stock(), "v8/settings/modules")["modules"], "api_name");
    let tabs = [
        "Home",
        "Leads",
        "Contacts",
        "Accounts",
        "Deals",
        "Tasks",
        "Events",
        "Calls",
        "Reports",
        "Analytics",
    ];
    assert_eq!(names[..tabs.len()], tabs);
    assert!(!names.contains(&"Activities".to_owned()));
    assert_eq!(module("v2.1", "Activities")["plural_label"], "Activities");
}

#[test]
fn meetings_were_events() {
    assert_eq!(module("v2", "Events")["module_name"], "Events");
    assert_eq!(module("v8", "Events")["module_name"], "Meetings");
}

#[test]
fn statuses() {
    let hidden = modules("v7/settings/modules?status=system_hidden");
    assert!(!hidden.is_empty() && hidden.iter().all(|m| m["status"] == "system_hidden"));
    // older versions do not know the parameter
    assert_eq!(
        modules("v6/settings/modules?status=gone").len(),
        modules("v6/settings/modules").len()
    );
}

#[test]
fn modified_since() {
    let header = [("If-Modified-Since", "2024-01-01T00:00:00+00:00")];
    let unchanged = get_with(stock(), "v8/settings/modules", &header);
    assert_eq!(unchanged, (304, String::new()));
    let world = org(&json!({"modules": [
        {"api_name": "Leads", "attributes": {"modified_time": "2024-07-16T05:56:33-07:00"}},
    ]}));
    let (status, body) = get_with(&world, "v8/settings/modules", &header);
    let body: Json = serde_json::from_str(&body).expect("JSON");
    let names = texts(&body["modules"], "api_name");
    assert_eq!((status, names), (200, vec!["Leads".to_owned()]));
}

#[test]
fn one_module_by_name_and_id() {
    let by_name = get(stock(), "v8/settings/modules/Leads");
    let by_id = get(stock(), "v8/settings/modules/5725767000000002175");
    assert_eq!(by_name, by_id);
    let module = first(stock(), "v8/settings/modules/Leads");
    assert_eq!(module["custom_view"]["system_name"], "ALLVIEWS");
    assert_eq!(
        keys(&module["custom_view"]).join(" "),
        "display_value created_time access_type criteria system_name sort_by created_by shared_to default modified_time name system_defined modified_by id fields category last_accessed_time locked sort_order favorite"
    );
    assert_eq!(module["per_page"], 50);
    assert_eq!(
        module["search_layout_fields"],
        json!([
            "Owner",
            "Company",
            "Email",
            "Phone",
            "Lead_Source",
            "Full_Name"
        ])
    );
    assert_eq!(module["$field_states"], json!(["convert_scheduler"]));
    assert_eq!(
        module["lookup_field_properties"]["fields"][0]["api_name"],
        "Full_Name"
    );
}

#[test]
fn refusals() {
    refused(&[
        (
            "v7/settings/modules?status=visible,gone",
            400,
            r#"{"code":"INVALID_DATA","details":{"index":1,"supported_values":["visible","user_hidden","system_hidden","scheduled_for_deletion"],"param_name":"status"},"message":"invalid data","status":"error"}"#,
        ),
        (
            "v2/settings/modules/Nope",
            400,
            r#"{"code":"INVALID_MODULE","details":{},"message":"the module name given seems to be invalid","status":"error"}"#,
        ),
        (
            "v8/settings/modules/Nope",
            400,
            r#"{"code":"INVALID_MODULE","details":{"resource_path_index":0},"message":"the module name given seems to be invalid","status":"error"}"#,
        ),
        (
            "v8/settings/modules/Home",
            400,
            r#"{"code":"INVALID_MODULE","details":{},"message":"the given module is not supported in api","status":"error"}"#,
        ),
        ("v8/settings/modules/123", 204, ""),
        (
            "v3/settings/modules/Activities",
            400,
            r#"{"code":"INVALID_MODULE","details":{},"message":"the module name given seems to be invalid","status":"error"}"#,
        ),
    ]);
}
