//! Deleting records. They go into the recycle bin, together with their notes and attachments.

use std::sync::Arc;

use super::children::pointing_to;
use super::locking::unlock;
use super::permit::{Deed, permit};
use crate::error::ApiError;
use crate::ids::Id;
use crate::schema::Module;
use crate::settings::access;
use crate::settings::locking::is_locked;
use crate::store::Tx;
use crate::value::Value;

/// Deletes a record if the caller may. Returns false if there is no such record.
///
/// # Errors
/// Those of [`permit`].
pub fn delete_permitted(tx: &mut Tx, module: &Module, id: Id) -> Result<bool, ApiError> {
    let Some(record) = tx.state().table(module).get(id).cloned() else {
        return Ok(false);
    };
    permit(tx, module, &record, Deed::Delete)?;
    Ok(delete(tx, module, id))
}

/// Moves a record into the recycle bin, with its notes and attachments. Its lock and its shares are
/// gone for good (assumed). Returns false if there is
/// no such record.
pub fn delete(tx: &mut Tx, module: &Module, id: Id) -> bool {
    let record = tx.state().table(module).get(id).cloned();
    if record.is_some_and(|record| is_locked(module, &record)) {
        unlock(tx, module, id);
    }
    if !tx.delete(module, id) {
        return false;
    }
    access::forget(tx, module.no, id);
    let schema = Arc::clone(&tx.state().schema);
    for children in ["Notes", "Attachments"].map(|name| schema.module(name)) {
        let Some(children) = children else { continue };
        let Some(parent) = children.field("Parent_Id") else {
            continue;
        };
        let target = Value::Lookup(module.no, id);
        for child in pointing_to(tx.state(), children, parent, &target) {
            tx.delete(children, child);
        }
    }
    true
}
