//! Orgs by seed and time, each built once.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use zoho_crm_mock::runtime::clock::Clock;
use zoho_crm_mock::seed::{self, Document, Options};
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::value::time;
use zoho_crm_mock::world::{Settings, World};

use crate::case::Case;
use crate::root;

struct Built {
    document: Document,
    state: OrgState,
}

/// A world for a case, in the state of its seed.
pub(crate) fn world(case: &Case) -> World {
    type Orgs = BTreeMap<(String, String), Arc<OnceLock<Built>>>;
    static ORGS: LazyLock<Mutex<Orgs>> = LazyLock::new(Mutex::default);

    let now = time::parse_datetime(&case.now).expect("a time");
    let options = Options { now, rng_seed: 0 };
    let key = (case.seed.clone(), case.now.clone());
    // a seed that cannot be read fails each case that wants it
    let mut orgs = ORGS.lock().unwrap_or_else(PoisonError::into_inner);
    let org = Arc::clone(orgs.entry(key).or_default());
    drop(orgs);
    let built = org.get_or_init(|| build(&case.seed, options));
    World::new(
        built.state.clone(),
        seed::load::tokens(&built.document, options),
        Clock::fixed(now),
        Settings {
            auth: case.auth,
            wording: Some(case.wording),
            ..Settings::default()
        },
    )
}

fn build(name: &str, options: Options) -> Built {
    let mut document = Document::default();
    let mut problems = Vec::new();
    let own = root().join(format!("seeds/{name}.json"));
    let source = if own.is_file() {
        own.display().to_string()
    } else {
        name.to_owned()
    };
    if source != "empty" {
        document.add(&source, &mut problems);
    }
    assert!(problems.is_empty(), "{problems:#?}");
    let state = seed::build(&document, options).unwrap_or_else(|e| panic!("{e}"));
    Built { document, state }
}
