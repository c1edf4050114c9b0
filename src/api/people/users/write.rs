//! Inviting, changing and deleting users.

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use super::ROOT;
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::response::Response;
use crate::settings::families::profiles::PROFILES;
use crate::settings::families::roles::ROLES;
use crate::store::{OrgState, SettingMap, Tx, User};
use crate::value::email::is_email;

/// Keys that no client may set.
const SYSTEM: [&str; 6] = [
    "created_by",
    "Modified_By",
    "created_time",
    "Modified_Time",
    "zuid",
    "full_name",
];

/// Writes the users of the body. Where all are refused the status is 400 in every version: Zoho's
/// pages on users name no other one.
fn write(
    call: &Call<'_>,
    done: u16,
    message: Message,
    each: impl Fn(&mut Tx, &Map<String, Json>, Spot) -> Result<Id, ApiError>,
) -> Result<Response, ApiError> {
    let batch = Batch::of_body(call, done).refused_with(Code::INVALID_DATA.status());
    let items = batch.write(|tx, json, index| {
        let id = each(tx, json, batch.spot(index)).map_err(|error| vec![error])?;
        Ok(Item::success_of(message, id))
    })?;
    Ok(batch.answer(&items))
}

/// `POST /users`: one user a call.
pub(super) fn create(call: &Call<'_>) -> Result<Response, ApiError> {
    write(call, 201, Message::USER_ADDED, |tx, json, spot| {
        create_one(tx, json, spot)
    })
}

fn create_one(tx: &mut Tx, json: &Map<String, Json>, spot: Spot) -> Result<Id, ApiError> {
    for key in [
        "email",
        "role",
        "profile",
        spot.version.mandatory_user_name(),
    ] {
        let empty = |value: &Json| value.is_null() || value.as_str() == Some("");
        if json.get(key).is_none_or(empty) {
            return Err(spot.about(Code::MANDATORY_NOT_FOUND, key));
        }
    }
    let id = tx.next_id();
    let mut user = User {
        id,
        attributes: Map::from_iter([
            ("confirm".to_owned(), Json::Bool(false)),
            ("status".to_owned(), "active".into()),
        ]),
        role: None,
        profile: None,
        created_time: tx.now(),
        modified_time: tx.now(),
        created_by: tx.user(),
        modified_by: tx.user(),
    };
    apply(tx.state(), &mut user, json, spot)?;
    tx.put_user(user);
    Ok(id)
}

/// `PUT /users`.
pub(super) fn update_many(call: &Call<'_>) -> Result<Response, ApiError> {
    write(call, 200, Message::USER_UPDATED, |tx, json, spot| {
        let given = json
            .get("id")
            .ok_or_else(|| spot.about(Code::MANDATORY_NOT_FOUND, "id"))?;
        let user = Id::from_json(given).and_then(|id| tx.state().users.get(&id).cloned());
        let user = user.ok_or_else(|| spot.about(Code::UNKNOWN_SETTING, "id"))?;
        update_one(tx, &user, json, spot)
    })
}

fn unknown(call: &Call<'_>) -> ApiError {
    let kind = if call.version.unknown_user_is_no_content() {
        Code::UNKNOWN_SETTING
    } else {
        Code::UNKNOWN_USER_V2
    };
    call.path_error(kind, 1)
}

/// `PUT /users/{id}`.
pub(super) fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    let id = call.path_id("id")?;
    call.items()?;
    call.read().users.get(&id).ok_or_else(|| unknown(call))?;
    write(call, 200, Message::USER_UPDATED, |tx, json, spot| {
        let user = tx.state().users.get(&id).cloned();
        let user = user.ok_or_else(|| unknown(call))?;
        update_one(tx, &user, json, spot)
    })
}

fn update_one(
    tx: &mut Tx,
    user: &User,
    json: &Map<String, Json>,
    spot: Spot,
) -> Result<Id, ApiError> {
    let mut user = User::clone(user);
    let id = user.id;
    if user.status() == "deleted" {
        return Err(Code::USER_DELETED.into());
    }
    if let Some(status) = json.get("status").and_then(Json::as_str) {
        match (status, user.status()) {
            ("inactive" | "disabled", "disabled") => return Err(Code::USER_ALREADY_INACTIVE.into()),
            ("active", "active") => return Err(Code::USER_ALREADY_ACTIVE.into()),
            ("inactive" | "disabled", _) if is_primary(tx.state(), &user) => {
                return Err(Code::PRIMARY_CONTACT_INACTIVE.into());
            }
            _ => {}
        }
    }
    let new_address = json
        .get("email")
        .and_then(Json::as_str)
        .is_some_and(|email| user.text("email") != Some(email));
    if new_address && user.confirmed() {
        return Err(Code::USER_EMAIL_FIXED.into());
    }
    if json.contains_key("time_zone") && id != tx.user() {
        return Err(spot.about(Code::USER_TIME_ZONE_OF_ANOTHER, "time_zone"));
    }
    apply(tx.state(), &mut user, json, spot)?;
    user.modified_time = tx.now();
    user.modified_by = tx.user();
    tx.put_user(user);
    Ok(id)
}

/// `DELETE /users/{id}`: the user stays, as deleted.
pub(super) fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let id = call.path_id("id")?;
    call.read().users.get(&id).ok_or_else(|| unknown(call))?;
    let batch = Batch::new(call, ROOT, 200).refused_with(Code::INVALID_DATA.status());
    let items = batch.run([id], |tx, id, index| {
        delete_one(tx, id, batch.spot(index)).map_err(|error| vec![error])?;
        Ok(if call.version.deleted_user_has_id() {
            Item::success_of(Message::USER_DELETED, id)
        } else {
            Item::success(Message::USER_DELETED, b"{}".to_vec())
        })
    })?;
    Ok(batch.answer(&items))
}

fn delete_one(tx: &mut Tx, id: Id, spot: Spot) -> Result<(), ApiError> {
    let user = tx.state().users.get(&id).ok_or(Code::UNKNOWN_SETTING)?;
    if user.status() == "deleted" {
        let error = spot.about(Code::USER_ALREADY_DELETED, "id");
        return Err(error.with("id", id.json()));
    }
    if is_primary(tx.state(), user) {
        return Err(Code::PRIMARY_CONTACT_DELETED.into());
    }
    let mut user = User::clone(user);
    user.attributes.insert("status".into(), "deleted".into());
    user.modified_time = tx.now();
    user.modified_by = tx.user();
    tx.put_user(user);
    Ok(())
}

/// The user who stands for the org, and cannot be taken away from it: the caller.
fn is_primary(state: &OrgState, user: &User) -> bool {
    user.id == state.current_user
}

/// Checks the keys of a body and puts them into a user.
fn apply(
    state: &OrgState,
    user: &mut User,
    json: &Map<String, Json>,
    spot: Spot,
) -> Result<(), ApiError> {
    for (key, value) in json {
        match key.as_str() {
            "id" => {}
            "role" => user.role = Some(reference(ROLES.of(state), value, key, spot)?),
            "profile" => user.profile = Some(reference(PROFILES.of(state), value, key, spot)?),
            key if SYSTEM.contains(&key) => {
                return Err(spot.about(Code::USER_SYSTEM_FIELD, key));
            }
            "status" => {
                let status = match value.as_str() {
                    Some("active") => "active",
                    Some("inactive" | "disabled") => "disabled",
                    _ => return Err(spot.about(Code::INVALID_DATA, key)),
                };
                user.attributes.insert(key.clone(), status.into());
            }
            "email" => {
                let email = value.as_str().filter(|email| is_email(email));
                let email = email.ok_or_else(|| {
                    ApiError::new(Code::USER_EMAIL_INVALID).with("api_name", "email")
                })?;
                let taken = state.users.iter().any(|(id, other)| {
                    *id != user.id
                        && other.status() != "deleted"
                        && other
                            .text("email")
                            .is_some_and(|known| known.eq_ignore_ascii_case(email))
                });
                if taken {
                    return Err(Code::USER_EMAIL_EXISTS.into());
                }
                user.attributes.insert(key.clone(), email.into());
            }
            "time_zone"
                if value
                    .as_str()
                    .is_none_or(|zone| TimeZone::get(zone).is_err()) =>
            {
                return Err(spot.about(Code::USER_TIME_ZONE_INVALID, key));
            }
            _ => {
                user.attributes.insert(key.clone(), value.clone());
            }
        }
    }
    Ok(())
}

fn reference(settings: &SettingMap, value: &Json, key: &str, spot: Spot) -> Result<Id, ApiError> {
    let id = Id::from_json(value.get("id").unwrap_or(value));
    id.filter(|id| settings.get(*id).is_some())
        .ok_or_else(|| spot.about(Code::USER_REFERENCE_INVALID, key))
}
