//! Inserting and updating records.
//!
//! A write has three steps: the JSON is read into a draft ([`super::input`]), the draft is checked
//! and completed, and what passed is written. Only the last step changes anything.

pub(super) mod activity;
mod ahead;
mod history;
mod ids;
mod outcome;
mod rows;
mod save;
mod stages;
mod unique;

use std::sync::Arc;

use serde_json::{Map, Value as Json};

pub use ahead::{GivenRecord, ReadAhead};
pub use outcome::{check_unmodified, combine, details, success, with_external};
pub use save::complete;
pub use unique::{equals, find};

use super::derive::PendingRecord;
use super::input::{Draft, Mode, RecordInput, RecordPath, RecordReader};
use super::linking;
use super::locking;
use super::permit::{Deed, may_see, permit};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::query::blueprint::{has_blueprints, process_of};
use crate::schema::{Field, Module, Storage};
use crate::settings::access;
use crate::store::{OrgState, Record, Tx};
use crate::value::Value;
use crate::version::ApiVersion;

use save::CheckedDraft;

/// The place of a record in a request, and the version under which it is written.
#[derive(Clone, Copy, Debug)]
pub struct RecordPlace {
    /// The version.
    pub version: ApiVersion,
    /// Its position in `data`.
    pub index: usize,
    /// The key of the record in that item (`Deals` of a conversion); `None` if it is the item.
    pub key: Option<&'static str>,
    /// The kind of write.
    pub mode: Mode,
}

impl RecordPlace {
    /// The JSON path of the record in the body.
    #[must_use]
    pub const fn path(self) -> RecordPath {
        RecordPath::Item {
            index: self.index,
            key: self.key,
        }
    }

    /// An error about the record: that of a lock says where the record is named.
    pub(super) fn of(self, error: ApiError) -> ApiError {
        if error.kind != Code::RECORD_LOCKED {
            return error;
        }
        error.about(self.version, "id", format_args!("{}.id", self.path()))
    }

    fn reader<'a>(self, state: &'a OrgState, module: &'a Module) -> RecordReader<'a> {
        RecordReader {
            state,
            module,
            version: self.version,
            mode: self.mode,
            path: self.path(),
        }
    }
}

/// Inserts a record. On failure nothing is written.
///
/// # Errors
/// All errors of the record.
pub fn insert<'j>(
    tx: &mut Tx,
    module: &Module,
    record: impl Into<GivenRecord<'j>>,
    place: RecordPlace,
) -> Result<Id, Vec<ApiError>> {
    let GivenRecord { json, ahead } = record.into();
    let (state, now) = (tx.state(), tx.now());
    let reader = place.reader(state, module);
    let draft = match ahead.and_then(|ahead| ahead.in_state(state, place.mode)) {
        Some(draft) => draft,
        None => derived(&reader, reader.read(json, None)?, now)?,
    };
    check_parent(state, module, &draft)?;
    let checked = CheckedDraft::new(&reader, draft, None, &[], now)?;
    let id = tx.next_record_id(module);
    checked.save_new(tx, module, id, place.mode);
    activity::note(tx, module, id);
    linking::saved(tx, module, id, None);
    locking::follow(tx, module, id);
    Ok(id)
}

/// Reads a new record and fills in what follows from it. Nothing is written, and of the state
/// only users and ids of records are looked at, so that records of a seed can be read side by side.
///
/// # Errors
/// All errors that do not depend on other records.
pub fn read_new(
    state: &OrgState,
    module: &Module,
    input: &RecordInput<'_>,
    place: RecordPlace,
    now: i64,
) -> Result<Draft, Vec<ApiError>> {
    let reader = place.reader(state, module);
    derived(&reader, reader.read_input(input, None)?, now)
}

/// Adds derived values to the draft of a new record.
fn derived(reader: &RecordReader<'_>, mut draft: Draft, now: i64) -> Result<Draft, Vec<ApiError>> {
    let pending = &mut PendingRecord {
        state: reader.state,
        module: reader.module,
        before: None,
        draft: &mut draft,
        now,
    };
    pending.derive(reader)?;
    Ok(draft)
}

/// Inserts a record that was read by [`read_new`] under the given id, in place of a record that has
/// the id.
///
/// # Errors
/// `DUPLICATE_DATA` for a value that another record has in a unique field, `INVALID_DATA` for a
/// total that does not fit its field.
pub fn insert_as(
    tx: &mut Tx,
    module: &Module,
    id: Id,
    draft: Draft,
    place: RecordPlace,
) -> Result<(), Vec<ApiError>> {
    let reader = place.reader(tx.state(), module);
    let checked = CheckedDraft::new(&reader, draft, None, &[], tx.now())?;
    checked.save_new(tx, module, id, place.mode);
    Ok(())
}

/// Changes a record. On failure nothing is written.
///
/// # Errors
/// All errors of the changes.
pub fn update<'j>(
    tx: &mut Tx,
    module: &Module,
    existing: &Arc<Record>,
    changes: impl Into<GivenRecord<'j>>,
    place: RecordPlace,
) -> Result<(), Vec<ApiError>> {
    update_unless_taken(tx, module, existing, changes, place, &[])
}

/// Changes a record unless another one has its new value in one of `taken_in`, which are
/// treated as unique fields are. Nothing is written if it fails.
///
/// # Errors
/// All errors of the changes; `DUPLICATE_DATA` for a value that another record has.
pub fn update_unless_taken<'j>(
    tx: &mut Tx,
    module: &Module,
    existing: &Arc<Record>,
    changes: impl Into<GivenRecord<'j>>,
    place: RecordPlace,
    taken_in: &[&Field],
) -> Result<(), Vec<ApiError>> {
    let changes = changes.into();
    let reader = place.reader(tx.state(), module);
    check_blueprint(&reader, existing, changes.json)?;
    change(tx, module, existing, changes, place, taken_in)
}

/// Changes a record that takes a transition of its blueprint, which alone may change the field of the
/// blueprint.
///
/// # Errors
/// All errors of the changes.
pub fn update_in_transition(
    tx: &mut Tx,
    module: &Module,
    existing: &Arc<Record>,
    json: &Map<String, Json>,
    place: RecordPlace,
) -> Result<(), Vec<ApiError>> {
    change(tx, module, existing, json.into(), place, &[])
}

/// Changes a record by what the caller was permitted to do with it.
///
/// # Errors
/// All errors of the changes.
pub fn update_permitted(
    tx: &mut Tx,
    module: &Module,
    existing: &Arc<Record>,
    json: &Map<String, Json>,
    place: RecordPlace,
) -> Result<(), Vec<ApiError>> {
    if existing.converted {
        return Err(vec![Code::CONVERTED_RECORD.into()]);
    }
    change_permitted(tx, module, existing, json.into(), place, &[])
}

/// Refuses another value for the field of the blueprint that a record is in.
fn check_blueprint(
    reader: &RecordReader<'_>,
    existing: &Record,
    json: &Map<String, Json>,
) -> Result<(), Vec<ApiError>> {
    let (state, module) = (reader.state, reader.module);
    if !has_blueprints(state, module) {
        return Ok(());
    }
    let Some(process) = process_of(state, module, existing) else {
        return Ok(());
    };
    let name = process.field.api_name();
    match json.get(name) {
        Some(value) if value.as_str() != Some(process.state.as_str()) => {
            Err(vec![reader.error(Code::RECORD_IN_BLUEPRINT.into(), name)])
        }
        _ => Ok(()),
    }
}

fn change(
    tx: &mut Tx,
    module: &Module,
    existing: &Arc<Record>,
    changes: GivenRecord<'_>,
    place: RecordPlace,
    taken_in: &[&Field],
) -> Result<(), Vec<ApiError>> {
    if existing.converted {
        return Err(vec![Code::CONVERTED_RECORD.into()]);
    }
    let deed = Deed::Update(changes.json);
    permit(tx, module, existing, deed).map_err(|error| vec![place.of(error)])?;
    change_permitted(tx, module, existing, changes, place, taken_in)
}

fn change_permitted(
    tx: &mut Tx,
    module: &Module,
    existing: &Arc<Record>,
    changes: GivenRecord<'_>,
    place: RecordPlace,
    taken_in: &[&Field],
) -> Result<(), Vec<ApiError>> {
    let GivenRecord { json, ahead } = changes;
    let mut draft = match ahead.and_then(|ahead| ahead.in_state(tx.state(), place.mode)) {
        Some(draft) => draft,
        None => place
            .reader(tx.state(), module)
            .read(json, Some(existing))?,
    };
    check_parent(tx.state(), module, &draft)?;
    append_values(json, module, existing, &mut draft);
    update_typed(tx, module, existing, draft, place, taken_in)
}

/// Refuses to hang a note, or what else belongs to another record, on one that the caller does not see.
fn check_parent(state: &OrgState, module: &Module, draft: &Draft) -> Result<(), Vec<ApiError>> {
    let parent = access::owning_lookup(state, module).and_then(|field| draft.value(field.no));
    let Some(Value::Lookup(no, id)) = parent else {
        return Ok(());
    };
    let module = state.schema.module_at(*no);
    let record = state.table(module).get(*id);
    let seen = record.map_or(Ok(()), |record| may_see(state, module, record));
    seen.map_err(|error| vec![error])
}

/// Changes a record by values that are typed already: a draft, or what other records have. On
/// failure nothing is written.
///
/// # Errors
/// All that is wrong with what follows from the values; `DUPLICATE_DATA` for one that another record
/// has.
pub fn update_typed(
    tx: &mut Tx,
    module: &Module,
    existing: &Arc<Record>,
    mut draft: Draft,
    place: RecordPlace,
    taken_in: &[&Field],
) -> Result<(), Vec<ApiError>> {
    let state = tx.state();
    let reader = place.reader(state, module);
    PendingRecord {
        state,
        module,
        before: Some(existing),
        draft: &mut draft,
        now: tx.now(),
    }
    .derive(&reader)?;
    let checked = CheckedDraft::new(&reader, draft, Some(existing), taken_in, tx.now())?;
    let mut changed = Record::clone(existing);
    changed.modified_time = tx.now();
    changed.modified_by = tx.user();
    checked.save(tx, module, &changed, place.mode);
    linking::saved(tx, module, existing.id, Some(existing));
    history::note(tx, module, existing);
    locking::follow(tx, module, existing.id);
    Ok(())
}

/// `"$append_values":{"Field":true}` adds to a multi-select picklist instead of replacing it.
fn append_values(json: &Map<String, Json>, module: &Module, existing: &Record, draft: &mut Draft) {
    let Some(Json::Object(append)) = json.get("$append_values") else {
        return;
    };
    for (name, _) in append.iter().filter(|(_, on)| **on == true) {
        let Some(field) = module
            .field(name)
            .filter(|f| f.kind == Storage::MultiPicklist)
        else {
            continue;
        };
        if let (Some(Value::List(old)), Some(Value::List(new))) =
            (existing.stored(field.no), draft.value(field.no).cloned())
        {
            let mut all = old.to_vec();
            all.extend(new.iter().filter(|item| !old.contains(item)).cloned());
            draft.set(field.no, Value::List(all.into()));
        }
    }
}
