//! What keeps a record from being merged or converted.

use crate::schema::Module;
use crate::schema::dollar::dollar_no;
use crate::settings::locking::is_locked;
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
    let in_merge = dollar_no(module, IN_MERGE).and_then(|no| record.stored(no));
    if matches!(in_merge, Some(Value::Json(json)) if **json == true) {
        Some(Hold::Merge)
    } else if is_locked(module, record) {
        Some(Hold::Lock)
    } else if record.is_in_review() {
        Some(Hold::Review)
    } else if record.is_unapproved() {
        Some(Hold::Approval)
    } else {
        None
    }
}
