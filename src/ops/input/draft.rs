//! What one record asks for: its JSON by field, and the typed changes that were read from it.

use lean_string::LeanString;
use serde_json::Value as Json;

use crate::ids::Id;
use crate::schema::FieldNo;
use crate::value::{Number, Value};

/// The JSON of a record, its keys found among the fields of its module.
#[derive(Debug, Default)]
pub struct RecordInput<'j> {
    /// Values of fields, in the order of the record.
    pub fields: Vec<(FieldNo, &'j Json)>,
    /// Values under keys that are no fields, such as `$se_module`.
    pub others: Vec<(&'j str, &'j Json)>,
}

impl<'j> RecordInput<'j> {
    /// The value under a key that is no field.
    pub(super) fn other(&self, key: &str) -> Option<&'j Json> {
        let found = self.others.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| *value)
    }
}

/// The typed changes that a record asks for.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Values by field; null empties one.
    pub values: Vec<(FieldNo, Value)>,
    /// The owner.
    pub owner: Option<Id>,
    /// Tags by name and colour.
    pub tags: Option<Vec<(LeanString, Option<LeanString>)>>,
    /// An account given by its name: field and name.
    pub account: Option<(FieldNo, LeanString)>,
    /// Rows by subform.
    pub rows: Vec<(FieldNo, Vec<RowDraft>)>,
    /// `Discount`, where it is a percentage of the sub-total.
    pub discount_percent: Option<Number>,
    /// System values, which only a seed sets.
    pub system: SystemValues,
}

impl Draft {
    /// The value that a field is to get; `None` if it stays as it is.
    #[must_use]
    pub fn value(&self, field: FieldNo) -> Option<&Value> {
        self.values
            .iter()
            .rev()
            .find(|(no, _)| *no == field)
            .map(|(_, value)| value)
    }

    /// Gives a field a value, in place of one that it was to get.
    pub fn set(&mut self, field: FieldNo, value: Value) {
        self.values.retain(|(no, _)| *no != field);
        self.values.push((field, value));
    }
}

/// The typed changes of one row of a subform.
#[derive(Clone, Debug, Default)]
pub struct RowDraft {
    /// The row to change; `None` for a new one.
    pub id: Option<Id>,
    /// Whether the row is to be deleted.
    pub delete: bool,
    /// Values by field of the rows' module; null empties one.
    pub values: Vec<(FieldNo, Value)>,
    /// `Discount`, where it is a percentage of the row's total.
    pub discount_percent: Option<Number>,
    /// Whether there is a `Discount` at all.
    pub discount_given: bool,
}

/// System values that a seed may set.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemValues {
    /// Seconds since 1970.
    pub created_time: Option<i64>,
    /// Seconds since 1970.
    pub modified_time: Option<i64>,
    /// A user.
    pub created_by: Option<Id>,
    /// A user.
    pub modified_by: Option<Id>,
    /// A converted lead.
    pub converted: bool,
}
