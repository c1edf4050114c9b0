//! Deleting records. They go into the recycle bin, and take along what belongs to them.

use std::sync::Arc;

use super::children::pointing_to;
use super::linking;
use super::locking::unlock;
use super::permit::{Deed, permit};
use super::scoring;
use crate::error::ApiError;
use crate::ids::Id;
use crate::schema::{Field, Module, Schema, Storage};
use crate::settings::access;
use crate::settings::locking::is_locked;
use crate::store::Tx;
use crate::value::Value;

/// Modules whose records belong to others, each with a lookup by which they do: notes and attachments
/// (v7 and v8 pages on the recycle bin), activities, the appointments of a service (v7
/// page), and the history of a deal.
const BELONGING: [(&str, &str); 10] = [
    ("Notes", "Parent_Id"),
    ("Attachments", "Parent_Id"),
    ("Tasks", "What_Id"),
    ("Events", "What_Id"),
    ("Calls", "What_Id"),
    ("Tasks", "Who_Id"),
    ("Events", "Who_Id"),
    ("Calls", "Who_Id"),
    ("Appointments__s", "Service_Name"),
    ("DealHistory", "Potential_Name"),
];

/// The lookup to the person whom an activity is with.
const PERSON: &str = "Who_Id";

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

/// Moves a record into the recycle bin, with its notes, attachments and activities, with what
/// links it to other records, and with what belongs to those in turn. Its lock,
/// its scores and its shares are gone for good (assumed). Returns false if there is no such record.
pub fn delete(tx: &mut Tx, module: &Module, id: Id) -> bool {
    let record = tx.state().table(module).get(id).cloned();
    if record
        .as_ref()
        .is_some_and(|record| is_locked(module, record))
    {
        unlock(tx, module, id);
    }
    if !tx.delete(module, id) {
        return false;
    }
    access::forget(tx, module.no, id);
    if let Some(record) = record {
        linking::gone(tx, module, &record);
    }
    let schema = Arc::clone(&tx.state().schema);
    let root = (module.no, id);
    let mut parents = vec![root];
    while let Some((no, id)) = parents.pop() {
        scoring::forget(tx, schema.module_at(no), id);
        let target = Value::Lookup(no, id);
        for (children, link) in belongings(&schema) {
            for child in pointing_to(tx.state(), children, link, &target) {
                let record = tx.state().table(children).get(child).cloned();
                if goes_along(tx, children, link, child)
                    && tx.delete_with(children, child, Some(root))
                {
                    parents.push((children.no, child));
                    if let Some(record) = record {
                        linking::gone(tx, children, &record);
                    }
                }
            }
        }
    }
    true
}

/// What belongs to others in an org: the modules of the table, and those of pairs.
fn belongings(schema: &Schema) -> impl Iterator<Item = (&Module, &Field)> {
    let belonging = BELONGING.iter().filter_map(|(module, link)| {
        let module = schema.module(module)?;
        Some((module.as_ref(), module.field(link)?))
    });
    let linking = schema.modules().filter(|module| module.is_linking());
    let links = linking.flat_map(|module| {
        let lookups = parents_of(module);
        lookups.map(|field| (module.as_ref(), field))
    });
    belonging.chain(links)
}

/// The lookups of a module that lead to what its records belong to.
pub(super) fn parents_of(module: &Module) -> impl Iterator<Item = &Field> {
    let belongs = move |field: &Field| {
        let (module, link) = (module.api_name(), field.api_name());
        link != PERSON && BELONGING.contains(&(module, link))
    };
    module.fields.iter().filter(move |field| {
        let needed = module.is_linking() || belongs(field);
        needed && matches!(field.kind, Storage::Lookup(_))
    })
}

/// Whether a record goes with the one that a lookup of it leads to. A task of a person that is about
/// something else stays with that (assumed).
fn goes_along(tx: &Tx, module: &Module, link: &Field, id: Id) -> bool {
    if link.api_name() != PERSON {
        return true;
    }
    let record = tx.state().table(module).get(id);
    let about = module.field("What_Id").map(|field| field.no);
    let about = about.and_then(|no| record?.stored(no));
    about.is_none()
}
