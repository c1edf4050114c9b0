//! The shifts of a user: the one that goes on, the next one, and when that begins (newest
//! description of v8).

use serde_json::{Map, Value as Json, json};

use crate::api::spot::Spot;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::settings::families::shift_hours::SHIFT_HOURS;
use crate::store::{OrgState, User};
use crate::value::time;

const CURRENT: &str = "$current_shift";
const NEXT: &str = "$next_shift";
const FROM: &str = "$shift_effective_from";
/// How far ahead the next shift may begin: six months.
const LATEST: i32 = 183;

/// Whether a key is about shifts.
pub(super) fn is_of_shifts(key: &str) -> bool {
    [CURRENT, NEXT, FROM].contains(&key)
}

/// Puts the shifts that a body speaks of into a user.
///
/// # Errors
/// What is wrong with them.
pub(super) fn apply(
    state: &OrgState,
    user: &mut User,
    said: &Map<String, Json>,
    now: i64,
    spot: Spot,
) -> Result<(), ApiError> {
    for (key, unknown) in [
        (CURRENT, Code::USER_CURRENT_SHIFT),
        (NEXT, Code::USER_NEXT_SHIFT),
    ] {
        if let Some(said) = said.get(key) {
            let kept = shift(state, said).ok_or_else(|| of_id(spot, unknown, key, key))?;
            user.attributes.insert(key.to_owned(), kept);
        }
    }
    let id = |key: &str| user.attributes.get(key).and_then(|shift| shift.get("id"));
    if id(NEXT).is_some() && id(NEXT) == id(CURRENT) {
        let name = format!("{NEXT}.id");
        return Err(of_id(spot, Code::USER_EQUAL_SHIFTS, &name, NEXT));
    }
    if let Some(said) = said.get(FROM).filter(|said| !said.is_null()) {
        let today = time::day_of(now, &state.time_zone);
        check_start(said, today, spot)?;
    }
    if let Some(said) = said.get(FROM) {
        user.attributes.insert(FROM.to_owned(), said.clone());
    }
    let begins = user.attributes.get(FROM).is_some_and(|at| !at.is_null());
    let next = said.get(NEXT).is_some_and(|next| !next.is_null());
    if next && !begins {
        let error = ApiError::new(Code::USER_SHIFT_START_MISSING);
        return Err(spot.about(error.with("dependee", spot.place(NEXT)), FROM));
    }
    Ok(())
}

/// A shift as it is kept: null, or the one with the id.
fn shift(state: &OrgState, said: &Json) -> Option<Json> {
    if said.is_null() {
        return Some(Json::Null);
    }
    let id = Id::from_json(said.get("id")?)?;
    let shift = SHIFT_HOURS.of(state).get(id)?;
    Some(json!({"name": shift.name.as_str(), "id": id.to_string()}))
}

/// An error about the id of a shift, which is named by the shift.
fn of_id(spot: Spot, code: Code, name: &str, key: &str) -> ApiError {
    ApiError::new(code).about(spot.version, name, format_args!("{spot}.{key}.id"))
}

fn check_start(said: &Json, today: i32, spot: Spot) -> Result<(), ApiError> {
    let expecting = |what: &str| {
        spot.about(
            ApiError::new(Code::INVALID_DATA).with("expected_data_type", what),
            FROM,
        )
    };
    let day = said.as_str().and_then(time::parse_date);
    let day = day.ok_or_else(|| expecting("date"))?;
    if day <= today {
        return Err(spot.about(Code::USER_SHIFT_START_PAST, FROM));
    }
    if day.saturating_sub(today) > LATEST {
        return Err(expecting("Maximum time period is six months to move shift"));
    }
    Ok(())
}
