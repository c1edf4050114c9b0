//! Any text as `criteria`: it is read or refused, and what is read is resolved, run or refused.
//! Nothing panics, and no answer is an internal error.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zoho_crm_mock::Builder;
use zoho_crm_mock::query::criteria;
use zoho_crm_mock::query::plan::{Converted, Query};
use zoho_crm_mock::query::resolve::{self, ConditionRules};
use zoho_crm_mock::world::World;

static WORLD: LazyLock<World> = LazyLock::new(|| Builder::default().build_world().unwrap());

fuzz_target!(|text: &str| {
    let Ok(node) = criteria::parse(text) else {
        return;
    };
    let state = WORLD.default_org().read();
    for module in ["Leads", "Deals"] {
        let module = state.schema.module(module).unwrap();
        for (exact_text, dates_compared) in [(false, false), (false, true), (true, true)] {
            let rules = ConditionRules {
                exact_text,
                dates_compared,
            };
            let Ok(expr) = resolve::criteria(&node, module, rules) else {
                continue;
            };
            let query = Query {
                state: &state,
                module,
                expr: &expr,
                converted: Converted::Both,
                sort: None,
            };
            assert_eq!(query.page(0, usize::MAX).len(), query.count());
        }
    }
});
