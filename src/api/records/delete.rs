//! Deleting records.

use super::common::{MOST_RECORDS, ROOT, id_list, listed, writable};
use super::external::{PathUnknown, external_ids, own_field, path_record_to_write};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::param;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::{Id, IdError};
use crate::ops::delete::delete_permitted;
use crate::ops::external::record_with;
use crate::ops::write::with_external;
use crate::response::Response;
use crate::schema::{Field, Module};
use crate::store::Tx;

/// Deletes a record. Gives its item, which has the value of the external field by which it was
/// named; `None` if there is no such record.
///
/// # Errors
/// Why the caller may not delete it.
fn deleted(
    tx: &mut Tx,
    module: &Module,
    id: Id,
    external: Option<&Field>,
) -> Result<Option<Item>, Vec<ApiError>> {
    let record = tx.state().table(module).get(id).cloned();
    if !delete_permitted(tx, module, id).map_err(|error| vec![error])? {
        return Ok(None);
    }
    let mut item = Item::success_of(Message::RECORD_DELETED, id);
    if let (Some(field), Some(record), Item::Success { details, .. }) =
        (external, record, &mut item)
    {
        *details = with_external(details, field, &record);
    }
    Ok(Some(item))
}

/// `DELETE /{module}?ids=…`.
pub(super) fn delete_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.deletable)?;
    let ids = call.get(param::IDS).ok_or_else(|| {
        ApiError::new(Code::REQUIRED_PARAM_MISSING).with(call.version.record_param_key(), "ids")
    })?;
    let external = external_ids(call, &call.read(), &module)?;
    if listed(ids).count() > MOST_RECORDS {
        return Err(ApiError::new(Code::TOO_MANY_IDS)
            .with("limit", MOST_RECORDS.to_string())
            .with("param_name", "ids"));
    }
    match own_field(&external, &module) {
        Some(field) => by_external_ids(call, &module, field, ids),
        None => by_ids(call, &module, ids),
    }
}

fn by_ids(call: &Call<'_>, module: &Module, ids: &str) -> Result<Response, ApiError> {
    let malformed = |text: &str| Id::parse(text) == Err(IdError::NotNumeric);
    if !call.version.malformed_delete_id_fails_item() && listed(ids).any(malformed) {
        return Err(Code::UNABLE_TO_PARSE.into());
    }
    let batch = Batch::new(call, ROOT, 200);
    let items = batch.run(id_list(ids), |tx, (text, id), _| {
        let item = id.map_or(Ok(None), |id| deleted(tx, module, id, None))?;
        item.ok_or_else(|| {
            let kind = if malformed(text) {
                Code::MALFORMED_ID
            } else {
                Code::RECORD_NOT_DELETED
            };
            vec![ApiError::new(kind).with("id", text)]
        })
    })?;
    Ok(batch.answer_by_ids(items, listed(ids), Code::RECORD_LOCKED_FOR_DELETION))
}

fn by_external_ids(
    call: &Call<'_>,
    module: &Module,
    field: &Field,
    values: &str,
) -> Result<Response, ApiError> {
    let batch = Batch::new(call, ROOT, 200);
    let items = batch.run(listed(values), |tx, value, _| {
        let error = |code: Code| vec![ApiError::new(code).with(field.api_name(), value)];
        let found = record_with(tx.state(), module, field.no, value).map_err(error)?;
        let id = found.map(|record| record.id);
        let item = id.map_or(Ok(None), |id| deleted(tx, module, id, Some(field)))?;
        item.ok_or_else(|| error(Code::EXTERNAL_INVALID))
    })?;
    Ok(batch.answer(&items))
}

/// `DELETE /{module}/{id}`.
pub(super) fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.deletable)?;
    let state = call.read();
    let ids = external_ids(call, &state, &module)?;
    let target = path_record_to_write(call, &state, &module, &ids)?.map(|record| record.id);
    let unknown = PathUnknown::of(call, &ids, Code::RECORD_NOT_DELETED);
    let batch = Batch::new(call, ROOT, 200);
    let mut missing = false;
    let items = batch.run([target], |tx, target, _| {
        let own = own_field(&ids, &module);
        let item = target.map_or(Ok(None), |id| deleted(tx, &module, id, own))?;
        item.ok_or_else(|| {
            missing = true;
            let error = ApiError::new(Code::RECORD_NOT_DELETED).with("id", call.path("id"));
            vec![error]
        })
    })?;
    if missing && unknown.fails_call {
        return Err(unknown.error());
    }
    let named = target.map_or_else(|| call.path("id").to_owned(), |id| id.to_string());
    Ok(batch.answer_by_ids(items, [named.as_str()], Code::RECORD_LOCKED_FOR_DELETION))
}
