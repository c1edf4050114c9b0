//! Inserting, updating, upserting and deleting records.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{MOST_RECORDS, ROOT, id_list, path_record, writable};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::param;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message, Upserted};
use crate::ids::{Id, IdError};
use crate::ops::input::Mode;
use crate::ops::upsert::check_fields;
use crate::ops::write::{RecordPlace, details, success};
use crate::ops::{delete as ops_delete, upsert as ops_upsert, write as ops_write};
use crate::response::Response;
use crate::schema::{Field, Module};
use crate::store::{Record, Tx};

fn place(call: &Call<'_>, index: usize, mode: Mode) -> RecordPlace {
    RecordPlace {
        version: call.version,
        index,
        key: None,
        mode,
    }
}

/// The item of a record that was written.
pub(in crate::api) fn success_item(
    call: &Call<'_>,
    tx: &Tx,
    module: &Module,
    id: Id,
    message: Message,
) -> Item {
    let approval = call.version.success_has_approval_state();
    success(tx, module, id, message, approval)
}

/// `POST /{module}`.
pub(super) fn insert(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.creatable)?;
    let approval = call.version.success_has_approval_state();
    let batch = Batch::of_body(call, 201);
    let items = batch.write(|tx, record, index| {
        let id = ops_write::insert(tx, &module, record, place(call, index, Mode::Insert))?;
        Ok(success(tx, &module, id, Message::RECORD_ADDED, approval))
    })?;
    Ok(batch.answer(&items))
}

/// Updates one existing record, unless it has been changed since the time that the caller names.
fn update_record(
    call: &Call<'_>,
    tx: &mut Tx,
    module: &Module,
    existing: &Arc<Record>,
    json: &Map<String, Json>,
    index: usize,
    taken_in: &[&Field],
) -> Result<Item, Vec<ApiError>> {
    if call
        .if_unmodified_since()
        .is_some_and(|at| existing.modified_time > at)
    {
        let mut error = ApiError::new(Code::ALREADY_MODIFIED);
        error.details =
            serde_json::from_slice(&details(tx.state(), existing, false)).unwrap_or_default();
        return Err(vec![error]);
    }
    let place = place(call, index, Mode::Update);
    ops_write::update_unless_taken(tx, module, existing, json, place, taken_in)?;
    let approval = call.version.success_has_approval_state();
    Ok(success(
        tx,
        module,
        existing.id,
        Message::RECORD_UPDATED,
        approval,
    ))
}

/// The error of an id that no record has: of an item, or of the path where there is no spot.
fn unknown_id(call: &Call<'_>, spot: Option<Spot>) -> ApiError {
    let error = ApiError::new(Code::UNKNOWN_ID);
    if !call.version.unknown_id_names_the_key() {
        return error;
    }
    match spot {
        Some(spot) => spot.about(error, "id"),
        None => error.with("api_name", "id"),
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
    let items = batch.write(|tx, record, index| {
        let spot = batch.spot(index);
        let given = record.get("id").filter(|id| !id.is_null());
        let given = given.ok_or_else(|| vec![spot.about(Code::MANDATORY_NOT_FOUND, "id")])?;
        let existing =
            Id::from_json(given).and_then(|id| tx.state().table(module).get(id).cloned());
        let existing = existing.ok_or_else(|| vec![unknown_id(call, Some(spot))])?;
        update_record(call, tx, module, &existing, record, index, taken_in)
    })?;
    Ok(status_412(batch.answer(&items), &items))
}

/// `PUT /{module}/{id}`. The id in the path wins over one in the body.
pub(super) fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.editable)?;
    let target = path_record(call, &call.read(), &module)?.map(|record| record.id);
    let batch = Batch::of_body(call, 200);
    let items = batch.write(|tx, record, index| {
        // read again within the transaction: another writer may have been faster
        let existing = target.and_then(|id| tx.state().table(&module).get(id).cloned());
        let existing = existing.ok_or_else(|| vec![unknown_id(call, None)])?;
        update_record(call, tx, &module, &existing, record, index, &[])
    })?;
    Ok(status_412(batch.answer(&items), &items))
}

/// A precondition that failed is 412, the body as for other failures.
fn status_412(mut response: Response, items: &[Item]) -> Response {
    let failed = |item: &Item| matches!(item, Item::Error(e) if e.kind == Code::ALREADY_MODIFIED);
    if !items.is_empty() && items.iter().all(failed) {
        response.status = Code::ALREADY_MODIFIED.status();
    }
    response
}

/// `POST /{module}/upsert`.
pub(super) fn upsert(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| {
        m.spec.creatable && m.spec.editable && m.spec.duplicate_check_field.is_some()
    })?;
    let named = named_check_fields(call, &module)?;
    let fields = check_fields(&module, &named);
    let batch = Batch::of_body(call, 200);
    let items = batch.write(|tx, record, index| {
        let done = ops_upsert::upsert(
            tx,
            &module,
            &fields,
            record,
            place(call, index, Mode::Insert),
        )?;
        let message = if done.updated {
            Message::RECORD_UPDATED
        } else {
            Message::RECORD_ADDED
        };
        let mut item = success(tx, &module, done.id, message, false);
        if let Item::Success { upsert, .. } = &mut item {
            *upsert = Some(Upserted {
                updated: done.updated,
                duplicate_field: done.duplicate_field,
            });
        }
        Ok(item)
    })?;
    Ok(batch.answer(&items))
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

/// `DELETE /{module}?ids=…`.
pub(super) fn delete_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.deletable)?;
    let ids = call.get(param::IDS).ok_or_else(|| {
        ApiError::new(Code::REQUIRED_PARAM_MISSING).with(call.version.record_param_key(), "ids")
    })?;
    let ids: Vec<(&str, Option<Id>)> = id_list(ids).collect();
    if ids.len() > MOST_RECORDS {
        return Err(ApiError::new(Code::TOO_MANY_IDS)
            .with("limit", MOST_RECORDS.to_string())
            .with("param_name", "ids"));
    }
    let malformed = |text: &str| Id::parse(text) == Err(IdError::NotNumeric);
    if !call.version.malformed_delete_id_fails_item() && ids.iter().any(|(text, _)| malformed(text))
    {
        return Err(Code::UNABLE_TO_PARSE.into());
    }
    let batch = Batch::new(call, ROOT, 200);
    let items = batch.run(&ids, |tx, (text, id), _| match id {
        Some(id) if ops_delete::delete(tx, &module, *id) => {
            Ok(Item::success_of(Message::RECORD_DELETED, *id))
        }
        _ => {
            let kind = if malformed(text) {
                Code::MALFORMED_ID
            } else {
                Code::RECORD_NOT_DELETED
            };
            Err(vec![ApiError::new(kind).with("id", *text)])
        }
    })?;
    Ok(batch.answer(&items))
}

/// `DELETE /{module}/{id}`.
pub(super) fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.deletable)?;
    let target = path_record(call, &call.read(), &module)?.map(|record| record.id);
    let batch = Batch::new(call, ROOT, 200);
    let mut missing = false;
    let items = batch.run([target], |tx, target, _| match target {
        Some(id) if ops_delete::delete(tx, &module, id) => {
            Ok(Item::success_of(Message::RECORD_DELETED, id))
        }
        _ => {
            missing = true;
            let error = ApiError::new(Code::RECORD_NOT_DELETED).with("id", call.path("id"));
            Err(vec![error])
        }
    })?;
    if missing && call.version.single_delete_fails_at_top_level() {
        return Err(call.path_error(Code::RECORD_NOT_DELETED, 1));
    }
    Ok(batch.answer(&items))
}
