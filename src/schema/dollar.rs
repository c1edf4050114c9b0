//! The numbers under which records hold values of their own for `$` keys.
//!
//! `$` keys are no fields: most are the same for every record of a module and are not stored. A
//! record that has another value holds it beside those of its fields.

use std::sync::OnceLock;

use super::builtin::{self, RecordKey};
use super::module::Module;
use super::number::FieldNo;

/// `$` keys are stored under numbers from here on.
const DOLLAR: FieldNo = 60_000;
/// Those that only a module's declaration names, from here on.
const DECLARED: FieldNo = 61_000;

/// The `$` keys that records of any module may have, in the order of insertion.
pub fn keys() -> &'static [RecordKey] {
    static KEYS: OnceLock<Vec<RecordKey>> = OnceLock::new();
    // the file is part of the binary, and its form is tested
    KEYS.get_or_init(|| builtin::record_keys().unwrap_or_default())
}

/// The number under which records of any module hold their own value of a `$` key that all may have.
#[must_use]
pub fn shared_no(key: &str) -> Option<FieldNo> {
    let at = keys().iter().position(|known| known.key == key)?;
    FieldNo::try_from(at).ok().map(|at| DOLLAR + at)
}

/// The number under which a record of `module` holds its own value of a `$` key; none for a key
/// that neither every module nor this one has.
#[must_use]
pub fn dollar_no(module: &Module, key: &str) -> Option<FieldNo> {
    let (first, at) = match keys().iter().position(|k| k.key == key) {
        Some(at) => (DOLLAR, at),
        None => {
            let mut declared = module.spec.record_keys.keys();
            (DECLARED, declared.position(|k| k == key)?)
        }
    };
    FieldNo::try_from(at).ok().map(|at| first + at)
}

/// The `$` key that a number of [`dollar_no`] stands for.
#[must_use]
pub fn dollar_key(module: &Module, no: FieldNo) -> Option<&str> {
    if let Some(at) = no.checked_sub(DECLARED) {
        let mut declared = module.spec.record_keys.keys();
        return declared.nth(usize::from(at)).map(String::as_str);
    }
    let at = no.checked_sub(DOLLAR)?;
    keys().get(usize::from(at)).map(|key| key.key.as_str())
}
