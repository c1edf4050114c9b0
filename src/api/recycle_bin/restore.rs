//! Out of the bin.

use serde_json::Value as Json;

use super::common::{AT_ONCE, ROOT, order, schedule_filtered, scheduled_for, unknown_in_path};
use super::filters;
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::ops::recycle_bin::{self as ops, NotRestored};
use crate::response::Response;
use crate::store::job::BinSelection;
use crate::store::{RecordAt, Tx};

/// The ways to say which records are meant, of which a call has one.
const WAYS: [&str; 3] = ["ids", "filters", "restore_all_records"];
/// Ids that one call takes (v8 description).
const MOST_IDS: usize = 200;

pub(super) fn restore_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let spot = Spot::body(call.version);
    let body = call.body.as_object();
    let body =
        body.ok_or_else(|| ApiError::new(Code::BODY).with("expected_data_type", "jsonobject"))?;
    let all = body.get("restore_all_records");
    if all.is_some_and(|all| !all.is_null() && !all.is_boolean()) {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "boolean");
        return Err(spot.about(error, "restore_all_records"));
    }
    let says = |key: &str| {
        body.get(key)
            .is_some_and(|value| !value.is_null() && *value != Json::Bool(false))
    };
    let said: Vec<&str> = WAYS.into_iter().filter(|way| says(way)).collect();
    match said[..] {
        [] => {
            let expected: Vec<Json> = WAYS.iter().map(|way| spot.place(way)).collect();
            Err(ApiError::new(Code::BIN_EXPECTED_FIELD).with("expected_fields", expected))
        }
        ["ids"] => by_ids(call),
        ["filters"] => {
            let filters = body.get("filters").unwrap_or(&Json::Null);
            let conditions = filters::of_body(call, &call.read(), filters)?;
            let message = Message::BULK_RESTORATION_SCHEDULED;
            schedule_filtered(call, true, conditions, message)
        }
        [_] => schedule_filtered(call, true, Vec::new(), Message::BULK_RESTORATION_SCHEDULED),
        _ => {
            let places: Vec<Json> = said.iter().map(|way| spot.place(way)).collect();
            Err(ApiError::new(Code::AMBIGUITY).with("ambiguity_due_to", places))
        }
    }
}

fn as_text(id: &Json) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn by_ids(call: &Call<'_>) -> Result<Response, ApiError> {
    let ids = call.array("ids", MOST_IDS)?;
    let state = call.read();
    let found = |given: &Json| {
        let id = Id::from_json(given)?;
        ops::lookup(&state, id, call.now).map(|entry| entry.key())
    };
    let records: Option<Vec<RecordAt>> = ids.iter().map(found).collect();
    let all = records.iter().flatten();
    let size: usize = all.map(|key| ops::size(&state, *key)).sum();
    if let Some(records) = records.filter(|_| size > AT_ONCE) {
        let named: Vec<Option<Id>> = records.iter().map(|(_, id)| Some(*id)).collect();
        call.write(|tx| {
            order(call, tx, true, BinSelection::Records(records.into()));
            Ok(())
        })?;
        return Ok(scheduled_for(call, Message::RESTORATION_SCHEDULED, &named));
    }
    let batch = Batch::new(call, ROOT, 200);
    let items = batch.run(ids, |tx, given, _| {
        restored(tx, Id::from_json(given)).map_err(|error| vec![error.with("id", as_text(given))])
    })?;
    Ok(batch.answer(&items))
}

/// Brings a record back. The id is left to be added to the error.
fn restored(tx: &mut Tx, id: Option<Id>) -> Result<Item, ApiError> {
    let entry = id.and_then(|id| ops::lookup(tx.state(), id, tx.now()));
    let key = entry.map(|entry| entry.key());
    let key = key.ok_or(Code::UNKNOWN_SETTING)?;
    match ops::restore(tx, key) {
        Ok(()) => Ok(Item::success_of(Message::RECORD_RESTORED, key.1)),
        Err(NotRestored::Unknown) => Err(Code::UNKNOWN_SETTING.into()),
        Err(NotRestored::WithoutParent) => Err(Code::CANNOT_RESTORE_WITHOUT_PARENT.into()),
        // assumed: nobody tells what becomes of a unique value that was given away meanwhile
        Err(NotRestored::Taken { field, .. }) => {
            Err(ApiError::new(Code::DUPLICATE_DATA).with("api_name", field))
        }
    }
}

pub(super) fn restore(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let entry = ops::lookup(&state, call.path_id("id")?, call.now);
    let key = entry.ok_or_else(|| unknown_in_path(call))?.key();
    if ops::size(&state, key) > AT_ONCE {
        call.write(|tx| {
            order(call, tx, true, BinSelection::Records([key].into()));
            Ok(())
        })?;
        let message = Message::RESTORATION_SCHEDULED;
        return Ok(scheduled_for(call, message, &[Some(key.1)]));
    }
    let batch = Batch::new(call, ROOT, 200);
    let items = batch.run([key], |tx, key, _| {
        let error = |error: ApiError| vec![error.with("id", key.1.json())];
        restored(tx, Some(key.1)).map_err(error)
    })?;
    Ok(batch.answer(&items))
}
