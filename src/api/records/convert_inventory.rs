//! `/crm/{version}/{Quotes|Sales_Orders}/{id}/actions/convert` (v7 and later): a quote becomes a sales
//! order or an invoice, a sales order an invoice.

use serde_json::{Map, Value as Json, json};

use super::common::of_path;
use super::conversion::{Refusal, held};
use super::external::{external_ids, path_record};
use super::named_module::{NamedBy, named_module};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Message};
use crate::ops::inventory::{self, InventoryConversion};
use crate::ops::permit::{Deed, permit};
use crate::response::Response;
use crate::schema::{Module, ModuleNo};
use crate::store::OrgState;

/// The errors of `module` in `convert_to`.
const NAMED: NamedBy = NamedBy {
    missing: Code::NOTHING_TO_CONVERT_TO,
    differ: Code::AMBIGUITY,
};

pub(super) fn convert(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
) -> Result<Response, ApiError> {
    let ids = external_ids(call, state, module)?;
    let unknown = || call.path_error(Code::INVALID_DATA, 1);
    let id = path_record(call, state, module, &ids)?
        .ok_or_else(unknown)?
        .id;
    let items = call.items()?;
    let batch = Batch::of_body(call, 200);
    let spot = batch.spot(0);
    let done: Result<_, Refusal> = call.attempt(|tx| {
        let record = tx.state().table(module).get(id).cloned();
        let record = record.ok_or_else(|| Refusal::Call(unknown()))?;
        held(call, module, &record)?;
        let allowed = permit(tx, module, &record, Deed::Convert);
        allowed.map_err(|error| Refusal::Call(of_path(call, error)))?;
        let refused = |error| Refusal::Item(vec![error]);
        let item = batch.object(&items[0], 0).map_err(refused)?;
        let (target, tags) = read_target(tx.state(), spot, module, item).map_err(|error| {
            // what is missing is told of the call as a whole (v8 description)
            match error.kind {
                Code::MANDATORY_NOT_FOUND => Refusal::Call(error),
                _ => Refusal::Item(vec![error]),
            }
        })?;
        if tags == Some(false) {
            let reason = "Carry over tags will be automatically converted";
            let error = ApiError::new(Code::TAGS_GO_ALONG).with("reason", reason);
            return Err(refused(spot.about(error, "convert_to[0].carry_over_tags")));
        }
        let schema = tx.state().schema.clone();
        let target = schema.module_at(target);
        let wanted = InventoryConversion {
            target,
            carry_over_tags: true,
            assign_to: None,
            related: &[],
        };
        let made = inventory::convert(tx, module, &record, &wanted).map_err(Refusal::Item)?;
        let name = tx.state().record_name(target.no, made);
        let mut details = Map::new();
        details.insert(
            target.api_name().to_owned(),
            json!({"name": name.as_deref(), "id": made.json()}),
        );
        Ok(details)
    });
    match done {
        Ok(details) => {
            let message = Message::LEAD_CONVERTED.text(call.wording);
            Ok(Response::json(
                200,
                json!({"data": [
                    {"code": "SUCCESS", "details": details, "message": message, "status": "success"},
                ]}),
            ))
        }
        Err(refusal) => refusal.answer(call, batch),
    }
}

/// The module that `convert_to` names, and what it says of tags, if anything.
///
/// # Errors
/// `MANDATORY_NOT_FOUND` without the key, `INVALID_DATA` for a list of another length than one or a
/// module that records of this one are not converted into, and those of the name of a module.
pub(in crate::api) fn read_target(
    state: &OrgState,
    spot: Spot,
    module: &Module,
    item: &Map<String, Json>,
) -> Result<(ModuleNo, Option<bool>), ApiError> {
    const KEY: &str = "convert_to";
    let typed = |expected: &str, path: &str| {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        spot.about(error, path)
    };
    let given = item.get(KEY).filter(|given| !given.is_null());
    let given = given.ok_or_else(|| spot.about(Code::MANDATORY_NOT_FOUND, KEY))?;
    let given = given.as_array().ok_or_else(|| typed("jsonarray", KEY))?;
    let limited = |detail: &str| {
        let error = ApiError::new(Code::INVALID_DATA).with(detail, 1);
        spot.about(error, KEY)
    };
    let target = match given.as_slice() {
        [] => return Err(limited("minimum_length")),
        [target] => target,
        _ => return Err(limited("maximum_length")),
    };
    let path = format!("{KEY}[0]");
    let target = target
        .as_object()
        .ok_or_else(|| typed("jsonobject", &path))?;
    let at = format!("{path}.module");
    let named = target.get("module").filter(|named| !named.is_null());
    let named = named.ok_or_else(|| spot.about(Code::MANDATORY_NOT_FOUND, &at))?;
    let to = named_module(&state.schema, spot, named, &at, NAMED)?;
    let possible = inventory::targets(module);
    if !possible.contains(&to.api_name()) {
        let error = ApiError::new(Code::INVALID_DATA).with("supported_values", possible.to_vec());
        return Err(spot.about(error, &format!("{at}.api_name")));
    }
    let tags = match target.get("carry_over_tags") {
        None | Some(Json::Null) => None,
        Some(Json::Bool(tags)) => Some(*tags),
        Some(_) => return Err(typed("boolean", &format!("{path}.carry_over_tags"))),
    };
    Ok((to.no, tags))
}
