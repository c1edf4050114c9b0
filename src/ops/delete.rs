//! Deleting records. They go into the recycle bin, together with their notes and attachments, services
//! with their appointments.

use std::sync::Arc;

use super::children::pointing_to;
use crate::ids::Id;
use crate::schema::Module;
use crate::store::Tx;
use crate::value::Value;

/// Moves a record into the recycle bin, with its notes and attachments. Returns false if there is
/// no such record.
pub fn delete(tx: &mut Tx, module: &Module, id: Id) -> bool {
    if !tx.delete(module, id) {
        return false;
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
    appointments(tx, module, id);
    true
}

/// Deletes the appointments of a service (v7 page).
fn appointments(tx: &mut Tx, module: &Module, id: Id) {
    if module.api_name() != "Services__s" {
        return;
    }
    let schema = Arc::clone(&tx.state().schema);
    let appointments = schema.module("Appointments__s");
    let link = appointments.and_then(|module| Some((module, module.field("Service_Name")?)));
    if let Some((appointments, service)) = link {
        let target = Value::Lookup(module.no, id);
        for appointment in pointing_to(tx.state(), appointments, service, &target) {
            delete(tx, appointments, appointment);
        }
    }
}
