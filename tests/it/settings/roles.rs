//! The tree of roles.

use proptest::prelude::*;
use serde_json::json;
use zoho_crm_mock::ids::Id;
use zoho_crm_mock::settings::families::roles::ROLES;
use zoho_crm_mock::store::OrgState;

use super::world;
use crate::support::send;

/// Whether every role reaches the top.
fn is_tree(state: &OrgState) -> bool {
    let roles = ROLES.of(state);
    let above = |id: &Id| {
        let role = roles.get(*id)?;
        role.attributes.get("reporting_to").and_then(Id::from_json)
    };
    let path = |id: Id| std::iter::successors(Some(id), above).take(roles.len() + 1);
    roles
        .iter()
        .all(|role| path(role.id).count() <= roles.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn roles_stay_a_tree(moves in prop::collection::vec((0..8usize, 0..8usize, any::<bool>()), 1..24)) {
        let world = world();
        for n in 0..6 {
            let role = json!({"roles": [{"name": format!("R{n}")}]});
            prop_assert_eq!(send(&world, "POST", "/crm/v8/settings/roles", Some(&role)).0, 201);
        }
        for (a, b, delete) in moves {
            let state = world.default_org().read();
            let ids: Vec<Id> = ROLES.of(&state).iter().map(|role| role.id).collect();
            let (a, b) = (ids[a % ids.len()], ids[b % ids.len()]);
            let target = format!("/crm/v8/settings/roles/{a}");
            let (status, answer) = if delete {
                send(&world, "DELETE", &format!("{target}?transfer_to_id={b}"), None)
            } else {
                let role = json!({"roles": [{"reporting_to": {"id": b.to_string()}}]});
                send(&world, "PUT", &target, Some(&role))
            };
            prop_assert!(status == 200 || status == 400, "{}", answer);
            let state = world.default_org().read();
            prop_assert!(is_tree(&state));
            for (_, user) in state.users.iter() {
                prop_assert!(user.role.is_some_and(|role| ROLES.of(&state).get(role).is_some()));
            }
        }
    }
}
