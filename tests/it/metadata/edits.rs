//! What an edit means for records, copies of the org, generated records and seeds that are added.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::seed;
use zoho_crm_mock::seed::generate::{Generator, GeneratorSettings, Locale, REFERENCE, Wanted};
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::world::World;

use super::{OPTIONS, check, create, document, field, start, value};
use crate::support::send;

/// Copies of an org do not know of each other's fields.
#[test]
fn states_are_independent() {
    let world = start();
    let kept = world.default_org().read();
    let id = create(&world, "Leads", &field("Mate", 0, 0));
    let leads = |state: &OrgState| state.schema.module("Leads").map(Arc::clone).expect("Leads");
    assert!(leads(&kept).field("Mate").is_none());
    let grown = world.default_org().read();
    let target = format!("/crm/v8/settings/fields/{id}?module=Leads");
    let (status, _) = send(&world, "DELETE", &target, None);
    assert_eq!(status, 200);
    assert!(leads(&grown).field("Mate").is_some());
    assert!(leads(&world.default_org().read()).field("Mate").is_none());
    world.default_org().store.replace(grown);
    let (status, _) = send(
        &world,
        "POST",
        "/crm/v8/Leads",
        Some(&json!({"data": [{"Last_Name": "x", "Mate": "y"}]})),
    );
    assert_eq!(status, 201);
    let (_, answer) = send(
        &world,
        "GET",
        "/crm/v8/Leads/search?criteria=(Mate:equals:y)",
        None,
    );
    assert_eq!(answer["data"][0]["Mate"], "y");
    check(&world.default_org().read());
}

/// What a deleted field has left in a record goes when the record is written.
#[test]
fn values_of_a_deleted_field_are_dropped_when_written() {
    let world = start();
    let state = world.default_org().read();
    let leads = Arc::clone(state.schema.module("Leads").expect("Leads"));
    let size = leads.field("Size").expect("Size");
    let (id, _) = state.table(&leads).rows().iter().next().expect("a lead");
    let target = format!("/crm/v8/settings/fields/{}?module=Leads", size.id);
    assert_eq!(send(&world, "DELETE", &target, None).0, 200);
    let held = |world: &World| {
        let state = world.default_org().read();
        let record = state.table(&leads).get(*id).cloned().expect("the lead");
        record.stored(size.no).is_some()
    };
    assert!(held(&world));
    let target = format!("/crm/v8/Leads/{id}");
    let (_, shown) = send(&world, "GET", &target, None);
    assert_eq!(shown["data"][0].get("Size"), None);
    let change = json!({"data": [{"City": "Pune"}]});
    assert_eq!(send(&world, "PUT", &target, Some(&change)).0, 200);
    assert!(!held(&world));
}

/// Further layouts are listed behind the standard one; a record may name its own.
#[test]
fn several_layouts() {
    let seed = json!({
        "org": {"id_prefix": "5725767", "features": ["layouts"]},
        "users": [{"first_name": "Ann", "email": "ann@example.com", "current": true}],
        "modules": [{"api_name": "Contacts", "layouts": [{"name": "Short", "api_name": "Short", "id": "5725767000000777001",
            "sections": [{"key": "A", "api_name": "A", "display_label": "A", "column_count": 2, "fields": ["Last_Name", "Email"]}]}]}],
        "Contacts": [{"Last_Name": "x", "Layout": {"name": "Short", "id": "5725767000000777001"}}, {"Last_Name": "y"}],
    });
    let world = Builder::default()
        .seed_json(&seed)
        .now("2026-11-16T09:00:00Z");
    let world = world.build_world().unwrap_or_else(|e| panic!("{e}"));
    let (_, layouts) = send(
        &world,
        "GET",
        "/crm/v8/settings/layouts?module=Contacts",
        None,
    );
    assert_eq!(layouts["layouts"][0]["name"], "Standard");
    let short = &layouts["layouts"][1];
    assert_eq!(
        (&short["name"], &short["generated_type"]),
        (&json!("Short"), &json!("custom"))
    );
    let names: Vec<&Json> = short["sections"][0]["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .map(|field| &field["api_name"])
        .collect();
    assert_eq!(names, ["Last_Name", "Email"]);
    let (_, list) = send(
        &world,
        "GET",
        "/crm/v8/Contacts?fields=Last_Name,$layout_id&sort_by=id&sort_order=asc",
        None,
    );
    let layout = |n: usize| list["data"][n]["$layout_id"]["name"].clone();
    assert_eq!(
        (layout(0), layout(1)),
        (json!("Short"), json!("Standard")),
        "{list}"
    );
    check(&world.default_org().read());
}

/// Fields that were made stand in the export like those of a seed: records are generated for them
/// and load again.
#[test]
fn fields_that_were_made_are_seeded_and_generated() {
    let world = start();
    for kind in 0..14 {
        create(&world, "Boats", &field(&format!("F {kind}"), kind, kind));
    }
    let state = world.default_org().read();
    let boats = state.schema.module("Boats").expect("Boats");
    let record = json!({"data": [value(boats, 3, &state)]});
    let (status, answer) = send(&world, "POST", "/crm/v8/Boats", Some(&record));
    assert_eq!(status, 201, "{answer}");
    let state = world.default_org().read();
    check(&state);

    let mut document = document(&String::from_utf8(seed::export(&state)).expect("UTF-8"));
    let mut wanted = Wanted::default();
    wanted.add("Boats", 50);
    let settings = GeneratorSettings {
        rng_seed: 1,
        locale: Locale::default(),
        now: REFERENCE,
    };
    let generator = Generator::new(&document, OPTIONS, &wanted, settings);
    let generator = generator.unwrap_or_else(|e| panic!("{e}"));
    let mut made = Vec::new();
    generator
        .write_json(&mut made, &mut |_| {})
        .expect("a Vec takes it");
    let (made, mut problems) = (String::from_utf8(made).expect("UTF-8"), Vec::new());
    document.add_file(
        "made.json",
        &"made.json".into(),
        made.as_str().into(),
        &mut problems,
    );
    assert_eq!(problems, []);
    let state = seed::build(&document, OPTIONS).unwrap_or_else(|e| panic!("{e}"));
    let boats = state.schema.module("Boats").expect("Boats");
    assert!(state.table(boats).rows().len() > 50);
    for name in ["F_0", "F_1", "F_2", "F_3", "F_8", "F_9", "F_13"] {
        let field = boats.field(name).expect("a field");
        let mut rows = state.table(boats).rows().iter().skip(2);
        assert!(
            rows.any(|(_, record)| record.stored(field.no).is_some()),
            "{name}"
        );
    }
}

/// Seeds that are added to an org change what calls have made of it, and nothing else.
#[test]
fn seeds_are_added_to_edited_metadata() {
    let world = start();
    let id = create(&world, "Leads", &field("Mate", 0, 0));
    let gone = create(&world, "Leads", &field("Gone", 0, 0));
    let target = format!("/crm/v8/settings/fields/{gone}?module=Leads");
    assert_eq!(send(&world, "DELETE", &target, None).0, 200);
    let view = json!({"custom_views": [{"name": "Mine", "fields": [{"api_name": "Mate"}]}]});
    let target = "/crm/v8/settings/custom_views?module=Leads";
    assert_eq!(send(&world, "POST", target, Some(&view)).0, 201);
    let seed = json!({
        "modules": [{"api_name": "Leads", "custom_views": [{"name": "Mine", "sort_by": "Mate"}, {"name": "New"}]},
            {"api_name": "Piers", "singular_label": "Pier", "plural_label": "Piers"}],
        "fields": {"Leads": [
            {"api_name": "Mate", "length": 77},
            {"api_name": "Gone", "field_label": "Gone", "data_type": "integer"},
            {"api_name": "Pier", "field_label": "Pier", "data_type": "lookup", "lookup": {"module": "Piers", "relation": "L"}},
        ]},
        "Leads": [{"Last_Name": "y", "Gone": 7}],
    });
    let state = world.default_org().read();
    let added = seed::add(&state, &document(&seed.to_string()), OPTIONS);
    let added = added.unwrap_or_else(|e| panic!("{e}")).state;
    check(&added);
    let leads = added.schema.module("Leads").expect("Leads");
    let mate = leads.field("Mate").expect("Mate");
    assert_eq!((mate.id.to_string(), mate.length()), (id, Some(77)));
    assert_ne!(leads.field("Gone").map(|f| f.id.to_string()), Some(gone));
    let view = |name: &str| {
        leads
            .views
            .iter()
            .find(|v| v.spec.name == name)
            .expect("a view")
    };
    assert_eq!(view("Mine").spec.sort_by.as_deref(), Some("Mate"));
    assert_eq!(view("Mine").spec.fields, ["Mate"]);
    let ids: std::collections::BTreeSet<_> = leads.views.iter().map(|view| view.id).collect();
    assert_eq!(
        (ids.len(), ids.contains(&view("New").id)),
        (leads.views.len(), true)
    );
}
