//! The items of an answer about records that were written, or refused.

use serde_json::{Map, Value as Json};

use crate::error::{ApiError, Code, Item, Message, Wording};
use crate::ids::Id;
use crate::render::{write_id, write_reference};
use crate::schema::{Field, Module};
use crate::store::{OrgState, Record, Tx};
use crate::value::{self, Value, time};
use crate::version::ApiVersion;

/// The one error that a record is answered with: the only one, the first, or all of them under
/// `errors`, as the version reports it.
#[must_use]
pub fn combine(mut errors: Vec<ApiError>, version: ApiVersion, wording: Wording) -> ApiError {
    if errors.len() > 1 && version.reports_all_field_errors() {
        let all: Vec<Json> = errors.iter().map(|e| e.json(wording)).collect();
        return ApiError::new(Code::MULTIPLE_ERRORS).with("errors", all);
    }
    if errors.is_empty() {
        Code::INTERNAL_ERROR.into()
    } else {
        errors.remove(0)
    }
}

/// The `details` of a successful write as JSON (recorded v2, v7 and v8). `approval` adds
/// `$approval_state`, which later versions have.
#[must_use]
pub fn details(state: &OrgState, record: &Record, approval: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(320);
    let key = |out: &mut Vec<u8>, key: &str| {
        out.push(if out.is_empty() { b'{' } else { b',' });
        value::write_string(out, key);
        out.push(b':');
    };
    let instant = |out: &mut Vec<u8>, seconds: i64| {
        out.push(b'"');
        time::write_datetime(out, seconds, &state.time_zone);
        out.push(b'"');
    };
    let user = |out: &mut Vec<u8>, id: Id| {
        let name = state.users.get(&id).map(|user| user.shown_name());
        write_reference(&name.unwrap_or_default(), id, out);
    };
    // of a new record both are the same
    let again = |out: &mut Vec<u8>, from: usize, to: usize| out.extend_from_within(from..to);
    key(&mut out, "Modified_Time");
    let modified = out.len();
    instant(&mut out, record.modified_time);
    let modified_end = out.len();
    key(&mut out, "Modified_By");
    let by = out.len();
    user(&mut out, record.modified_by);
    let by_end = out.len();
    key(&mut out, "Created_Time");
    match record.created_time == record.modified_time {
        true => again(&mut out, modified, modified_end),
        false => instant(&mut out, record.created_time),
    }
    key(&mut out, "id");
    write_id(record.id, &mut out);
    key(&mut out, "Created_By");
    match record.created_by == record.modified_by {
        true => again(&mut out, by, by_end),
        false => user(&mut out, record.created_by),
    }
    if approval {
        key(&mut out, "$approval_state");
        value::write_string(&mut out, "approved");
    }
    out.push(b'}');
    out
}

/// The item of the answer about a record that was written.
#[must_use]
pub fn success(tx: &Tx, module: &Module, id: Id, message: Message, approval: bool) -> Item {
    let state = tx.state();
    let record = state.table(module).get(id);
    let details = record.map_or_else(|| b"{}".to_vec(), |record| details(state, record, approval));
    Item::success(message, details)
}

/// `details` with the value of the external field by which the record was named. It stands before
/// the id in every sample, whatever its name is (pages of v2 to v8).
#[must_use]
pub fn with_external(details: &[u8], field: &Field, record: &Record) -> Vec<u8> {
    let keys: Map<String, Json> = serde_json::from_slice(details).unwrap_or_default();
    let own = record.stored(field.no).and_then(Value::as_text);
    let mut out = Vec::with_capacity(details.len() + 64);
    let mut put = |key: &str, value: &Json| {
        out.push(if out.is_empty() { b'{' } else { b',' });
        value::write_string(&mut out, key);
        out.push(b':');
        value::write_json(&mut out, value);
    };
    for (key, value) in &keys {
        if let (true, Some(own)) = (key == "id", own) {
            put(field.api_name(), &own.into());
        }
        put(key, value);
    }
    out.push(b'}');
    out
}

/// The error of a record that was changed after the time up to which the caller knows it.
///
/// # Errors
/// `ALREADY_MODIFIED` with the details of the record.
pub fn check_unmodified(
    state: &OrgState,
    record: &Record,
    since: Option<i64>,
) -> Result<(), ApiError> {
    if since.is_none_or(|at| record.modified_time <= at) {
        return Ok(());
    }
    let mut error = ApiError::new(Code::ALREADY_MODIFIED);
    error.details = serde_json::from_slice(&details(state, record, false)).unwrap_or_default();
    Err(error)
}

#[cfg(test)]
mod tests {
    use crate::value::order;

    #[test]
    fn details_have_their_keys_in_order() {
        let mut keys = [
            "Modified_Time",
            "Modified_By",
            "Created_Time",
            "id",
            "Created_By",
            "$approval_state",
        ];
        let written = keys;
        order::sort(&mut keys, |key| key);
        assert_eq!(keys, written);
        order::sort(&mut keys[..5], |key| key);
        assert_eq!(keys, written);
    }
}
