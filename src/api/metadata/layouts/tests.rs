use serde_json::{Value as Json, json};

use crate::api::settings::fixture::{first, get, keys, org, stock};

/// A profile of a v7 layout, 2024.
const PROFILE: &str = r#"{"_default_assignment_view":{"name":"Standard","id":"2276164000000095055","type":"layout"},"default":true,"name":"Administrator","id":"2276164000000015972","_default_view":{"name":"Standard","id":"2276164000000095055","type":"layout"}}"#;

/// Keys of that layout, of its sections and of the fields in them.
const KEYS: &str = "has_more_profiles created_time convert_mapping visible created_for profiles source created_by sections display_label show_business_card actions_allowed modified_time api_name name modified_by generated_type id status";
const SECTION_KEYS: &str = "isSubformSection type display_label mode sequence_number tab_traversal api_name column_count name generated_type id fields properties";
const ACTIONS: &str = r#"{"edit":true,"rename":true,"clone":true,"downgrade":false,"delete":false,"deactivate":false,"set_layout_permissions":true}"#;

fn layout(version: &str) -> Json {
    let (status, body) = get(stock(), &format!("{version}/settings/layouts?module=Leads"));
    assert_eq!(status, 200);
    serde_json::from_str(&first(&body)).unwrap()
}

#[test]
fn captured_profile_of_v7() {
    let mut state = org(
        "2276164",
        &json!({"Leads": {"layout": {"id": 95055}}}),
        &json!({}),
    );
    let profiles = std::sync::Arc::make_mut(&mut state.profiles);
    profiles[0].id = crate::ids::Id(2_276_164_000_000_015_972);
    let target = "v7/settings/layouts/2276164000000095055?module=Leads";
    let (status, body) = get(state, target);
    assert_eq!(status, 200);
    let layout: Json = serde_json::from_str(&first(&body)).unwrap();
    assert_eq!(layout["profiles"][0].to_string(), PROFILE);
}

#[test]
fn captured_keys_of_v7() {
    let layout = layout("v7");
    assert_eq!(keys(&layout.to_string()), KEYS);
    assert_eq!(keys(&layout["sections"][0].to_string()), SECTION_KEYS);
    assert_eq!(layout["actions_allowed"].to_string(), ACTIONS);
    assert_eq!(
        keys(&layout["convert_mapping"]["Deals"]["fields"][0].to_string()),
        "api_name field_label id required"
    );
    let sections: Vec<&Json> = layout["sections"].as_array().unwrap().iter().collect();
    let labels: Vec<&str> = sections
        .iter()
        .filter_map(|s| s["display_label"].as_str())
        .collect();
    assert_eq!(
        labels,
        [
            "Lead Image",
            "Lead Information",
            "Address Information",
            "Description Information"
        ]
    );
}

#[test]
fn fields_of_a_section() {
    let layout = layout("v7");
    let company = &layout["sections"][1]["fields"][1];
    assert_eq!(company["api_name"], "Company");
    assert_eq!(company["required"], true);
    assert_eq!(company["sequence_number"], 2);
    assert_eq!(
        keys(&company.to_string()),
        "associated_module webhook operation_type colour_code_enabled_by_system field_label tooltip type field_read_only customizable_properties required display_label read_only association_details businesscard_supported multi_module_lookup id created_time filterable visible profiles view_type separator searchable external api_name unique enable_colour_code pick_list_values system_mandatory virtual_field json_type crypt created_source display_type ui_type validation_rule modified_time section_id quick_sequence_number email_parser currency custom_field lookup convert_mapping rollup_summary length display_field pick_list_values_sorted_lexically default_value sortable sequence_number global_picklist history_tracking data_type formula decimal_place mass_update multiselectlookup auto_number"
    );
}

#[test]
fn older_and_newer_layouts() {
    let v2 = layout("v2");
    assert_eq!(v2["status"], 0);
    assert_eq!(keys(&v2["profiles"][0].to_string()), "default name id");
    assert!(v2.get("api_name").is_none());
    let v8 = layout("v8");
    assert_eq!(v8["status"], "active");
    assert_eq!(v8["sections"][0]["mode"], "all");
    assert_eq!(
        v8["convert_mapping"]["Accounts"]["display_label"],
        "Standard"
    );
}

#[test]
fn only_leads_convert() {
    let (_, body) = get(stock(), "v8/settings/layouts?module=Quotes");
    assert!(!keys(&first(&body)).contains("convert_mapping"));
}

#[test]
fn refusals() {
    for (target, status, body) in [
        (
            "v8/settings/layouts?module=Home",
            400,
            r#"{"code":"INVALID_MODULE","details":{},"message":"the given module is not supported for this api","status":"error"}"#,
        ),
        ("v8/settings/layouts/1?module=Leads", 204, ""),
        (
            "v7/settings/layouts/1?module=Leads",
            400,
            r#"{"code":"INVALID_DATA","details":{"resource_path_index":2},"message":"the id given seems to be invalid","status":"error"}"#,
        ),
        ("v8/settings/layouts?module=Notes", 204, ""),
    ] {
        assert_eq!(get(stock(), target), (status, body.to_owned()), "{target}");
    }
}
