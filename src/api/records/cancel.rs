//! `/crm/{version}/Events/{id}/actions/cancel`: a meeting is called off.

use serde_json::Value as Json;

use super::common::ROOT;
use super::external::{external_ids, path_record};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Items};
use crate::error::{ApiError, Code, Item, Message};
use crate::ops::meetings;
use crate::ops::permit::{Deed, permit};
use crate::response::Response;
use crate::version::ApiVersion::{V2_1, V4};
use crate::version::Versions;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&CANCEL, &CANCEL_V2_1];

static BODY: BodySpec = BodySpec::list(ROOT, 1, Items::Own);

const PATH: &str = "/crm/{v}/{module}/{id}/actions/cancel";

pub(crate) static CANCEL: Endpoint = Endpoint::post("events.cancel", PATH)
    .since(V4)
    .scope("modules.{module}.UPDATE")
    .body(&BODY)
    .outcomes(&[200, 400, 403])
    .does("Cancel a meeting", cancel);

/// The v3 SDK has no class for it, those of v2.1 and v4 do.
pub(crate) static CANCEL_V2_1: Endpoint = Endpoint::post("events.cancel_v2_1", PATH)
    .versions(Versions::between(V2_1, V2_1))
    .scope("modules.{module}.UPDATE")
    .body(&BODY)
    .outcomes(&[200, 202, 400, 403])
    .does("Cancel a meeting, in v2.1", cancel);

fn cancel(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    if module.api_name() != "Events" {
        return Err(Code::INVALID_URL_PATTERN.into());
    }
    let ids = external_ids(call, &state, module)?;
    let meeting = path_record(call, &state, module, &ids)?.map(|meeting| meeting.id);
    let batch = Batch::of_body(call, 200);
    let items = batch.write(|tx, item, index| {
        let spot = batch.spot(index);
        let key = "send_cancelling_mail";
        match item.get(key) {
            // no mail is sent, whatever it says
            Some(Json::Bool(_)) => {}
            None | Some(Json::Null) => {
                return Err(vec![spot.about(Code::MANDATORY_NOT_FOUND, key)]);
            }
            Some(_) => {
                let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "boolean");
                return Err(vec![spot.about(error, key)]);
            }
        }
        let about = |code: Code| vec![ApiError::new(code).with("id", call.path("id"))];
        let meeting = meeting.and_then(|id| tx.state().table(module).get(id).cloned());
        let meeting = meeting.ok_or_else(|| about(Code::UNKNOWN_ID))?;
        let allowed = permit(tx, module, &meeting, Deed::Update(item));
        allowed.map_err(|error| vec![error.with("id", call.path("id"))])?;
        meetings::cancel(tx, module, &meeting).map_err(about)?;
        Ok(Item::success_of(Message::MEETING_CANCELLED, meeting.id))
    })?;
    Ok(batch.answer(&items))
}
