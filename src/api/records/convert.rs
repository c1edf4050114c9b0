//! `/crm/{version}/Leads/{id}/actions/convert`: a lead becomes a contact, an account and a deal.

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::{Map, Value as Json, json};

use super::common::{ROOT, of_path};
use super::conversion::{Refusal, held};
use super::external::{external_ids, path_record};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Credits, Endpoint, Items, VersionedKey};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Message};
use crate::ids::Id;
use crate::ops::convert::{
    Conversion, ConversionTarget, ConvertedInto, TARGETS, convert, is_long, unknown_target,
};
use crate::ops::external::resolved;
use crate::ops::input::Mode;
use crate::ops::permit::{Deed, may_see, permit};
use crate::ops::write::RecordPlace;
use crate::ops::{inventory, jobs};
use crate::response::Response;
use crate::schema::Module;
use crate::store::job::{JobKind, JobWork, LeadConversion};
use crate::store::timeline::TimelineSource;
use crate::store::{OrgState, Tx};
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&CONVERT];

/// Keys of the item (SDK tables).
pub(crate) const KEYS: &[VersionedKey] = &[
    ("overwrite", Versions::ALL),
    ("notify_lead_owner", Versions::ALL),
    ("notify_new_entity_owner", Versions::ALL),
    ("Accounts", Versions::ALL),
    ("Contacts", Versions::ALL),
    ("Deals", Versions::ALL),
    ("assign_to", Versions::ALL),
    ("carry_over_tags", Versions::ALL),
    ("move_attachments_to", Versions::since(ApiVersion::V5)),
    ("add_to_existing_record", Versions::since(ApiVersion::V6)),
    ("convert_to", Versions::since(ApiVersion::V7)),
];

static CONVERT_BODY: BodySpec = BodySpec::list(ROOT, 1, Items::Conversions);

pub(crate) static CONVERT: Endpoint = Endpoint::post(
    "leads.convert",
    "/crm/{v}/{module}/{id}/actions/convert",
)
.scope("modules.{module}.CREATE")
.body(&CONVERT_BODY)
.costs(Credits::Heavy(5))
.composite_freely()
.outcomes(&[200, 202, 400])
.does(
    "Convert a lead into a contact, an account and, if wanted, a deal; or a quote or sales order",
    convert_record,
);

fn convert_record(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    if module.api_name() == "Leads" {
        return convert_lead(call, &state, module);
    }
    if call.version.converts_inventory() && !inventory::targets(module).is_empty() {
        return super::convert_inventory::convert(call, &state, module);
    }
    Err(Code::MODULE_NOT_SUPPORTED_FOR_API.into())
}

fn convert_lead(call: &Call<'_>, state: &OrgState, module: &Module) -> Result<Response, ApiError> {
    let unknown = || {
        let kind = if call.version.unknown_lead_is_invalid_data() {
            Code::INVALID_DATA
        } else {
            Code::GIVEN_ID_INVALID
        };
        call.path_error(kind, 1)
    };
    // `Leads.Ext`, and `Leads.Accounts->Accounts.Ext` as with lookups (assumed: no page shows it here)
    let externals = external_ids(call, state, module)?;
    let lead = path_record(call, state, module, &externals)?;
    let id = lead.ok_or_else(unknown)?.id;
    if let Some(lead) = state.table(module).get(id).filter(|lead| !lead.converted) {
        let allowed = call.probe(|tx| permit(tx, module, lead, Deed::Convert));
        allowed.map_err(|error| of_path(call, error))?;
    }
    let items = call.items()?;
    let batch = Batch::of_body(call, 200);
    let done: Result<_, Refusal> = call.attempt(|tx| {
        // read again within the transaction: another writer may have been faster
        let lead = tx.state().table(module).get(id).cloned();
        let lead = lead.ok_or_else(|| Refusal::Call(unknown()))?;
        held(call, module, &lead)?;
        let refused = |error| Refusal::Item(vec![error]);
        let json = batch.object(&items[0], 0).map_err(refused)?;
        let place = RecordPlace {
            version: call.version,
            index: 0,
            key: None,
            mode: Mode::Update,
        };
        let json = resolved(tx.state(), &externals, json, place).map_err(Refusal::Item)?;
        let wanted = read(batch.spot(0), tx.state(), &json).map_err(refused)?;
        if call.version.long_conversions_are_scheduled() && is_long(tx.state(), module, id) {
            return Ok((202, schedule(call, tx, module, id, wanted)));
        }
        let converted = tx.by_way_of(TimelineSource::Convert, |tx| {
            convert(tx, module, &lead, &wanted, call.version)
        });
        let converted = converted.map_err(Refusal::Item)?;
        Ok((200, body(call, tx.state(), &converted)))
    });
    match done {
        Ok((status, body)) => Ok(Response::json(status, body)),
        Err(refusal) => refusal.answer(call, batch),
    }
}

/// Orders the conversion of a lead with a great many related records.
fn schedule(call: &Call<'_>, tx: &mut Tx, module: &Module, lead: Id, wanted: Conversion) -> Json {
    let work = JobWork::ConvertLead(LeadConversion {
        module: module.no,
        lead,
        wanted,
        version: call.version,
    });
    let job = jobs::order(tx, work, call.org.jobs.of(JobKind::Convert));
    let message = Message::CONVERT_SCHEDULED.text(call.wording);
    json!({"data": [
        {"code": "SCHEDULED", "details": {"job_id": job.json()}, "message": message, "status": "success"},
    ]})
}

/// Ids up to v2.1, later a success with objects; null for what was not made.
fn body(call: &Call<'_>, state: &OrgState, converted: &ConvertedInto) -> Json {
    let objects = call.version.conversion_has_details();
    let made = |target: &str| -> Json {
        let Some(id) = converted.of(target) else {
            return Json::Null;
        };
        if !objects {
            return id.json();
        }
        let module = state.schema.module(target);
        let name = module.and_then(|module| state.record_name(module.no, id));
        json!({"name": name.as_deref(), "id": id.json()})
    };
    let made = json!({
        "Contacts": made("Contacts"), "Deals": made("Deals"), "Accounts": made("Accounts"),
    });
    if objects {
        let message = Message::LEAD_CONVERTED.text(call.wording);
        json!({"data": [
            {"code": "SUCCESS", "details": made, "message": message, "status": "success"},
        ]})
    } else {
        json!({"data": [made]})
    }
}

fn wrong_type(spot: Spot, expected: &str, path: &str) -> ApiError {
    let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
    spot.about(error, path)
}

/// Reads the item. The keys that only notify somebody are checked and have no further effect: the
/// server sends no mail.
fn read(spot: Spot, state: &OrgState, json: &Map<String, Json>) -> Result<Conversion, ApiError> {
    let flag = |key: &str| match json.get(key) {
        None | Some(Json::Null) => Ok(false),
        Some(Json::Bool(flag)) => Ok(*flag),
        Some(_) => Err(wrong_type(spot, "boolean", key)),
    };
    flag("notify_lead_owner")?;
    flag("notify_new_entity_owner")?;
    let deal = match json.get("Deals") {
        None | Some(Json::Null) => None,
        Some(Json::Object(deal)) => Some(Arc::new(deal.clone())),
        Some(_) => return Err(wrong_type(spot, "jsonobject", "Deals")),
    };
    Ok(Conversion {
        account: target(spot, state, json, "Accounts")?,
        contact: target(spot, state, json, "Contacts")?,
        deal,
        assign_to: assign_to(spot, state, json)?,
        overwrite: flag("overwrite")?,
        add_to_existing_record: flag("add_to_existing_record")?
            && spot.version.conversion_adds_to_existing(),
        tags: carry_over_tags(spot, json)?,
        attachments_to: attachments_to(spot, json)?,
    })
}

/// `Accounts` or `Contacts`: an id, an object with one (v3 and later), or values for a new record.
fn target(
    spot: Spot,
    state: &OrgState,
    json: &Map<String, Json>,
    name: &'static str,
) -> Result<ConversionTarget, ApiError> {
    let id = match json.get(name) {
        None | Some(Json::Null) => return Ok(ConversionTarget::New(None)),
        Some(Json::Object(object)) => match object.get("id") {
            Some(id) if !id.is_null() => id,
            // an empty object misses its id (recorded v8)
            _ if object.is_empty() || object.contains_key("id") => {
                let error = ApiError::new(Code::MANDATORY_NOT_FOUND);
                return Err(spot.about(error, &format!("{name}.id")));
            }
            _ => return Ok(ConversionTarget::New(Some(Arc::new(object.clone())))),
        },
        Some(id @ (Json::String(_) | Json::Number(_))) => id,
        Some(_) => return Err(wrong_type(spot, "jsonobject", name)),
    };
    let module = state.schema.module(name);
    let known =
        Id::from_json(id).filter(|id| module.is_some_and(|module| is_seen(state, module, *id)));
    known
        .map(ConversionTarget::Existing)
        .ok_or_else(|| unknown_target(name, spot.version))
}

/// Whether there is a record, and the caller sees it.
fn is_seen(state: &OrgState, module: &Module, id: Id) -> bool {
    let record = state.table(module).get(id);
    record.is_some_and(|record| may_see(state, module, record).is_ok())
}

/// `assign_to`: a user, as an id or an object with one.
fn assign_to(
    spot: Spot,
    state: &OrgState,
    json: &Map<String, Json>,
) -> Result<Option<Id>, ApiError> {
    let Some(given) = json.get("assign_to").filter(|given| !given.is_null()) else {
        return Ok(None);
    };
    let id = Id::from_json(given.get("id").unwrap_or(given));
    id.filter(|id| state.users.get(id).is_some())
        .map(Some)
        // as for an owner that is no user (recorded v8)
        .ok_or_else(|| wrong_type(spot, "bigint", "assign_to"))
}

/// `carry_over_tags`: names of tags, or objects with them, by module.
fn carry_over_tags(spot: Spot, json: &Map<String, Json>) -> Result<[Vec<LeanString>; 3], ApiError> {
    let mut tags = <[Vec<LeanString>; 3]>::default();
    let given = match json.get("carry_over_tags") {
        None | Some(Json::Null) => return Ok(tags),
        Some(Json::Object(given)) => given,
        Some(_) => return Err(wrong_type(spot, "jsonobject", "carry_over_tags")),
    };
    for (target, tags) in TARGETS.iter().zip(&mut tags) {
        let path = format!("carry_over_tags.{target}");
        let names = match given.get(*target) {
            None | Some(Json::Null) => continue,
            Some(Json::Array(names)) => names,
            Some(_) => return Err(wrong_type(spot, "jsonarray", &path)),
        };
        for tag in names {
            let name = tag.get("name").unwrap_or(tag).as_str();
            let name = name.filter(|name| !name.is_empty());
            tags.push(name.ok_or_else(|| wrong_type(spot, "text", &path))?.into());
        }
    }
    Ok(tags)
}

/// `move_attachments_to`: the module whose record gets them; the contact unless said otherwise.
fn attachments_to(spot: Spot, json: &Map<String, Json>) -> Result<&'static str, ApiError> {
    let key = "move_attachments_to";
    let given = json.get(key).filter(|given| !given.is_null());
    let Some(given) = given.filter(|_| spot.version.conversion_moves_attachments()) else {
        return Ok("Contacts");
    };
    let name = given.get("api_name").and_then(Json::as_str);
    let target = TARGETS.into_iter().find(|target| Some(*target) == name);
    target.ok_or_else(|| spot.about(Code::INVALID_DATA, &format!("{key}.api_name")))
}
