//! The items of an answer about records that were written, or refused.

use serde_json::Value as Json;

use crate::error::{ApiError, Code, Item, Message, Wording};
use crate::ids::Id;
use crate::render::{write_id, write_reference};
use crate::schema::Module;
use crate::store::{OrgState, Record, Tx};
use crate::value::{self, time};
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
    let user = |out: &mut Vec<u8>, id: Id| write_reference(&state.user_name(id), id, out);
    key(&mut out, "Modified_Time");
    instant(&mut out, record.modified_time);
    key(&mut out, "Modified_By");
    user(&mut out, record.modified_by);
    key(&mut out, "Created_Time");
    instant(&mut out, record.created_time);
    key(&mut out, "id");
    write_id(record.id, &mut out);
    key(&mut out, "Created_By");
    user(&mut out, record.created_by);
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
