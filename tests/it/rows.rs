//! Rows of subforms and line items: which rows a body may name, and totals that no field holds.

mod ids;
mod numbers;
mod totals;

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::seed;
use zoho_crm_mock::world::World;

use crate::support::send;

const VENDOR: &str = "5725767000000600001";
const PRODUCT: &str = "5725767000000600002";
const DEAL: &str = "5725767000000600003";

/// The modules with line items, and the subform that holds them from v2.1 on.
const MODULES: [(&str, &str); 4] = [
    ("Quotes", "Quoted_Items"),
    ("Sales_Orders", "Ordered_Items"),
    ("Purchase_Orders", "Purchase_Items"),
    ("Invoices", "Invoiced_Items"),
];

/// The subform of a module that holds its rows from v2.1 on.
fn subform(module: &str) -> &'static str {
    let mut all = MODULES.iter().chain([&("Rentals", "Lines")]);
    let found = all.find(|(name, _)| *name == module);
    found.expect("a module with rows").1
}

fn world() -> World {
    let seed = json!({
        "org": {"id_prefix": "5725767", "time_zone": "UTC"},
        "modules": [
            {"api_name": "Rentals", "singular_label": "Rental", "plural_label": "Rentals"},
            {"api_name": "Rental_Lines", "singular_label": "Line", "plural_label": "Lines"},
        ],
        "fields": {"Rentals": [
            {"api_name": "Lines", "field_label": "Lines", "data_type": "subform", "subform": "Rental_Lines"},
        ]},
        "Vendors": [{"id": VENDOR, "Vendor_Name": "V"}],
        "Products": [{"id": PRODUCT, "Product_Name": "P", "Unit_Price": 9_000_000_000_000_000_i64}],
        "Deals": [{"id": DEAL, "Deal_Name": "D", "Stage": "Qualification", "Amount": 1}],
    });
    Builder::default()
        .seed_json(&seed)
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .unwrap_or_else(|e| panic!("{e}"))
}

/// A record with line items, under the names of a version.
fn record(module: &str, version: &str, rows: &Json, more: &Json) -> Json {
    let mut record = json!({"Subject": "S", "Tag": [{"name": "new tag"}]});
    if module == "Purchase_Orders" {
        record["Vendor_Name"] = json!({"id": VENDOR});
    } else {
        // an account and a tag would be made along with the record
        record["Account_Name"] = json!({"name": "New account"});
    }
    for (key, value) in more.as_object().expect("an object") {
        record[key] = value.clone();
    }
    let old = version == "v2";
    let rows = rows.as_array().into_iter().flatten().map(|row| {
        let mut cells = json!({(if old { "product" } else { "Product_Name" }): {"id": PRODUCT}});
        for (name, value) in row.as_object().expect("a row") {
            let name = match name.as_str() {
                "Quantity" if old => "quantity",
                "List_Price" if old => "list_price",
                "Line_Tax" if old => "line_tax",
                name => name,
            };
            cells[name] = value.clone();
        }
        cells
    });
    let subform = if old {
        "Product_Details"
    } else {
        subform(module)
    };
    record[subform] = rows.collect();
    record
}

/// Adds a record; gives its id.
fn insert(world: &World, module: &str, record: &Json) -> String {
    let target = format!("/crm/v8/{module}");
    let (status, body) = send(world, "POST", &target, Some(&json!({"data": [record]})));
    assert_eq!(status, 201, "{module}: {body}");
    body["data"][0]["details"]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

/// What an org holds, without the number of the next id.
fn contents(world: &World) -> Json {
    let state = world.default_org().read();
    let mut export: Json = serde_json::from_slice(&seed::export(&state)).expect("JSON");
    export["org"]
        .as_object_mut()
        .expect("an object")
        .shift_remove("next_tail");
    export
}
