//! The recycle bin.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A record that belongs to a deleted one (v8 description; the message is assumed).
    CANNOT_RESTORE_WITHOUT_PARENT => "CANNOT_RESTORE_WITHOUT_PARENT", 400, "the record cannot be restored without its parent record";
    /// Neither of the keys that say which entries are meant, or a condition without a field.
    BIN_EXPECTED_FIELD => "EXPECTED_FIELD_MISSING", 400, "One of the expected field is missing";
    /// A way to join conditions, and no conditions.
    BIN_EXPECTED_GROUP => "EXPECTED_DEPENDENT_FIELD_MISSING", 400, "One of the expected dependent field is missing";
    /// A condition without all of its parts.
    BIN_DEPENDENT_MISSING => "DEPENDENT_FIELD_MISSING", 400, "the dependent field is missing";
    /// Conditions that are joined by something other than `AND` (v7 page).
    BIN_OPERATOR => "INVALID_DATA", 400, "The given group operator not supported. Only 'AND' operator is supported";
    /// A condition about what the bin is not filtered by (v7 page).
    BIN_FIELD => "INVALID_DATA", 400, "The given api_name seems to be invalid";
    /// A comparator that the field does not have (v8 description).
    BIN_COMPARATOR => "INVALID_DATA", 400, "Please provide a valid comparator";
    /// More conditions than the bin takes (v8 description; the number is assumed).
    BIN_CRITERIA_LIMIT => "CRITERIA_LIMIT_EXCEEDED", 400, "criteria limit exceeded";
}
