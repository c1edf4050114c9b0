//! Whatever a client says of a field, nothing breaks.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{assert_same_schema, check, create, field, start};
use crate::support::send;

/// Any JSON for any property.
fn anything() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        Just(json!(0.5)),
        prop::sample::select(vec![
            "",
            "x",
            "text",
            "small",
            "double",
            "normal",
            "High",
            "user",
            "encryption",
            "Contacts",
            "info_icon",
            "read_only",
            "${",
            "(",
            "'",
            "12",
            "\u{1f600}",
        ])
        .prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            prop::collection::vec((prop::sample::select(KEYS.to_vec()), inner), 0..4).prop_map(
                |entries| entries
                    .into_iter()
                    .map(|(k, v)| (k.to_owned(), v))
                    .collect()
            ),
        ]
    })
}

const KEYS: &[&str] = &[
    "field_label",
    "data_type",
    "api_name",
    "id",
    "length",
    "decimal_place",
    "tooltip",
    "name",
    "value",
    "profiles",
    "permission_type",
    "unique",
    "case_sensitive",
    "_disable",
    "external",
    "type",
    "show",
    "crypt",
    "mode",
    "private",
    "textarea",
    "currency",
    "rounding_option",
    "precision",
    "auto_number",
    "start_number",
    "prefix",
    "suffix",
    "formula",
    "return_type",
    "expression",
    "lookup",
    "module",
    "display_label",
    "query_details",
    "criteria",
    "field",
    "comparator",
    "pick_list_values",
    "display_value",
    "actual_value",
    "_delete",
    "colour_code",
    "pick_list_values_sorted_lexically",
    "global_picklist",
    "filterable",
    "separator",
    "sharing_properties",
    "share_permission",
    "_update_existing_records",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_said_of_a_field_nothing_breaks(
        kind in 0usize..14,
        patch in any::<bool>(),
        keys in prop::collection::vec((prop::sample::select(KEYS.to_vec()), anything()), 0..6),
    ) {
        let world = start();
        let mut field = field("Mate", kind, 3);
        let mut target = "/crm/v8/settings/fields?module=Leads".to_owned();
        if patch {
            let id = create(&world, "Leads", &field);
            target = format!("/crm/v8/settings/fields/{id}?module=Leads");
            field = json!({});
        }
        for (key, value) in keys {
            field[key] = value;
        }
        let before = world.default_org().read();
        let method = if patch { "PATCH" } else { "POST" };
        let body = json!({"fields": [field]});
        let (status, answer) = send(&world, method, &target, Some(&body));
        prop_assert!(status < 500, "{} {}", body, answer);
        let after = world.default_org().read();
        if status >= 400 {
            assert_same_schema(&before.schema, &after.schema);
        }
        check(&after);
    }
}
