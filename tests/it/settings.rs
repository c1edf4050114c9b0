//! What holds for every family of settings, whichever it is: bad input is refused and leaves
//! nothing behind, and what was made survives an export, a fork and a restore.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::ids::Id;
use zoho_crm_mock::seed::export;
use zoho_crm_mock::settings::families::roles::ROLES;
use zoho_crm_mock::settings::key::KeyAccess;
use zoho_crm_mock::settings::{FAMILIES, Family, Key, KeyType, ReferenceTarget, What};
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::World;

use crate::support::send;

const USER: &str = "5725767000000411001";

/// An org with one object of each family that clients cannot make.
fn world() -> World {
    let world = Builder::default()
        .seed_json(&json!({
            "org": {"id_prefix": "5725767", "time_zone": "UTC"},
            "users": [{"id": USER, "last_name": "Boyle", "email": "p@example.com", "role": "CEO",
                "profile": "Administrator", "current": true}],
            "shift_hours": [{"name": "Day", "timezone": "UTC", "shift_days": ["Monday"], "same_as_everyday": false}],
        }))
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("the seed");
    let body =
        json!({"base_currency": {"name": "Euro - EUR", "iso_code": "EUR", "exchange_rate": "1"}});
    let target = "/crm/v8/org/currencies/actions/enable";
    assert_eq!(send(&world, "POST", target, Some(&body)).0, 200);
    world
}

/// A value that a key takes; `n` makes it differ from others.
fn value(state: &OrgState, family: &Family, key: &Key, n: usize) -> Json {
    let first = |family: &Family| {
        let first = family.of(state).iter().next();
        first.map_or(Json::Null, |setting| setting.id.json())
    };
    match key.kind {
        KeyType::Text(_) if key.name == "id" => USER.into(),
        KeyType::Text(_) => format!("t{n}").into(),
        KeyType::Integer(least, _) => least.into(),
        KeyType::Boolean => true.into(),
        KeyType::Date => "2026-12-01".into(),
        KeyType::Word(words) => words[0].into(),
        KeyType::Words(words) => json!([words[0]]),
        KeyType::Reference(ReferenceTarget::Family(target)) => json!({"id": first(target)}),
        KeyType::Reference(ReferenceTarget::Own) => json!({"id": first(family)}),
        KeyType::Reference(ReferenceTarget::User) => json!({"id": USER}),
        KeyType::Reference(ReferenceTarget::Module) => json!({"api_name": "Leads"}),
        KeyType::Object(keys) => Json::Object(object(state, family, keys, n)),
        KeyType::List(keys, _) => json!([object(state, family, keys, n)]),
        KeyType::Read(_) => json!(["09:00", "17:00"]),
        KeyType::Any => "5".into(),
        KeyType::Id | KeyType::Time(_) | KeyType::By(_) => Json::Null,
    }
}

/// Every key that a client may send.
fn object(state: &OrgState, family: &Family, keys: &[Key], n: usize) -> Map<String, Json> {
    let free = keys.iter().filter(|key| key.access != KeyAccess::ReadOnly);
    let pairs = free.map(|key| (key.name.to_owned(), value(state, family, key, n)));
    pairs.collect()
}

/// An object that a client may make. What the keys alone do not tell stands here.
fn example(state: &OrgState, family: &Family, n: usize) -> Map<String, Json> {
    let mut example = object(state, family, family.keys, n);
    let said = match family.name {
        "currencies" => {
            let (name, code) = [
                ("US Dollar - USD", "USD"),
                ("Indian Rupee - INR", "INR"),
                ("Japanese Yen - JPY", "JPY"),
            ][n % 3];
            json!({"name": name, "iso_code": code, "exchange_rate": "2.5",
                "format": {"thousand_separator": "Space"}})
        }
        "tags" => json!({"color_code": "#F17574"}),
        "variables" => json!({"type": "text"}),
        "holidays" => json!({"type": "shift_holiday"}),
        _ => json!({}),
    };
    example.extend(said.as_object().cloned().unwrap_or_default());
    example
}

fn can(family: &Family, what: What, version: ApiVersion) -> bool {
    let mut operations = family.operations();
    operations.any(|(w, versions)| w == what && versions.contains(version))
}

fn query(family: &Family) -> &'static str {
    if family.by_module {
        "?module=Leads"
    } else {
        ""
    }
}

fn target(family: &Family, version: ApiVersion, id: Option<&str>) -> String {
    let id = id.map_or(String::new(), |id| format!("/{id}"));
    format!("/crm/{version}{}{id}{}", family.path, query(family))
}

fn body(family: &Family, item: &Map<String, Json>) -> Json {
    if family.is_single() {
        json!({family.name: item})
    } else {
        json!({family.name: [item]})
    }
}

/// The answer to one item, and its id if it was written.
fn written(family: &Family, answer: &Json) -> Option<String> {
    let item = &answer[family.name];
    let item = if item.is_array() { &item[0] } else { item };
    let id = item["details"]["id"].as_str().map(str::to_owned);
    id.filter(|_| item["code"] == "SUCCESS")
}

/// Makes one object, unless the family has none that clients make; gives an id of the family.
fn make(world: &World, family: &Family, version: ApiVersion, n: usize) -> Option<String> {
    if can(family, What::Create, version) {
        let item = example(&world.default_org().read(), family, n);
        let target = target(family, version, None);
        let (status, answer) = send(world, "POST", &target, Some(&body(family, &item)));
        let id = written(family, &answer);
        assert!(id.is_some(), "{target} {item:?}: {status} {answer}");
        return id;
    }
    let state = world.default_org().read();
    let last = family.of(&state).iter().last();
    last.map(|setting| setting.id.to_string())
}

fn exported(world: &World) -> Vec<u8> {
    export(&world.default_org().read())
}

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
            for method in ["POST", "PUT"] {
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

/// A world in which every family has objects, those that clients make twice, and changed.
fn full() -> World {
    let world = world();
    for family in FAMILIES {
        for n in 0..if family.is_single() { 1 } else { 2 } {
            let Some(id) = make(&world, family, ApiVersion::V8, n) else {
                continue;
            };
            if can(family, What::Update, ApiVersion::V8) && family.name != "variable_groups" {
                let item = example(&world.default_org().read(), family, n);
                let target = target(family, ApiVersion::V8, Some(&id));
                let (status, answer) = send(&world, "PUT", &target, Some(&body(family, &item)));
                assert_eq!(status, 200, "{target}: {answer}");
            }
        }
    }
    world
}

#[test]
fn what_is_made_is_listed_in_every_version() {
    let world = full();
    for family in FAMILIES {
        for version in ApiVersion::ALL {
            if can(family, What::List, version) {
                let (status, answer) = send(&world, "GET", &target(family, version, None), None);
                assert_eq!(status, 200, "{} {version}: {answer}", family.name);
            }
        }
    }
}

#[test]
fn what_is_made_survives_an_export() {
    let world = full();
    let state = world.default_org().read();
    for family in FAMILIES {
        assert!(!family.of(&state).is_empty(), "no {}", family.name);
    }
    crate::export::check(&state);
}

/// What the families refuse of clients they refuse of seeds.
#[test]
fn seeds_are_judged_when_all_of_them_is_there() {
    let build = |seed: &Json| Builder::default().seed_json(seed).build_world();
    for (seed, place) in [
        (
            json!({"roles": [{"name": "A", "reporting_to": "B"}, {"name": "B", "reporting_to": "A"}]}),
            "$.roles[0].reporting_to",
        ),
        (
            json!({"roles": [{"name": "A", "reporting_to": "Nobody"}]}),
            "$.roles[0].reporting_to",
        ),
        (
            json!({"holidays": [{"name": "A", "date": "2026-01-01", "type": "shift_holiday"}]}),
            "$.holidays[0].shift_hour",
        ),
        (
            json!({"variables": [{"name": "A", "api_name": "A", "type": "integer", "value": "x",
                "variable_group": "General"}]}),
            "$.variables[0].value",
        ),
        (
            json!({"currencies": [{"name": "Euro", "iso_code": "EUR", "exchange_rate": "1"}]}),
            "$.currencies[0].name",
        ),
    ] {
        let Err(problems) = build(&seed) else {
            panic!("no problem: {seed}")
        };
        let problems = problems.to_string();
        assert!(problems.contains(place), "{place}: {problems}");
    }
}

#[test]
fn seeds_name_what_stands_further_down() {
    let seed = json!({
        "roles": [{"name": "A", "reporting_to": "B"}, {"name": "B", "reporting_to": "CEO"}],
        "variable_groups": [{"name": "My rates"}],
    });
    let world = Builder::default().seed_json(&seed).build_world();
    let world = world.expect("the seed");
    let state = world.default_org().read();
    let role = |name| ROLES.of(&state).named(None, name).expect("a role").clone();
    let above = role("A").attributes["reporting_to"].clone();
    assert_eq!(
        above,
        role("B").id.json(),
        "an id, so that B may get another name"
    );
    let (status, group) = send(
        &world,
        "GET",
        "/crm/v8/settings/variable_groups/My_rates",
        None,
    );
    assert_eq!(
        (status, &group["variable_groups"][0]["name"]),
        (200, &json!("My rates"))
    );
}

#[test]
fn forks_and_snapshots_carry_settings() {
    let world = full();
    let org = world.default_org();
    let whole = exported(&world);
    assert!(org.snapshot("full"));
    let (fork, _) = world.fork("full", org, None, None).expect("an org");
    for family in FAMILIES {
        let ids: Vec<Id> = family.of(&org.read()).iter().map(|s| s.id).collect();
        org.store
            .write(0, |tx| -> Result<(), ()> {
                for id in ids {
                    tx.remove_setting(family.name, id);
                }
                Ok(())
            })
            .expect("written");
        assert!(family.of(&org.read()).is_empty());
    }
    assert!(export(&fork.read()) == whole, "the fork lost something");
    assert!(org.restore("full"));
    assert!(exported(&world) == whole, "the snapshot lost something");
}

/// Whether every role reaches the top.
fn is_tree(state: &OrgState) -> bool {
    let roles = ROLES.of(state);
    let above = |id: &Id| {
        let role = roles.get(*id)?;
        role.attributes.get("reporting_to").and_then(Id::from_json)
    };
    let path = |id: Id| std::iter::successors(Some(id), above).take(roles.len() + 1);
    roles
        .iter()
        .all(|role| path(role.id).count() <= roles.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn roles_stay_a_tree(moves in prop::collection::vec((0..8usize, 0..8usize, any::<bool>()), 1..24)) {
        let world = world();
        for n in 0..6 {
            let role = json!({"roles": [{"name": format!("R{n}")}]});
            prop_assert_eq!(send(&world, "POST", "/crm/v8/settings/roles", Some(&role)).0, 201);
        }
        for (a, b, delete) in moves {
            let state = world.default_org().read();
            let ids: Vec<Id> = ROLES.of(&state).iter().map(|role| role.id).collect();
            let (a, b) = (ids[a % ids.len()], ids[b % ids.len()]);
            let target = format!("/crm/v8/settings/roles/{a}");
            let (status, answer) = if delete {
                send(&world, "DELETE", &format!("{target}?transfer_to_id={b}"), None)
            } else {
                let role = json!({"roles": [{"reporting_to": {"id": b.to_string()}}]});
                send(&world, "PUT", &target, Some(&role))
            };
            prop_assert!(status == 200 || status == 400, "{}", answer);
            let state = world.default_org().read();
            prop_assert!(is_tree(&state));
            for (_, user) in state.users.iter() {
                prop_assert!(user.role.is_some_and(|role| ROLES.of(&state).get(role).is_some()));
            }
        }
    }
}

/// Lists without pages are given out whole, however long they are.
#[test]
fn a_list_without_pages_is_whole() {
    let world = world();
    let target = "/crm/v8/settings/variables";
    for hundred in 0..3 {
        let variables: Vec<Json> = (0..100)
            .map(|n| {
                let name = format!("V{hundred}x{n}");
                json!({"name": name, "api_name": name, "type": "text", "variable_group": {"name": "General"}})
            })
            .collect();
        let body = json!({"variables": variables});
        assert_eq!(send(&world, "POST", target, Some(&body)).0, 201);
    }
    for target in [target, "/crm/v2/settings/variables?page=2&per_page=5"] {
        let (status, body) = send(&world, "GET", target, None);
        assert_eq!(status, 200);
        let listed = body["variables"].as_array().map_or(0, Vec::len);
        assert_eq!(listed, 300, "{target}");
    }
}
