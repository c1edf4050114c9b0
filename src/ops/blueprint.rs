//! Performing a transition of a blueprint.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::input::Mode;
use super::write::{self, RecordPlace};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::blueprint::process_of;
use crate::query::view::criteria_expr;
use crate::schema::Module;
use crate::settings::process::{NOTES, fields};
use crate::store::timeline::TimelineSource;
use crate::store::{OrgState, Record, Tx};
use crate::version::ApiVersion;

/// The key of checked items in the data of a transition.
pub const CHECKS: &str = "CheckLists";

/// What became of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransitionOutcome {
    /// The record is in the next state.
    Done,
    /// The values were saved; more are needed before the record moves on.
    Partial,
}

/// Performs a transition: saves the values that it asks for, and moves the record on if all that are
/// mandatory are there. On failure the transaction must be dropped.
///
/// # Errors
/// `RECORD_NOT_IN_PROCESS`, `INVALID_DATA` for a transition that the record cannot take, and
/// everything that is wrong with the values.
pub fn perform(
    tx: &mut Tx,
    module: &Module,
    record: &Arc<Record>,
    transition: Id,
    data: &Map<String, Json>,
    version: ApiVersion,
) -> Result<TransitionOutcome, Vec<ApiError>> {
    let state = tx.state().clone();
    let process = process_of(&state, module, record);
    let process = process.ok_or_else(|| vec![Code::RECORD_NOT_IN_PROCESS.into()])?;
    let is_it = |json: &&Json| json.get("id").and_then(Id::from_json) == Some(transition);
    let taken = process.transitions().find(is_it);
    let taken = taken.filter(|json| criteria_met(json, module, record, &state, tx.now()));
    let taken = taken.ok_or_else(|| vec![Code::INVALID_TRANSITION.into()])?;
    let missing = missing(taken, data, module, record);
    let mut values = Map::new();
    for asked in fields(taken).filter_map(|asked| asked.get("api_name")?.as_str()) {
        if let Some(value) = data.get(asked).filter(|_| asked != NOTES) {
            values.insert(asked.to_owned(), value.clone());
        }
    }
    let outcome = match missing {
        Some(name) if values.is_empty() => {
            let error = ApiError::new(Code::TRANSITION_DATA_MISSING).with("api_name", name);
            return Err(vec![error]);
        }
        Some(_) => TransitionOutcome::Partial,
        None => {
            let to = taken.get("to").cloned().unwrap_or_default();
            values.insert(process.field.api_name().to_owned(), to);
            TransitionOutcome::Done
        }
    };
    let place = RecordPlace {
        version,
        index: 0,
        key: None,
        mode: Mode::Update,
    };
    tx.by_way_of(TimelineSource::Blueprint, |tx| {
        write::update_in_transition(tx, module, record, &values, place)?;
        check_values(tx, taken, module, record.id)?;
        match data.get(NOTES).filter(|note| !note.is_null()) {
            Some(note) => add_note(tx, module, record.id, note, place),
            None => Ok(()),
        }
    })?;
    Ok(outcome)
}

/// Whether a record meets the criteria of a transition.
#[must_use]
pub fn criteria_met(
    transition: &Json,
    module: &Module,
    record: &Record,
    state: &OrgState,
    now: i64,
) -> bool {
    let criteria = transition.get("criteria");
    criteria
        .filter(|criteria| !criteria.is_null())
        .is_none_or(|criteria| {
            criteria_expr(criteria, module, state, now).matches(record, module, state)
        })
}

/// Whether a transition cannot be done without something.
#[must_use]
pub fn is_mandatory(asked: &Json) -> bool {
    asked.get("mandatory") == Some(&Json::Bool(true))
}

/// What is mandatory and neither in the data nor in the record.
fn missing(
    transition: &Json,
    data: &Map<String, Json>,
    module: &Module,
    record: &Record,
) -> Option<String> {
    let empty = |value: &Json| match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => false,
    };
    let lacks = |name: &str| match data.get(name) {
        Some(value) => empty(value),
        None => record.by_name(name, module).is_null(),
    };
    let mandatory = fields(transition).filter(|asked| is_mandatory(asked));
    let mut names = mandatory.filter_map(|asked| asked.get("api_name")?.as_str());
    if let Some(name) = names.find(|name| lacks(name)) {
        return Some(name.to_owned());
    }
    let list = transition.get("checklist").and_then(Json::as_array)?;
    let checks = data.get(CHECKS).and_then(Json::as_array);
    let is_checked = |item: &Json| {
        let name = item.as_str().unwrap_or_default();
        let mut checks = checks.into_iter().flatten();
        checks.any(|check| check.get(name) == Some(&Json::Bool(true)))
    };
    (!list.iter().all(is_checked)).then(|| CHECKS.to_owned())
}

/// Checks the values of a record against what its transition says of them.
fn check_values(tx: &Tx, transition: &Json, module: &Module, id: Id) -> Result<(), Vec<ApiError>> {
    let state = tx.state();
    let Some(record) = state.table(module).get(id) else {
        return Ok(());
    };
    for asked in fields(transition) {
        let rule = asked.get("validation").filter(|rule| !rule.is_null());
        let name = asked.get("api_name").and_then(Json::as_str);
        let name = name.unwrap_or_default();
        // what is empty is judged by whether it is mandatory
        let Some(rule) = rule.filter(|_| !record.by_name(name, module).is_null()) else {
            continue;
        };
        let expr = criteria_expr(rule, module, state, tx.now());
        if !expr.matches(record, module, state) {
            let message = asked.get("validation_message").cloned();
            return Err(vec![
                ApiError::new(Code::INVALID_DATA)
                    .with("api_name", name)
                    .with("message", message.unwrap_or_default()),
            ]);
        }
    }
    Ok(())
}

/// Adds a note to the record, as the data of a transition may ask for.
fn add_note(
    tx: &mut Tx,
    module: &Module,
    id: Id,
    note: &Json,
    place: RecordPlace,
) -> Result<(), Vec<ApiError>> {
    let Some(text) = note.as_str() else {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "text");
        return Err(vec![error.with("api_name", NOTES)]);
    };
    let schema = Arc::clone(&tx.state().schema);
    let Some(notes) = schema.module(NOTES) else {
        return Ok(());
    };
    let parent = json!({"module": {"api_name": module.api_name()}, "id": id.json()});
    let mut values = Map::new();
    values.insert("Note_Content".to_owned(), text.into());
    values.insert("Parent_Id".to_owned(), parent);
    values.insert("$se_module".to_owned(), module.api_name().into());
    let place = RecordPlace {
        // of which the form of the parent is
        version: ApiVersion::LATEST,
        mode: Mode::Insert,
        ..place
    };
    write::insert(tx, notes, &values, place).map(drop)
}
