//! Inviting, changing and deleting users.

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use crate::api::call::Call;
use crate::error::{ApiError, Item, Kind, Message};
use crate::ids::Id;
use crate::response::Response;
use crate::store::{OrgState, Setting, Tx, User};
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

fn answer(call: &Call<'_>, done: u16, items: &[Item]) -> Response {
    let good = items.iter().filter(|item| item.is_success()).count();
    let status = match good {
        good if good == items.len() => done,
        0 => 400,
        _ => call.version.batch_status().mixed,
    };
    Response::bytes(status, Item::write_all("users", items, call.wording))
}

/// An error about a key of the user at `index`.
fn about(call: &Call<'_>, kind: Kind, key: &str, index: usize) -> ApiError {
    let error = ApiError::new(kind).with("api_name", key);
    if call.version.has_json_path() {
        error.with("json_path", format!("$.users[{index}].{key}"))
    } else {
        error
    }
}

/// `POST /users`: one user a call.
pub(super) fn create(call: &Call<'_>) -> Result<Response, ApiError> {
    let users = call.items("users", 1)?;
    let items = call.write(|tx| {
        Ok(users
            .iter()
            .enumerate()
            .map(|(index, json)| match create_one(call, tx, json, index) {
                Ok(id) => Item::success_of(Message::UserAdded, id),
                Err(error) => error.into(),
            })
            .collect::<Vec<Item>>())
    })?;
    Ok(answer(call, 201, &items))
}

fn create_one(call: &Call<'_>, tx: &mut Tx, json: &Json, index: usize) -> Result<Id, ApiError> {
    let json = object(json)?;
    for key in [
        "email",
        "role",
        "profile",
        call.version.mandatory_user_name(),
    ] {
        let empty = |value: &Json| value.is_null() || value.as_str() == Some("");
        if json.get(key).is_none_or(empty) {
            return Err(about(call, Kind::MandatoryNotFound, key, index));
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
    apply(call, tx.state(), &mut user, json, index)?;
    tx.put_user(user);
    Ok(id)
}

/// `PUT /users`.
pub(super) fn update_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let users = call.items("users", call.version.max_users_per_update())?;
    let items = call.write(|tx| {
        Ok(users
            .iter()
            .enumerate()
            .map(|(index, json)| {
                let id = json
                    .get("id")
                    .ok_or_else(|| about(call, Kind::MandatoryNotFound, "id", index));
                let unknown = || about(call, Kind::UnknownSetting, "id", index);
                id.and_then(|id| Id::from_json(id).ok_or_else(unknown))
                    .and_then(|id| update_one(call, tx, id, json, index)?.ok_or_else(unknown))
                    .map_or_else(Item::from, |id| Item::success_of(Message::UserUpdated, id))
            })
            .collect::<Vec<Item>>())
    })?;
    Ok(answer(call, 200, &items))
}

fn unknown(call: &Call<'_>) -> ApiError {
    let kind = if call.version.unknown_user_is_no_content() {
        Kind::UnknownSetting
    } else {
        Kind::UnknownUserV2
    };
    call.path_error(kind, 1)
}

/// `PUT /users/{id}`.
pub(super) fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    let id = call.path_id("id")?;
    let users = call.items("users", 1)?;
    call.read().users.get(&id).ok_or_else(|| unknown(call))?;
    let items = call.write(|tx| {
        let mut items = Vec::new();
        for (index, json) in users.iter().enumerate() {
            items.push(match update_one(call, tx, id, json, index) {
                Ok(Some(id)) => Item::success_of(Message::UserUpdated, id),
                Ok(None) => return Err(unknown(call)),
                Err(error) => error.into(),
            });
        }
        Ok(items)
    })?;
    Ok(answer(call, 200, &items))
}

/// `None` if there is no such user.
fn update_one(
    call: &Call<'_>,
    tx: &mut Tx,
    id: Id,
    json: &Json,
    index: usize,
) -> Result<Option<Id>, ApiError> {
    let json = object(json)?;
    let Some(user) = tx.state().users.get(&id) else {
        return Ok(None);
    };
    let mut user = User::clone(user);
    if user.status() == "deleted" {
        return Err(Kind::UserDeleted.into());
    }
    if let Some(status) = json.get("status").and_then(Json::as_str) {
        match (status, user.status()) {
            ("inactive" | "disabled", "disabled") => return Err(Kind::UserAlreadyInactive.into()),
            ("active", "active") => return Err(Kind::UserAlreadyActive.into()),
            ("inactive" | "disabled", _) if is_primary(tx.state(), &user) => {
                return Err(Kind::PrimaryContactInactive.into());
            }
            _ => {}
        }
    }
    let new_address = json
        .get("email")
        .and_then(Json::as_str)
        .is_some_and(|email| user.text("email") != Some(email));
    if new_address && user.confirmed() {
        return Err(Kind::UserEmailFixed.into());
    }
    if json.contains_key("time_zone") && id != tx.user() {
        return Err(about(call, Kind::UserTimeZoneOfAnother, "time_zone", index));
    }
    apply(call, tx.state(), &mut user, json, index)?;
    user.modified_time = tx.now();
    user.modified_by = tx.user();
    tx.put_user(user);
    Ok(Some(id))
}

/// `DELETE /users/{id}`: the user stays, as deleted.
pub(super) fn delete(call: &Call<'_>) -> Result<Response, ApiError> {
    let id = call.path_id("id")?;
    let item = call.write(|tx| {
        let user = tx.state().users.get(&id).ok_or_else(|| unknown(call))?;
        if user.status() == "deleted" {
            return Ok(about(call, Kind::UserAlreadyDeleted, "id", 0)
                .with("id", id.json())
                .into());
        }
        if is_primary(tx.state(), user) {
            return Ok(ApiError::new(Kind::PrimaryContactDeleted).into());
        }
        let mut user = User::clone(user);
        user.attributes.insert("status".into(), "deleted".into());
        user.modified_time = tx.now();
        user.modified_by = tx.user();
        tx.put_user(user);
        Ok(if call.version.deleted_user_has_id() {
            Item::success_of(Message::UserDeleted, id)
        } else {
            Item::success(Message::UserDeleted, b"{}".to_vec())
        })
    })?;
    Ok(answer(call, 200, &[item]))
}

/// The user who stands for the org, and cannot be taken away from it: the caller.
fn is_primary(state: &OrgState, user: &User) -> bool {
    user.id == state.current_user
}

fn object(json: &Json) -> Result<&Map<String, Json>, ApiError> {
    json.as_object().ok_or_else(|| {
        ApiError::new(Kind::InvalidData)
            .with("expected_data_type", "jsonobject")
            .with("api_name", "users")
    })
}

/// Checks the keys of a body and puts them into a user.
fn apply(
    call: &Call<'_>,
    state: &OrgState,
    user: &mut User,
    json: &Map<String, Json>,
    index: usize,
) -> Result<(), ApiError> {
    for (key, value) in json {
        match key.as_str() {
            "id" => {}
            "role" => user.role = Some(reference(call, &state.roles, value, key, index)?),
            "profile" => user.profile = Some(reference(call, &state.profiles, value, key, index)?),
            key if SYSTEM.contains(&key) => {
                return Err(about(call, Kind::UserSystemField, key, index));
            }
            "status" => {
                let status = match value.as_str() {
                    Some("active") => "active",
                    Some("inactive" | "disabled") => "disabled",
                    _ => return Err(about(call, Kind::InvalidData, key, index)),
                };
                user.attributes.insert(key.clone(), status.into());
            }
            "email" => {
                let email = value.as_str().filter(|email| is_email(email));
                let email = email.ok_or_else(|| {
                    ApiError::new(Kind::UserEmailInvalid).with("api_name", "email")
                })?;
                let taken = state.users.iter().any(|(id, other)| {
                    *id != user.id
                        && other.status() != "deleted"
                        && other
                            .text("email")
                            .is_some_and(|known| known.eq_ignore_ascii_case(email))
                });
                if taken {
                    return Err(Kind::UserEmailExists.into());
                }
                user.attributes.insert(key.clone(), email.into());
            }
            "time_zone"
                if value
                    .as_str()
                    .is_none_or(|zone| TimeZone::get(zone).is_err()) =>
            {
                return Err(about(call, Kind::UserTimeZoneInvalid, key, index));
            }
            _ => {
                user.attributes.insert(key.clone(), value.clone());
            }
        }
    }
    Ok(())
}

fn reference(
    call: &Call<'_>,
    settings: &[Setting],
    value: &Json,
    key: &str,
    index: usize,
) -> Result<Id, ApiError> {
    let id = Id::from_json(value.get("id").unwrap_or(value));
    id.filter(|id| settings.iter().any(|s| s.id == *id))
        .ok_or_else(|| about(call, Kind::UserReferenceInvalid, key, index))
}
