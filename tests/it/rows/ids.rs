//! Ids of rows: those that a body may name, and those that a seed brings.

use serde_json::{Value as Json, json};
use zoho_crm_mock::world::World;

use super::{MODULES, PRODUCT, contents, insert, record, subform, world};
use crate::support::{send, send_bytes};

/// A record with one row, which is given the `id`.
fn with_row(module: &str, version: &str, id: Option<&Json>) -> Json {
    let mut record = match module {
        "Rentals" => json!({"Name": "R", "Lines": [{"Name": "L"}]}),
        _ => record(
            module,
            version,
            &json!([{"Quantity": 1, "List_Price": 10}]),
            &json!({}),
        ),
    };
    if let Some(id) = id {
        let rows = record.as_object_mut().expect("an object").values_mut();
        let rows = rows.filter_map(Json::as_array_mut).flatten();
        let row = rows.filter(|row| row.get("name").is_none());
        row.for_each(|row| row["id"] = id.clone());
    }
    record
}

/// The id of the first row of a record.
fn row_of(world: &World, module: &str, id: &str) -> Json {
    let (_, body) = send(world, "GET", &format!("/crm/v8/{module}/{id}"), None);
    body["data"][0][subform(module)][0]["id"].clone()
}

/// Records of a module that have no rows: one never had any, one has them no more.
fn without_rows(world: &World, module: &str) -> Vec<String> {
    if module != "Rentals" {
        return Vec::new();
    }
    let never = insert(world, module, &json!({"Name": "never"}));
    let emptied = insert(world, module, &with_row(module, "v8", None));
    let (status, body) = send(
        world,
        "PUT",
        &format!("/crm/v8/Rentals/{emptied}"),
        Some(&json!({"data": [{"Lines": []}]})),
    );
    assert_eq!(status, 200, "{body}");
    vec![never, emptied]
}

/// A row of this id is refused in new records and in these.
fn rows_are_refused(world: &World, module: &str, version: &str, id: &Json, records: &[String]) {
    let mut bad = with_row(module, version, Some(id));
    bad["Subject"] = "duplicates none".into();
    let mut ways = vec![
        ("POST", format!("/crm/{version}/{module}")),
        ("POST", format!("/crm/{version}/{module}/upsert")),
    ];
    let records = records.iter();
    ways.extend(records.map(|record| ("PUT", format!("/crm/{version}/{module}/{record}"))));
    for (method, target) in ways {
        if module == "Rentals" && target.ends_with("upsert") {
            continue; // it has no field by which duplicates are found
        }
        let (status, body) = send(world, method, &target, Some(&json!({"data": [bad]})));
        let context = format!("{method} {target} {id}: {status} {body}");
        assert_eq!(status, if version == "v2" { 202 } else { 400 }, "{context}");
        let error = &body["data"][0];
        assert_eq!(error["code"], "INVALID_DATA", "{context}");
        let details = match (version, module) {
            ("v2", "Rentals") => {
                json!({"api_name": "id", "index": 0, "parent_api_name": "Lines"})
            }
            ("v2", _) => {
                json!({"api_name": "id", "index": 0, "parent_api_name": "Product_Details"})
            }
            _ => {
                json!({"api_name": "id", "json_path": format!("$.data[0].{}[0].id", subform(module))})
            }
        };
        assert_eq!(error["details"], details, "{context}");
    }
}

/// So it is in a mass update of a record.
fn mass_updates_are_refused(world: &World, module: &str, id: &Json, record: &str) {
    let subform = subform(module);
    let mass = json!({"data": [{(subform): with_row(module, "v8", Some(id))[subform]}], "ids": [record], "over_write": true});
    let (status, body) = send(
        world,
        "POST",
        &format!("/crm/v8/{module}/actions/mass_update"),
        Some(&mass),
    );
    assert_eq!(
        (status, &body["data"][0]["code"]),
        (400, &"INVALID_DATA".into()),
        "{body}"
    );
}

/// A row of the record can be named as often as one likes, but not once it is gone.
fn own_rows_are_taken(world: &World, module: &str, record: &str) {
    let subform = subform(module);
    let row = row_of(world, module, record);
    let target = format!("/crm/v8/{module}/{record}");
    let send_rows = |rows: Json| {
        send(
            world,
            "PUT",
            &target,
            Some(&json!({"data": [{(subform): rows}]})),
        )
    };
    let (status, body) = send_rows(
        json!([{"id": row}, {"id": row}, {"id": null, "Name": "L", "Product_Name": {"id": PRODUCT}}]),
    );
    assert_eq!(status, 200, "{body}");
    let (status, body) = send_rows(json!([{"id": row, "_delete": null}, {"id": row}]));
    let path = format!("$.data[0].{subform}[1].id");
    assert_eq!(
        (status, &body["data"][0]["details"]["json_path"]),
        (400, &path.into()),
        "{body}"
    );
    let (status, body) = send_rows(json!([{"id": row, "_delete": null}]));
    assert_eq!(status, 200, "{body}");
    assert_ne!(row_of(world, module, record), row, "{module}");
}

#[test]
fn only_rows_of_the_record_can_be_named() {
    let world = world();
    for (module, _) in MODULES.into_iter().chain([("Rentals", "Lines")]) {
        let one = insert(&world, module, &with_row(module, "v8", None));
        let other = insert(&world, module, &with_row(module, "v8", None));
        let foreign = row_of(&world, module, &other);
        assert!(foreign.is_string(), "{module}");
        // nothing to compare with where there are no rows
        let mut records = without_rows(&world, module);
        records.push(one.clone());
        let before = contents(&world);
        for id in [
            foreign,
            json!("123"),
            json!(123),
            json!("abc"),
            json!(true),
            json!({}),
            one.as_str().into(),
        ] {
            for version in ["v2", "v8"] {
                rows_are_refused(&world, module, version, &id, &records);
            }
            mass_updates_are_refused(&world, module, &id, &one);
            assert_eq!(contents(&world), before, "{module} {id}");
        }
        own_rows_are_taken(&world, module, &one);
    }
}

/// A seed brings its own ids, as an export does.
#[test]
fn rows_of_seeds_keep_their_ids() {
    let world = world();
    let id = json!("5725767000000700001");
    let seed = json!({"Quotes": [with_row("Quotes", "v8", Some(&id))], "Rentals": [with_row("Rentals", "v8", Some(&id))]});
    let (status, body) = send_bytes(&world, "POST", "/__admin/seed", seed.to_string().as_bytes());
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    let export = contents(&world).to_string();
    assert_eq!(export.matches("5725767000000700001").count(), 2, "{export}");
}
