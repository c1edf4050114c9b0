//! Orgs that were changed by requests.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::world::World;

use super::answers::assert_answers_alike;
use super::declarations::declared_world;
use super::operations::{MODULES, Op, op, run};
use super::{assert_same, check, world_of};
use crate::support::send;

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn an_org_that_lived_loads_again(
        before in prop::collection::vec(op(), 0..40),
        after in prop::collection::vec(op(), 0..12),
    ) {
        let world = lived(&before);
        let state = world.default_org().read();
        let again = world_of(check(&state));
        assert_answers_alike(&world, &again, &[["v2", "v8"][before.len() % 2]]);
        for op in &after {
            run(op, &world.default_org().read(), &[&world, &again]);
        }
        assert_same(&world.default_org().read(), &again.default_org().read());
    }
}

/// A world of which requests were asked.
pub(super) fn lived(before: &[Op]) -> World {
    thread_local! {
        static START: Arc<OrgState> = declared_world().default_org().read();
    }
    let world = world_of(START.with(|state| OrgState::clone(state)));
    for op in before {
        run(op, &world.default_org().read(), &[&world]);
    }
    world
}

/// The requests of the property test do what they are meant to.
#[test]
fn operations_succeed() {
    let world = declared_world();
    for what in 0..16u8 {
        for which in 0..MODULES.len() {
            let op = Op {
                what,
                which,
                number: 12_345,
                text: format!("t{what}x{which}"),
                version: "v8",
            };
            run(&op, &world.default_org().read(), &[&world]);
        }
    }
    let state = world.default_org().read();
    let deleted: usize = state
        .schema
        .modules()
        .map(|m| state.table(m).deleted().len())
        .sum();
    assert!(deleted > 10, "{deleted}");
    let leads = state.schema.module("Leads").expect("Leads");
    assert!(
        state
            .table(leads)
            .rows()
            .iter()
            .filter(|(_, lead)| lead.converted)
            .count()
            > 2
    );
    assert!(leads.views.iter().any(|view| !view.spec.made.is_empty()));
    assert!(state.users.len() > 8, "{}", state.users.len());
    for module in MODULES {
        let module = state.schema.module(module).expect("a module");
        let made = state
            .table(module)
            .rows()
            .iter()
            .filter(|(_, r)| r.created_time > 1_763_000_000);
        assert!(made.count() > 1, "{}", module.api_name());
    }
    let again = world_of(check(&state));
    assert_answers_alike(&world, &again, &["v8"]);
    let (status, _) = send(
        &again,
        "POST",
        "/crm/v8/Leads",
        Some(&json!({"data": [{"Last_Name": "x"}]})),
    );
    assert_eq!(status, 201);
}
