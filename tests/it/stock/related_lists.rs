use std::collections::BTreeSet;

use super::{first, get, keys, refused, stock};

#[test]
fn keys_of_v2() {
    let list = first(stock(), "v2/settings/related_lists?module=Contacts");
    let known = [
        "display_label",
        "visible",
        "api_name",
        "module",
        "name",
        "id",
        "href",
        "type",
    ];
    assert_eq!(BTreeSet::from_iter(keys(&list)), BTreeSet::from(known));
}

#[test]
fn activities_by_version() {
    let has = |version: &str, name: &str| {
        let target = format!("{version}/settings/related_lists?module=Leads");
        let (_, body) = get(stock(), &target);
        body.contains(&format!(r#""api_name":"{name}""#))
    };
    assert!(has("v2", "Activities_History") && !has("v2", "Calls_History"));
    assert!(has("v3", "Calls_History") && !has("v3", "Activities_History"));
}

#[test]
fn statuses() {
    let target = "v8/settings/related_lists?module=Leads&status=user_hidden";
    let (status, body) = get(stock(), target);
    assert_eq!(status, 200);
    assert!(body.contains("Review_Logs") && !body.contains("\"Notes\""));
    let target = "v8/settings/related_lists?module=Leads&status=x";
    assert_eq!(get(stock(), target).0, 400);
}

#[test]
fn refusals() {
    refused(&[
        (
            "v8/settings/related_lists",
            400,
            r#"{"code":"REQUIRED_PARAM_MISSING","details":{"param_name":"module"},"message":"One of the expected parameter is missing","status":"error"}"#,
        ),
        (
            "v8/settings/related_lists?module=Home",
            400,
            r#"{"code":"NOT_SUPPORTED","details":{"param_name":"module"},"message":"the given module is not supported for this api","status":"error"}"#,
        ),
        (
            "v8/settings/related_lists?module=Nope",
            400,
            r#"{"code":"INVALID_MODULE","details":{"param_name":"module"},"message":"the module name given seems to be invalid","status":"error"}"#,
        ),
        (
            "v7/settings/related_lists?module=Nope",
            400,
            r#"{"code":"INVALID_MODULE","details":{},"message":"the module name given seems to be invalid","status":"error"}"#,
        ),
        ("v8/settings/related_lists/1?module=Leads", 204, ""),
    ]);
}
