//! Blueprints.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A value for the field of a blueprint by another way than a transition (SDK tables).
    RECORD_IN_BLUEPRINT => "RECORD_IN_BLUEPRINT", 400, "The record is in blue print";
    /// A record that is in no blueprint (SDK tables).
    RECORD_NOT_IN_PROCESS => "RECORD_NOT_IN_PROCESS", 400, "record not in process";
    /// A transition that the record cannot take (SDK tables).
    INVALID_TRANSITION => "INVALID_DATA", 400, "invalid transition";
    /// A transition without what is mandatory for it (v7 page).
    TRANSITION_DATA_MISSING => "MANDATORY_NOT_FOUND", 400, "mandatory param missing";
}
