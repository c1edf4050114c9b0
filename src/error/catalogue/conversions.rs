//! Conversions of leads, quotes and sales orders, in the words of the examples of the v8 description.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A record to convert that is locked (v7 page).
    CONVERSION_LOCKED => "RECORD_LOCKED", 400, "You cannot perform this operation as the record is locked.";
    /// A lead that waits for approval, where its options are asked for (SDK tables).
    OPTIONS_NOT_APPROVED => "NOT_APPROVED", 400, "The record is not approved";
    /// A lead that waits for a merge or is locked, where its options are asked for (SDK tables).
    OPTIONS_LOCKED => "RECORD_LOCKED", 400, "The record under merge is locked";
    /// More records than are converted at once.
    TOO_MANY_TO_CONVERT => "LIMIT_EXCEEDED", 400, "Limit exceeded for mass convert";
    /// A mandatory field of the deals that a mass conversion is to make.
    MASS_DEAL_FIELD_MISSING => "MANDATORY_NOT_FOUND", 400, "required field missing";
    /// Somebody who is no user is to get what is made.
    ASSIGNEE_UNKNOWN => "INVALID_DATA", 400, "Given assignee param does not match";
    /// Name and id of a module that are of two.
    MODULES_DIFFER => "AMBIGUITY_DURING_PROCESSING", 400, "two modules are different";
    /// A module of activities without name and id.
    RELATED_MODULE_MISSING => "EXPECTED_FIELD_MISSING", 400, "Specify Atleast one field";
    /// A module to convert a record into without name and id.
    NOTHING_TO_CONVERT_TO => "EXPECTED_FIELD_MISSING", 400, "Specify atleast one field";
    /// Tags that are to stay behind.
    TAGS_GO_ALONG => "NOT_ALLOWED", 400, "carry over tags must be given as true";
    /// A job is asked for without its id.
    JOB_ID_REQUIRED => "REQUIRED_PARAM_MISSING", 400, "job_id is required.";
}
