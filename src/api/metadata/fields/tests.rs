use serde_json::{Value as Json, json};

use crate::api::settings::fixture::{first, get, keys, org, stock};
use crate::store::OrgState;

/// A whole field of a v8 org, November 2025.
const COMPANY: &str = r#"{"fields":[{"associated_module":null,"webhook":true,"operation_type":{"web_update":true,"api_create":true,"web_create":true,"api_update":true},"colour_code_enabled_by_system":false,"field_label":"Company","tooltip":null,"display_format_properties":null,"type":"used","field_read_only":false,"customizable_properties":["mandatory","unique","removal","private_field","tooltip","hipaa_field","add_to_other_layouts"],"display_label":"Company","read_only":false,"association_details":null,"businesscard_supported":false,"multi_module_lookup":{},"id":"4832675000000000555","created_time":null,"filterable":true,"visible":true,"profiles":[{"permission_type":"read_write","name":"Administrator","id":"4832675000000015972"},{"permission_type":"read_write","name":"Standard","id":"4832675000000015975"}],"view_type":{"view":true,"edit":true,"quick_create":true,"create":true},"separator":false,"searchable":true,"history_tracking_enabled":false,"external":null,"api_name":"Company","parent_field":null,"unique":{},"enable_colour_code":false,"child_fields":null,"pick_list_values":[],"system_mandatory":false,"private":null,"virtual_field":false,"json_type":"string","crypt":null,"range":null,"created_source":"default","display_type":-1,"ui_type":1,"modified_time":null,"public":false,"quick_sequence_number":"1","email_parser":{"fields_update_supported":true,"record_operations_supported":true},"currency":{},"custom_field":false,"lookup":{},"hipaa_compliance":null,"convert_mapping":{"Contacts":null,"Deals":null,"Accounts":"Account_Name"},"address":null,"rollup_summary":{},"length":200,"column_name":"COMPANY","display_field":false,"pick_list_values_sorted_lexically":false,"sortable":true,"layout_associations":[{"api_name":"Standard__s","name":"Standard","id":"4832675000000095055"}],"global_picklist":null,"display_format":null,"history_tracking":null,"data_type":"text","formula":{},"additional_column":null,"hipaa_compliance_enabled":false,"decimal_place":null,"mass_update":true,"multiselectlookup":{},"auto_number":{}}]}"#;

/// Keys of a v2 field.
const V2_KEYS: &str = "system_mandatory private webhook json_type crypt field_label tooltip created_source field_read_only display_label read_only association_details quick_sequence_number businesscard_supported multi_module_lookup currency id custom_field lookup visible length view_type subform api_name unique data_type formula decimal_place mass_update multiselectlookup pick_list_values auto_number";

/// Keys of v8 that v7 lacks.
const NOT_IN_V7: &[&str] = &[
    "display_format_properties",
    "history_tracking_enabled",
    "parent_field",
    "child_fields",
    "private",
    "range",
    "public",
    "address",
    "column_name",
    "display_format",
    "additional_column",
];

/// The org of the capture.
fn family_a() -> OrgState {
    let patches = json!({"Leads": {
        "layout": {"id": 95055},
        "fields": [{"api_name": "Company", "id": 555, "sequence": 2}],
    }});
    let mut state = org("4832675", &patches, &json!({}));
    let profiles = std::sync::Arc::make_mut(&mut state.profiles);
    profiles[0].id = crate::ids::Id(4_832_675_000_000_015_972);
    profiles[1].id = crate::ids::Id(4_832_675_000_000_015_975);
    state
}

fn company(version: &str) -> String {
    let target = format!("{version}/settings/fields/4832675000000000555?module=Leads");
    let (status, body) = get(family_a(), &target);
    assert_eq!(status, 200);
    body
}

/// Names of the fields of an answer.
fn names(target: &str) -> Vec<String> {
    let (status, body) = get(stock(), target);
    assert_eq!(status, 200, "{target}: {body}");
    let body: Json = serde_json::from_str(&body).unwrap();
    let fields = body["fields"].as_array().unwrap();
    fields
        .iter()
        .filter_map(|f| f["api_name"].as_str().map(str::to_owned))
        .collect()
}

fn field(version: &str, module: &str, name: &str) -> Json {
    let (_, body) = get(
        stock(),
        &format!("{version}/settings/fields?module={module}&type=all"),
    );
    let body: Json = serde_json::from_str(&body).unwrap();
    let fields = body["fields"].as_array().unwrap();
    fields
        .iter()
        .find(|f| f["api_name"] == name)
        .unwrap()
        .clone()
}

#[test]
fn captured_field_of_v8() {
    assert_eq!(company("v8"), COMPANY);
}

#[test]
fn captured_keys_of_v7() {
    let v8 = keys(&first(COMPANY));
    let v7: Vec<&str> = v8
        .split(' ')
        .filter(|key| !NOT_IN_V7.contains(key))
        .collect();
    assert_eq!(keys(&first(&company("v7"))), v7.join(" "));
}

#[test]
fn captured_keys_of_v2() {
    assert_eq!(keys(&first(&company("v2"))), V2_KEYS);
}

#[test]
fn values_of_a_picklist() {
    let value =
        |version: &str| field(version, "Leads", "Lead_Status")["pick_list_values"][1].to_string();
    assert_eq!(
        value("v8"),
        r#"{"display_value":"Attempted to Contact","sequence_number":2,"reference_value":"Attempted to Contact","colour_code":null,"actual_value":"Attempted to Contact","id":"5725767000000003405","type":"used"}"#
    );
    assert_eq!(
        value("v2"),
        r#"{"display_value":"Attempted to Contact","sequence_number":2,"maps":[],"actual_value":"Attempted to Contact"}"#
    );
}

#[test]
fn pick_list_values() {
    let target = "v7/settings/fields/5725767000000002611/pick_list_values?module=Leads";
    let (status, body) = get(stock(), target);
    assert_eq!(status, 200);
    assert_eq!(
        first(&body),
        r#"{"sequence_number":1,"display_value":"-None-","reference_value":"-None-","colour_code":null,"actual_value":"-None-","id":"5725767000000003409","type":"used","layout_associations":[{"api_name":"Standard__s","name":"Standard","id":"5725767000000091055"}]}"#
    );
    // Company has no values
    let target = "v8/settings/fields/5725767000000002591/pick_list_values?module=Leads";
    assert_eq!(get(stock(), target).0, 400);
}

#[test]
fn lookups() {
    let lookup = |version: &str| field(version, "Contacts", "Account_Name")["lookup"].clone();
    assert_eq!(lookup("v2")["module"], "Accounts");
    let v8 = lookup("v8");
    assert_eq!(v8["module"]["api_name"], "Accounts");
    assert_eq!(v8["module"]["id"], "5725767000000002177");
    assert_eq!(v8["api_name"], "Contacts");
    assert_eq!(v8["query_details"], json!({}));
}

#[test]
fn used_unused_and_all() {
    let used = names("v8/settings/fields?module=Leads");
    assert!(used.contains(&"Company".to_owned()) && !used.contains(&"Locked__s".to_owned()));
    let unused = names("v8/settings/fields?module=Leads&type=unused");
    assert!(unused.contains(&"Locked__s".to_owned()) && !unused.contains(&"Company".to_owned()));
    let all = names("v8/settings/fields?module=Leads&type=all");
    assert_eq!(all.len(), used.len() + unused.len());
    assert_eq!(
        get(stock(), "v8/settings/fields?module=Leads&type=x").0,
        400
    );
}

#[test]
fn data_types() {
    let target = |version| format!("{version}/settings/fields?module=Leads&data_type=email");
    assert_eq!(names(&target("v4")), ["Email", "Secondary_Email"]);
    assert!(names(&target("v3")).len() > 2);
}

#[test]
fn permissions_on_request() {
    let target = "v8/settings/fields?module=Leads&include=allowed_permissions_to_update";
    let (_, body) = get(stock(), target);
    assert!(keys(&first(&body)).contains("allowed_permissions_to_update"));
}

#[test]
fn what_a_seed_says_is_always_shown() {
    let patches = json!({"Leads": {"fields": [
        {"api_name": "Company", "attributes": {"tooltip": {"name": "info_icon", "value": "who"}, "column_name": "X"}},
    ]}});
    let state = org("5725767", &patches, &json!({}));
    let (_, body) = get(state, "v2/settings/fields/5725767000000002591?module=Leads");
    let field: Json = serde_json::from_str(&first(&body)).unwrap();
    assert_eq!(field["tooltip"]["value"], "who");
    assert_eq!(field["column_name"], "X");
}

#[test]
fn refusals() {
    for (target, status, body) in [
        (
            "v8/settings/fields",
            400,
            r#"{"code":"REQUIRED_PARAM_MISSING","details":{"param_name":"module"},"message":"One of the expected parameter is missing","status":"error"}"#,
        ),
        (
            "v6/settings/fields",
            400,
            r#"{"code":"REQUIRED_PARAM_MISSING","details":{"param":"module"},"message":"One of the expected parameter is missing","status":"error"}"#,
        ),
        (
            "v8/settings/fields?module=Nope",
            400,
            r#"{"code":"INVALID_MODULE","details":{},"message":"the module name given seems to be invalid","status":"error"}"#,
        ),
        (
            "v8/settings/fields?module=Home",
            400,
            r#"{"code":"INVALID_MODULE","details":{},"message":"the given module is not supported in api","status":"error"}"#,
        ),
        ("v8/settings/fields/1?module=Leads", 204, ""),
        (
            "v7/settings/fields/1?module=Leads",
            400,
            r#"{"code":"INVALID_DATA","details":{},"message":"the id given seems to be invalid","status":"error"}"#,
        ),
        ("v8/settings/fields?module=Visits", 204, ""),
    ] {
        assert_eq!(get(stock(), target), (status, body.to_owned()), "{target}");
    }
}
