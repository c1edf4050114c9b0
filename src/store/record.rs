//! A record: the fields that are set.

use std::sync::LazyLock;

use lean_string::{LeanString, ToLeanString as _};

use super::cells::{RecordCells, RecordValues};
use super::text::Rendered;
use crate::ids::Id;
use crate::schema::dollar::shared_no;
use crate::schema::{Field, FieldNo, Module, Slot};
use crate::value::Value;

/// The state of a record that waits for nothing.
const APPROVED: &str = "approved";

/// The state of one of which a seed says no more than that it is not approved.
const PENDING: &str = "approval_process_pending";
/// The numbers under which records say how far their approval has come: `$approval_state`, and
/// `$approved` of v2.
static STATE: LazyLock<Option<FieldNo>> = LazyLock::new(|| shared_no("$approval_state"));
static FLAG: LazyLock<Option<FieldNo>> = LazyLock::new(|| shared_no("$approved"));
/// That under which they say what a reviewer may do with them.
static REVIEW: LazyLock<Option<FieldNo>> = LazyLock::new(|| shared_no("$review_process"));

fn is_false(value: &Value) -> bool {
    match value {
        Value::Bool(on) => !on,
        Value::Json(json) => **json == false,
        _ => false,
    }
}

/// A text, also one that came as JSON.
fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Json(json) => json.as_str(),
        _ => None,
    }
}

/// A record of some module. Immutable once stored.
#[derive(Clone, Debug)]
pub struct Record {
    /// The id, unique in its module.
    pub id: Id,
    /// Seconds since 1970.
    pub created_time: i64,
    /// Seconds since 1970.
    pub modified_time: i64,
    /// The user who created it.
    pub created_by: Id,
    /// The user who changed it last.
    pub modified_by: Id,
    /// The user who owns it.
    pub owner: Id,
    /// A converted lead is hidden unless asked for.
    pub converted: bool,
    /// It waits for approval or has been rejected: hidden unless asked for. `$approval_state` says
    /// so.
    unapproved: bool,
    /// Values of the other fields, ascending by field.
    values: RecordCells,
    /// The record's JSON, if it was asked for lately.
    pub rendered: Rendered,
}

impl Record {
    /// A record with the given values, in any order; nulls are dropped.
    #[must_use]
    pub fn new(id: Id, by: Id, at: i64, values: Vec<(FieldNo, Value)>) -> Self {
        let record = Self {
            id,
            created_time: at,
            modified_time: at,
            created_by: by,
            modified_by: by,
            owner: by,
            converted: false,
            unapproved: false,
            values: RecordCells::default(),
            rendered: Rendered::default(),
        };
        record.with_all(values)
    }

    /// The record with these values, in any order, and no others; nulls are dropped.
    #[must_use]
    pub fn with_all(mut self, mut values: Vec<(FieldNo, Value)>) -> Self {
        values.retain(|(_, value)| !value.is_null());
        values.sort_by_key(|(no, _)| *no);
        self.unapproved = values.iter().any(|(no, value)| {
            let no = Some(*no);
            (no == *STATE && text_of(value) != Some(APPROVED)) || (no == *FLAG && is_false(value))
        });
        self.values = RecordCells::new(values);
        self.rendered = Rendered::default();
        self
    }

    /// Whether it waits for approval, or has been rejected.
    #[must_use]
    pub fn is_unapproved(&self) -> bool {
        self.unapproved
    }

    /// How far its approval has come (`approved`, `approval_process_pending` …).
    #[must_use]
    pub fn approval_state(&self) -> &str {
        let state = STATE.and_then(|no| self.stored(no)).and_then(text_of);
        state.unwrap_or(if self.unapproved { PENDING } else { APPROVED })
    }

    /// Whether it waits for a review, or was rejected by one: its state says so, or that a reviewer
    /// may do something with it.
    #[must_use]
    pub fn is_in_review(&self) -> bool {
        let steps = match REVIEW.and_then(|no| self.stored(no)) {
            Some(Value::Json(steps)) => steps.as_object(),
            _ => None,
        };
        self.approval_state().starts_with("review_process")
            || steps.is_some_and(|steps| steps.values().any(|may| *may == true))
    }

    /// The stored value of a field; none where it is unset or not [`Slot::Stored`].
    #[must_use]
    pub fn stored(&self, field: FieldNo) -> Option<&Value> {
        self.values.get(field)
    }

    /// Calls `f` with the value of any field.
    pub fn with<T>(&self, field: &Field, module: &Module, f: impl FnOnce(&Value) -> T) -> T {
        match field.slot {
            Slot::Stored => f(self.stored(field.no).unwrap_or(&field.implicit)),
            Slot::Id => f(&Value::Int(i64::try_from(self.id.0).unwrap_or(i64::MAX))),
            Slot::Owner => f(&Value::User(self.owner)),
            Slot::CreatedBy => f(&Value::User(self.created_by)),
            Slot::ModifiedBy => f(&Value::User(self.modified_by)),
            Slot::CreatedTime => f(&Value::DateTime(self.created_time)),
            Slot::ModifiedTime => f(&Value::DateTime(self.modified_time)),
            Slot::Converted => f(&Value::Bool(self.converted)),
            Slot::FullName => f(&self.full_name(module).map_or(Value::Null, Value::Text)),
        }
    }

    /// The value of any field.
    #[must_use]
    pub fn get(&self, field: &Field, module: &Module) -> Value {
        self.with(field, module, Value::clone)
    }

    /// The value of the field with an API name.
    #[must_use]
    pub fn by_name(&self, api_name: &str, module: &Module) -> Value {
        module
            .field(api_name)
            .map_or(Value::Null, |field| self.get(field, module))
    }

    /// Salutation, first and last name.
    #[must_use]
    pub fn full_name(&self, module: &Module) -> Option<LeanString> {
        let mut name = LeanString::new();
        for part in ["Salutation", "First_Name", "Last_Name"] {
            let value = module
                .field(part)
                .and_then(|f| self.stored(f.no))
                .and_then(Value::as_text);
            if let Some(text) = value.filter(|t| !t.is_empty() && *t != "-None-") {
                if !name.is_empty() {
                    name.push(' ');
                }
                name.push_str(text);
            }
        }
        (!name.is_empty()).then_some(name)
    }

    /// The name by which lookups show the record: the module's display field, for people the
    /// name without salutation (recorded lookups).
    #[must_use]
    pub fn display_name(&self, module: &Module) -> Option<LeanString> {
        let field = module.field_at(module.display?);
        if field.slot == Slot::FullName {
            let part = |name| {
                module
                    .field(name)
                    .and_then(|f| self.stored(f.no))
                    .and_then(Value::as_text)
            };
            return match (part("First_Name"), part("Last_Name")) {
                (Some(first), Some(last)) => Some(format_args!("{first} {last}").to_lean_string()),
                (first, last) => first.or(last).map(LeanString::from),
            };
        }
        match self.stored(field.no)? {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// Whether lookups show both records by the same name.
    #[must_use]
    pub fn is_named_as(&self, other: &Self, module: &Module) -> bool {
        let same = |no: FieldNo| self.stored(no) == other.stored(no);
        let Some(field) = module.display.map(|no| module.field_at(no)) else {
            return true;
        };
        if field.slot != Slot::FullName {
            return same(field.no);
        }
        let mut parts = ["First_Name", "Last_Name"].into_iter();
        parts.all(|name| module.field(name).is_none_or(|part| same(part.no)))
    }

    /// The stored values, ascending by field.
    #[must_use]
    pub fn values(&self) -> RecordValues<'_> {
        self.values.all()
    }

    /// The record with some values replaced; nulls unset a field.
    #[must_use]
    pub fn with_values(&self, changes: Vec<(FieldNo, Value)>) -> Self {
        let mut values: Vec<(FieldNo, Value)> = self
            .values()
            .iter()
            .filter(|(no, _)| !changes.iter().any(|(c, _)| c == no))
            .map(|(no, value)| (no, value.clone()))
            .collect();
        values.extend(changes);
        let mut copy = Self::new(self.id, self.owner, self.created_time, values);
        copy.created_by = self.created_by;
        copy.modified_by = self.modified_by;
        copy.modified_time = self.modified_time;
        copy.converted = self.converted;
        copy
    }
}
