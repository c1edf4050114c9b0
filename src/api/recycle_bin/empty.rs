//! Everything out of the bin for good.

use super::common::{AT_ONCE, order, scheduled};
use crate::api::call::Call;
use crate::error::{ApiError, Item, Message};
use crate::ops::recycle_bin as ops;
use crate::response::Response;
use crate::store::RecordAt;
use crate::store::job::BinSelection;

pub(super) fn empty(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let all = ops::entries(&state, call.now);
    let all: Vec<RecordAt> = all.map(|entry| entry.key()).collect();
    let size: usize = all.iter().map(|key| ops::size(&state, *key)).sum();
    if size > AT_ONCE {
        call.write(|tx| {
            order(call, tx, false, BinSelection::Meeting([].into()));
            Ok(())
        })?;
        let body = scheduled(call, Message::BIN_CLEARING_SCHEDULED, None);
        return Ok(Response::json(202, body));
    }
    call.write(|tx| {
        for key in ops::entries(tx.state(), tx.now())
            .map(|entry| entry.key())
            .collect::<Vec<_>>()
        {
            ops::erase(tx, key);
        }
        Ok(())
    })?;
    let mut body = Vec::new();
    Item::success(Message::BIN_CLEARED, b"{}".to_vec()).write(call.wording, &mut body);
    Ok(Response::bytes(200, body))
}
