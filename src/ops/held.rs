//! What keeps a record from being merged or converted.

use serde_json::Value as Json;

use crate::schema::Module;
use crate::schema::dollar::dollar_no;
use crate::store::Record;
use crate::value::Value;

/// The `$` key that says whether a record waits for a merge.
pub(super) const IN_MERGE: &str = "$in_merge";

/// Why a record is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// A merge of it was ordered and is not done.
    Merge,
    /// It is locked.
    Lock,
    /// It waits for approval, or was rejected.
    Approval,
    /// It waits for a review.
    Review,
}

/// What holds a record, if anything does.
#[must_use]
pub fn hold(module: &Module, record: &Record) -> Option<Hold> {
    let key = |key: &str| match record.stored(dollar_no(module, key)?) {
        Some(Value::Json(json)) => Some(json.as_ref()),
        _ => None,
    };
    let may = |process: &Json| {
        let steps = process.as_object().into_iter().flatten();
        steps.into_iter().any(|(_, may)| *may == true)
    };
    if key(IN_MERGE) == Some(&Json::Bool(true)) {
        Some(Hold::Merge)
    } else if record.by_name("Locked__s", module) == Value::Bool(true) {
        Some(Hold::Lock)
    } else if key("$approved") == Some(&Json::Bool(false)) {
        Some(Hold::Approval)
    } else if key("$review_process").is_some_and(may) {
        Some(Hold::Review)
    } else {
        None
    }
}
