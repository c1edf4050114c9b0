//! Settings of seeds, which are judged as those of clients are.

use serde_json::{Value as Json, json};
use zoho_crm_mock::Builder;
use zoho_crm_mock::settings::families::roles::ROLES;

use crate::support::send;

/// What the families refuse of clients they refuse of seeds.
#[test]
fn seeds_are_judged_when_all_of_them_is_there() {
    let build = |seed: &Json| Builder::default().seed_json(seed).build_world();
    for (seed, place) in [
        (
            json!({"roles": [{"name": "A", "reporting_to": "B"}, {"name": "B", "reporting_to": "A"}]}),
            "$.roles[0].reporting_to",
        ),
        (
            json!({"roles": [{"name": "A", "reporting_to": "Nobody"}]}),
            "$.roles[0].reporting_to",
        ),
        (
            json!({"holidays": [{"name": "A", "date": "2026-01-01", "type": "shift_holiday"}]}),
            "$.holidays[0].shift_hour",
        ),
        (
            json!({"variables": [{"name": "A", "api_name": "A", "type": "integer", "value": "x",
                "variable_group": "General"}]}),
            "$.variables[0].value",
        ),
        (
            json!({"currencies": [{"name": "Euro", "iso_code": "EUR", "exchange_rate": "1"}]}),
            "$.currencies[0].name",
        ),
    ] {
        let Err(problems) = build(&seed) else {
            panic!("no problem: {seed}")
        };
        let problems = problems.to_string();
        assert!(problems.contains(place), "{place}: {problems}");
    }
}

#[test]
fn seeds_name_what_stands_further_down() {
    let seed = json!({
        "roles": [{"name": "A", "reporting_to": "B"}, {"name": "B", "reporting_to": "CEO"}],
        "variable_groups": [{"name": "My rates"}],
    });
    let world = Builder::default().seed_json(&seed).build_world();
    let world = world.expect("the seed");
    let state = world.default_org().read();
    let role = |name| ROLES.of(&state).named(None, name).expect("a role").clone();
    let above = role("A").attributes["reporting_to"].clone();
    assert_eq!(
        above,
        role("B").id.json(),
        "an id, so that B may get another name"
    );
    let (status, group) = send(
        &world,
        "GET",
        "/crm/v8/settings/variable_groups/My_rates",
        None,
    );
    assert_eq!(
        (status, &group["variable_groups"][0]["name"]),
        (200, &json!("My rates"))
    );
}
