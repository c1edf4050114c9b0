//! Lists, exports, forks and snapshots, which hold everything that was made.

use serde_json::{Value as Json, json};
use zoho_crm_mock::ids::Id;
use zoho_crm_mock::seed::export;
use zoho_crm_mock::settings::{FAMILIES, What};
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::World;

use super::{body, can, example, exported, make, target, world};
use crate::support::send;

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
    // operations of its own make these
    let watch = json!({"watch": [{"channel_id": 1, "events": ["Leads.all"],
        "notify_url": "https://app.example.com/"}]});
    let (status, answer) = send(&world, "POST", "/crm/v8/actions/watch", Some(&watch));
    assert_eq!(status, 201, "{answer}");
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

#[test]
fn what_is_made_survives_an_export() {
    let world = full();
    let state = world.default_org().read();
    for family in FAMILIES {
        let made = family.implied || !family.of(&state).is_empty();
        assert!(made, "no {}", family.name);
    }
    crate::export::check(&state);
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
