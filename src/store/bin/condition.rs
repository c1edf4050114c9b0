//! Which entries of the recycle bin are meant: conditions that all must hold.

use lean_string::LeanString;

use crate::ids::Id;
use crate::schema::ModuleNo;

/// What a condition looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinField {
    /// The name of the record.
    DisplayName,
    /// Its module.
    Module,
    /// Who deleted it.
    DeletedBy,
    /// When it was deleted.
    DeletedTime,
    /// Who owned it.
    Owner,
}

/// How a condition compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinComparator {
    /// It is the value.
    Equal,
    /// It is another one.
    NotEqual,
    /// The text is a part of it.
    Contains,
    /// The text is no part of it.
    NotContains,
    /// It begins with the text.
    StartsWith,
    /// It ends with the text.
    EndsWith,
    /// It is later.
    GreaterThan,
    /// It is earlier.
    LessThan,
}

/// With what a condition compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BinOperand {
    /// A text, folded.
    Text(LeanString),
    /// A user.
    User(Id),
    /// A module.
    Module(ModuleNo),
    /// Seconds since 1970.
    Time(i64),
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BinCondition {
    /// What it looks at.
    pub field: BinField,
    /// How it compares.
    pub comparator: BinComparator,
    /// With what.
    pub operand: BinOperand,
}
