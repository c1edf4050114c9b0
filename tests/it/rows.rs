//! Rows of subforms and line items: which rows a body may name, and totals that no field holds.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::seed;
use zoho_crm_mock::world::World;

use crate::support::{send, send_bytes};

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
    let (_, subform) = MODULES
        .iter()
        .find(|(name, _)| *name == module)
        .expect("a module");
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
    record[if old { "Product_Details" } else { subform }] = rows.collect();
    record
}

/// Rows and keys of a record that come to more than a field holds, and the field. A name in lower
/// case is that of v2.
fn excessive() -> Vec<(&'static str, Json, Json, &'static str)> {
    let plain = json!([{"Quantity": 1, "List_Price": 10}]);
    vec![
        (
            "a product beyond decimals, and a tax on it",
            json!([{"Quantity": 79_000_000_000_000_i64, "List_Price": 1_000_000_000_000_000_i64, "Line_Tax": [{"percentage": 1}]}]),
            json!({}),
            "Total",
        ),
        (
            "a product beyond its field",
            json!([{"Quantity": 20, "List_Price": 1_000_000_000_000_000_i64}]),
            json!({}),
            "Total",
        ),
        (
            "the price of the product",
            json!([{"Quantity": 2}]),
            json!({}),
            "Total",
        ),
        (
            "a negative quantity and a discount",
            json!([{"Quantity": -9_000_000_000_000_000_i64, "List_Price": 1, "Discount": 9_000_000_000_000_000_i64}]),
            json!({}),
            "Total_After_Discount",
        ),
        (
            "a discount of so many percent",
            json!([{"Quantity": 1, "List_Price": 10, "Discount": "-100000000000000000000000%"}]),
            json!({}),
            "Discount",
        ),
        (
            "a percentage beyond decimals",
            json!([{"Quantity": 1, "List_Price": 10, "Discount": "1e300%"}]),
            json!({}),
            "Discount",
        ),
        (
            "a tax of so many percent",
            json!([{"Quantity": 1, "List_Price": 10, "Line_Tax": [{"percentage": 1e28}]}]),
            json!({}),
            "Tax",
        ),
        (
            "a tax beyond decimals",
            json!([{"Quantity": 1, "List_Price": 10, "Line_Tax": [{"percentage": -1e300}]}]),
            json!({}),
            "Tax",
        ),
        (
            "taxes that only together exceed decimals",
            json!([{"Quantity": 1, "List_Price": 100, "Line_Tax": [{"percentage": 7e28}, {"percentage": 7e28}]}]),
            json!({}),
            "Tax",
        ),
        (
            "a row with its tax",
            json!([{"Quantity": 1, "List_Price": 9_000_000_000_000_000_i64, "Line_Tax": [{"percentage": 100}]}]),
            json!({}),
            "Net_Total",
        ),
        (
            "the rows together",
            json!([{"Quantity": 1, "List_Price": 9_000_000_000_000_000_i64}, {"Quantity": 1, "List_Price": 9_000_000_000_000_000_i64}]),
            json!({}),
            "Sub_Total",
        ),
        (
            "a discount on all",
            plain.clone(),
            json!({"Discount": "1e30%"}),
            "Discount",
        ),
        (
            "a tax on all",
            plain.clone(),
            json!({"$line_tax": [{"percentage": 1e30}]}),
            "Tax",
        ),
        (
            "an adjustment",
            json!([{"Quantity": 1, "List_Price": 9_000_000_000_000_000_i64}]),
            json!({"Adjustment": 9_000_000_000_000_000_i64}),
            "Grand_Total",
        ),
    ]
}

fn old_name(name: &str) -> &str {
    match name {
        "Total" => "total",
        "Total_After_Discount" => "total_after_discount",
        "Net_Total" => "net_total",
        name => name,
    }
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

#[test]
fn totals_beyond_their_field_are_refused_and_nothing_is_written() {
    let world = world();
    for (module, subform) in MODULES {
        let good = record(
            module,
            "v8",
            &json!([{"Quantity": 1, "List_Price": 10}]),
            &json!({"Account_Name": null, "Tag": []}),
        );
        let (status, body) = send(
            &world,
            "POST",
            &format!("/crm/v8/{module}"),
            Some(&json!({"data": [good]})),
        );
        assert_eq!(status, 201, "{module}: {body}");
        let id = body["data"][0]["details"]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        let before = contents(&world);
        for (what, rows, more, field) in excessive() {
            for version in ["v2", "v8"] {
                let bad = record(module, version, &rows, &more);
                let mut named = bad.clone();
                named["id"] = id.as_str().into();
                let of_row = ["Total", "Total_After_Discount", "Net_Total"].contains(&field)
                    || rows[0].get(field).is_some()
                    || rows[0].get("Line_Tax").is_some() && field == "Tax";
                for (method, target, record) in [
                    ("POST", format!("/crm/{version}/{module}"), &bad),
                    ("POST", format!("/crm/{version}/{module}/upsert"), &bad),
                    ("PUT", format!("/crm/{version}/{module}"), &named),
                    ("PUT", format!("/crm/{version}/{module}/{id}"), &bad),
                ] {
                    let (status, body) =
                        send(&world, method, &target, Some(&json!({"data": [record]})));
                    let context = format!("{what}: {method} {target}: {status} {body}");
                    assert_eq!(status, if version == "v2" { 202 } else { 400 }, "{context}");
                    let error = &body["data"][0];
                    assert_eq!(error["code"], "INVALID_DATA", "{context}");
                    let name = if version == "v2" {
                        old_name(field)
                    } else {
                        field
                    };
                    assert_eq!(error["details"]["api_name"], name, "{context}");
                    assert_eq!(error["details"]["maximum_length"], 16, "{context}");
                    let path = match (version, of_row) {
                        ("v2", _) => Json::Null,
                        (_, true) => format!("$.data[0].{subform}[0].{field}").into(),
                        (_, false) => format!("$.data[0].{field}").into(),
                    };
                    assert_eq!(
                        error["details"].get("json_path").unwrap_or(&Json::Null),
                        &path,
                        "{context}"
                    );
                    let place = error["details"]
                        .get("parent_api_name")
                        .and_then(Json::as_str);
                    assert_eq!(
                        place,
                        (version == "v2" && of_row).then_some("Product_Details"),
                        "{context}"
                    );
                }
            }
            let mass = json!({"data": [record(module, "v8", &rows, &more)], "ids": [id], "over_write": true});
            let (status, body) = send(
                &world,
                "POST",
                &format!("/crm/v8/{module}/actions/mass_update"),
                Some(&mass),
            );
            assert_eq!(
                (status, &body["data"][0]["code"]),
                (400, &"INVALID_DATA".into()),
                "{what}: {body}"
            );
            let seed = json!({(module): [record(module, "v8", &rows, &more)]});
            let (status, body) =
                send_bytes(&world, "POST", "/__admin/seed", seed.to_string().as_bytes());
            let told = String::from_utf8_lossy(&body);
            assert_eq!(status, 422, "{what}: {told}");
            assert!(told.contains(field), "{what}: {told}");
            assert_eq!(contents(&world), before, "{what}");
        }
    }
}

/// A mass update of a view is taken if its values fit any of the records.
#[test]
fn a_job_counts_records_whose_totals_do_not_fit_as_failed() {
    let world = world();
    for price in [1_i64, 9_000_000_000_000_000] {
        let rows = json!([{"Quantity": 1, "List_Price": price}]);
        let quote = json!({"data": [record("Quotes", "v8", &rows, &json!({}))]});
        let (status, body) = send(&world, "POST", "/crm/v8/Quotes", Some(&quote));
        assert_eq!(status, 201, "{body}");
    }
    let target = "/crm/v8/settings/custom_views?module=Quotes";
    let (_, views) = send(&world, "GET", target, None);
    let mut views = views["custom_views"].as_array().expect("views").iter();
    let all = views.find(|view| view["system_name"] == "ALLVIEWS");
    let id = &all.expect("the view of all records")["id"];
    let adjustment = json!({"Adjustment": 9_000_000_000_000_000_i64});
    let order = json!({"data": [adjustment], "cvid": id, "over_write": true});
    let target = "/crm/v8/Quotes/actions/mass_update";
    let (status, body) = send(&world, "POST", target, Some(&order));
    assert_eq!(status, 200, "{body}");
    let job = body["data"][0]["details"]["job_id"].as_str();
    let target = format!("{target}?job_id={}", job.expect("a job"));
    let (_, body) = send(&world, "GET", &target, None);
    let counts = ["Updated_Count", "Failed_Count"].map(|key| body["data"][0][key].as_u64());
    assert_eq!(counts, [Some(1), Some(1)], "{body}");
}

#[test]
fn an_expected_revenue_beyond_its_field_is_refused() {
    let world = world();
    let deal = json!({"Deal_Name": "D", "Stage": "Odd", "Amount": 9_000_000_000_000_000_i64, "Probability": 999});
    for version in ["v2", "v8"] {
        for (method, target) in [
            ("POST", format!("/crm/{version}/Deals")),
            ("PUT", format!("/crm/{version}/Deals/{DEAL}")),
        ] {
            let (_, body) = send(&world, method, &target, Some(&json!({"data": [deal]})));
            assert_eq!(body["data"][0]["code"], "INVALID_DATA", "{body}");
            let details = &body["data"][0]["details"];
            assert_eq!(
                (&details["api_name"], &details["maximum_length"]),
                (&"Expected_Revenue".into(), &16.into()),
                "{body}"
            );
        }
    }
    // sums are doubles, and have no such end
    for n in 0..3 {
        let deal = json!({"Deal_Name": n.to_string(), "Stage": "Odd", "Amount": 9_999_999_999_999_990_i64});
        assert_eq!(
            send(
                &world,
                "POST",
                "/crm/v8/Deals",
                Some(&json!({"data": [deal]}))
            )
            .0,
            201
        );
    }
    let query =
        json!({"select_query": "select SUM(Amount), AVG(Amount) from Deals where id is not null"});
    let (status, body) = send(&world, "POST", "/crm/v8/coql", Some(&query));
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        body["data"][0]["SUM(Amount)"].as_f64(),
        Some(29_999_999_999_999_971.0),
        "{body}"
    );
}

/// Ranges of a price book are kept as they come: nothing is worked out from them.
#[test]
fn price_books_keep_their_ranges() {
    let world = world();
    let ranges = json!([{"from_range": -1e300, "to_range": 1e300, "discount": 7.9e28}]);
    for version in ["v2", "v8"] {
        let book = json!({"Price_Book_Name": version, "Active": true, "Pricing_Details": ranges});
        let target = format!("/crm/{version}/Price_Books");
        let (status, body) = send(&world, "POST", &target, Some(&json!({"data": [book]})));
        assert_eq!(status, 201, "{body}");
        let id = body["data"][0]["details"]["id"].as_str().expect("an id");
        let (_, body) = send(&world, "GET", &format!("{target}/{id}"), None);
        let shown = &body["data"][0]["Pricing_Details"][0];
        for (key, number) in ranges[0].as_object().expect("a range") {
            assert_eq!(shown[key].as_f64(), number.as_f64(), "{key}: {body}");
        }
    }
}

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

#[test]
fn only_rows_of_the_record_can_be_named() {
    let world = world();
    for (module, subform) in MODULES.into_iter().chain([("Rentals", "Lines")]) {
        let insert = |record: &Json| {
            let target = format!("/crm/v8/{module}");
            let (status, body) = send(&world, "POST", &target, Some(&json!({"data": [record]})));
            assert_eq!(status, 201, "{body}");
            body["data"][0]["details"]["id"]
                .as_str()
                .expect("an id")
                .to_owned()
        };
        let row_of = |id: &str| {
            let (_, body) = send(&world, "GET", &format!("/crm/v8/{module}/{id}"), None);
            body["data"][0][subform][0]["id"].clone()
        };
        let one = insert(&with_row(module, "v8", None));
        let other = insert(&with_row(module, "v8", None));
        let foreign = row_of(&other);
        assert!(foreign.is_string(), "{module}");
        // nothing to compare with: it never had rows, or has them no more
        let mut bare = vec![];
        if module == "Rentals" {
            bare.push(insert(&json!({"Name": "never"})));
            let emptied = insert(&with_row(module, "v8", None));
            let (status, body) = send(
                &world,
                "PUT",
                &format!("/crm/v8/Rentals/{emptied}"),
                Some(&json!({"data": [{"Lines": []}]})),
            );
            assert_eq!(status, 200, "{body}");
            bare.push(emptied);
        }
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
                let mut bad = with_row(module, version, Some(&id));
                bad["Subject"] = "duplicates none".into();
                let mut ways = vec![
                    ("POST", format!("/crm/{version}/{module}")),
                    ("POST", format!("/crm/{version}/{module}/upsert")),
                ];
                let records = bare.iter().chain([&one]);
                ways.extend(
                    records.map(|record| ("PUT", format!("/crm/{version}/{module}/{record}"))),
                );
                for (method, target) in ways {
                    if module == "Rentals" && target.ends_with("upsert") {
                        continue; // it has no field by which duplicates are found
                    }
                    let (status, body) =
                        send(&world, method, &target, Some(&json!({"data": [bad]})));
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
                            json!({"api_name": "id", "json_path": format!("$.data[0].{subform}[0].id")})
                        }
                    };
                    assert_eq!(error["details"], details, "{context}");
                }
            }
            let mass = json!({"data": [{(subform): with_row(module, "v8", Some(&id))[subform]}], "ids": [one], "over_write": true});
            let (status, body) = send(
                &world,
                "POST",
                &format!("/crm/v8/{module}/actions/mass_update"),
                Some(&mass),
            );
            assert_eq!(
                (status, &body["data"][0]["code"]),
                (400, &"INVALID_DATA".into()),
                "{body}"
            );
            assert_eq!(contents(&world), before, "{module} {id}");
        }
        // a row of the record, as often as one likes, but not once it is gone
        let row = row_of(&one);
        let target = format!("/crm/v8/{module}/{one}");
        let send_rows = |rows: Json| {
            send(
                &world,
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
        assert_ne!(row_of(&one), row, "{module}");
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

/// Numbers around the ends of what fields, decimals and doubles hold, some as percentages.
fn extreme() -> impl Strategy<Value = Json> {
    let magnitude = prop_oneof![
        Just(0.0),
        1.0..100.0,
        Just(1e-30),
        Just(9e15),
        Just(9.9e15),
        Just(7.9e28),
        Just(1e29),
        Just(1e300),
        Just(f64::MAX),
        Just(f64::MIN_POSITIVE)
    ];
    (magnitude, any::<bool>(), 0u8..4).prop_map(|(size, negative, form)| {
        let number = if negative { -size } else { size };
        match form {
            0 => format!("{number}%").into(),
            1 => json!(number.trunc()),
            _ => json!((number * 100.0).trunc() / 100.0),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever the numbers, a write succeeds or is refused, and what was written is sound.
    #[test]
    fn no_numbers_break_the_totals(
        cells in prop::collection::vec(prop::collection::vec(extreme(), 4), 1..4), more in prop::collection::vec(extreme(), 3),
        (module, _) in prop::sample::select(MODULES.to_vec()), version in prop::sample::select(vec!["v2", "v8"]),
    ) {
        let world = world();
        let tax = |rate: &Json| json!([{"percentage": rate}, {"percentage": 7.7}]);
        let rows = cells.iter().map(|cells| json!({"Quantity": cells[0], "List_Price": cells[1], "Discount": cells[2], "Line_Tax": tax(&cells[3])}));
        let more = json!({"Discount": more[0], "Adjustment": more[1], "$line_tax": tax(&more[2])});
        let body = json!({"data": [record(module, version, &rows.collect(), &more)]});
        let (status, answer) = send(&world, "POST", &format!("/crm/{version}/{module}"), Some(&body));
        prop_assert!([201, 202, 400].contains(&status), "{} {}", status, answer);
        if status == 201 {
            let id = answer["data"][0]["details"]["id"].as_str().expect("an id");
            for read in ["v2", "v8"] {
                let (status, body) = send(&world, "GET", &format!("/crm/{read}/{module}/{id}"), None);
                prop_assert_eq!(status, 200);
                let total = body["data"][0]["Grand_Total"].as_f64();
                prop_assert!(total.is_some_and(|total| total.abs() < 1e16), "{}", body);
            }
        }
        // an export is taken as it stands, so it has to be sound
        let export = contents(&world);
        let again = Builder::default().seed_json(&export).now("2026-11-16T09:00:00Z").build_world();
        prop_assert!(again.is_ok());
    }
}
