//! Settings created, changed and deleted, one or many in a call.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::params::queried;
use super::read::{Named, family_of, gone, in_path, module};
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::param;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::response::Response;
use crate::schema::ModuleNo;
use crate::settings::family::{Family, ShownSetting};
use crate::settings::{Refusal, Source, shape, write};
use crate::store::{Setting, Tx};
use crate::value::order;

/// Ids that one `DELETE` takes.
const MOST_IDS: usize = 100;

/// What a client has sent, as an error about a place in it.
fn error(spot: Spot, refusal: Refusal) -> ApiError {
    let mut error = ApiError::new(refusal.code);
    let details = refusal.details.into_iter();
    error
        .details
        .extend(details.map(|(key, value)| (key.to_owned(), value)));
    if let Some((detail, key, listed)) = refusal.other {
        let place = spot.place(key);
        error = error.with(
            detail,
            if listed {
                Json::Array(vec![place])
            } else {
                place
            },
        );
    }
    if refusal.path.is_empty() {
        error
    } else {
        spot.about(error, &refusal.path)
    }
}

/// The first error of an object: the service names one.
pub(in crate::api) fn first(spot: Spot, refusals: Vec<Refusal>) -> Vec<ApiError> {
    let refusals = refusals.into_iter().take(1);
    refusals.map(|refusal| error(spot, refusal)).collect()
}

/// What is said of an object that was written.
pub(in crate::api) fn success(
    call: &Call<'_>,
    tx: &Tx,
    family: &Family,
    id: Id,
    message: Message,
) -> Item {
    let setting = family.of(tx.state()).get(id);
    let Some(setting) = setting.filter(|_| !family.details.is_empty()) else {
        return Item::success_of(message, id);
    };
    let shown = ShownSetting {
        state: tx.state(),
        setting,
        version: call.version,
        single: true,
        include: &[],
    };
    let mut details = shape::object(family, shown);
    let shows = |key: &str| {
        let mut keys = family.details.iter();
        key == "id" || keys.any(|(k, versions)| *k == key && versions.contains(call.version))
    };
    details.retain(|key, _| shows(key));
    let mut written = Vec::new();
    order::write_sorted(&mut written, &Json::Object(details));
    Item::success(message, written)
}

/// `POST` of a family.
pub(super) fn create(call: &Call<'_>) -> Result<Response, ApiError> {
    let family = family_of(call)?;
    let module = module(call, family, &call.read())?;
    let off = |tx: &Tx| family.disabled.filter(|_| family.of(tx.state()).is_empty());
    let source = Source::Client(call.version);
    let [created, ..] = family.messages;
    if family.is_single() {
        return write_one(call, family.name, family.created, |tx, said| {
            // that there can be no second one is no error of the object
            if let Some((most, code)) = family.limit
                && family.of(tx.state()).len() >= most
            {
                return Err(code.into());
            }
            let done = write::create(tx, family, module, said, source);
            Ok(done.map(|id| Item::success_of(created, id)))
        });
    }
    let batch = Batch::of_body(call, family.created).answered_alike();
    let items = batch.write(|tx, said, index| {
        if let Some(disabled) = off(tx) {
            return Err(vec![disabled.create.into()]);
        }
        let said = with_queried(call, family, said);
        let id = write::create(tx, family, module, &said, source)
            .map_err(|refusals| first(batch.spot(index), refusals))?;
        Ok(success(call, tx, family, id, created))
    })?;
    Ok(batch.answer(&items))
}

/// An object with what parameters give to those that do not say it (assumed: the SDK tables of v7 and
/// v8 name such a parameter and say nothing of it).
fn with_queried<'j>(
    call: &Call<'_>,
    family: &Family,
    said: &'j Map<String, Json>,
) -> Cow<'j, Map<String, Json>> {
    let mut said = Cow::Borrowed(said);
    for param in queried(family) {
        if let Some(value) = call.get(param).filter(|_| !said.contains_key(param.name)) {
            said.to_mut().insert(param.name.to_owned(), value.into());
        }
    }
    said
}

/// Writes the one object that a body holds without an array, and answers in the same form.
///
/// # Errors
/// Those of the body as a whole, and of `write`.
pub(in crate::api) fn write_one(
    call: &Call<'_>,
    root: &'static str,
    done: u16,
    write: impl FnOnce(&mut Tx, &Map<String, Json>) -> Result<Result<Item, Vec<Refusal>>, ApiError>,
) -> Result<Response, ApiError> {
    let about = |kind: Code| Spot::body(call.version).about(kind, root);
    let said = call
        .body
        .get(root)
        .ok_or_else(|| about(Code::MANDATORY_NOT_FOUND))?;
    let said = said
        .as_object()
        .ok_or_else(|| about(Code::INVALID_DATA).with("expected_data_type", "jsonobject"))?;
    let spot = Spot::object(call.version, root);
    let item = match call.fault_of(root, 0) {
        Some(fault) => fault.into(),
        None => {
            let outcome = call.write(|tx| write(tx, said))?;
            outcome.unwrap_or_else(|refusals| {
                let error = first(spot, refusals).into_iter().next();
                error.unwrap_or_else(|| Code::INVALID_DATA.into()).into()
            })
        }
    };
    let status = if item.is_success() {
        done
    } else {
        Code::INVALID_DATA.status()
    };
    Ok(Response::bytes(
        status,
        item.write_under(root, call.wording),
    ))
}

/// Refuses to change a family of which the feature is off.
fn check_enabled(call: &Call<'_>, family: &Family) -> Result<(), ApiError> {
    let state = call.read();
    match family.disabled.filter(|_| family.of(&state).is_empty()) {
        Some(disabled) => Err(disabled.update.into()),
        None => Ok(()),
    }
}

/// The object that an item of the body names by its id.
fn named(
    tx: &Tx,
    family: &Family,
    module: Option<ModuleNo>,
    said: &Map<String, Json>,
) -> Result<Arc<Setting>, Refusal> {
    let given = said.get("id").filter(|id| !id.is_null());
    let given = given.ok_or_else(|| Refusal::at("id", Code::MANDATORY_NOT_FOUND))?;
    let found = Id::from_json(given).and_then(|id| family.of(tx.state()).get(id));
    let found = found.filter(|setting| setting.module == module);
    found.cloned().ok_or_else(|| {
        if family.gone.repeats {
            return Refusal::whole(family.gone.item).with("id", given.clone());
        }
        let refusal = Refusal::at("id", family.gone.item);
        match family.gone.expects {
            Some(expected) => refusal.with("expected_data_type", expected),
            None => refusal,
        }
    })
}

/// `PUT` of a family: each object names its id.
pub(super) fn update_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let family = family_of(call)?;
    check_enabled(call, family)?;
    let module = module(call, family, &call.read())?;
    let source = Source::Client(call.version);
    let [_, updated, _] = family.messages;
    if family.implied {
        return write_one(call, family.name, 200, |tx, said| {
            let old = family.of(tx.state()).iter().next().cloned();
            let done = match old {
                Some(old) => write::update(tx, family, &old, said, source),
                None => write::create(tx, family, module, said, source),
            };
            Ok(done.map(|_| Item::success(updated, b"{}".to_vec())))
        });
    }
    if family.is_single() {
        return write_one(call, family.name, 200, |tx, said| {
            let done = named(tx, family, module, said).map_err(|refusal| vec![refusal]);
            let done = done.and_then(|old| write::update(tx, family, &old, said, source));
            Ok(done.map(|id| Item::success_of(updated, id)))
        });
    }
    let batch = Batch::of_body(call, 200).answered_alike();
    let items = batch.write(|tx, said, index| {
        let old = named(tx, family, module, said).map_err(|refusal| vec![refusal]);
        let done = old.and_then(|old| write::update(tx, family, &old, said, source));
        let id = done.map_err(|refusals| first(batch.spot(index), refusals))?;
        Ok(success(call, tx, family, id, updated))
    })?;
    Ok(batch.answer(&items))
}

/// The object in the path, for a write.
fn target(call: &Call<'_>, family: &Family) -> Result<Id, ApiError> {
    let state = call.read();
    let module = match call.endpoint.param(param::MODULE.name) {
        Some(_) => module(call, family, &state)?,
        None => None,
    };
    match in_path(call, family, &state, module)? {
        Named::Setting(setting) => Ok(setting.id),
        Named::Unknown | Named::UnknownName => Err(gone(call, family, family.gone.path)),
    }
}

/// `PUT` of one object.
pub(super) fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    let family = family_of(call)?;
    check_enabled(call, family)?;
    let id = target(call, family)?;
    let [_, updated, _] = family.messages;
    let batch = Batch::of_body(call, 200).answered_alike();
    let items = batch.write(|tx, said, index| {
        // read again within the transaction: another writer may have been faster
        let old = family.of(tx.state()).get(id).cloned();
        let old = old.ok_or_else(|| vec![gone(call, family, family.gone.path)])?;
        let id = write::update(tx, family, &old, said, Source::Client(call.version))
            .map_err(|refusals| first(batch.spot(index), refusals))?;
        Ok(success(call, tx, family, id, updated))
    })?;
    Ok(batch.answer(&items))
}

/// `DELETE` of one object.
pub(super) fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let family = family_of(call)?;
    let id = target(call, family)?;
    delete_all(call, family, &[(call.path("id"), Some(id))])
}

/// `DELETE` of the objects that `ids` names.
pub(super) fn delete_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let family = family_of(call)?;
    let ids = call.get(param::IDS).ok_or_else(|| {
        let key = call.version.settings_param_key();
        ApiError::new(Code::REQUIRED_PARAM_MISSING).with(key, "ids")
    })?;
    let ids: Vec<(&str, Option<Id>)> = ids
        .split(',')
        .map(str::trim)
        .map(|text| (text, Id::parse(text).ok()))
        .collect();
    if ids.len() > MOST_IDS {
        return Err(ApiError::new(Code::TOO_MANY_IDS)
            .with("limit", MOST_IDS.to_string())
            .with("param_name", "ids"));
    }
    delete_all(call, family, &ids)
}

fn delete_all(
    call: &Call<'_>,
    family: &'static Family,
    ids: &[(&str, Option<Id>)],
) -> Result<Response, ApiError> {
    let [.., deleted] = family.messages;
    let batch = Batch::new(call, family.name, 200).answered_alike();
    let nothing = Map::new();
    let items = batch.run(ids, |tx, (text, id), index| {
        let old = id.and_then(|id| family.of(tx.state()).get(id)).cloned();
        let old = old.ok_or_else(|| vec![ApiError::new(family.gone.ids).with("id", *text)])?;
        write::delete(tx, family, &old, &nothing, Source::Client(call.version))
            .map_err(|refusals| first(batch.spot(index), refusals))?;
        Ok(Item::success_of(deleted, old.id))
    })?;
    Ok(batch.answer(&items))
}
