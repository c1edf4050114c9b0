//! Records that are read ahead of their transaction, so that other writers do not wait for that.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::{RecordPlace, derived};
use crate::ids::Id;
use crate::ops::input::{Draft, Mode};
use crate::schema::{DataType, Module};
use crate::store::{Framework, OrgState};
use crate::value::Value;

/// Modules of which the values that follow from others depend on other records.
const DEPENDENT: [&str; 3] = [
    "Services__s",
    "Appointments__s",
    "Appointments_Rescheduled_History__s",
];

/// The key of a record's layout.
const LAYOUT: &str = "Layout";

/// A record as a body gives it, and what was read of it ahead.
#[derive(Debug)]
pub struct GivenRecord<'j> {
    pub(super) json: &'j Map<String, Json>,
    pub(super) ahead: Option<ReadAhead>,
}

impl<'j> GivenRecord<'j> {
    /// A record that may have been read ahead.
    #[must_use]
    pub const fn new(json: &'j Map<String, Json>, ahead: Option<ReadAhead>) -> Self {
        Self { json, ahead }
    }

    /// The JSON.
    #[must_use]
    pub const fn json(&self) -> &'j Map<String, Json> {
        self.json
    }

    /// What was read ahead.
    #[must_use]
    pub fn into_ahead(self) -> Option<ReadAhead> {
        self.ahead
    }

    /// What was read ahead, if it would be read alike in a state.
    pub(in crate::ops) fn draft_in(&self, state: &OrgState) -> Option<&Draft> {
        let ahead = self.ahead.as_ref()?;
        ahead.holds_in(state).then_some(&ahead.draft)
    }
}

impl<'j> From<&'j Map<String, Json>> for GivenRecord<'j> {
    fn from(json: &'j Map<String, Json>) -> Self {
        Self::new(json, None)
    }
}

/// A record that was read, and all of the state that it depends on.
#[derive(Debug)]
pub struct ReadAhead {
    draft: Draft,
    mode: Mode,
    framework: Arc<Framework>,
    user: Id,
}

impl ReadAhead {
    /// Reads a record. None if something is wrong with it, or if it names what another writer may
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
        let draft = match place.mode {
            // what a layout asks for depends on what the record has
            Mode::Update if json.contains_key(LAYOUT) => return None,
            Mode::Update => reader.read(json, None).ok()?,
            Mode::Insert | Mode::Seed => {
                derived(&reader, reader.read(json, None).ok()?, now).ok()?
            }
        };
        is_plain(&draft, module).then(|| Self {
            draft,
            mode: place.mode,
            framework: Arc::clone(state.framework()),
            user: state.current_user,
        })
    }

    /// Whether it would be read alike in a state.
    fn holds_in(&self, state: &OrgState) -> bool {
        // and with them the zone, which is the user's or the org's
        Arc::ptr_eq(&self.framework, state.framework()) && self.user == state.current_user
    }

    /// What was read, if it would be read alike in a state for the same kind of write.
    pub(super) fn in_state(self, state: &OrgState, mode: Mode) -> Option<Draft> {
        (self.mode == mode && self.holds_in(state)).then_some(self.draft)
    }
}

/// Whether a draft names no records, users, tags and files.
fn is_plain(draft: &Draft, module: &Module) -> bool {
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
        && draft.values.iter().all(|(no, value)| {
            let photo = DataType::ProfileImage;
            plain(value)
                && module
                    .living(*no)
                    .is_none_or(|field| field.spec.data_type != photo)
        })
}
