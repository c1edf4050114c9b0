use serde_json::Value as Json;

use super::{first, keys, refused, stock, texts};

fn layout(version: &str) -> Json {
    first(stock(), &format!("{version}/settings/layouts?module=Leads"))
}

#[test]
fn sections() {
    assert_eq!(
        texts(&layout("v7")["sections"], "display_label"),
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
    let company = layout("v7")["sections"][1]["fields"][1].clone();
    assert_eq!(company["api_name"], "Company");
    assert_eq!(company["required"], true);
    assert_eq!(company["sequence_number"], 2);
}

#[test]
fn older_and_newer_layouts() {
    let v2 = layout("v2");
    assert_eq!(v2["status"], 0);
    assert_eq!(keys(&v2["profiles"][0]), ["default", "name", "id"]);
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
    let quotes = first(stock(), "v8/settings/layouts?module=Quotes");
    assert!(!keys(&quotes).contains(&"convert_mapping"));
}

#[test]
fn refusals() {
    refused(&[
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
    ]);
}
