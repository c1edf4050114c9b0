//! What the automation gives to records outlives an export.

use serde_json::json;
use zoho_crm_mock::Builder;

use crate::support::send;

#[test]
fn scores_and_enrolments_survive_an_export() {
    let seed = json!({
        "org": {"id_prefix": "5725767", "time_zone": "UTC"},
        "cadences": [{"id": "5725767000000343001", "name": "Welcome", "module": {"api_name": "Leads"}}],
        "scoring_rules": [{"name": "All", "module": {"api_name": "Leads"}, "active": true,
            "field_rules": [{"score": 3, "criteria": {"field": {"api_name": "Last_Name"},
                "comparator": "equal", "value": "${NOTEMPTY}"}}]}],
        "Leads": [{"id": "5725767000000500001", "Last_Name": "First", "Company": "C"}],
    });
    let world = Builder::default()
        .seed_json(&seed)
        .now("2026-11-16T09:00:00Z")
        .build_world()
        .expect("the seed");
    let run = "/crm/v8/Leads/actions/run_scoring_rules";
    assert_eq!(send(&world, "PUT", run, Some(&json!({}))).0, 200);
    let enrol = "/crm/v8/Leads/actions/enrol_in_cadences";
    let body = json!({"cadences_ids": ["5725767000000343001"], "ids": ["5725767000000500001"]});
    assert_eq!(send(&world, "POST", enrol, Some(&body)).0, 200);
    let state = world.default_org().read();
    let count = |family: &str| state.settings_of(family).iter().count();
    assert_eq!(count("cadence_enrolments"), 1);
    let scores = state.schema.module("Entity_Scores__s").expect("the module");
    assert_eq!(state.table(scores).rows().iter().count(), 1);
    crate::export::check(&state);
    // what nobody is in any more
    let leave = "/crm/v8/Leads/actions/unenrol_from_cadences";
    assert_eq!(send(&world, "POST", leave, Some(&body)).0, 200);
    let state = world.default_org().read();
    assert_eq!(state.settings_of("cadence_enrolments").iter().count(), 0);
}
