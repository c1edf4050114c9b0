//! Inserting, updating, upserting and deleting records.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{id_list, path_record};
use crate::api::call::Call;
use crate::error::{ApiError, Item, Kind, Message, Upserted};
use crate::ids::{Id, IdError};
use crate::ops::input::Mode;
use crate::ops::upsert::check_fields;
use crate::ops::write::{Place, as_record, combine, details, success};
use crate::ops::{delete as ops_delete, upsert as ops_upsert, write as ops_write};
use crate::response::Response;
use crate::schema::{Field, Module};
use crate::store::{Record, Tx};
use crate::value::time;

/// Records that one call takes.
pub(crate) const MOST_RECORDS: usize = 100;

/// The answer to a write: the items in the order of the input, and the status that tells whether
/// all, some or none were done.
pub(in crate::api) fn answer(call: &Call<'_>, done: u16, items: &[Item]) -> Response {
    answer_under(call, "data", done, items)
}

/// The same under another root key.
pub(in crate::api) fn answer_under(
    call: &Call<'_>,
    root: &str,
    done: u16,
    items: &[Item],
) -> Response {
    let good = items.iter().filter(|item| item.is_success()).count();
    let statuses = call.version.batch_status();
    let status = match good {
        good if good == items.len() => done,
        0 => statuses.all_failed,
        _ => statuses.mixed,
    };
    Response::bytes(status, Item::write_all(root, items, call.wording))
}

/// Runs `each` over the records of the body, in one transaction: a record that fails leaves
/// nothing behind, the others are written.
fn batch(
    call: &Call<'_>,
    mut each: impl FnMut(&mut Tx, &Map<String, Json>, usize) -> Result<Item, Vec<ApiError>>,
) -> Result<Vec<Item>, ApiError> {
    let records = call.items("data", MOST_RECORDS)?;
    call.write(|tx| {
        Ok(records
            .iter()
            .enumerate()
            .map(|(index, json)| {
                if let Some(fault) = call.fault_of(index) {
                    return fault.into();
                }
                let done = as_record(json, index)
                    .map_err(|e| vec![e])
                    .and_then(|record| each(tx, record, index));
                done.unwrap_or_else(|errors| combine(errors, call.version, call.wording).into())
            })
            .collect())
    })
}

fn place(call: &Call<'_>, index: usize, mode: Mode) -> Place {
    Place {
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

/// The module of the path, if it allows the operation.
fn writable(call: &Call<'_>, allows: impl Fn(&Module) -> bool) -> Result<Arc<Module>, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    if allows(module) {
        Ok(Arc::clone(module))
    } else {
        Err(Kind::ModuleNotSupportedForApi.into())
    }
}

/// `POST /{module}`.
pub(super) fn insert(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.creatable)?;
    let approval = call.version.success_has_approval_state();
    let items = batch(call, |tx, record, index| {
        let id = ops_write::insert(tx, &module, record, place(call, index, Mode::Insert))?;
        Ok(success(tx, &module, id, Message::RecordAdded, approval))
    })?;
    Ok(answer(call, 201, &items))
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
    let unless = call
        .request
        .headers
        .get("if-unmodified-since")
        .and_then(time::parse_datetime);
    if unless.is_some_and(|at| existing.modified_time > at) {
        let mut error = ApiError::new(Kind::AlreadyModified);
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
        Message::RecordUpdated,
        approval,
    ))
}

fn unknown_id(call: &Call<'_>, path: Option<String>) -> ApiError {
    let error = ApiError::new(Kind::UnknownId);
    if !call.version.unknown_id_names_the_key() {
        return error;
    }
    let error = error.with("api_name", "id");
    match path {
        Some(path) if call.version.has_json_path() => error.with("json_path", path),
        _ => error,
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
    let items = batch(call, |tx, record, index| {
        let path = || format!("$.data[{index}].id");
        let Some(given) = record.get("id").filter(|id| !id.is_null()) else {
            let error = ApiError::new(Kind::MandatoryNotFound).with("api_name", "id");
            return Err(vec![if call.version.has_json_path() {
                error.with("json_path", path())
            } else {
                error
            }]);
        };
        let existing =
            Id::from_json(given).and_then(|id| tx.state().table(module).get(id).cloned());
        let existing = existing.ok_or_else(|| vec![unknown_id(call, Some(path()))])?;
        update_record(call, tx, module, &existing, record, index, taken_in)
    })?;
    Ok(status_412(answer(call, 200, &items), &items))
}

/// `PUT /{module}/{id}`. The id in the path wins over one in the body.
pub(super) fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.editable)?;
    let target = path_record(call, &call.read(), &module)?.map(|record| record.id);
    let items = batch(call, |tx, record, index| {
        // read again within the transaction: another writer may have been faster
        let existing = target.and_then(|id| tx.state().table(&module).get(id).cloned());
        let existing = existing.ok_or_else(|| vec![unknown_id(call, None)])?;
        update_record(call, tx, &module, &existing, record, index, &[])
    })?;
    Ok(status_412(answer(call, 200, &items), &items))
}

/// A precondition that failed is 412, the body as for other failures.
fn status_412(mut response: Response, items: &[Item]) -> Response {
    let failed = |item: &Item| matches!(item, Item::Error(e) if e.kind == Kind::AlreadyModified);
    if !items.is_empty() && items.iter().all(failed) {
        response.status = Kind::AlreadyModified.status();
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
    let items = batch(call, |tx, record, index| {
        let done = ops_upsert::upsert(
            tx,
            &module,
            &fields,
            record,
            place(call, index, Mode::Insert),
        )?;
        let message = if done.updated {
            Message::RecordUpdated
        } else {
            Message::RecordAdded
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
    Ok(answer(call, 200, &items))
}

/// `duplicate_check_fields` of the body.
fn named_check_fields(call: &Call<'_>, module: &Module) -> Result<Vec<String>, ApiError> {
    let invalid = || ApiError::new(Kind::InvalidData).with("api_name", "duplicate_check_fields");
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
    let ids = call.param("ids").ok_or_else(|| {
        ApiError::new(Kind::RequiredParamMissing).with(call.version.record_param_key(), "ids")
    })?;
    let ids: Vec<(&str, Option<Id>)> = id_list(ids).collect();
    if ids.len() > MOST_RECORDS {
        return Err(ApiError::new(Kind::TooManyIds)
            .with("limit", MOST_RECORDS.to_string())
            .with("param_name", "ids"));
    }
    let malformed = |text: &str| Id::parse(text) == Err(IdError::NotNumeric);
    if !call.version.malformed_delete_id_fails_item() && ids.iter().any(|(text, _)| malformed(text))
    {
        return Err(Kind::UnableToParse.into());
    }
    let items = call.write(|tx| {
        Ok(ids
            .iter()
            .enumerate()
            .map(|(index, (text, id))| match id {
                _ if let Some(fault) = call.fault_of(index) => fault.into(),
                Some(id) if ops_delete::delete(tx, &module, *id) => {
                    Item::success_of(Message::RecordDeleted, *id)
                }
                _ => {
                    let kind = if malformed(text) {
                        Kind::MalformedId
                    } else {
                        Kind::RecordNotDeleted
                    };
                    ApiError::new(kind).with("id", *text).into()
                }
            })
            .collect::<Vec<Item>>())
    })?;
    Ok(answer(call, 200, &items))
}

/// `DELETE /{module}/{id}`.
pub(super) fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, |m| m.spec.deletable)?;
    let target = path_record(call, &call.read(), &module)?.map(|record| record.id);
    if let Some(fault) = call.fault_of(0) {
        return Ok(answer(call, 200, &[fault.into()]));
    }
    let gone = call.write(|tx| Ok(target.is_some_and(|id| ops_delete::delete(tx, &module, id))))?;
    match target {
        Some(id) if gone => Ok(answer(
            call,
            200,
            &[Item::success_of(Message::RecordDeleted, id)],
        )),
        _ if call.version.single_delete_fails_at_top_level() => {
            Err(call.path_error(Kind::RecordNotDeleted, 1))
        }
        _ => {
            let error = ApiError::new(Kind::RecordNotDeleted).with("id", call.path("id"));
            Ok(answer(call, 200, &[error.into()]))
        }
    }
}
