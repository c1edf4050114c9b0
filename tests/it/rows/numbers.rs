//! Numbers at the ends of what fields, decimals and doubles hold.

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;

use super::{MODULES, contents, record, world};
use crate::support::send;

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
