//! `/crm/{version}/{module}/{id}/actions/clone`: a record like another one.

use serde_json::Map;

use super::common::{ROOT, writable};
use super::external::record_of_path;
use super::{WRITE_CREDITS, WRITE_KEYS};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Items, Write};
use crate::error::{ApiError, Code, Message};
use crate::ops::clone::as_input;
use crate::ops::input::Mode;
use crate::ops::write::{RecordPlace, insert, success};
use crate::response::Response;
use crate::schema::Module;
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&CLONE];

static BODY: BodySpec = BodySpec::list(ROOT, 1, Items::Records(Write::UpdateOne))
    .keys(&[WRITE_KEYS])
    .optional();

pub(crate) static CLONE: Endpoint =
    Endpoint::post("records.clone", "/crm/{v}/{module}/{id}/actions/clone")
        .since(ApiVersion::V7)
        .scope("modules.{module}.CREATE")
        .body(&BODY)
        .costs(WRITE_CREDITS)
        .outcomes(&[201, 400])
        .does(
            "Insert a record like another one, with what is changed",
            clone,
        );

/// Notes and attachments are not on the page's list of modules.
fn can_be_cloned(module: &Module) -> bool {
    module.spec.creatable && !matches!(module.api_name(), "Notes" | "Attachments")
}

fn clone(call: &Call<'_>) -> Result<Response, ApiError> {
    let module = writable(call, can_be_cloned)?;
    let id = record_of_path(call, &call.read(), &module)?.map(|record| record.id);
    // a clone without changes needs no body (recorded v8)
    let given = if call.body.is_null() {
        None
    } else {
        call.items()?.first()
    };
    let batch = Batch::of_body(call, 201);
    let nothing = Map::new();
    let mut missing = false;
    let items = batch.run([given], |tx, given, index| {
        let changes = match given {
            Some(given) => batch.object(given, index).map_err(|error| vec![error])?,
            None => &nothing,
        };
        // that a converted lead has no clone is assumed
        let record = id.and_then(|id| tx.state().table(&module).get(id).cloned());
        let Some(record) = record.filter(|record| !record.converted) else {
            missing = true;
            return Err(vec![unknown()]);
        };
        let input = as_input(tx.state(), &module, &record, changes, call.version);
        let place = RecordPlace {
            version: call.version,
            index,
            key: None,
            mode: Mode::Insert,
        };
        let id = insert(tx, &module, &input, place)?;
        Ok(success(tx, &module, id, Message::RECORD_ADDED, false))
    })?;
    if missing {
        return Err(unknown());
    }
    Ok(batch.answer(&items))
}

/// The error of an id that no record has (recorded v8).
fn unknown() -> ApiError {
    ApiError::new(Code::UNKNOWN_ID).with("api_name", "id")
}
