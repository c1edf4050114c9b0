//! Any text as a query of COQL: it is read or refused, and what is read is resolved, run or
//! refused. Nothing panics, and no answer is larger than its limit.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zoho_crm_mock::Builder;
use zoho_crm_mock::query::coql::{self, CoqlRules};
use zoho_crm_mock::query::select::{self, Rows};
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::World;

static WORLD: LazyLock<World> = LazyLock::new(|| Builder::default().build_world().unwrap());

fuzz_target!(|text: &str| {
    let Ok(query) = coql::parse(text, CoqlRules { plain_chains: true }) else {
        return;
    };
    let state = WORLD.default_org().read();
    for version in [ApiVersion::V2, ApiVersion::LATEST] {
        let limits = version.coql_limits();
        let Ok(select) = select::resolve(&query, &state, limits, 1_800_000_000) else {
            continue;
        };
        let rows = match select.run(&state) {
            Rows::Records(rows, _) => rows.len(),
            Rows::Groups(rows, _) => rows.len(),
        };
        assert!(rows <= limits.rows);
    }
});
