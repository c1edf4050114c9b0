//! Input that no family takes: odd values, bodies, paths and parameters.

use serde_json::{Map, Value as Json, json};
use zoho_crm_mock::settings::{FAMILIES, Family, What};
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::World;

use super::{body, can, example, exported, make, target, world, written};
use crate::support::send;

/// Values that hardly any key takes, and some that some do.
fn odd() -> Vec<Json> {
    let deep = (0..60).fold(json!(1), |inner, _| json!({ "id": [inner] }));
    vec![
        Json::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(""),
        json!(" "),
        json!("x"),
        json!("\u{0}\u{1F600}\u{202E}"),
        json!("x".repeat(5000)),
        json!("0"),
        json!("99999999999999999999"),
        json!("2026-02-30"),
        json!("9999-12-31"),
        json!("-0001-01-01"),
        json!([]),
        json!([null]),
        json!([[]]),
        json!([{}]),
        json!(["x", "x"]),
        json!([{"_delete": true}]),
        json!([{"source": {"id": "1"}, "type": "groups", "_delete": null}]),
        json!([{"days": 5, "business_timing": ["a"]}]),
        json!(["09:00", "é:00"]),
        json!({}),
        json!({"id": null}),
        json!({"id": {}}),
        json!({"id": "5725767000000999999"}),
        json!({"name": 5}),
        json!({"name": ""}),
        json!({"api_name": []}),
        json!({"decimal_separator": {}, "decimal_places": 2}),
        deep,
    ]
}

/// Sends one item, which gets no server error. What is accepted is undone.
fn send_item(world: &World, method: &str, target: &str, family: &Family, body: &Json) {
    let org = world.default_org();
    let before = org.read();
    let (status, answer) = send(world, method, target, Some(body));
    assert!(status < 500, "{method} {target} {body}: {answer}");
    let done = written(family, &answer).is_some();
    assert_eq!(done, status < 300, "{method} {target} {body}: {answer}");
    if done {
        org.store.replace(before);
    }
}

#[test]
fn no_value_of_any_key_breaks_a_family() {
    let version = ApiVersion::V8;
    for family in FAMILIES {
        let world = world();
        let Some(id) = make(&world, family, version, 0) else {
            continue;
        };
        let example = example(&world.default_org().read(), family, 1);
        let before = exported(&world);
        let keys = family.keys.iter().map(|key| key.name);
        for key in keys.chain(["id", "_delete", "no such key"]) {
            for odd in odd() {
                let mut item = example.clone();
                item.insert(key.to_owned(), odd.clone());
                let mut change = Map::from_iter([("id".to_owned(), Json::from(id.as_str()))]);
                change.insert(key.to_owned(), odd);
                for (what, method, id, item) in [
                    (What::Create, "POST", None, &item),
                    (What::UpdateMany, "PUT", None, &change),
                    (What::Update, "PUT", Some(&*id), &change),
                ] {
                    if can(family, what, version) {
                        let target = target(family, version, id);
                        let body = body(family, item);
                        send_item(&world, method, &target, family, &body);
                    }
                }
            }
            let same = exported(&world) == before;
            assert!(same, "something refused is left: {}.{key}", family.name);
        }
    }
}

#[test]
fn no_body_path_or_parameter_breaks_a_family() {
    let bodies = [
        json!(null),
        json!([]),
        json!("x"),
        json!({}),
        json!({"data": []}),
    ];
    let ids = [
        "x",
        "0",
        "99999999999999999999",
        "%00",
        "a%2Fb",
        "%C3%BC",
        "1,2",
        ",",
    ];
    let queries = [
        "",
        "?module=x",
        "?module=",
        "?module=Leads&ids=,&page=0&per_page=x",
        "?ids=1,x,,",
    ];
    for family in FAMILIES {
        let world = world();
        let _ = make(&world, family, ApiVersion::V8, 0);
        let before = exported(&world);
        let items = odd().into_iter().map(|odd| json!({family.name: odd}));
        let lists = odd().into_iter().map(|odd| json!({family.name: [odd]}));
        let bodies: Vec<Json> = bodies.iter().cloned().chain(items).chain(lists).collect();
        for version in [ApiVersion::V2, ApiVersion::V5, ApiVersion::V8] {
            let base = format!("/crm/{version}{}", family.path);
            for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
                for query in queries {
                    for id in ids {
                        let target = format!("{base}/{id}{query}");
                        let (status, answer) = send(&world, method, &target, None);
                        assert!(status < 500, "{method} {target}: {answer}");
                    }
                    let (status, answer) = send(&world, method, &format!("{base}{query}"), None);
                    assert!(status < 500, "{method} {base}{query}: {answer}");
                }
            }
            // operations of its own may answer an item's error with 202
            let usual = family.operations().next().is_some();
            for method in ["POST", "PUT"].into_iter().filter(|_| usual) {
                for body in &bodies {
                    let target = target(family, version, None);
                    let (status, answer) = send(&world, method, &target, Some(body));
                    assert!(
                        (400..500).contains(&status),
                        "{method} {target} {body}: {status} {answer}"
                    );
                }
            }
            for filter in family.filters.iter().map(|filter| filter.param()) {
                for odd in ["", "x", "-1", "99999999999999999999", "%00", "true", "1e5"] {
                    let sep = if family.by_module { "&" } else { "?" };
                    let target = format!("{}{sep}{filter}={odd}", target(family, version, None));
                    let (status, answer) = send(&world, "GET", &target, None);
                    assert!(status < 500, "{target}: {answer}");
                }
            }
        }
        assert!(exported(&world) == before, "{} was changed", family.name);
    }
}
