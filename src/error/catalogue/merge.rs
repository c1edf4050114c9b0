//! Merging records, in the words of the examples of the v8 description.

use super::row::{Code, Row, codes, documented};

codes! {
    /// The record of the path is not there.
    MASTER_UNKNOWN => "INVALID_DATA", 400, "Master record id is not available";
    /// A record that is to be merged has no id.
    MERGE_ID_MISSING => "MANDATORY_NOT_FOUND", 400, "required id not found";
    /// A record that is named twice, or is the master.
    MERGE_SAME_RECORD => "DUPLICATE_DATA", 400, "Valid record ids need to be given for merging";
    /// A field whose value is to come from two records.
    MERGE_SAME_FIELD => "DUPLICATE_DATA", 400, "When one field is mentioned more than once";
    /// A field without its name.
    MERGE_FIELD_MISSING => "MANDATORY_NOT_FOUND", 400, "API name of the field is not mentioned";
    /// A field of the master without its name.
    MASTER_FIELD_MISSING => "MANDATORY_NOT_FOUND", 400, "API name not mentioned for the master record";
    /// More records than are merged at once. The blank is Zoho's.
    MERGE_TOO_MANY => "INVALID_DATA", 400, " More than 2 child record ids cannot be merged.";
    /// No record to merge. The blank is Zoho's.
    MERGE_OF_NOTHING => "INVALID_DATA", 400, " Atleast one child record id is required to be merged.";
    /// A record that waits for a merge.
    MERGE_ORDERED => "NOT_ALLOWED", 400, "This record id is not allowed to be merged";
    /// A record that is locked, waits for approval or review, or was converted (page of v7).
    MERGE_OF_HELD => "NOT_ALLOWED", 400, "Record is not allowed for merging";
    /// The closing date of a deal is the master's.
    MERGE_CLOSING_DATE => "NOT_ALLOWED", 400, "Closing date will be automatically populated based on master record";
    /// The stage of a deal goes with its pipeline.
    MERGE_STAGE => "NOT_ALLOWED", 400, "Stage field will be automatically populated based on chosen Pipeline";
    /// What follows from the stage of a deal.
    MERGE_PROBABILITY => "NOT_ALLOWED", 400, "Probability and Expected Revenue fields will be automatically populated based on chosen Stage";
    /// A deal that is won or lost.
    MERGE_CLOSED_DEAL => "NOT_ALLOWED", 400, "Only Open Deals can be merged";
    /// A superior who belongs to another account.
    MERGE_REPORTING_TO => "INVALID_DATA", 400, "Reporting to and account should belong to the same record";
    /// A field of files of the master without those that stay.
    MERGE_MASTER_FILES => "DEPENDENT_FIELD_MISSING", 400, "_data array is not mentioned for the master record";
    /// The same of another record.
    MERGE_CHILD_FILES => "DEPENDENT_FIELD_MISSING", 400, "_data array is not mentioned for the child record";
    /// More files than a field takes (page of v7).
    MERGE_TOO_MANY_FILES => "LIMIT_EXCEEDED", 400, "The total number of given files cannot be more than the maximum limit.";
}
