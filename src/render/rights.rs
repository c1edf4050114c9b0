//! What the caller may do with a record, as its `$` keys tell it.

use serde_json::{Value as Json, json};

use super::plan::{Part, Plan};
use crate::ids::Id;
use crate::schema::{FieldNo, Module};
use crate::settings::access::{self, AccessLevel};
use crate::settings::locking;
use crate::store::{OrgState, Record};
use crate::value::{self, Value, order};

impl Plan {
    /// Appends a right. A record that a seed gives a value of its own shows that.
    pub(super) fn write_rights(
        &self,
        part: &Part,
        record: &Record,
        module: &Module,
        state: &OrgState,
        out: &mut Vec<u8>,
    ) {
        let said = |no: FieldNo| record.stored(no);
        let flag = |on: bool, out: &mut Vec<u8>| {
            out.extend_from_slice(if on { b"true" } else { b"false" });
        };
        match part {
            Part::Sharing(no, usual) => match said(*no) {
                Some(own) => self.write_value(own, state, out),
                None if self.personal => {
                    let level = access::level(state, module, record);
                    value::write_string(out, level.as_str());
                }
                None => out.extend_from_slice(usual),
            },
            Part::Editable(no, usual) => match said(*no) {
                Some(own) => self.write_value(own, state, out),
                None if self.personal => {
                    let level = access::level(state, module, record);
                    flag(level >= AccessLevel::ReadWrite, out);
                }
                None => out.extend_from_slice(usual),
            },
            Part::LockedForMe(no, locked) => match said(*no) {
                Some(own) => self.write_value(own, state, out),
                None => {
                    let locked = locked.and_then(|no| record.stored(no));
                    let locked = locked == Some(&Value::Bool(true));
                    flag(locked && locking::hold_up_caller(state, module.no), out);
                }
            },
            Part::Approved(no) => match said(*no) {
                Some(own) => self.write_value(own, state, out),
                None => flag(!record.is_unapproved(), out),
            },
            Part::Approval(no, usual) => match said(*no).and_then(as_json) {
                Some(own) => match own.get("approver") {
                    Some(approver) => {
                        let mine = Id::from_json(approver.get("id").unwrap_or(approver));
                        write_approval(usual, mine == Some(state.current_user), out);
                    }
                    None => value::write_json(out, own),
                },
                None => out.extend_from_slice(usual),
            },
            _ => {}
        }
    }
}

fn as_json(value: &Value) -> Option<&Json> {
    match value {
        Value::Json(json) => Some(json),
        _ => None,
    }
}

/// Appends what somebody may do in an approval: the one for whom it waits may decide or delegate it
/// (assumed from the names of the keys).
fn write_approval(usual: &[u8], mine: bool, out: &mut Vec<u8>) {
    let mut keys: Json = serde_json::from_slice(usual).unwrap_or_default();
    for key in ["delegate", "approve", "reject"] {
        if let Some(place) = keys.get_mut(key) {
            *place = json!(mine);
        }
    }
    value::write_json(out, &order::sorted(keys));
}
