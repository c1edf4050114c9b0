//! Inviting, changing and deleting users.

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use super::ROOT;
use super::rules::{checked, email_fixed, refused_of_another};
use super::shifts;
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
    apply(tx, &mut user, json, spot, true)?;
    tx.put_user(user);
    Ok(id)
}

/// `PUT /users`.
pub(super) fn update_many(call: &Call<'_>) -> Result<Response, ApiError> {
    // about a single user the answer is that of an id in the path (v8 examples); among several it
    // is assumed to stand in the place of that user
    if let [one] = call.items()?
        && let Some(id) = one.get("id").and_then(Id::from_json)
        && call.read().users.get(&id).is_none()
    {
        return Err(unknown(call));
    }
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
        check_status(tx.state(), &user, status, spot)?;
    }
    let new_address = json
        .get("email")
        .and_then(Json::as_str)
        .is_some_and(|email| user.text("email") != Some(email));
    if new_address && user.confirmed() {
        let error = ApiError::new(email_fixed(spot.version));
        return Err(error.with("api_name", "email"));
    }
    if id != tx.user()
        && let Some(refused) = json.keys().find_map(|key| refused_of_another(key))
    {
        return Err(refused);
    }
    apply(tx, &mut user, json, spot, false)?;
    user.modified_time = tx.now();
    user.modified_by = tx.user();
    tx.put_user(user);
    Ok(id)
}

/// Whether a user can be given a status that they do not have yet. Details are those of v8's
/// examples, which put the path of the id under `id` for one who is deactivated already.
fn check_status(state: &OrgState, user: &User, status: &str, spot: Spot) -> Result<(), ApiError> {
    let path = format!("{spot}.id");
    let about = |code: Code| {
        let error = ApiError::new(code).with("id", user.id.json());
        Err(error.located(spot.version, &path))
    };
    match (status, user.status()) {
        ("inactive" | "disabled", "disabled") => {
            let error = ApiError::new(Code::USER_ALREADY_INACTIVE);
            Err(error.with("api_name", "id").with("id", path))
        }
        ("active", "active") => about(Code::USER_ALREADY_ACTIVE),
        ("inactive" | "disabled", _) if is_primary(state, user) => {
            about(Code::PRIMARY_CONTACT_INACTIVE)
        }
        _ => Ok(()),
    }
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
        let error = ApiError::new(Code::USER_ALREADY_DELETED).with("id", id.json());
        return Err(error.located(spot.version, format_args!("{spot}.id")));
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

/// Checks the keys of a body and puts them into a user, who may be a `new` one.
fn apply(
    tx: &Tx,
    user: &mut User,
    json: &Map<String, Json>,
    spot: Spot,
    new: bool,
) -> Result<(), ApiError> {
    let state = tx.state();
    shifts::apply(state, user, json, tx.now(), spot)?;
    for (key, value) in json {
        match key.as_str() {
            "id" => {}
            key if shifts::is_of_shifts(key) => {}
            "role" => user.role = Some(reference(ROLES.of(state), value, key, spot)?),
            "profile" => user.profile = Some(reference(PROFILES.of(state), value, key, spot)?),
            key if SYSTEM.contains(&key) => {
                return Err(spot.about(Code::USER_SYSTEM_FIELD, key));
            }
            "type__s" if new && value.as_str() == Some("Digital Employee") => {
                return Err(spot.about(Code::USER_TYPE_NOT_ALLOWED, key));
            }
            "type__s" => return Err(spot.about(Code::USER_TYPE_FIXED, key)),
            // the double has no hierarchy of users
            "Reporting_To" if value.is_null() => {}
            "Reporting_To" => return Err(Code::USER_SUPERIOR_OFF.into()),
            "reinvite" => check_invitation(user, spot)?,
            "status" => {
                const REASON: &str = "status_reason__s";
                let status = match value.as_str() {
                    Some("active") => {
                        user.attributes.shift_remove(REASON);
                        "active"
                    }
                    Some("inactive" | "disabled") => {
                        let reason = Json::from("disabled manually");
                        user.attributes.insert(REASON.into(), reason);
                        "disabled"
                    }
                    _ => return Err(spot.about(Code::USER_PATTERN, key)),
                };
                user.attributes.insert(key.clone(), status.into());
            }
            "email" => {
                let email = address(state, user.id, value, spot, new)?;
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
                let kept = checked(key, value, spot)?;
                user.attributes.insert(key.clone(), kept);
            }
        }
    }
    check_separators(json, user, spot)
}

/// Whoever has accepted an invitation is not invited again.
fn check_invitation(user: &User, spot: Spot) -> Result<(), ApiError> {
    if !user.confirmed() {
        return Ok(());
    }
    let code = if spot.version.misspells_email_update() {
        Code::USER_INVITED_AGAIN_V8
    } else {
        Code::USER_INVITED_AGAIN
    };
    Err(ApiError::new(code).with("api_name", "reinvite"))
}

/// The e-mail address of a user, which no other one has.
fn address<'j>(
    state: &OrgState,
    user: Id,
    value: &'j Json,
    spot: Spot,
    new: bool,
) -> Result<&'j str, ApiError> {
    let refused = |code: Code| ApiError::new(code).with("api_name", "email");
    let email = value.as_str().filter(|email| is_email(email));
    let email = email.ok_or_else(|| refused(Code::USER_EMAIL_INVALID))?;
    if email.to_ascii_lowercase().contains("@zoho.com") {
        return Err(refused(Code::USER_EMAIL_OF_ZOHO));
    }
    let mut others = state
        .users
        .iter()
        .filter(|(id, other)| **id != user && other.status() != "deleted");
    let taken = others.any(|(_, other)| {
        let known = other.text("email");
        known.is_some_and(|known| known.eq_ignore_ascii_case(email))
    });
    match (taken, new) {
        (false, _) => Ok(email),
        (true, true) => Err(Code::USER_EMAIL_EXISTS.into()),
        (true, false) => Err(spot.about(Code::USER_EMAIL_TAKEN, "email")),
    }
}

/// Separators that a body gives together differ.
fn check_separators(json: &Map<String, Json>, user: &User, spot: Spot) -> Result<(), ApiError> {
    const BETWEEN: &str = "number_separator";
    const BEFORE: &str = "decimal_separator";
    let both = [BETWEEN, BEFORE].iter().all(|key| json.contains_key(*key));
    let between = user.text(BETWEEN);
    if !both || between.is_none() || between != user.text(BEFORE) {
        return Ok(());
    }
    let error = ApiError::new(Code::USER_EQUAL_SEPARATORS);
    Err(spot.about(error.with("mapped_field", spot.place(BETWEEN)), BEFORE))
}

fn reference(settings: &SettingMap, value: &Json, key: &str, spot: Spot) -> Result<Id, ApiError> {
    let id = Id::from_json(value.get("id").unwrap_or(value));
    id.filter(|id| settings.get(*id).is_some())
        .ok_or_else(|| spot.about(Code::USER_REFERENCE_INVALID, key))
}
