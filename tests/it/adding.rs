//! Seeds that are added to an org that lives.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use zoho_crm_mock::runtime::auth::{AuthMode, Tokens};
use zoho_crm_mock::runtime::clock::Clock;
use zoho_crm_mock::seed::{self, Added, Document, Options, SeedError};
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::world::{Settings, World};

use crate::support::send;

const OPTIONS: Options = Options {
    now: 1_794_819_600,
    rng_seed: 0,
};

fn document(seeds: &[&Json]) -> Document {
    let (mut document, mut problems) = (Document::default(), Vec::new());
    for seed in seeds {
        let text = seed.to_string().into();
        document.add_file("seed.json", &"seed.json".into(), text, &mut problems);
    }
    assert_eq!(problems, []);
    document
}

fn build(seeds: &[&Json]) -> OrgState {
    seed::build(&document(seeds), OPTIONS).unwrap_or_else(|e| panic!("{e}"))
}

fn try_add(state: &OrgState, seed: &Json) -> Result<Added, SeedError> {
    seed::add(state, &document(&[seed]), OPTIONS)
}

fn add(state: &OrgState, seed: &Json) -> Added {
    try_add(state, seed).unwrap_or_else(|e| panic!("{e}"))
}

fn world(state: OrgState) -> World {
    let clock = Clock::fixed(OPTIONS.now);
    let settings = Settings {
        auth: AuthMode::Off,
        ..Settings::default()
    };
    World::new(state, Tokens::new(0), clock, settings)
}

fn get(world: &World, target: &str) -> Json {
    let (status, body) = send(world, "GET", target, None);
    assert_eq!(status, 200, "{target}: {body}");
    body
}

/// An org with something of everything, with an id on all of it.
fn first() -> Json {
    json!({
        "org": {"id_prefix": "5725767", "company_name": "First"},
        "users": [{"id": "5725767000000411001", "first_name": "Ann", "email": "ann@example.com"}],
        "modules": [{"api_name": "Rentals", "singular_label": "Rental", "plural_label": "Rentals"}],
        "fields": {
            "Leads": [{"api_name": "Size", "field_label": "Size", "data_type": "text"},
                {"api_name": "Spare", "field_label": "Spare", "data_type": "text"}],
            "Rentals": [{"api_name": "Rate", "field_label": "Rate", "data_type": "currency"}],
        },
        "Contacts": [{"id": "5725767000000500001", "Last_Name": "Rao"}],
        "Leads": [{"id": "5725767000000600001", "Last_Name": "Rao", "Size": "XL"}],
        "Rentals": [{"id": "5725767000000700001", "Name": "Boat", "Rate": 1.5}],
    })
}

fn second() -> Json {
    json!({
        "org": {"id_prefix": "5725767", "era": 2026, "address": "classic", "company_name": "Second", "time_zone": "Asia/Kolkata",
            "hidden_keys": ["$review"], "search_index_lag": 2, "next_ids": {"Leads": "5725767000000600009"}},
        "roles": [{"name": "Skipper", "id": "5725767000000026099"}, {"name": "CEO", "description": "changed"}],
        "users": [{"id": "5725767000000411002", "first_name": "Ben", "email": "ben@example.com", "role": "Skipper"}],
        "modules": [
            {"api_name": "Boats", "singular_label": "Boat", "plural_label": "Boats"},
            {"api_name": "Projects", "singular_label": "Project", "plural_label": "Projects"},
        ],
        "fields": {
            "Leads": [{"api_name": "Depth", "field_label": "Depth", "data_type": "double"},
                {"api_name": "Size", "length": 5}],
            "Rentals": [{"api_name": "Boat", "field_label": "Boat", "data_type": "lookup", "lookup": {"module": "Boats"}}],
        },
        "tags": {"Leads": [{"id": "5725767000000800001", "name": "wet", "color_code": "#1DB9B4"}]},
        "Boats": [{"id": "5725767000000900001", "Name": "Gull"}],
        "Leads": [{"id": "5725767000000600002", "Last_Name": "Lee", "Depth": 1.25, "Tag": ["wet"]}],
        "Rentals": [{"id": "5725767000000700002", "Name": "Trip", "Boat": "5725767000000900001"}],
        "Projects": [{"id": "5725767000000700003", "Name": "Hull"}],
        "deleted": {"Leads": [{"record": {"id": "5725767000000600003", "Last_Name": "Gone"}}]},
    })
}

/// Added later is as good as together, down to the ids of modules, fields and views.
#[test]
fn what_is_added_could_have_been_there_from_the_start() {
    let (first, second) = (first(), second());
    let together = build(&[&first, &second]);
    let added = add(&build(&[&first]), &second);
    let text = |state: &OrgState| String::from_utf8(seed::export(state)).expect("UTF-8");
    assert_eq!(text(&together), text(&added.state));
    let again = build(&[&serde_json::from_str(&text(&added.state)).expect("JSON")]);
    assert_eq!(text(&again), text(&added.state));
    let ids = |state: &OrgState| {
        let modules = state.schema.modules();
        let ids = modules.map(|m| {
            let fields: Vec<_> = m.fields.iter().map(|f| (f.id, f.no)).collect();
            let views: Vec<_> = m.views.iter().map(|v| v.id).collect();
            (m.api_name().to_owned(), m.id, fields, views)
        });
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids(&together), ids(&added.state));
    assert_eq!(
        json!(added.records),
        json!({"Boats": 1, "Leads": 1, "Projects": 1, "Rentals": 1})
    );
    let (one, other) = (world(together), world(added.state));
    for target in [
        "/crm/v8/org",
        "/crm/v8/users?type=AllUsers",
        "/crm/v2/Leads",
        "/crm/v2/Rentals",
        "/crm/v2/Projects",
        "/crm/v2/Leads/deleted",
    ] {
        assert_eq!(get(&one, target), get(&other, target), "{target}");
    }
}

#[test]
fn labels_lead_to_ids() {
    let base = build(&[&first()]);
    let seed = json!({
        "users": [{"id": "#mara", "first_name": "Mara", "email": "mara@example.com"}],
        "Leads": [{"id": "#lead", "Last_Name": "Rao", "Owner": "#mara"}, {"Last_Name": "Lee"}],
    });
    let added = add(&base, &seed);
    let leads = added.state.schema.module("Leads").expect("Leads");
    let lead = added.state.table(leads).get(added.labels["#lead"]);
    assert_eq!(lead.expect("the lead").owner, added.labels["#mara"]);
    assert_eq!(added.labels.len(), 2);
    let built = seed::build_labelled(&document(&[&first(), &seed]), OPTIONS).expect("a good seed");
    assert_eq!(built.labels, added.labels);
    assert_eq!(json!(built.records)["Leads"], 3);
}

#[test]
fn an_org_keeps_what_it_made_itself() {
    let world = world(build(&[&first()]));
    let before = get(&world, "/crm/v2/Leads/5725767000000600001");
    let view = json!({"custom_views": [{"name": "Large", "fields": [{"api_name": "Size"}],
        "criteria": {"comparator": "equal", "field": {"api_name": "Size"}, "value": "XL"}}]});
    let (status, made) = send(
        &world,
        "POST",
        "/crm/v8/settings/custom_views?module=Leads",
        Some(&view),
    );
    assert_eq!(status, 201, "{made}");
    let views = |world: &World| get(world, "/crm/v8/settings/custom_views?module=Leads");
    let made = views(&world);
    let state = OrgState::clone(&world.default_org().read());
    let seed = json!({
        "modules": [{"api_name": "Rentals", "custom_views": [{"name": "Mine", "fields": ["Name"]}, {"name": "All Rentals", "sort_by": "Name"}]}],
        "fields": {"Leads": [{"api_name": "Depth", "field_label": "Depth", "data_type": "double"}]},
    });
    let added = add(&state, &seed).state;
    world.default_org().store.replace(Arc::new(added.clone()));
    assert_eq!(made, views(&world));
    // the new field is shown, the old values stay
    let mut after = get(&world, "/crm/v2/Leads/5725767000000600001");
    let lead = after["data"][0].as_object_mut().expect("a lead");
    assert_eq!(lead.shift_remove("Depth"), Some(Json::Null));
    assert_eq!(before, after);
    let rentals = added.schema.module("Rentals").expect("Rentals");
    let named = |name: &str| rentals.views.iter().find(|v| v.spec.name == name);
    assert_eq!(named("Mine").map(|v| v.spec.fields.len()), Some(1));
    let all = named("All Rentals").expect("a stock view");
    assert_eq!(all.spec.sort_by.as_deref(), Some("Name"));
    let old = state.schema.module("Rentals").expect("Rentals");
    assert_eq!(Some(all.id), old.views.first().map(|view| view.id));
}

#[test]
fn a_type_changes_where_there_is_no_value() {
    let base = build(&[&first()]);
    let added = add(
        &base,
        &json!({"fields": {"Leads": [{"api_name": "Spare", "data_type": "integer"}]},
            "Leads": [{"Last_Name": "x", "Spare": 3}]}),
    );
    let world = world(added.state);
    let found = get(
        &world,
        "/crm/v8/Leads?fields=Spare&sort_by=id&sort_order=desc",
    );
    assert_eq!(found["data"][0]["Spare"], 3);
}

#[test]
fn every_problem_is_named_and_nothing_added() {
    let base = build(&[&first()]);
    let before = seed::export(&base);
    let large: Vec<Json> = (0..5000).map(|n| json!({"Last_Name": n})).collect();
    for (seed, expected) in [
        (
            json!({"org": {"id_prefix": "1"}}),
            vec!["$.org.id_prefix: cannot be changed in an org that exists"],
        ),
        (
            json!({"org": {"era": 2018, "next_tail": 5}}),
            vec!["$.org.era: cannot be changed in an org that exists"],
        ),
        (
            json!({"org": {"next_tail": 5}}),
            vec!["$.org.next_tail: must be a number from 5000001 on, of at most twelve digits"],
        ),
        (
            json!({"org": {"features": ["gdpr"]}}),
            vec!["$.org.features: cannot be changed in an org that exists"],
        ),
        (
            json!({"org": {"address": "composite"}}),
            vec!["$.org.address: cannot be changed in an org that exists"],
        ),
        (
            json!({"org": {"current_user": "#nobody"}}),
            vec!["$.org.current_user: no such user"],
        ),
        (
            json!({"users": [{"id": "5725767000000411001", "email": "x@example.com"}]}),
            vec!["$.users[0].id: another user has the id 5725767000000411001"],
        ),
        (
            json!({"roles": [{"name": "CEO", "id": "1"}]}),
            vec!["$.roles[0].id: CEO has the id 5725767000000026005, which cannot be changed"],
        ),
        (
            json!({"fields": {"Leads": [{"api_name": "Size", "data_type": "integer"}, {"api_name": "Spare", "hidden": true}]}}),
            vec![
                "$.fields.Leads[0]: Size: the type cannot be changed: there are values",
                "$.fields.Leads[1]: Spare: a field of an org that exists cannot be hidden",
            ],
        ),
        (
            json!({"modules": [{"api_name": "Rentals", "when": "gdpr"}]}),
            vec!["$.modules[0]: the module cannot be taken away"],
        ),
        (
            json!({"Leads": [
                {"id": "5725767000000600001", "Last_Name": "x"},
                {"First_Name": "x"},
                {"id": "#a", "Last_Name": "x", "Owner": "#b"},
            ]}),
            vec![
                "$.Leads[0].id: another record of Leads has the id 5725767000000600001",
                "$.Leads[1].Last_Name: MANDATORY_NOT_FOUND required field not found",
                "$.Leads[2].Owner: unknown label \"#b\"",
            ],
        ),
        (
            json!({"Leads": large}),
            vec![
                "$.Leads[4999].Last_Name: INVALID_DATA invalid data (expected_data_type \"text\")",
            ],
        ),
    ] {
        let error = try_add(&base, &seed).expect_err("a bad seed");
        for expected in expected {
            let told = error.0.iter().map(|p| format!("{}: {}", p.path, p.reason));
            assert!(
                told.clone().any(|told| told == expected),
                "{expected}: {}",
                told.take(5).collect::<Vec<_>>().join("\n")
            );
        }
    }
    assert_eq!(before, seed::export(&base));
}

/// An export can be added, too: its records as they stand, beside what is there.
#[test]
fn an_export_is_added_as_it_stands() {
    let exported = build(&[&first(), &second()]);
    let (mut document, mut problems) = (Document::default(), Vec::new());
    let text = String::from_utf8(seed::export(&exported)).expect("UTF-8");
    document.add_file("x.json", &"x.json".into(), text.into(), &mut problems);
    assert_eq!(problems, []);
    let empty = build(&[&json!({"org": {"id_prefix": "5725767"}})]);
    let added = seed::add(&empty, &document, OPTIONS).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(
        added.state.users.len(),
        empty.users.len() + exported.users.len()
    );
    assert_eq!(added.state.current_user, exported.current_user);
    for module in exported.schema.modules() {
        let other = added.state.schema.module(module.api_name());
        let (a, b) = (
            exported.table(module),
            added.state.table(other.expect("the module")),
        );
        let records = |table: &zoho_crm_mock::store::Table| {
            let rows = table.rows().iter();
            let rows = rows.map(|(id, r)| format!("{id} {:?} {}", r.values(), r.modified_time));
            rows.collect::<Vec<_>>()
        };
        assert_eq!(records(a), records(b), "{}", module.api_name());
        assert_eq!(a.deleted().len(), b.deleted().len());
    }
    // a second time, everything is there
    let error = seed::add(&added.state, &document, OPTIONS).expect_err("all of it is there");
    assert!(error.0.len() >= exported.tables.records(), "{error}");
}

/// Few records beside many, and many beside few, take different ways.
#[test]
fn lists_of_any_length() {
    let mut state = build(&[&first()]);
    let mut expected = vec!["Rao".to_owned()];
    for (from, count) in [(0, 3000), (3000, 1), (3001, 100), (3101, 9000)] {
        let names = (from..from + count).map(|n| format!("L{n:05}"));
        let leads: Vec<Json> = names
            .clone()
            .map(|name| json!({"Last_Name": name}))
            .collect();
        expected.extend(names);
        state = add(&state, &json!({"Leads": leads})).state;
        let leads = state.schema.module("Leads").expect("Leads");
        let last_name = leads.field("Last_Name").expect("the field");
        let rows = state.table(leads).rows().iter();
        let found: Vec<String> = rows
            .map(|(id, lead)| {
                assert_eq!(*id, lead.id);
                let name = lead.stored(last_name.no).and_then(|name| name.as_text());
                name.expect("a name").to_owned()
            })
            .collect();
        assert_eq!(found, expected);
        let world = world(state.clone());
        let (_, found) = send(
            &world,
            "GET",
            &format!("/crm/v8/Leads/search?criteria=(Last_Name:equals:L{from:05})&fields=id"),
            None,
        );
        assert_eq!(found["data"].as_array().map(Vec::len), Some(1));
    }
}
