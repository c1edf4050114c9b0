//! Deleting records. They go into the recycle bin, together with their notes, their attachments, and
//! the pairs that relate them to others.

use std::sync::Arc;

use super::children::pointing_to;
use super::linking;
use super::relations::unlink_all;
use crate::ids::Id;
use crate::schema::Module;
use crate::store::Tx;
use crate::value::Value;

/// Moves a record into the recycle bin, with its notes and attachments. Returns false if there is
/// no such record.
pub fn delete(tx: &mut Tx, module: &Module, id: Id) -> bool {
    let record = tx.state().table(module).get(id).cloned();
    if !tx.delete(module, id) {
        return false;
    }
    if let Some(record) = record {
        linking::gone(tx, module, &record);
    }
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
    unlink_all(tx, module, id);
    true
}
