use serde_json::{Value as Json, json};

use super::{first, get, keys, ok, org, refused, stock, texts};

/// Names of the fields of an answer.
fn names(target: &str) -> Vec<String> {
    texts(&ok(stock(), target)["fields"], "api_name")
}

fn field(version: &str, module: &str, name: &str) -> Json {
    let target = format!("{version}/settings/fields?module={module}&type=all");
    let body = ok(stock(), &target);
    let fields = body["fields"].as_array().expect("fields");
    let field = fields.iter().find(|field| field["api_name"] == name);
    field.expect("the field").clone()
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
        r#"{"display_value":"Attempted to Contact","sequence_number":2,"reference_value":"Attempted to Contact","maps":[],"actual_value":"Attempted to Contact"}"#
    );
}

#[test]
fn pick_list_values() {
    let target = "v7/settings/fields/5725767000000002611/pick_list_values?module=Leads";
    assert_eq!(
        first(stock(), target).to_string(),
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
    let target = "v8/settings/fields?module=Leads&type=x";
    assert_eq!(get(stock(), target).0, 400);
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
    let field = first(stock(), target);
    assert!(keys(&field).contains(&"allowed_permissions_to_update"));
}

#[test]
fn what_a_seed_says_is_always_shown() {
    let tooltip = json!({"name": "info_icon", "value": "who"});
    let world = org(&json!({"fields": {"Leads": [
        {"api_name": "Company", "attributes": {"tooltip": tooltip, "column_name": "X"}},
    ]}}));
    let field = first(
        &world,
        "v2/settings/fields/5725767000000002591?module=Leads",
    );
    assert_eq!(field["tooltip"]["value"], "who");
    assert_eq!(field["column_name"], "X");
}

#[test]
fn refusals() {
    refused(&[
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
    ]);
}
