//! New records that are read ahead of their transaction, so that other writers do not wait for that.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use super::{RecordPlace, derived};
use crate::ids::Id;
use crate::ops::input::Draft;
use crate::schema::{Module, Schema};
use crate::store::{OrgInfo, OrgState, SettingMap};
use crate::value::Value;

/// Modules of which the values that follow from others depend on other records.
const DEPENDENT: [&str; 3] = [
    "Services__s",
    "Appointments__s",
    "Appointments_Rescheduled_History__s",
];

/// A new record that was read, and all of the state that it depends on.
#[derive(Debug)]
pub struct ReadAhead {
    draft: Draft,
    schema: Arc<Schema>,
    settings: Arc<BTreeMap<&'static str, SettingMap>>,
    info: Arc<OrgInfo>,
    user: Id,
    time_zone: TimeZone,
}

impl ReadAhead {
    /// Reads a new record. None if something is wrong with it, or if it names what another writer may
    /// change meanwhile: it is read within the transaction then.
    #[must_use]
    pub fn of(
        state: &OrgState,
        module: &Module,
        json: &Map<String, Json>,
        place: RecordPlace,
        now: i64,
    ) -> Option<Self> {
        if DEPENDENT.contains(&module.api_name()) {
            return None;
        }
        let reader = place.reader(state, module);
        let draft = derived(&reader, reader.read(json, None).ok()?, now).ok()?;
        is_plain(&draft).then(|| Self {
            draft,
            schema: Arc::clone(&state.schema),
            settings: Arc::clone(&state.settings),
            info: Arc::clone(&state.info),
            user: state.current_user,
            time_zone: state.time_zone.clone(),
        })
    }

    /// What was read, if it would be read alike in a state.
    pub(super) fn in_state(self, state: &OrgState) -> Option<Draft> {
        let same = Arc::ptr_eq(&self.schema, &state.schema)
            && Arc::ptr_eq(&self.settings, &state.settings)
            && Arc::ptr_eq(&self.info, &state.info)
            && self.user == state.current_user
            && self.time_zone == state.time_zone;
        same.then_some(self.draft)
    }
}

/// Whether a draft names no records, users, tags and files.
fn is_plain(draft: &Draft) -> bool {
    let plain = |value: &Value| match value {
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Double(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::DateTime(_)
        | Value::List(_) => true,
        Value::Lookup(..) | Value::User(_) | Value::Rows(_) | Value::Json(_) | Value::Files(_) => {
            false
        }
    };
    draft.owner.is_none()
        && draft.tags.is_none()
        && draft.account.is_none()
        && draft.rows.is_empty()
        && draft.values.iter().all(|(_, value)| plain(value))
}
