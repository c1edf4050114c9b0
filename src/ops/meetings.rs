//! Calling off a meeting.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::error::Code;
use crate::schema::Module;
use crate::schema::dollar::dollar_no;
use crate::store::{Record, Tx};
use crate::value::Value;

/// The `$` key that says whether a meeting was cancelled.
const CANCELLED: &str = "$event_cancelled";

/// Cancels a meeting: its record says so from then on, and keeps its participants.
///
/// # Errors
/// `NOT_ALLOWED` for one that was cancelled, has nobody invited, or is over (pages of v2.1 to v8).
pub fn cancel(tx: &mut Tx, module: &Module, meeting: &Arc<Record>) -> Result<(), Code> {
    let cancelled = dollar_no(module, CANCELLED);
    let is = |value: Option<&Value>| matches!(value, Some(Value::Json(json)) if **json == Json::Bool(true));
    if is(cancelled.and_then(|no| meeting.stored(no))) {
        return Err(Code::MEETING_CANCELLED);
    }
    let people = match meeting.by_name("Participants", module) {
        Value::Json(people) => people.as_array().map_or(0, Vec::len),
        _ => 0,
    };
    if people == 0 {
        return Err(Code::MEETING_OF_NOBODY);
    }
    if matches!(meeting.by_name("End_DateTime", module), Value::DateTime(end) if end <= tx.now()) {
        return Err(Code::MEETING_OVER);
    }
    let mut changes = Vec::new();
    changes.extend(cancelled.map(|no| (no, Value::Json(Arc::new(Json::Bool(true))))));
    let last = module.field("Last_Activity_Time");
    changes.extend(last.map(|field| (field.no, Value::DateTime(tx.now()))));
    let mut changed = meeting.with_values(changes);
    changed.modified_time = tx.now();
    changed.modified_by = tx.user();
    tx.put(module, changed);
    Ok(())
}
