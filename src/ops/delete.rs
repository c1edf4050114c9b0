//! Deleting records. They go into the recycle bin, together with their notes and attachments.

use std::sync::Arc;

use super::children::pointing_to;
use crate::ids::Id;
use crate::schema::Module;
use crate::store::Tx;
use crate::value::Value;

/// Moves a record into the recycle bin, with its notes and attachments, and those of its notes.
/// Returns false if there is no such record.
pub fn delete(tx: &mut Tx, module: &Module, id: Id) -> bool {
    if !tx.delete(module, id) {
        return false;
    }
    let schema = Arc::clone(&tx.state().schema);
    let mut parents = vec![(module, id)];
    while let Some((module, id)) = parents.pop() {
        let target = Value::Lookup(module.no, id);
        for children in ["Notes", "Attachments"].map(|name| schema.module(name)) {
            let Some(children) = children else { continue };
            let Some(parent) = children.field("Parent_Id") else {
                continue;
            };
            for child in pointing_to(tx.state(), children, parent, &target) {
                if tx.delete(children, child) {
                    parents.push((&**children, child));
                }
            }
        }
    }
    true
}
