//! Custom modules and fields, and values of every kind.

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::seed;
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::world::World;

use super::answers::assert_answers_alike;
use super::{NOW, check, world_of};

/// Custom modules and fields, one of them with rows, and changes to standard ones.
fn declared() -> Json {
    json!({
        "org": {"id_prefix": "5725767", "era": 2020, "features": ["gdpr", "2025_org"], "address": "composite",
            "hidden_keys": ["$review"], "next_ids": {"Leads": "5725767000000777001"},
            "search_index_lag": 3, "coql_plain_chains": true, "exact_text_equals": true,
            "time_zone": "Asia/Kolkata", "company_name": "#1 in boats"},
        "roles": [{"name": "Skipper", "reporting_to": "CEO"}, {"name": "CEO", "description": "x"}],
        "users": [
            {"id": "#mara", "first_name": "Mara", "email": "mara@example.com", "role": "Skipper", "created_by": "#ben"},
            {"id": "#ben", "first_name": "Ben", "email": "ben@example.com", "current": true, "time_zone": "Europe/Berlin"},
        ],
        "modules": [
            {"api_name": "Rentals", "singular_label": "Rental", "plural_label": "Rentals", "record_keys": {"$berth": "A"},
                "custom_views": [{"name": "All Rentals", "sort_by": "Name"}, {"name": "Mine", "fields": ["Name"]}]},
            {"api_name": "Berths", "singular_label": "Berth", "plural_label": "Berths"},
            {"api_name": "Rental_Lines", "singular_label": "Line", "plural_label": "Lines", "fields": [
                {"api_name": "Days", "field_label": "Days", "data_type": "integer"},
                {"api_name": "Boat", "field_label": "Boat", "data_type": "lookup", "lookup": {"module": "Products"}},
            ]},
            {"api_name": "Projects", "singular_label": "Project", "plural_label": "Projects"},
            {"api_name": "Stops", "generated_type": "subform", "fields": [{"api_name": "Pier", "field_label": "Pier", "data_type": "text"}]},
        ],
        "fields": {
            "Leads": [
                {"api_name": "T_multi", "field_label": "T", "data_type": "multiselectpicklist", "pick_list": ["A", "B", "C"]},
                {"api_name": "T_bigint", "field_label": "T", "data_type": "bigint", "length": 18},
                {"api_name": "T_double", "field_label": "T", "data_type": "double", "length": 16, "decimal_place": 9},
                {"api_name": "T_boolean", "field_label": "T", "data_type": "boolean"},
                {"api_name": "T_date", "field_label": "T", "data_type": "date"},
                {"api_name": "T_datetime", "field_label": "T", "data_type": "datetime"},
                {"api_name": "T_lookup", "field_label": "T", "data_type": "lookup", "lookup": {"module": "Contacts", "relation": "T_leads"}},
                {"api_name": "T_user", "field_label": "T", "data_type": "userlookup"},
                {"api_name": "T_unique", "field_label": "T", "data_type": "text", "unique": true},
                {"api_name": "T_default", "field_label": "T", "data_type": "text", "default": "given"},
                {"api_name": "T_number", "field_label": "T", "data_type": "autonumber"},
                {"api_name": "T_text", "field_label": "T", "data_type": "text"},
                {"api_name": "Company", "system_mandatory": false, "length": 500},
            ],
            "Rentals": [
                {"api_name": "Lines", "field_label": "Lines", "data_type": "subform", "subform": "Rental_Lines"},
                {"api_name": "Berth", "field_label": "Berth", "data_type": "lookup", "lookup": {"module": "Berths"}},
                {"api_name": "Boats", "field_label": "Boats", "data_type": "multiselectlookup", "lookup": {"module": "Products", "connectedlookup_apiname": "Boat"}},
                {"api_name": "Crew", "field_label": "Crew", "data_type": "multiuserlookup"},
                {"api_name": "Stops", "field_label": "Stops", "data_type": "subform", "subform": "Stops"},
            ],
        },
        "tags": {"Leads": [{"id": "5725767000000999001", "name": "Old", "color_code": "#1DB9B4"}]},
        "Contacts": [{"id": "#carl", "Last_Name": "Carter", "Owner": "#mara"}],
        "Products": [{"id": "#boat", "Product_Name": "Boat", "Unit_Price": 12.5}],
        "Berths": [{"id": "#b", "Name": "A 1"}],
        "Leads": [
            {"Last_Name": "First", "Company": "#none", "T_default": null, "T_text": "", "T_lookup": "#carl",
                "Lead_Source": "Not in the list", "Tag": ["old", {"name": "new", "color_code": "#ffffff"}], "$approved": false,
                "Created_Time": "0000-01-01T00:00:00+12:00", "$converted": true, "T_double": -0.0, "T_bigint": "9007199254740993"},
            {"Last_Name": "Second", "T_unique": "one", "T_multi": ["A", "Z"], "T_double": 0.1, "T_user": "#mara"},
        ],
        "Rentals": [{"Name": "R", "Berth": "#b", "$berth": null, "Boats": [{"Boat": "#boat"}], "Crew": [{"Crew": {"id": "#mara"}}, {"Crew": "#ben"}], "Stops": [{"Pier": "West"}],
            "Lines": [{"Name": "l", "Days": 3, "Boat": "#boat"}, {"Name": "#m"}]}],
        "Quotes": [{"Subject": "Q", "Quoted_Items": [{"Product_Name": "#boat", "Quantity": 3, "Discount": "5%",
            "Line_Tax": [{"name": "VAT", "percentage": 7.7}]}]}],
        "Projects": [{"Name": "P"}],
        "deleted": {"Contacts": [
            {"record": {"id": "#gone", "Last_Name": "Gone"}, "deleted_by": "#mara", "deleted_time": "2026-01-01T00:00:00Z"},
            {"record": {"Last_Name": "Went"}, "display_name": "Other"},
        ]},
        "Deals": [{"Deal_Name": "D", "Stage": "Qualification", "Contact_Name": "#gone", "Amount": 3}],
    })
}

pub(super) fn declared_world() -> World {
    let builder = Builder::default().seed("default").seed_json(&declared());
    builder
        .now(NOW)
        .build_world()
        .unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn custom_modules_fields_and_values() {
    let world = declared_world();
    let state = world.default_org().read();
    let again = check(&state);
    // what the seed says is there to be exported
    let text = String::from_utf8(seed::export(&state)).expect("UTF-8");
    for part in [
        "\"next_tail\":",
        "\"9007199254740993\"",
        "\"T_double\":0,",
        "\"T_text\":\"\"",
        "\"display_name\":\"Other\"",
        "\"$berth\":null",
        "\"Company\":\"#none\"",
        "\"5725767000000777001\"",
    ] {
        assert!(text.contains(part), "{part}");
    }
    let modules = |state: &OrgState| {
        format!(
            "{:?}",
            state
                .schema
                .modules()
                .map(|m| (&m.spec, &m.fields, &m.related_lists, &m.layouts))
                .collect::<Vec<_>>()
        )
    };
    assert_eq!(modules(&state), modules(&again));
    assert_answers_alike(&world, &world_of(again), &["v2", "v8"]);
}
