//! Any text as the body of an operation that reads JSON: it is taken or refused. Nothing panics, no
//! answer is an internal error, what is refused leaves nothing behind, and what is exported then loads
//! again.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use zoho_crm_mock::Builder;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::seed::{self, Document, Options, export};
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::world::World;

static WORLD: LazyLock<World> = LazyLock::new(|| Builder::default().build_world().unwrap());

/// Operations of several kinds: records, questions, settings, metadata, the connector, the control
/// plane.
const OPERATIONS: [(&str, &str, &str); 14] = [
    ("POST", "/crm/v8/Leads", ""),
    ("POST", "/crm/v2/Contacts", ""),
    ("PUT", "/crm/v8/Deals", ""),
    ("POST", "/crm/v8/Leads/upsert", ""),
    ("POST", "/crm/v8/Quotes", ""),
    ("POST", "/crm/v8/Events", ""),
    ("POST", "/crm/v8/coql", ""),
    ("POST", "/crm/v8/settings/fields", "module=Leads"),
    ("POST", "/crm/v8/settings/user_groups", ""),
    ("POST", "/crm/v8/settings/variables", ""),
    ("POST", "/crm/v8/settings/tags", "module=Leads"),
    ("POST", "/crm/v8/settings/custom_views", "module=Leads"),
    ("POST", "/operations/create_record", ""),
    ("POST", "/__admin/faults", ""),
];

fuzz_target!(|input: (u8, &str)| {
    let (operation, body) = input;
    let (method, path, query) = OPERATIONS[usize::from(operation) % OPERATIONS.len()];
    // each in a state of its own
    let org = WORLD.default_org();
    org.reset();
    org.faults.clear();
    let before = org.read();
    let headers = vec![("authorization".to_owned(), "Zoho-oauthtoken x".to_owned())];
    let request = Request::new(method, path, query, &headers, Some(body.as_bytes()));
    let response = dispatch(&WORLD, &request);
    assert!(
        response.status < 500,
        "{method} {path} {body}: {response:?}"
    );
    let after = org.read();
    if response.status >= 400 {
        let records = |state: &OrgState| state.tables.records();
        assert_eq!(records(&before), records(&after), "{body}: {response:?}");
    }
    if response.status == 201 {
        let text = String::from_utf8(export::export(&after)).unwrap();
        let mut document = Document::default();
        let mut problems = Vec::new();
        document.add_file(
            "seed.json",
            &Arc::from("export"),
            text.into(),
            &mut problems,
        );
        assert!(problems.is_empty(), "{body}: {problems:?}");
        let options = Options {
            now: 0,
            rng_seed: 0,
        };
        if let Err(error) = seed::build(&document, options) {
            panic!("{method} {path} {body}: {error}");
        }
    }
});
