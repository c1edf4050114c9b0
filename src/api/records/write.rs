//! Inserting, updating and upserting records.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::external::{
    PathUnknown, external_ids, item_record, own_field, path_record_to_write, without_own,
};
use super::notes::is_notes;
use super::writable;
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message, Upserted};
use crate::ids::Id;
use crate::ops::external::resolved;
use crate::ops::input::Mode;
use crate::ops::upsert::check_fields;
use crate::ops::write::{
    GivenRecord, ReadAhead, RecordPlace, check_unmodified, success, with_external,
};
use crate::ops::{upsert as ops_upsert, write as ops_write};
use crate::response::Response;
use crate::schema::external::ExternalIds;
use crate::schema::{Field, Module};
use crate::store::{OrgState, Record, Tx};

fn place(call: &Call<'_>, index: usize, mode: Mode) -> RecordPlace {
    RecordPlace {
        version: call.version,
        index,
        key: None,
        mode,
    }
}

/// Whether the details of a record that was written carry `$approval_state`. Notes have five keys
/// in every version (v8 examples).
fn has_approval_state(call: &Call<'_>, module: &Module) -> bool {
    call.version.success_has_approval_state() && !is_notes(module)
}

/// `POST /{module}`.
pub(super) fn insert(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.creatable)?;
    let ids = external_ids(call, &call.read(), &module)?;
    let approval = has_approval_state(call, &module);
    let batch = Batch::of_body(call, 201);
    let mut ahead = Ahead::of(call, &ids, Mode::Insert, |state, json, place| {
        ReadAhead::of(state, &module, json, place, call.now)
    });
    let items = batch.write(|tx, record, index| {
        let place = place(call, index, Mode::Insert);
        let record = resolved(tx.state(), &ids, record, place)?;
        let given = GivenRecord::new(&record, ahead.take(index));
        let id = ops_write::insert(tx, &module, given, place)?;
        Ok(success(tx, &module, id, Message::RECORD_ADDED, approval))
    })?;
    Ok(batch.answer(&items))
}

/// The records of the body that could be read before the transaction begins, by their positions.
struct Ahead(Vec<Option<ReadAhead>>);

impl Ahead {
    fn of(
        call: &Call<'_>,
        ids: &ExternalIds,
        mode: Mode,
        read: impl Fn(&OrgState, &Map<String, Json>, RecordPlace) -> Option<ReadAhead>,
    ) -> Self {
        let items = match call.items() {
            // external ids stand for what others may write meanwhile
            Ok(items) if *ids == ExternalIds::default() => items,
            _ => return Self(Vec::new()),
        };
        let state = call.look();
        let items = items.iter().enumerate();
        let read =
            items.map(|(index, item)| read(&state, item.as_object()?, place(call, index, mode)));
        Self(read.collect())
    }

    /// The record at a position, if it was read.
    fn take(&mut self, index: usize) -> Option<ReadAhead> {
        self.0.get_mut(index).and_then(Option::take)
    }
}

/// How records are updated.
struct Updates<'a> {
    call: &'a Call<'a>,
    batch: Batch<'a>,
    module: &'a Module,
    /// Fields that are treated as unique ones are.
    taken_in: &'a [&'a Field],
    /// By what records are named.
    ids: ExternalIds,
    /// Locks of records are passed over.
    passes_locks: bool,
}

impl Updates<'_> {
    /// The changes of the body, as far as they can be read ahead.
    fn read_ahead(&self) -> Ahead {
        let (call, module) = (self.call, self.module);
        Ahead::of(call, &self.ids, Mode::Update, |state, json, place| {
            ReadAhead::of(state, module, json, place, call.now)
        })
    }

    /// Errors of an update: an approval that the record in the path waits for tells where it is
    /// (v8 description).
    fn in_path(&self, mut errors: Vec<ApiError>) -> Vec<ApiError> {
        if !self.call.path("id").is_empty() {
            for error in &mut errors {
                if error.kind == Code::NOT_APPROVED_FOR_UPDATE {
                    *error = self.call.path_error(error.kind, 1);
                }
            }
        }
        errors
    }

    /// Updates one existing record, unless it has been changed since the time that the caller names.
    fn update(
        &self,
        tx: &mut Tx,
        existing: &Arc<Record>,
        given: GivenRecord<'_>,
        index: usize,
    ) -> Result<Item, Vec<ApiError>> {
        let Self { call, module, .. } = *self;
        let since = call.if_unmodified_since();
        check_unmodified(tx.state(), existing, since).map_err(|error| vec![error])?;
        let place = place(call, index, Mode::Update);
        let json = resolved(tx.state(), &self.ids, given.json(), place)?;
        let own = own_field(&self.ids, module);
        let json = without_own(json, own, existing, self.batch.spot(index))
            .map_err(|error| vec![error])?;
        if self.passes_locks {
            tx.pass_locks();
        }
        let changes = GivenRecord::new(&json, given.into_ahead());
        ops_write::update_unless_taken(tx, module, existing, changes, place, self.taken_in)
            .map_err(|errors| self.in_path(errors))?;
        let approval = has_approval_state(call, module);
        let mut item = success(tx, module, existing.id, Message::RECORD_UPDATED, approval);
        if let (Some(field), Item::Success { details, .. }) = (own, &mut item) {
            *details = with_external(details, field, existing);
        }
        Ok(item)
    }
}

/// The error of an id in the body that no record has.
fn unknown_id(call: &Call<'_>, spot: Spot) -> ApiError {
    let error = ApiError::new(Code::UNKNOWN_ID);
    if call.version.unknown_id_names_the_key() {
        spot.about(error, "id")
    } else {
        error
    }
}

/// `PUT /{module}`.
pub(super) fn update_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.editable)?;
    update_unless_taken(call, &module, &[])
}

/// Updates the records of the body, each unless another record has its new value in one of
/// `taken_in`.
///
/// # Errors
/// Those of the body as a whole.
pub(crate) fn update_unless_taken(
    call: &Call<'_>,
    module: &Module,
    taken_in: &[&Field],
) -> Result<Response, ApiError> {
    let batch = Batch::of_body(call, 200);
    let updates = Updates {
        call,
        batch,
        module,
        taken_in,
        ids: external_ids(call, &call.read(), module)?,
        passes_locks: passes_locks(call),
    };
    let mut ahead = updates.read_ahead();
    let items = batch.write(|tx, record, index| {
        let spot = batch.spot(index);
        let existing = match own_field(&updates.ids, module) {
            Some(field) => item_record(tx.state(), module, field, record, spot),
            None => named_by_id(call, tx, module, record, spot),
        };
        let existing = existing.map_err(|error| vec![error])?;
        let changes = GivenRecord::new(record, ahead.take(index));
        updates.update(tx, &existing, changes, index)
    })?;
    Ok(status_of_failures(batch.answer(&items), &items))
}

/// The record that an item of the body names by its id.
fn named_by_id(
    call: &Call<'_>,
    tx: &Tx,
    module: &Module,
    item: &Map<String, Json>,
    spot: Spot,
) -> Result<Arc<Record>, ApiError> {
    let given = item.get("id").filter(|id| !id.is_null());
    let given = given.ok_or_else(|| spot.about(Code::MANDATORY_NOT_FOUND, "id"))?;
    let id = Id::from_json(given);
    let found = id.and_then(|id| tx.state().table(module).get(id).cloned());
    found.ok_or_else(|| unknown_id(call, spot))
}

/// `PUT /{module}/{id}`. The id in the path wins over one in the body.
pub(super) fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.editable)?;
    let state = call.read();
    let ids = external_ids(call, &state, &module)?;
    let target = path_record_to_write(call, &state, &module, &ids)?.map(|record| record.id);
    let batch = Batch::of_body(call, 200);
    let updates = Updates {
        call,
        batch,
        module: &module,
        taken_in: &[],
        ids,
        passes_locks: passes_locks(call),
    };
    let unknown = PathUnknown::of(call, &updates.ids, Code::UNKNOWN_ID);
    let mut missing = false;
    let mut ahead = updates.read_ahead();
    let items = batch.write(|tx, record, index| {
        // read again within the transaction: another writer may have been faster
        let existing = target.and_then(|id| tx.state().table(&module).get(id).cloned());
        let Some(existing) = existing else {
            missing = true;
            return Err(vec![unknown.error()]);
        };
        let changes = GivenRecord::new(record, ahead.take(index));
        updates.update(tx, &existing, changes, index)
    })?;
    if missing && unknown.fails_call {
        return Err(unknown.error());
    }
    Ok(status_of_failures(batch.answer(&items), &items))
}

/// A precondition that failed is 412, and a right that is missing 403 (assumed), the body as for
/// other failures.
fn status_of_failures(mut response: Response, items: &[Item]) -> Response {
    for code in [Code::ALREADY_MODIFIED, Code::NO_PERMISSION] {
        let failed = |item: &Item| matches!(item, Item::Error(error) if error.kind == code);
        if !items.is_empty() && items.iter().all(failed) {
            response.status = code.status();
        }
    }
    response
}

/// Whether the caller asks that locks of records are passed over: `skip_feature_execution` names
/// `record_locking` (v8).
fn passes_locks(call: &Call<'_>) -> bool {
    let key = "skip_feature_execution";
    let has_key = call
        .endpoint
        .body
        .all_keys()
        .any(|(known, versions)| known == key && versions.contains(call.version));
    let skipped = call
        .body
        .get(key)
        .and_then(Json::as_array)
        .filter(|_| has_key);
    let mut skipped = skipped.into_iter().flatten();
    skipped.any(|feature| {
        feature
            .get("name")
            .is_some_and(|name| name == "record_locking")
    })
}

/// `POST /{module}/upsert`.
pub(super) fn upsert(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| {
        m.spec.creatable && m.spec.editable && m.spec.duplicate_check_field.is_some()
    })?;
    let named = named_check_fields(call, &module)?;
    let ids = external_ids(call, &call.read(), &module)?;
    let mut fields = check_fields(&module, &named);
    // the header is not needed, since an external field is unique (v7 page)
    let own = own_field(&ids, &module);
    fields.extend(own.filter(|own| fields.iter().all(|field| field.no != own.no)));
    let since = call
        .if_unmodified_since()
        .filter(|_| call.version.upsert_has_precondition());
    let batch = Batch::of_body(call, 200);
    let passes_locks = passes_locks(call);
    let mut ahead = Ahead::of(call, &ids, Mode::Insert, |state, json, place| {
        ops_upsert::read_ahead(state, &module, &fields, json, place, call.now)
    });
    let items = batch.write(|tx, record, index| {
        if passes_locks {
            tx.pass_locks();
        }
        let place = place(call, index, Mode::Insert);
        let record = resolved(tx.state(), &ids, record, place)?;
        let given = GivenRecord::new(&record, ahead.take(index));
        let done = ops_upsert::upsert(tx, &module, &fields, given, place, since)?;
        let (message, approval) = if done.updated {
            (Message::RECORD_UPDATED, false)
        } else {
            let approval = call.version.upsert_has_approval_state();
            (Message::RECORD_ADDED, approval)
        };
        let mut item = success(tx, &module, done.id, message, approval);
        if let Item::Success { upsert, .. } = &mut item {
            *upsert = Some(Upserted {
                updated: done.updated,
                duplicate_field: done.duplicate_field,
            });
        }
        Ok(item)
    })?;
    Ok(status_of_failures(batch.answer(&items), &items))
}

/// `duplicate_check_fields` of the body.
fn named_check_fields(call: &Call<'_>, module: &Module) -> Result<Vec<String>, ApiError> {
    let invalid = || ApiError::new(Code::INVALID_DATA).with("api_name", "duplicate_check_fields");
    let Some(given) = call
        .body
        .get("duplicate_check_fields")
        .filter(|v| !v.is_null())
    else {
        return Ok(Vec::new());
    };
    let names = given
        .as_array()
        .ok_or_else(|| invalid().with("expected_data_type", "jsonarray"))?;
    let known = |name: &Json| {
        name.as_str()
            .filter(|n| module.field(n).is_some())
            .map(str::to_owned)
    };
    names
        .iter()
        .map(|name| known(name).ok_or_else(invalid))
        .collect()
}
