//! Mass actions.

use super::row::{Code, Row, codes, documented};

codes! {
    /// No record of the view to change.
    NOTHING_TO_UPDATE => "NO_RECORDS_FOUND", 400, "no record found to update";
    /// No value for any field (v7 page).
    MASS_UPDATE_OF_NOTHING => "INVALID_DATA", 400, "No field found";
    /// Values for more fields than a mass update takes (v7 page).
    MASS_UPDATE_FIELDS => "INVALID_DATA", 400, "Max field limit exceeded";
    /// A field that mass updates leave alone, or that the module does not have (v7 page).
    MASS_UPDATE_FIELD => "INVALID_DATA", 400, "This field cannot be updated in the Mass Update";
    /// A pipeline that the layout of the record lacks (captured v8).
    NOT_IN_RECORD_LAYOUT => "INVALID_DATA", 400, "picklist not found in record layout";
    /// No record of the view to delete (assumed from that of updates).
    NOTHING_TO_DELETE => "NO_RECORDS_FOUND", 400, "no record found to delete";
    /// A job for the view that is not done yet.
    ALREADY_SCHEDULED => "ALREADY_SCHEDULED", 400, "Already a Mass Action scheduler is running for the given cvid";
    /// A job is asked for without its id.
    MANDATORY_PARAM_MISSING => "MANDATORY_NOT_FOUND", 400, "mandatory param missing";
    /// No such job.
    JOB_INVALID => "INVALID_DATA", 400, "The jobid given seems to be invalid";
}
