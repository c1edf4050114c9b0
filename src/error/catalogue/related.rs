//! Related records.

use super::row::{Code, Row, codes, documented};

codes! {
    /// The path names no record above the related ones (recorded v8; v8 description).
    RELATED_ID_INVALID => "INVALID_DATA", 400, "the related id given seems to be invalid";
    /// The path names no related list (v8 description; SDK tables).
    RELATION_INVALID => "INVALID_DATA", 400, "The relation name given seems to be invalid";
    /// A record that is not in the list.
    RELATION_NOT_FOUND => "INVALID_DATA", 400, "relation not found";
    /// A list whose records are related by something else than a link (code of the SDK tables; the
    /// message is assumed).
    RELATION_FIXED => "CANNOT_BE_UPDATED", 400, "invalid data";
    /// The record above the related ones was converted (v8 description).
    RELATED_TO_CONVERTED => "INVALID_DATA", 400, "id already converted";
    /// A list to be counted that the module does not have (v8 description).
    RELATED_LIST_INVALID => "INVALID_DATA", 400, "Given related_list is invalid";
    /// A list whose records the API does not show (v8 description).
    RELATED_LIST_NOT_COUNTED => "NOT_SUPPORTED", 400, "The given related list id is not supported in api";
    /// A list that cannot be narrowed down (v8 description).
    RELATED_LIST_NOT_FILTERED => "NOT_SUPPORTED", 400, "Filters are not supported for this modules";
    /// Neither of several keys is given (v8 description).
    NO_FIELD_SPECIFIED => "EXPECTED_FIELD_MISSING", 400, "Specify atleast one field";
}
