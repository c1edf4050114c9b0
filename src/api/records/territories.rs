//! `/crm/{version}/{module}[/{id}]/actions/assign_territories` and `…/remove_territories`: the
//! territories that records belong to.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::common::{ROOT, of_path};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Items};
use crate::api::param;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message, path_alone};
use crate::ids::{Id, IdError};
use crate::ops::permit::{Deed, permit};
use crate::query::expr::Expr;
use crate::query::territory::{self, within};
use crate::response::Response;
use crate::schema::{Field, Module};
use crate::settings::families::territories::{NOT_ENABLED, TERRITORIES};
use crate::store::{OrgState, Record, Tx};
use crate::value::Value;
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&ASSIGN_MANY, &ASSIGN, &REMOVE_MANY, &REMOVE];

/// The key of the territories of an item.
const KEY: &str = "Territories";
/// Modules whose records belong to territories: three by the v7 page, two more by their metadata.
const TERRITORIAL: [&str; 5] = ["Leads", "Accounts", "Contacts", "Deals", "Campaigns"];
/// Territories that a record may have (v7 page); a deal has one.
const MOST_TERRITORIES: usize = 10;

static MANY: BodySpec = BodySpec::list(ROOT, 10, Items::Own);
static ONE: BodySpec = BodySpec::list(ROOT, 1, Items::Own);

pub(crate) static ASSIGN_MANY: Endpoint = Endpoint::post(
    "records.assign_territories_many",
    "/crm/{v}/{module}/actions/assign_territories",
)
.since(ApiVersion::V2_1)
.scope("modules.{module}.UPDATE")
.body(&MANY)
.outcomes(&[200, 202, 207, 400])
.does("Assign territories to up to 10 records", assign_many);

pub(crate) static ASSIGN: Endpoint = Endpoint::post(
    "records.assign_territories",
    "/crm/{v}/{module}/{id}/actions/assign_territories",
)
.since(ApiVersion::V2_1)
.scope("modules.{module}.UPDATE")
.body(&ONE)
.outcomes(&[200, 202, 400])
.does("Assign territories to a record", assign);

pub(crate) static REMOVE_MANY: Endpoint = Endpoint::post(
    "records.remove_territories_many",
    "/crm/{v}/{module}/actions/remove_territories",
)
.since(ApiVersion::V2_1)
.scope("modules.{module}.UPDATE")
.body(&MANY)
.outcomes(&[200, 202, 207, 400])
.does("Remove territories from up to 10 records", remove_many);

pub(crate) static REMOVE: Endpoint = Endpoint::post(
    "records.remove_territories",
    "/crm/{v}/{module}/{id}/actions/remove_territories",
)
.since(ApiVersion::V2_1)
.scope("modules.{module}.UPDATE")
.body(&ONE)
.outcomes(&[200, 202, 400])
.does("Remove territories from a record", remove);

/// Whether records of a module belong to territories.
pub(in crate::api) fn has_territories(module: &Module) -> bool {
    TERRITORIAL.contains(&module.api_name())
}

/// The condition that the parameters `territory_id` and `include_child` make.
///
/// # Errors
/// `INVALID_MODULE` for a module without territories, `INVALID_DATA` for what is no id.
pub(in crate::api) fn within_territory(
    call: &Call<'_>,
    state: &OrgState,
    module: &Module,
) -> Result<Option<Expr>, ApiError> {
    let name = param::TERRITORY_ID.name;
    let Some(text) = call.get(param::TERRITORY_ID) else {
        return Ok(None);
    };
    if !has_territories(module) {
        return Err(Code::TERRITORY_NOT_SUPPORTED.into());
    }
    match Id::parse(text) {
        Ok(id) => {
            let children = call.get(param::INCLUDE_CHILD) == Some("true");
            Ok(Some(within(state, module, id, children)))
        }
        Err(IdError::TooLong) => Ok(Some(Expr::Any(Vec::new()))),
        Err(IdError::NotNumeric) => {
            Err(ApiError::new(Code::INVALID_PARAM).with("param_name", name))
        }
    }
}

/// What is done with the territories of an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Assign,
    Remove,
}

fn assign_many(call: &Call<'_>) -> Result<Response, ApiError> {
    change_many(call, Change::Assign)
}

fn remove_many(call: &Call<'_>) -> Result<Response, ApiError> {
    change_many(call, Change::Remove)
}

fn assign(call: &Call<'_>) -> Result<Response, ApiError> {
    change_one(call, Change::Assign)
}

fn remove(call: &Call<'_>) -> Result<Response, ApiError> {
    change_one(call, Change::Remove)
}

/// The module of the path, if its records belong to territories.
///
/// # Errors
/// `NOT_SUPPORTED` for one whose records never do, `TERRITORY_NOT_ENABLED` in an org that has not
/// switched the feature on, altogether or for the module.
fn territorial(call: &Call<'_>, state: &OrgState) -> Result<Arc<Module>, ApiError> {
    let module = call.module(state)?;
    if !has_territories(module) {
        return Err(call.path_error(Code::TERRITORIES_NOT_FOR_MODULE, 0));
    }
    if TERRITORIES.of(state).is_empty() {
        return Err(NOT_ENABLED.into());
    }
    if territory::field(module).is_none() {
        let name = module.api_name();
        let error = ApiError::new(Code::TERRITORIES_OFF_FOR_MODULE);
        return Err(error.saying(format!(
            "the territory feature is not enabled for {name} Module"
        )));
    }
    Ok(Arc::clone(module))
}

fn change_many(call: &Call<'_>, change: Change) -> Result<Response, ApiError> {
    let module = territorial(call, &call.read())?;
    let batch = Batch::of_body(call, 200);
    let mut named = Vec::new();
    let items = batch.write(|tx, item, index| {
        let spot = batch.spot(index);
        let given = item.get("id").filter(|id| !id.is_null());
        named.push(given.map_or_else(String::new, as_text));
        let given = given.ok_or_else(|| vec![spot.about(Code::MANDATORY_NOT_FOUND, "id")])?;
        let record = Id::from_json(given).and_then(|id| tx.state().table(&module).get(id).cloned());
        let unknown = || vec![spot.about(Code::TERRITORY_RECORD_INVALID, "id")];
        let record = record.ok_or_else(unknown)?;
        permit(tx, &module, &record, Deed::Assign).map_err(|error| vec![error])?;
        apply(tx, &module, &record, item, spot, change).map_err(|error| vec![error])
    })?;
    Ok(batch.answer_by_ids(items, named.iter().map(String::as_str), Code::RECORD_LOCKED))
}

fn as_text(id: &Json) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn change_one(call: &Call<'_>, change: Change) -> Result<Response, ApiError> {
    let state = call.read();
    let module = territorial(call, &state)?;
    let id = call.path_id("id")?;
    let unknown = || call.path_error(Code::TERRITORY_RECORD_INVALID, 1);
    let record = state.table(&module).get(id).cloned().ok_or_else(unknown)?;
    let allowed = call.probe(|tx| permit(tx, &module, &record, Deed::Assign));
    allowed.map_err(|error| of_path(call, error))?;
    let batch = Batch::of_body(call, 200);
    let items = batch.write(|tx, item, index| {
        // read again within the transaction: another writer may have been faster
        let record = tx.state().table(&module).get(id).cloned();
        let record = record.ok_or_else(|| vec![unknown()])?;
        let done = apply(tx, &module, &record, item, batch.spot(index), change);
        done.map_err(|error| vec![error])
    })?;
    Ok(batch.answer(&items))
}

/// Changes the territories of a record as an item says.
///
/// # Errors
/// Those of the item; nothing is written then.
fn apply(
    tx: &mut Tx,
    module: &Module,
    record: &Record,
    item: &Map<String, Json>,
    spot: Spot,
    change: Change,
) -> Result<Item, ApiError> {
    let Some(field) = territory::field(module) else {
        return Err(NOT_ENABLED.into());
    };
    let mut own = territory::of(record, field);
    let given = named(tx.state(), item, spot)?;
    for (n, id) in given.iter().enumerate() {
        let at = format!("{KEY}[{n}].id");
        match (change, own.contains(id)) {
            (Change::Assign, true) => return Err(spot.about(Code::TERRITORY_ASSIGNED, &at)),
            (Change::Remove, false) => return Err(spot.about(Code::UNKNOWN_ID, &at)),
            _ => {}
        }
    }
    let message = match change {
        Change::Assign => {
            own.extend(given);
            Message::TERRITORIES_ASSIGNED
        }
        Change::Remove => {
            own.retain(|id| !given.contains(id));
            Message::TERRITORIES_REMOVED
        }
    };
    let most = if module.api_name() == "Deals" {
        1
    } else {
        MOST_TERRITORIES
    };
    if own.len() > most {
        let error = ApiError::new(Code::TOO_MANY_TERRITORIES).with("limit", most);
        return Err(spot.about(error, KEY));
    }
    let mut changed = record.with_values(vec![(field.no, kept(field, &own))]);
    changed.modified_time = tx.now();
    changed.modified_by = tx.user();
    tx.put(module, changed);
    Ok(Item::success_of(message, record.id))
}

/// The form in which a field keeps territories; nothing for none.
fn kept(field: &Field, territories: &[Id]) -> Value {
    let one = |id: &Id| json!({"id": id.json()});
    let value = match (field.api_name(), territories) {
        (_, []) => return Value::Null,
        ("Territory", [first, ..]) => one(first),
        (_, all) => all.iter().map(one).collect(),
    };
    Value::Json(Arc::new(value))
}

/// The territories that an item names, each once.
///
/// # Errors
/// `MANDATORY_NOT_FOUND` without any, `INVALID_DATA` for one that there is not, `ALREADY_USED` for
/// one that stands there twice.
fn named(state: &OrgState, item: &Map<String, Json>, spot: Spot) -> Result<Vec<Id>, ApiError> {
    let missing = |path: &str| spot.about(Code::MANDATORY_NOT_FOUND, path);
    let given = match item.get(KEY) {
        None | Some(Json::Null) => return Err(missing(KEY)),
        Some(Json::Array(given)) if given.is_empty() => return Err(missing(KEY)),
        Some(Json::Array(given)) => given,
        Some(_) => {
            let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonarray");
            return Err(spot.about(error, KEY));
        }
    };
    let mut ids = Vec::with_capacity(given.len());
    for (n, said) in given.iter().enumerate() {
        let at = format!("{KEY}[{n}].id");
        let id = said
            .get("id")
            .filter(|id| !id.is_null())
            .ok_or_else(|| missing(&at))?;
        let id = Id::from_json(id).filter(|id| TERRITORIES.of(state).get(*id).is_some());
        let id = id.ok_or_else(|| spot.about(Code::UNKNOWN_ID, &at))?;
        if let Some(first) = ids.iter().position(|known| *known == id) {
            let place = path_alone(format_args!("{spot}.{KEY}[{first}].id"));
            let error = ApiError::new(Code::TERRITORY_TWICE);
            return Err(spot.about(error.with("exists_in", place), &at));
        }
        ids.push(id);
    }
    Ok(ids)
}
