//! The last activity of the records that a note, an attachment or an activity is about.

use crate::ids::Id;
use crate::schema::Module;
use crate::store::Tx;
use crate::value::Value;

/// The lookups that lead from a module's records to those that they are about.
fn links(module: &Module) -> &'static [&'static str] {
    match module.api_name() {
        "Notes" | "Attachments" => &["Parent_Id"],
        "Tasks" | "Events" | "Calls" => &["What_Id", "Who_Id"],
        _ => &[],
    }
}

/// What a new note, attachment or activity does to the records that it is about: it is their last activity, and
/// their `Modified_Time` stays (recorded v2, May 2026, a note of a contact; assumed for
/// attachments, tasks, events and calls).
pub(in crate::ops) fn note(tx: &mut Tx, module: &Module, id: Id) {
    for link in links(module) {
        let Some(field) = module.field(link) else {
            continue;
        };
        let state = tx.state();
        let about = state.table(module).get(id);
        let about = about.and_then(|record| record.stored(field.no).cloned());
        let Some(Value::Lookup(no, parent)) = about else {
            continue;
        };
        let parents = state.schema.module_at(no).clone();
        let (Some(last), Some(parent)) = (
            parents.field("Last_Activity_Time").map(|field| field.no),
            state.table(&parents).get(parent).cloned(),
        ) else {
            continue;
        };
        let now = Value::DateTime(tx.now());
        tx.put(&parents, parent.with_values(vec![(last, now)]));
    }
}
