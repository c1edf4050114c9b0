//! Records change their owner, and with them what is related to them.

use std::sync::Arc;

use serde_json::{Map, json};

use super::children::pointing_to;
use super::input::Mode;
use super::permit::{Deed, permit};
use super::write::{RecordPlace, update_permitted};
use crate::error::ApiError;
use crate::ids::Id;
use crate::schema::{Field, Module, Storage};
use crate::store::{OrgState, Record, Tx};
use crate::value::Value;
use crate::version::ApiVersion;

/// Modules whose records may go along with the record that they are related to (newer description of
/// v8).
pub const RELATED: [&str; 5] = ["Tasks", "Events", "Calls", "Contacts", "Deals"];

/// Gives a record to a user.
///
/// # Errors
/// Those of an update, and of what is permitted.
pub fn give(
    tx: &mut Tx,
    module: &Module,
    record: &Arc<Record>,
    owner: Id,
    version: ApiVersion,
    index: usize,
) -> Result<(), Vec<ApiError>> {
    let changes = Map::from_iter([("Owner".to_owned(), json!({"id": owner.json()}))]);
    let place = RecordPlace {
        version,
        index,
        key: None,
        mode: Mode::Update,
    };
    permit(tx, module, record, Deed::ChangeOwner).map_err(|error| vec![place.of(error)])?;
    update_permitted(tx, module, record, &changes, place)
}

/// The records of a module whose lookups lead to a record of another one.
#[must_use]
pub fn related(state: &OrgState, module: &Module, id: Id, related: &Module) -> Vec<Arc<Record>> {
    let target = Value::Lookup(module.no, id);
    let leads_there = |field: &&Field| match field.kind {
        Storage::Lookup(Some(to)) => to == module.no && related.no != module.no,
        Storage::Lookup(None) => true,
        _ => false,
    };
    let fields = related.fields.iter().filter(leads_there);
    let mut ids: Vec<Id> = fields
        .flat_map(|field| pointing_to(state, related, field, &target))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let table = state.table(related);
    ids.into_iter()
        .filter_map(|id| table.get(id))
        .cloned()
        .collect()
}

/// Whether a record of a related module goes along: of activities those that are open do (assumed,
/// from the dialogue of the CRM).
#[must_use]
pub fn is_open(record: &Record, module: &Module, now: i64) -> bool {
    let text = |name: &str| match record.by_name(name, module) {
        Value::Text(text) => text,
        _ => "".into(),
    };
    match module.api_name() {
        "Tasks" => text("Status") != "Completed",
        "Events" => match record.by_name("End_DateTime", module) {
            Value::DateTime(end) => end >= now,
            _ => true,
        },
        "Calls" => matches!(text("Call_Status").as_str(), "Scheduled" | "Overdue"),
        _ => true,
    }
}
