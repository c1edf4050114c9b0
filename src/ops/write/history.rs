//! The history of an appointment that is moved once more: what was told of its last move.

use std::sync::Arc;

use crate::ops::children::pointing_to;
use crate::ops::derive::MOST_MOVES;
use crate::schema::Module;
use crate::store::{Record, Tx};
use crate::value::Value;

/// What an appointment tells of its last move, which its history tells under the same names.
const MOVE: [&str; 6] = [
    "Rescheduled_From",
    "Rescheduled_To",
    "Rescheduled_By",
    "Rescheduled_Time",
    "Reschedule_Reason",
    "Reschedule_Note",
];

/// Adds the last move of an appointment to its history, if it was moved again. The current one is none of
/// it, and the oldest ones are dropped (v7 page).
pub(super) fn note(tx: &mut Tx, module: &Module, before: &Record) {
    if module.api_name() != "Appointments__s" {
        return;
    }
    let schema = Arc::clone(&tx.state().schema);
    let Some(history) = schema.module("Appointments_Rescheduled_History__s") else {
        return;
    };
    let count = |record: &Record| match record.by_name("Reschedule_Count", module) {
        Value::Int(count) => count,
        _ => 0,
    };
    let after = tx.state().table(module).get(before.id);
    let again = after.is_some_and(|after| count(before) >= 1 && count(after) > count(before));
    let (true, Some(about)) = (again, history.field("Appointment_Name")) else {
        return;
    };
    let appointment = Value::Lookup(module.no, before.id);
    let mut values = vec![(about.no, appointment.clone())];
    for name in MOVE {
        if let Some(field) = history.field(name) {
            values.push((field.no, before.by_name(name, module)));
        }
    }
    if let (Some(name), Some(shown)) = (history.field("Name"), before.display_name(module)) {
        values.push((name.no, Value::Text(shown)));
    }
    let id = tx.next_record_id(history);
    let record = Record::new(id, tx.user(), tx.now(), values);
    tx.put(history, record);
    // newest first
    let kept = pointing_to(tx.state(), history, about, &appointment);
    for old in kept.into_iter().skip(MOST_MOVES) {
        tx.take(history, old);
    }
}
