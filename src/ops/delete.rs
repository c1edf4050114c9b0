//! Deleting records: into the recycle bin, children along with their parent.

use crate::ids::Id;
use crate::schema::Module;
use crate::store::Tx;
use crate::value::Value;

/// Moves a record into the recycle bin, with its notes and attachments. False if there is none.
pub fn delete(tx: &mut Tx, module: &Module, id: Id) -> bool {
    if !tx.delete(module, id) {
        return false;
    }
    for child in ["Notes", "Attachments"] {
        let schema = std::sync::Arc::clone(&tx.state().schema);
        let Some(children) = schema.module(child) else {
            continue;
        };
        let Some(parent) = children.field("Parent_Id") else {
            continue;
        };
        let table = tx.state().table(children);
        if table.rows().is_empty() {
            continue;
        }
        let target = Value::Lookup(module.no, id);
        let hash = crate::store::index::hash_value(&target);
        let candidates = table.candidates_by_value(children, parent, hash.as_slice());
        let ids: Vec<Id> = candidates
            .in_order(true)
            .filter(|child| table.get(*child).and_then(|r| r.stored(parent.no)) == Some(&target))
            .collect();
        for child in ids {
            tx.delete(children, child);
        }
    }
    true
}
