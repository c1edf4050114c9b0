use serde_json::{Value as Json, json};

use crate::api::settings::fixture::{PREFIX, first, get, keys, org, stock};

/// An item of a v7 list.
const ALL_LEADS: &str = r#"{"display_value":"All Leads","created_time":null,"system_name":"ALLVIEWS","created_by":null,"default":false,"modified_time":null,"name":"All Open Leads","system_defined":true,"modified_by":null,"id":"3652397000000087501","category":"public_views","last_accessed_time":null,"locked":false,"favorite":null}"#;

/// `info` of that list, without the numbers of its org.
const INFO: &str = r#"{"per_page":14,"default":"3652397000000087501","count":14,"translation":{"public_views":"Public Views","other_users_views":"Other Users' Views","shared_with_me":"Shared With Me","created_by_me":"Created By Me"},"page":1,"more_records":false}"#;

fn body(target: &str) -> Json {
    let (status, body) = get(stock(), target);
    assert_eq!(status, 200, "{target}: {body}");
    serde_json::from_str(&body).unwrap()
}

fn names(target: &str) -> Vec<String> {
    let body = body(target);
    let views = body["custom_views"].as_array().unwrap();
    views
        .iter()
        .filter_map(|v| v["name"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn captured_list_of_v7() {
    // the user of the capture had chosen another default
    let patches = json!({"Leads": {"custom_views": [{"name": "All Open Leads", "attributes": {"default": false}}]}});
    let (status, body) = get(
        org("3652397", &patches, &json!({})),
        "v7/settings/custom_views?module=Leads",
    );
    assert_eq!(status, 200);
    let body: Json = serde_json::from_str(&body).unwrap();
    let views = body["custom_views"].as_array().unwrap();
    let all = views
        .iter()
        .find(|v| v["name"] == "All Open Leads")
        .unwrap();
    assert_eq!(all.to_string(), ALL_LEADS);
    assert_eq!(body["info"].to_string(), INFO);
}

#[test]
fn captured_keys() {
    let item = |version| {
        keys(
            &body(&format!("{version}/settings/custom_views?module=Leads"))["custom_views"][0]
                .to_string(),
        )
    };
    assert_eq!(
        item("v8"),
        "display_value created_time access_type system_name created_by default modified_time name system_defined modified_by id category last_accessed_time locked"
    );
    let v2: Vec<String> = item("v2").split(' ').map(str::to_owned).collect();
    assert_eq!(v2.len(), 9);
    assert!(v2.contains(&"offline".to_owned()) && v2.contains(&"favorite".to_owned()));
}

#[test]
fn captured_keys_of_one_view() {
    let view =
        first(&body("v8/settings/custom_views/5725767000000087501?module=Leads").to_string());
    let keys = keys(&view);
    let known: Vec<&str> = keys
        .split(' ')
        .filter(|k| !["offline", "module", "wrap_text"].contains(k))
        .collect();
    assert_eq!(
        known.join(" "),
        "display_value access_type criteria sort_by $modified_criteria default modified_time id last_accessed_time locked sort_order created_time system_name created_by shared_to cross_filters name system_defined modified_by fields category favorite"
    );
}

#[test]
fn sorted_by_name() {
    let names = names("v7/settings/custom_views?module=Leads");
    let mut sorted = names.clone();
    sorted.sort_by_key(|name| name.to_lowercase());
    assert_eq!(names, sorted);
}

#[test]
fn pages() {
    let all = names("v8/settings/custom_views?module=Leads");
    assert_eq!(
        names("v8/settings/custom_views?module=Leads&per_page=2&page=2"),
        all[2..4]
    );
    let second = body("v8/settings/custom_views?module=Leads&per_page=2&page=2");
    assert_eq!(second["info"]["more_records"], true);
    assert_eq!(
        get(stock(), "v8/settings/custom_views?module=Leads&page=99").0,
        204
    );
    assert_eq!(
        get(stock(), "v8/settings/custom_views?module=Leads&page=0").1,
        r#"{"code":"INVALID_DATA","details":{"param_name":"page"},"message":"invalid data","status":"error"}"#
    );
}

#[test]
fn criteria_by_version() {
    let criteria = |version| {
        body(&format!(
            "{version}/settings/custom_views/5725767000000087501?module=Leads"
        ))["custom_views"][0]["criteria"]
            .to_string()
    };
    assert_eq!(
        criteria("v7"),
        r#"{"comparator":"equal","field":{"api_name":"Converted__s","id":"5725767000000323001"},"type":"value","value":false}"#
    );
    assert_eq!(
        criteria("v2"),
        r#"{"comparator":"equal","field":"Converted__s","value":false}"#
    );
    assert!(criteria("v8").contains(r#""$disrupted":false"#));
}

#[test]
fn groups_and_columns_by_version() {
    let view = |version| {
        body(&format!(
            "{version}/settings/custom_views/5725767000000087563?module=Leads"
        ))["custom_views"][0]
            .clone()
    };
    let v2 = view("v2");
    assert_eq!(v2["criteria"]["group_operator"], "and");
    assert_eq!(v2["fields"][0], "Full_Name");
    let v7 = view("v7");
    assert_eq!(v7["criteria"]["group_operator"], "AND");
    assert_eq!(
        v7["fields"][0].to_string(),
        r#"{"api_name":"Full_Name","_pin":false,"id":"5725767000000002631"}"#
    );
}

#[test]
fn unknown_views() {
    let target = |version| format!("{version}/settings/custom_views/1?module=Leads");
    assert_eq!(get(stock(), &target("v8")).0, 204);
    assert_eq!(
        get(stock(), &target("v7")),
        (
            400,
            r#"{"code":"INVALID_DATA","details":{},"message":"invalid data","status":"error"}"#
                .to_owned()
        )
    );
    // a view of another module counts as unknown
    let other = "v8/settings/custom_views/5725767000000087501?module=Contacts";
    assert_eq!(get(org(PREFIX, &json!({}), &json!({})), other).0, 204);
}
