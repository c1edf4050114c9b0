use serde_json::{Value as Json, json};

use crate::api::settings::fixture::{PREFIX, first, get, get_with, keys, org, stock};

/// An item of a v7 list, 2024.
const LEADS: &str = r#"{"has_more_profiles":false,"access_type":"org_based","private_profile":null,"global_search_supported":true,"deletable":true,"description":null,"creatable":true,"recycle_bin_on_delete":true,"modified_time":"2024-07-16T05:56:33-07:00","plural_label":"Leads","presence_sub_menu":true,"actual_plural_label":"Leads","lookupable":true,"id":"5725767000000002175","isBlueprintSupported":true,"visibility":1,"convertable":true,"sub_menu_available":true,"editable":true,"actual_singular_label":"Lead","profiles":[{"name":"Administrator","id":"5725767000000026011"},{"name":"Standard","id":"5725767000000026014"}],"show_as_tab":true,"web_link":null,"sequence_number":2,"singular_label":"Lead","viewable":true,"api_supported":true,"api_name":"Leads","quick_create":true,"modified_by":{"name":"Patricia Boyle","id":"5725767000000411001"},"generated_type":"default","feeds_required":false,"public_fields_configured":false,"arguments":[],"module_name":"Leads","profile_count":2,"business_card_field_limit":5,"parent_module":{},"status":"visible"}"#;

/// Keys of an item of v2.
const V2_KEYS: &str = "global_search_supported deletable description creatable inventory_template_supported modified_time plural_label presence_sub_menu triggers_supported id visibility convertable editable emailTemplate_support profiles filter_supported show_as_tab web_link sequence_number singular_label viewable api_supported api_name quick_create modified_by generated_type feeds_required scoring_supported webform_supported arguments module_name business_card_field_limit parent_module";

fn modules(target: &str) -> Vec<Json> {
    let (status, body) = get(stock(), target);
    assert_eq!(status, 200, "{target}: {body}");
    let body: Json = serde_json::from_str(&body).unwrap();
    body["modules"].as_array().unwrap().clone()
}

fn module(version: &str, name: &str) -> Json {
    let found = modules(&format!("{version}/settings/modules"));
    found.into_iter().find(|m| m["api_name"] == name).unwrap()
}

#[test]
fn captured_item_of_v7() {
    let patches = json!({"Leads": {"attributes": {
        "modified_time": "2024-07-16T05:56:33-07:00",
        "modified_by": {"name": "Patricia Boyle", "id": "5725767000000411001"},
    }}});
    let state = org(PREFIX, &patches, &json!({}));
    let (status, body) = get(state, "v7/settings/modules");
    assert_eq!(status, 200);
    let body: Json = serde_json::from_str(&body).unwrap();
    assert_eq!(body["modules"][1].to_string(), LEADS);
}

#[test]
fn captured_keys_of_v2() {
    assert_eq!(keys(&module("v2", "Leads").to_string()), V2_KEYS);
}

#[test]
fn the_list_follows_the_tabs() {
    let names: Vec<String> = modules("v8/settings/modules")
        .iter()
        .filter_map(|m| m["api_name"].as_str().map(str::to_owned))
        .collect();
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
    assert_eq!(
        get(stock(), "v7/settings/modules?status=visible,gone"),
        (400, r#"{"code":"INVALID_DATA","details":{"index":1,"supported_values":["visible","user_hidden","system_hidden","scheduled_for_deletion"],"param_name":"status"},"message":"invalid data","status":"error"}"#.to_owned())
    );
    // older versions do not know the parameter
    assert_eq!(
        modules("v6/settings/modules?status=gone").len(),
        modules("v6/settings/modules").len()
    );
}

#[test]
fn modified_since() {
    let header = [("If-Modified-Since", "2024-01-01T00:00:00+00:00")];
    assert_eq!(
        get_with(stock(), "v8/settings/modules", &header),
        (304, String::new())
    );
    let patches = json!({"Leads": {"attributes": {"modified_time": "2024-07-16T05:56:33-07:00"}}});
    let state = org(PREFIX, &patches, &json!({}));
    let (status, body) = get_with(state, "v8/settings/modules", &header);
    let body: Json = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, body["modules"].as_array().unwrap().len()),
        (200, 1)
    );
}

#[test]
fn one_module_by_name_and_id() {
    let (_, by_name) = get(stock(), "v8/settings/modules/Leads");
    let (_, by_id) = get(stock(), "v8/settings/modules/5725767000000002175");
    assert_eq!(by_name, by_id);
    let module: Json = serde_json::from_str(&first(&by_name)).unwrap();
    assert_eq!(module["custom_view"]["system_name"], "ALLVIEWS");
    assert_eq!(
        keys(&module["custom_view"].to_string()),
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
fn unknown_modules() {
    for (target, status, body) in [
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
    ] {
        assert_eq!(get(stock(), target), (status, body.to_owned()), "{target}");
    }
}
