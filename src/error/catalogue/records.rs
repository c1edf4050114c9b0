//! Records.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A key that must be there is absent, null or empty.
    MANDATORY_NOT_FOUND => "MANDATORY_NOT_FOUND", 400, "required field not found";
    /// A value that its field cannot hold.
    INVALID_DATA => "INVALID_DATA", 400, "invalid data";
    /// A parameter that is no number, id or word of its list.
    INVALID_PARAM => "INVALID_DATA", 400, "invalid data";
    /// A field that the module does not have, where that is not ignored.
    UNKNOWN_FIELD => "INVALID_DATA", 400, "the field api name given seems to be invalid";
    /// An id that no record of the module has.
    UNKNOWN_ID => "INVALID_DATA", 400, "the id given seems to be invalid", "Record does not exist";
    /// An id of a setting that nothing has.
    UNKNOWN_SETTING => "INVALID_DATA", 400, "the id given seems to be invalid";
    /// A user that does not exist (v2).
    UNKNOWN_USER_V2 => "INVALID_DATA", 400, "the_id_given_seems_to_be_invalid";
    /// A record to delete that is not there.
    RECORD_NOT_DELETED => "INVALID_DATA", 400, "record not deleted", "Record does not exist";
    /// An id to delete that is no id.
    MALFORMED_ID => "INVALID_DATA", 400, "either the request body or parameters is in wrong format";
    /// The same in v2, where it fails the call.
    UNABLE_TO_PARSE => "UNABLE_TO_PARSE_DATA_TYPE", 400, "either the request body or parameters is in wrong format";
    /// More than a hundred ids.
    TOO_MANY_IDS => "LIMIT_EXCEEDED", 400, "Limit Exceeded, You cannot give more than 100 record ids";
    /// A unique value that another record has.
    DUPLICATE_DATA => "DUPLICATE_DATA", 400, "duplicate data";
    /// A record that a multi-select lookup points to already.
    DUPLICATE_LINKING_DATA => "DUPLICATE_LINKING_DATA", 400, "duplicate association";
    /// More people than an event takes (v7 page).
    TOO_MANY_PARTICIPANTS => "LIMIT_EXCEEDED", 400, "Only 50 participants can be added to an event.";
    /// Several errors in one record.
    MULTIPLE_ERRORS => "MULTIPLE_OR_MULTI_ERRORS", 400, "Multiple errors in the request";
    /// A lead that has been converted cannot be changed. The SDKs list a code `CONVERTED_RECORD`,
    /// which no answer shows; three reports of 2026 have this one.
    CONVERTED_RECORD => "INVALID_DATA", 400, "can't update the converted record";
    /// A lead to convert that has been converted.
    ID_ALREADY_CONVERTED => "ID_ALREADY_CONVERTED", 400, "id already converted";
    /// A lead to convert that waits for approval.
    NOT_APPROVED => "NOT_APPROVED", 400, "record not approved";
    /// A lead to convert that does not exist (v2 and v2.1; their SDK's list).
    GIVEN_ID_INVALID => "INVALID_DATA", 400, "given id is invalid";
    /// A record that is locked (v8 description).
    RECORD_LOCKED => "RECORD_LOCKED", 400, "Sorry, you cannot perform this operation as the record is locked.";
    /// A record to delete that is locked (v8 description).
    RECORD_LOCKED_FOR_DELETION => "RECORD_LOCKED", 400, "You cannot perform this operation as the record is locked.";
    /// `If-Unmodified-Since` has passed.
    ALREADY_MODIFIED => "ALREADY_MODIFIED", 412, "record updated time has already passed if-unmodified-since time";
    /// Neither of two keys is given.
    NOTE_IS_EMPTY => "EXPECTED_FIELD_MISSING", 400, "should contain either content or title";
    /// The stage is not one of the pipeline (recorded v8).
    STAGE_NOT_IN_PIPELINE => "MAPPING_MISMATCH", 400, "Pipeline doesn't contain the Stage";
    /// The pipeline is not one of the layout (recorded v8).
    PIPELINE_NOT_IN_LAYOUT => "MAPPING_MISMATCH", 400, "Layout doesn't contain the Pipeline";
    /// A call that lasted no time.
    CALL_DURATION_ZERO => "DEPENDENT_MISMATCH", 400, "Call Duration can not be zero.";
    /// An external id that is no field, or no value of one.
    EXTERNAL_INVALID => "INVALID_DATA", 400, "The value of the external field is invalid.";
    /// An external id that several records have (v7 page).
    EXTERNAL_DUPLICATE => "DUPLICATE_DATA", 400, "The external field contains duplicate data.";
    /// An external id in a lookup of a new record that no record of its target has (v7 page).
    EXTERNAL_LOOKUP_INCORRECT => "INVALID_DATA", 400, "The external ID of the lookup field or the Price Book is incorrect";
    /// The same in a record that is changed (v7 page).
    EXTERNAL_LOOKUP_INVALID => "INVALID_DATA", 400, "The value of the external field is invalid for the lookup field.";
    /// An external id that is to change in the record that it names (v7 page, which has the code and
    /// this explanation of it; the message itself is assumed).
    EXTERNAL_OF_ITSELF => "NOT_ALLOWED", 400, "You cannot update the external field using its own primary key in the request.";
    /// A territory is asked for in a module that has none (v7 page).
    TERRITORY_NOT_SUPPORTED => "INVALID_MODULE", 400, "Territory is not supported for the given module.";
    /// A module without upsert.
    UPSERT_NOT_SUPPORTED => "NOT_SUPPORTED", 400, "the given module is not supported for this api";
}
