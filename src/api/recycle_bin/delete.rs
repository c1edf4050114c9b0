//! Out of the bin for good.

use super::common::{
    AT_ONCE, FILTERS, ROOT, named, order, schedule_filtered, scheduled_for, unknown_in_path,
};
use super::filters;
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::paging::ambiguous;
use crate::api::param;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::ops::recycle_bin as ops;
use crate::response::Response;
use crate::store::job::BinSelection;
use crate::store::{RecordAt, Tx};

pub(super) fn delete_many(call: &Call<'_>) -> Result<Response, ApiError> {
    match (call.get(FILTERS), call.get(param::IDS)) {
        (Some(_), Some(_)) => Err(ambiguous(FILTERS.name, param::IDS.name)),
        (None, None) => {
            let names = vec![FILTERS.name, param::IDS.name];
            Err(ApiError::new(Code::EXPECTED_PARAM_MISSING).with("param_names", names))
        }
        (Some(_), None) => {
            let conditions = filters::of_param(call, &call.read())?;
            schedule_filtered(call, false, conditions, Message::BULK_DELETION_SCHEDULED)
        }
        (None, Some(ids)) => by_ids(call, &named(ids)?),
    }
}

fn by_ids(call: &Call<'_>, ids: &[(&str, Option<Id>)]) -> Result<Response, ApiError> {
    let state = call.read();
    let found = |id: &Option<Id>| Some(ops::lookup(&state, (*id)?, call.now)?.key());
    let records: Option<Vec<RecordAt>> = ids.iter().map(|(_, id)| found(id)).collect();
    let all = records.iter().flatten();
    let size: usize = all.map(|key| ops::size(&state, *key)).sum();
    if let Some(records) = records.filter(|_| size > AT_ONCE) {
        let named: Vec<Option<Id>> = records.iter().map(|(_, id)| Some(*id)).collect();
        call.write(|tx| {
            order(call, tx, false, BinSelection::Records(records.into()));
            Ok(())
        })?;
        return Ok(scheduled_for(call, Message::DELETION_SCHEDULED, &named));
    }
    let batch = Batch::new(call, ROOT, 200);
    let items = batch.run(ids, |tx, (text, id), _| {
        let gone = id.and_then(|id| erased(tx, id));
        gone.ok_or_else(|| vec![ApiError::new(Code::UNKNOWN_SETTING).with("id", *text)])
    })?;
    Ok(batch.answer(&items))
}

/// Has the bin forget a record; none if it does not have it.
fn erased(tx: &mut Tx, id: Id) -> Option<Item> {
    let key = ops::lookup(tx.state(), id, tx.now())?.key();
    ops::erase(tx, key).then(|| Item::success_of(Message::RECORD_DELETED, id))
}

pub(super) fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let entry = ops::lookup(&state, call.path_id("id")?, call.now);
    let (_, id) = entry.ok_or_else(|| unknown_in_path(call))?.key();
    let text = id.to_string();
    by_ids(call, &[(text.as_str(), Some(id))])
}
