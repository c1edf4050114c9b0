//! Finding the records whose lookup points to another record.

use crate::ids::Id;
use crate::schema::{Field, Module};
use crate::store::OrgState;
use crate::store::index::hash_value;
use crate::value::Value;

/// Ids of the records of `module` whose `field` holds `target`, newest first.
#[must_use]
pub fn pointing_to(state: &OrgState, module: &Module, field: &Field, target: &Value) -> Vec<Id> {
    let table = state.table(module);
    if table.rows().is_empty() {
        return Vec::new();
    }
    let hash = hash_value(target);
    let candidates = table.candidates_by_value(module, field, hash.as_slice());
    candidates
        .in_order(true)
        .filter(|id| table.get(*id).and_then(|r| r.stored(field.no)) == Some(target))
        .collect()
}
