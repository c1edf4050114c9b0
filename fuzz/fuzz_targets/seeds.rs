//! Any text as a seed, in each of its forms: it is loaded or refused with a reason. Nothing panics, and
//! what is loaded can be exported and loads again to an equal export.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use zoho_crm_mock::seed::{self, Document, Options, export};

const NAMES: [&str; 6] = [
    "crm.json",
    "Leads.json",
    "org.json",
    "crm.yaml",
    "users.yaml",
    "Leads.csv",
];
const OPTIONS: Options = Options {
    now: 1_795_000_000,
    rng_seed: 0,
};

fn load(name: &str, text: &str) -> Result<String, String> {
    let mut document = Document::default();
    let mut problems = Vec::new();
    document.add_file(name, &Arc::from(name), text.into(), &mut problems);
    if let Some(problem) = problems.first() {
        return Err(problem.to_string());
    }
    let state = seed::build(&document, OPTIONS).map_err(|error| error.to_string())?;
    Ok(String::from_utf8(export::export(&state)).unwrap())
}

fuzz_target!(|input: (u8, &str)| {
    let (form, text) = input;
    let name = NAMES[usize::from(form) % NAMES.len()];
    match load(name, text) {
        Ok(exported) => assert_eq!(
            load("crm.json", &exported).as_deref(),
            Ok(exported.as_str())
        ),
        Err(reason) => assert!(!reason.trim().is_empty(), "refused without a reason"),
    }
});
