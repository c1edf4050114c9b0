//! `/crm/{version}/{module}/actions/change_owner` and `/{module}/{id}/actions/change_owner`: records
//! go over to another user, and what is related to them as far as the caller says so.

use std::sync::Arc;

use serde_json::Value as Json;

use super::common::ROOT;
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Credits, Endpoint, VersionedKey};
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message, Row};
use crate::ids::Id;
use crate::ops::owner::{RELATED, give, is_open, related};
use crate::response::Response;
use crate::schema::Module;
use crate::store::{OrgState, Record, Tx};
use crate::version::{ApiVersion, Versions};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&ONE, &MANY];

const KEYS: &[VersionedKey] = &[
    ("owner", Versions::ALL),
    ("notify", Versions::ALL),
    ("related_modules", Versions::ALL),
];
const IDS: &[VersionedKey] = &[("ids", Versions::ALL)];
static ONE_BODY: BodySpec = BodySpec::object(&[KEYS]);
static MANY_BODY: BodySpec = BodySpec::object(&[KEYS, IDS]);

pub(crate) static ONE: Endpoint = Endpoint::post(
    "records.change_owner",
    "/crm/{v}/{module}/{id}/actions/change_owner",
)
.since(ApiVersion::V3)
.scope("change_owner.CREATE")
.body(&ONE_BODY)
.outcomes(&[200, 400])
.does("Give a record to another user", one);

pub(crate) static MANY: Endpoint = Endpoint::post(
    "records.change_owner_many",
    "/crm/{v}/{module}/actions/change_owner",
)
.since(ApiVersion::V3)
.scope("change_owner.CREATE")
.body(&MANY_BODY)
.costs(Credits::PerIds(50))
.outcomes(&[200, 207, 400])
.does("Give up to 500 records to another user", many);

/// Records that one call takes (pages of all versions).
const MOST_IDS: usize = 500;
/// Related modules that one call takes (newer description of v8).
const MOST_RELATED: usize = 5;

const CHANGED: Message = Message::new("owner is successfully updated");
const NOT_SUPPORTED: Code = Code::of(&Row::new(
    "NOT_SUPPORTED",
    400,
    "The requested operation is not supported",
));
const NO_OWNER: Code = Code::of(&Row::invalid("the owner id given is invalid"));
const INACTIVE: Code = Code::of(&Row::invalid(
    "The user to whom you are trying to transfer the records is not active.",
));
const CLOSED: Code = Code::of(&Row::new(
    "INVALID_DATA",
    403,
    "The user to whom you are trying to transfer the records has closed their account.",
));
const NO_RELATED: Code = Code::of(&Row::new(
    "EXPECTED_FIELD_MISSING",
    400,
    "Specify atleast one field",
));

/// The module of the path, if its records can change their owner.
///
/// # Errors
/// `INVALID_MODULE`; `NOT_SUPPORTED` for one whose records go with others.
pub(in crate::api) fn owned_module(
    call: &Call<'_>,
    state: &OrgState,
) -> Result<Arc<Module>, ApiError> {
    let module = call.module(state)?;
    let own = matches!(module.generated_type(), "default" | "custom")
        && !matches!(module.api_name(), "Notes" | "Attachments");
    if own && module.spec.editable && !module.spec.read_only && module.field("Owner").is_some() {
        Ok(Arc::clone(module))
    } else {
        Err(call.path_error(NOT_SUPPORTED, 0))
    }
}

/// The user that `owner` of the body names.
///
/// # Errors
/// `MANDATORY_NOT_FOUND` without one, `INVALID_DATA` for one who cannot own records.
pub(in crate::api) fn new_owner(call: &Call<'_>, state: &OrgState) -> Result<Id, ApiError> {
    let body = Spot::body(call.version);
    let given = |value: Option<&Json>| value.filter(|value| !value.is_null()).cloned();
    let owner = given(call.body.get("owner"))
        .ok_or_else(|| body.about(Code::MANDATORY_NOT_FOUND, "owner"))?;
    if !owner.is_object() {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject");
        return Err(body.about(error, "owner"));
    }
    let id =
        given(owner.get("id")).ok_or_else(|| body.about(Code::MANDATORY_NOT_FOUND, "owner.id"))?;
    let user = Id::from_json(&id).and_then(|id| state.users.get(&id));
    let user = user.ok_or_else(|| body.about(NO_OWNER, "owner.id"))?;
    // newer description of v8; older versions are assumed to say the same
    let refused = match user.status() {
        "active" => return Ok(user.id),
        "deleted" => body
            .about(CLOSED, "owner.id")
            .with("owner_status", "deleted"),
        _ => body
            .about(INACTIVE, "owner.id")
            .with("owner_status", "inactive"),
    };
    Err(refused)
}

/// What goes along with a record.
enum Along {
    /// All that is related to it of a module.
    Module(Arc<Module>),
    /// One record of a module, if it is related to it.
    Record(Arc<Module>, Id),
}

/// What a call asks for.
struct Handover {
    owner: Id,
    along: Vec<Along>,
}

impl Handover {
    /// Reads the body. Nobody gets an e-mail (`notify`): this service sends none.
    fn of(call: &Call<'_>, state: &OrgState) -> Result<Self, ApiError> {
        let owner = new_owner(call, state)?;
        let body = Spot::body(call.version);
        let notify = call.body.get("notify").filter(|value| !value.is_null());
        if notify.is_some_and(|value| !value.is_boolean()) {
            let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "boolean");
            return Err(body.about(error, "notify"));
        }
        let named = call.body.get("related_modules");
        let items = match named.filter(|value| !value.is_null()) {
            // an empty list names nothing
            Some(Json::Array(items)) if items.is_empty() => &[],
            Some(_) => call.array("related_modules", MOST_RELATED)?,
            None => &[],
        };
        let along = items.iter().enumerate();
        let along = along.map(|(n, item)| along_named(call, state, item, n));
        Ok(Self {
            owner,
            along: along.collect::<Result<_, _>>()?,
        })
    }

    /// Gives a record away, and what goes along with it. What cannot be changed of that stays as it
    /// is (assumed).
    fn give(
        &self,
        tx: &mut Tx,
        module: &Module,
        record: &Arc<Record>,
        version: ApiVersion,
        index: usize,
    ) -> Result<Item, Vec<ApiError>> {
        give(tx, module, record, self.owner, version, index)?;
        let now = tx.now();
        for along in &self.along {
            let (of, only) = match along {
                Along::Module(of) => (of, None),
                Along::Record(of, id) => (of, Some(*id)),
            };
            let mut found = related(tx.state(), module, record.id, of);
            found.retain(|found| match only {
                Some(id) => found.id == id,
                None => is_open(found, of, now),
            });
            for found in found {
                let _stays = give(tx, of, &found, self.owner, version, index);
            }
        }
        Ok(Item::success_of(CHANGED, record.id))
    }
}

/// What an item of `related_modules` names: a module by its API name or its id, or a record of one.
/// Of name and id one that is valid is enough (pages of all versions).
fn along_named(
    call: &Call<'_>,
    state: &OrgState,
    item: &Json,
    index: usize,
) -> Result<Along, ApiError> {
    let body = Spot::body(call.version);
    let path = format!("related_modules[{index}]");
    let at = |key: &str| format!("{path}.{key}");
    let key = |key: &str| item.get(key).filter(|value| !value.is_null());
    let modules = || RELATED.iter().filter_map(|name| state.schema.module(name));
    let (name, id) = (key("api_name"), key("id"));
    if !item.is_object() {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject");
        return Err(body.about(error, &path));
    }
    if name.is_none() && id.is_none() {
        let keys = ["api_name", "id"].map(|key| body.place(&at(key)));
        return Err(ApiError::new(NO_RELATED).with("expected_fields", keys.to_vec()));
    }
    let by_name = name.and_then(Json::as_str);
    let by_name = modules().find(|module| by_name == Some(module.api_name()));
    let id = id.and_then(Id::from_json);
    if let Some(meant) = modules().find(|module| id == Some(module.id)) {
        if by_name.is_some_and(|by_name| by_name.no != meant.no) {
            let keys = ["api_name", "id"].map(|key| body.place(&at(key)));
            return Err(ApiError::new(Code::AMBIGUITY).with("ambiguity_due_to", keys.to_vec()));
        }
        return Ok(Along::Module(Arc::clone(meant)));
    }
    if let Some(id) = id {
        let mut holders = modules().filter(|module| by_name.is_none_or(|by| by.no == module.no));
        if let Some(module) = holders.find(|module| state.table(module).get(id).is_some()) {
            return Ok(Along::Record(Arc::clone(module), id));
        }
    }
    match (by_name, name) {
        (Some(module), _) => Ok(Along::Module(Arc::clone(module))),
        (None, Some(_)) => Err(body.about(NOT_SUPPORTED, &at("api_name"))),
        (None, None) => Err(body.about(Code::UNKNOWN_ID, &at("id"))),
    }
}

fn one(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = owned_module(call, &state)?;
    let id = call.path_id("id")?;
    let handover = Handover::of(call, &state)?;
    let batch = Batch::new(call, ROOT, 200);
    let unknown = || call.path_error(Code::UNKNOWN_ID, 1);
    let mut missing = false;
    let items = batch.run([id], |tx, id, index| {
        let Some(record) = tx.state().table(&module).get(id).cloned() else {
            missing = true;
            return Err(vec![unknown()]);
        };
        handover.give(tx, &module, &record, call.version, index)
    })?;
    if missing {
        return Err(unknown());
    }
    Ok(batch.answer_by_ids(items, [call.path("id")], Code::RECORD_LOCKED))
}

fn many(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = owned_module(call, &state)?;
    let given = call.array("ids", MOST_IDS)?;
    let mut ids = Vec::with_capacity(given.len());
    for (index, id) in given.iter().enumerate() {
        ids.push(Id::from_json(id).ok_or_else(|| {
            // the example has it below `data`, where no item of the batch is meant
            let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "long");
            Spot::body(call.version).about(error, &format!("ids[{index}]"))
        })?);
    }
    let handover = Handover::of(call, &state)?;
    let batch = Batch::new(call, ROOT, 200);
    let items = batch.run(&ids, |tx, id, index| {
        let record = tx.state().table(&module).get(*id).cloned();
        let unknown = || vec![ApiError::new(Code::UNKNOWN_ID).with("id", id.json())];
        let record = record.ok_or_else(unknown)?;
        handover.give(tx, &module, &record, call.version, index)
    })?;
    let named: Vec<String> = ids.iter().map(Id::to_string).collect();
    let named = named.iter().map(String::as_str);
    Ok(batch.answer_by_ids(items, named, Code::RECORD_LOCKED))
}
