//! Totals that no field holds.

use serde_json::{Value as Json, json};
use zoho_crm_mock::world::World;

use super::{DEAL, MODULES, contents, insert, record, subform, world};
use crate::support::{send, send_bytes};

/// Rows and keys of a record that come to more than a field holds, and the field.
struct Excess {
    what: &'static str,
    rows: Json,
    more: Json,
    field: &'static str,
}

/// What a single row comes to.
fn excessive_rows() -> Vec<Excess> {
    let of = |what, rows, field| Excess {
        what,
        rows,
        more: json!({}),
        field,
    };
    vec![
        of(
            "a product beyond decimals, and a tax on it",
            json!([{"Quantity": 79_000_000_000_000_i64, "List_Price": 1_000_000_000_000_000_i64, "Line_Tax": [{"percentage": 1}]}]),
            "Total",
        ),
        of(
            "a product beyond its field",
            json!([{"Quantity": 20, "List_Price": 1_000_000_000_000_000_i64}]),
            "Total",
        ),
        of(
            "the price of the product",
            json!([{"Quantity": 2}]),
            "Total",
        ),
        of(
            "a negative quantity and a discount",
            json!([{"Quantity": -9_000_000_000_000_000_i64, "List_Price": 1, "Discount": 9_000_000_000_000_000_i64}]),
            "Total_After_Discount",
        ),
        of(
            "a discount of so many percent",
            json!([{"Quantity": 1, "List_Price": 10, "Discount": "-100000000000000000000000%"}]),
            "Discount",
        ),
        of(
            "a percentage beyond decimals",
            json!([{"Quantity": 1, "List_Price": 10, "Discount": "1e300%"}]),
            "Discount",
        ),
        of(
            "a tax of so many percent",
            json!([{"Quantity": 1, "List_Price": 10, "Line_Tax": [{"percentage": 1e28}]}]),
            "Tax",
        ),
        of(
            "a tax beyond decimals",
            json!([{"Quantity": 1, "List_Price": 10, "Line_Tax": [{"percentage": -1e300}]}]),
            "Tax",
        ),
        of(
            "taxes that only together exceed decimals",
            json!([{"Quantity": 1, "List_Price": 100, "Line_Tax": [{"percentage": 7e28}, {"percentage": 7e28}]}]),
            "Tax",
        ),
        of(
            "a row with its tax",
            json!([{"Quantity": 1, "List_Price": 9_000_000_000_000_000_i64, "Line_Tax": [{"percentage": 100}]}]),
            "Net_Total",
        ),
    ]
}

/// What all rows come to, with what is added to them or taken off.
fn excessive_sums() -> Vec<Excess> {
    let plain = json!([{"Quantity": 1, "List_Price": 10}]);
    let of = |what, rows, more, field| Excess {
        what,
        rows,
        more,
        field,
    };
    vec![
        of(
            "the rows together",
            json!([{"Quantity": 1, "List_Price": 9_000_000_000_000_000_i64}, {"Quantity": 1, "List_Price": 9_000_000_000_000_000_i64}]),
            json!({}),
            "Sub_Total",
        ),
        of(
            "a discount on all",
            plain.clone(),
            json!({"Discount": "1e30%"}),
            "Discount",
        ),
        of(
            "a tax on all",
            plain.clone(),
            json!({"$line_tax": [{"percentage": 1e30}]}),
            "Tax",
        ),
        of(
            "an adjustment",
            json!([{"Quantity": 1, "List_Price": 9_000_000_000_000_000_i64}]),
            json!({"Adjustment": 9_000_000_000_000_000_i64}),
            "Grand_Total",
        ),
    ]
}

/// The name of a field in v2.
fn old_name(name: &str) -> &str {
    match name {
        "Total" => "total",
        "Total_After_Discount" => "total_after_discount",
        "Net_Total" => "net_total",
        name => name,
    }
}

/// Every write of one record is refused, and the field named that does not hold its total.
fn writes_are_refused(world: &World, module: &str, id: &str, version: &str, excess: &Excess) {
    let Excess {
        what, rows, more, ..
    } = excess;
    let field = excess.field;
    let bad = record(module, version, rows, more);
    let mut named = bad.clone();
    named["id"] = id.into();
    let of_row = ["Total", "Total_After_Discount", "Net_Total"].contains(&field)
        || rows[0].get(field).is_some()
        || rows[0].get("Line_Tax").is_some() && field == "Tax";
    for (method, target, record) in [
        ("POST", format!("/crm/{version}/{module}"), &bad),
        ("POST", format!("/crm/{version}/{module}/upsert"), &bad),
        ("PUT", format!("/crm/{version}/{module}"), &named),
        ("PUT", format!("/crm/{version}/{module}/{id}"), &bad),
    ] {
        let (status, body) = send(world, method, &target, Some(&json!({"data": [record]})));
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
            (_, true) => format!("$.data[0].{}[0].{field}", subform(module)).into(),
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

/// So are mass updates and seeds.
fn orders_are_refused(world: &World, module: &str, id: &str, excess: &Excess) {
    let Excess {
        what,
        rows,
        more,
        field,
    } = excess;
    let mass = json!({"data": [record(module, "v8", rows, more)], "ids": [id], "over_write": true});
    let (status, body) = send(
        world,
        "POST",
        &format!("/crm/v8/{module}/actions/mass_update"),
        Some(&mass),
    );
    assert_eq!(
        (status, &body["data"][0]["code"]),
        (400, &"INVALID_DATA".into()),
        "{what}: {body}"
    );
    let seed = json!({(module): [record(module, "v8", rows, more)]});
    let (status, body) = send_bytes(world, "POST", "/__admin/seed", seed.to_string().as_bytes());
    let told = String::from_utf8_lossy(&body);
    assert_eq!(status, 422, "{what}: {told}");
    assert!(told.contains(field), "{what}: {told}");
}

#[test]
fn totals_beyond_their_field_are_refused_and_nothing_is_written() {
    let world = world();
    for (module, _) in MODULES {
        let good = record(
            module,
            "v8",
            &json!([{"Quantity": 1, "List_Price": 10}]),
            &json!({"Account_Name": null, "Tag": []}),
        );
        let id = insert(&world, module, &good);
        let before = contents(&world);
        for excess in excessive_rows().iter().chain(&excessive_sums()) {
            for version in ["v2", "v8"] {
                writes_are_refused(&world, module, &id, version, excess);
            }
            orders_are_refused(&world, module, &id, excess);
            assert_eq!(contents(&world), before, "{}", excess.what);
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
