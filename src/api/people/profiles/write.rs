//! Profiles copied, changed and deleted.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::TRANSFER_TO;
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::settings::first_error;
use crate::error::{ApiError, Code, Item, Row};
use crate::ids::Id;
use crate::response::Response;
use crate::settings::families::profiles::PROFILES;
use crate::settings::{Refusal, Source, permissions, write};
use crate::store::{OrgState, Setting, Tx, User};

const GONE: Code = Code::of(&Row::invalid(
    "the id given seems to be invalid or already deleted",
));
const SYSTEM_UPDATED: Code = Code::of(&Row::new(
    "NOT_ALLOWED",
    400,
    "System profile cannot be updated",
));
const SYSTEM_DELETED: Code = Code::of(&Row::new(
    "NOT_ALLOWED",
    400,
    "System profile cannot be deleted",
));
const NO_HEIR: Code = Code::of(&Row::new(
    "MANDATORY_NOT_FOUND",
    400,
    "Users in the profile need to be transferred. transfer_to param is mandatory.",
));
const NO_PERMISSION: Code = Code::of(&Row::invalid("Invalid permission ID"));
const FIXED_PERMISSION: Code = Code::of(&Row::new(
    "NOT_ALLOWED",
    400,
    "This Permissionid cannot be updated",
));

/// An error about the profile in the path.
fn about_path(call: &Call<'_>, code: Code) -> ApiError {
    let error = ApiError::new(code);
    if call.version.unknown_setting_has_path_index() {
        // `settings` is segment 0
        error.with("resource_path_index", 2)
    } else {
        error
    }
}

/// The profile in the path.
fn in_path(call: &Call<'_>, state: &OrgState) -> Result<Arc<Setting>, ApiError> {
    let found = PROFILES.of(state).get(call.path_id("id")?).cloned();
    found.ok_or_else(|| about_path(call, GONE))
}

/// The profile in the path, unless it is one that every org has.
fn custom(call: &Call<'_>, state: &OrgState, system: Code) -> Result<Arc<Setting>, ApiError> {
    let profile = in_path(call, state)?;
    if profile.attributes.get("custom") == Some(&Json::Bool(false)) {
        return Err(about_path(call, system));
    }
    Ok(profile)
}

/// `POST …/{id}/actions/clone`.
pub(super) fn clone(call: &Call<'_>) -> Result<Response, ApiError> {
    in_path(call, &call.read())?;
    let [created, ..] = PROFILES.messages;
    let batch = Batch::of_body(call, 201).answered_alike();
    let items = batch.write(|tx, said, index| {
        // read again within the transaction: another writer may have been faster
        let copied = in_path(call, tx.state()).map_err(|error| vec![error])?;
        let source = Source::Operation(call.version);
        let id = write::create(tx, &PROFILES, None, said, source)
            .map_err(|refusals| first_error(batch.spot(index), refusals))?;
        take_kind(tx, id, &copied);
        Ok(Item::success_of(created, id))
    })?;
    Ok(batch.answer(&items))
}

/// A copy is of the kind of what it was copied from, and not one that every org has.
fn take_kind(tx: &mut Tx, id: Id, copied: &Setting) {
    let Some(profile) = PROFILES.of(tx.state()).get(id) else {
        return;
    };
    let mut profile = Setting::clone(profile);
    profile.attributes.insert("custom".to_owned(), true.into());
    if let Some(kind) = copied.attributes.get("type") {
        profile.attributes.insert("type".to_owned(), kind.clone());
    }
    tx.put_setting(PROFILES.name, profile);
}

/// `PUT` and `PATCH` of a profile: its name and description.
pub(super) fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    custom(call, &call.read(), SYSTEM_UPDATED)?;
    let [_, updated, _] = PROFILES.messages;
    let batch = Batch::of_body(call, 200).answered_alike();
    let items = batch.write(|tx, said, index| {
        let old = custom(call, tx.state(), SYSTEM_UPDATED).map_err(|error| vec![error])?;
        let refused = |refusals| first_error(batch.spot(index), refusals);
        check_permissions(call, tx.state(), said).map_err(|refusal| refused(vec![refusal]))?;
        let source = Source::Operation(call.version);
        let id = write::update(tx, &PROFILES, &old, said, source).map_err(refused)?;
        Ok(Item::success_of(updated, id))
    })?;
    Ok(batch.answer(&items))
}

/// Refuses permissions that are taken away: this service does not restrict anybody, and does not
/// pretend to. What is permitted may be said again.
fn check_permissions(
    call: &Call<'_>,
    state: &OrgState,
    said: &Map<String, Json>,
) -> Result<(), Refusal> {
    let wrong = |path: String, expected: &str| {
        Refusal::at(path, Code::INVALID_DATA).with("expected_data_type", expected)
    };
    let key = "permissions_details";
    let Some(given) = said.get(key).filter(|given| !given.is_null()) else {
        return Ok(());
    };
    let given = given.as_array();
    let given = given.ok_or_else(|| wrong(key.to_owned(), "jsonarray"))?;
    for (n, permission) in given.iter().enumerate() {
        let at = |key: &str| format!("permissions_details[{n}].{key}");
        if !permission.is_object() {
            return Err(wrong(format!("{key}[{n}]"), "jsonobject"));
        }
        let id = permission.get("id").and_then(Id::from_json);
        if !id.is_some_and(|id| permissions::has(state, call.version, id)) {
            return Err(Refusal::at(at("id"), NO_PERMISSION));
        }
        match permission.get("enabled") {
            None | Some(Json::Bool(true)) => {}
            Some(Json::Bool(false)) => return Err(Refusal::at(at("id"), FIXED_PERMISSION)),
            Some(_) => return Err(wrong(at("enabled"), "boolean")),
        }
    }
    Ok(())
}

/// `DELETE` of a profile.
pub(super) fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let id = call.write(|tx| {
        let profile = custom(call, tx.state(), SYSTEM_DELETED)?;
        let to = heir(call, tx.state(), profile.id)?;
        let users = tx.state().users.iter().map(|(_, user)| user);
        let of_profile = users.filter(|user| user.profile == Some(profile.id));
        let users: Vec<Arc<User>> = of_profile.cloned().collect();
        for user in users {
            tx.put_user(User {
                profile: Some(to),
                ..User::clone(&user)
            });
        }
        tx.remove_setting(PROFILES.name, profile.id);
        Ok(profile.id)
    })?;
    let [.., deleted] = PROFILES.messages;
    let item = if call.version.deleted_profile_has_id() {
        Item::success_of(deleted, id)
    } else {
        Item::success(deleted, b"{}".to_vec())
    };
    let mut body = Vec::new();
    item.write(call.wording, &mut body);
    Ok(Response::bytes(200, body))
}

/// The profile that takes over the users.
///
/// # Errors
/// `MANDATORY_NOT_FOUND`; `INVALID_DATA` about one that does not exist, or is the same (assumed).
fn heir(call: &Call<'_>, state: &OrgState, id: Id) -> Result<Id, ApiError> {
    let given = call
        .get(TRANSFER_TO)
        .ok_or_else(|| ApiError::new(NO_HEIR).with("param", TRANSFER_TO.name))?;
    let to = Id::parse(given).ok().filter(|to| *to != id);
    to.filter(|to| PROFILES.of(state).get(*to).is_some())
        .ok_or_else(|| ApiError::new(GONE).with("id", given))
}
