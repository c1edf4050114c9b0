//! What holds for every family of settings, whichever it is: bad input is refused and leaves
//! nothing behind, and what was made survives an export, a fork and a restore.

mod copies;
mod input;
mod roles;
mod seeds;

use serde_json::{Map, Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::seed::export;
use zoho_crm_mock::settings::key::KeyAccess;
use zoho_crm_mock::settings::{Family, Key, KeyType, ReferenceTarget, What};
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
            "territories": [{"name": "Europe", "manager": USER}],
            "data_sharing": [{"module": "Leads", "share_type": "public_read_only"}],
            "record_shares": {"Leads": [{"record": "5725767000000500001", "permission": "read_only",
                "shared_with": {"id": USER, "type": "users"}, "shared_by": USER}]},
            "email_configurations": [{"user": USER, "sharing": "custom"}],
            "email_shares": {"Leads": [{"record": "5725767000000500001", "shared_by": USER}]},
            "record_locking_configurations": {"Leads": [{"lock_type": "both", "locking_rules": [
                {"name": "Won", "criteria": {"field": {"api_name": "City"}, "value": "Rome"}}]}]},
            "blueprints": {"Leads": [{"name": "Calls", "field": "Lead_Status",
                "transitions": [{"name": "Call", "from": null, "to": "Contacted"}]}]},
            "cadences": [{"name": "Welcome", "module": {"api_name": "Leads"}}],
            "cadence_enrolments": [{"record": "57257670000001", "cadence": "Welcome"}],
            "emails": [{"record": "57257670000001", "subject": "Hello",
                "time": "2026-11-10T08:00:00+00:00"}],
            "blocked_emails": [{"record": "57257670000001", "field": "Email"}],
            "scoring_rules": [{"name": "Large", "module": {"api_name": "Leads"}}],
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
