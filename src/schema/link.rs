//! How a related list is declared to find its records.

use lean_string::LeanString;
use serde::Deserialize;

/// How the records of a related list are found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkSpec {
    /// A lookup of the related module leads to the record.
    pub field: Option<LeanString>,
    /// Of activities: those that are still to be done, or those that are over.
    pub part: Option<ActivityPart>,
    /// Records of this module lead to both.
    pub through: Option<LeanString>,
    /// A lookup in the rows of the related module leads to the record, or a multi-select lookup of
    /// its.
    pub rows: Option<LeanString>,
    /// The record is among the people whom this field of the related module lists.
    pub participants: Option<LeanString>,
    /// The records of other lists together.
    pub group: Vec<LeanString>,
}

/// A part of the activities of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityPart {
    /// What is still to be done.
    Open,
    /// What is over.
    Closed,
}
