//! Timelines, and lists of what belongs to a record.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A record in the path that is not there (v8 description).
    TIMELINE_RECORD_UNKNOWN => "INVALID_DATA", 400, "the related id given seems to be invalid";
    /// Conditions that timelines do not have (v8 description).
    TIMELINE_FILTER => "INVALID_DATA", 400, "the relation name given seems to be invalid";
}
