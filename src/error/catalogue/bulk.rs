//! Bulk reads and bulk writes. A `%s` or `%d` stands for a word of the request, as in the messages
//! that the SDKs list.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A bulk read without a body.
    BULK_NO_BODY => "REQUEST_BODY_IS_EMPTY", 400, "Request body is empty.";
    /// A body that is no JSON, or has other types of values.
    BULK_UNREADABLE => "REQUEST_BODY_NOT_READABLE", 400, "Unable to parse the request body.";
    /// A body without a query (the code is in the v8 description, the message assumed).
    BULK_BODY => "REQUEST_BODY_NOT_SUPPORTED", 400, "Request body is not supported.";
    /// A module that the org does not have.
    BULK_MODULE => "MODULE_NOT_AVAILABLE", 400, "Requested module '%s' is not available.";
    /// A module whose records are not exported.
    BULK_MODULE_UNSUPPORTED => "MODULE_NOT_SUPPORTED", 400, "Invalid module for the query. Module '%s' is not supported.";
    /// A key that makes no sense beside the others.
    BULK_QUERY => "QUERY_NOT_SUPPORTED", 400, "Invalid query for bulk %s job. Query '%s' is not supported.";
    /// A view that there is not (the code is in the v8 description, the message assumed).
    BULK_VIEW => "CVID_NOT_SUPPORTED", 400, "Invalid custom view for the query. Custom view '%s' is not supported.";
    /// A callback to something that is no address.
    BULK_CALLBACK_URL => "INVALID_CALLBACK_URL", 400, "Invalid URL '%s' for callback.";
    /// A callback by another method than POST.
    BULK_CALLBACK_METHOD => "INVALID_CALLBACK_METHOD", 400, "Invalid request method %s for callback.";
    /// Too many lookups in fields and criteria.
    BULK_JOINS => "JOIN_LIMIT_EXCEEDED", 400, "Join limit exceeded for the query. Maximum number of joins supported in a query is %d";
    /// Criteria that are none.
    BULK_CRITERIA => "INVALID_CRITERIA", 400, "Invalid criteria %s for the query.";
    /// A condition that lacks a part, or is a group as well.
    BULK_AMBIGUOUS => "AMBIGUOUS_CRITERIA", 400, "Ambiguous criteria %s. Criteria can have either {group, group_operator} or {api_name, comparator, value}.";
    /// A group of fewer than two conditions, or without an operator.
    BULK_AMBIGUOUS_GROUP => "AMBIGUOUS_GROUP_IN_CRITERIA", 400, "Ambiguous group in criteria %s. Group should be used only when there are more than one criteria";
    /// Too many conditions.
    BULK_CRITERIA_LIMIT => "CRITERIA_LIMIT_EXCEEDED", 400, "Number of criteria exceeded the maximum limit of %d";
    /// A field that no condition can be about.
    BULK_CRITERIA_FIELD => "FIELD_IN_CRITERIA_NOT_SUPPORTED", 400, "Field api name '%s' for criteria %s is not supported.";
    /// A field that the module does not have.
    BULK_CRITERIA_NO_FIELD => "FIELD_IN_CRITERIA_NOT_AVAILABLE", 400, "Field api name '%s' is not available for criteria %s. Check visibility and permission for the field";
    /// A comparator that has no meaning for the type of the field.
    BULK_COMPARATOR_OF_FIELD => "FIELD_AND_COMPARATOR_IN_CRITERIA_NOT_COMPATIBLE", 400, "Field api name '%s' is not supported with comparator '%s' for criteria %s.";
    /// A word that is no comparator.
    BULK_COMPARATOR => "FIELD_COMPARATOR_IN_CRITERIA_NOT_SUPPORTED", 400, "Field api name '%s' doesn't support this comparator '%s' for criteria %s.";
    /// A word in the form of `${EMPTY}` that is none.
    BULK_VALUE => "VALUE_IN_CRITERIA_NOT_SUPPORTED", 400, "Value '%s' is not supported for criteria %s.";
    /// A value that is none of the field.
    BULK_VALUE_OF_FIELD => "FIELD_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE", 400, "Field '%s' is not supported with value '%s' for criteria %s.";
    /// One value where the comparator wants several, or the other way round.
    BULK_VALUE_OF_COMPARATOR => "COMPARATOR_AND_VALUE_IN_CRITERIA_NOT_COMPATIBLE", 400, "Comparator '%s' is not supported with value '%s' for criteria %s.";
    /// A value that is an object without an id (the code is in the v8 description, the message
    /// assumed).
    BULK_VALUE_TYPE => "VALUE_TYPE_NOT_SUPPORTED", 400, "Type of the value is not supported for the field api name '%s'.";
    /// Too many values in a condition.
    BULK_VALUE_LIMIT => "VALUE_LIMIT_EXCEEDED_IN_CRITERIA", 400, "Value exceeded limit %d";
    /// An operator of a group that is none.
    BULK_GROUP_OPERATOR => "GROUP_OPERATOR_NOT_SUPPORTED", 400, "Criteria %s doesn't support this logical group operator '%s'. Supported operators are 'and', 'or'.";
    /// A field to export that the module does not have.
    BULK_NO_FIELD => "FIELD_NOT_AVAILABLE", 400, "Requested field api name '%s' is not available for the module '%s'. Check permission or visibility for the field.";
    /// A field that is not exported.
    BULK_FIELD => "FIELD_NOT_SUPPORTED", 400, "Invalid field for the module provided in fields. Field api name '%s' is not supported for this module '%s'.";
    /// A page that is no number from 1 on.
    BULK_PAGE => "PAGE_NOT_SUPPORTED", 400, "Invalid page number for query. Page %s is not supported for the query.";
    /// A page behind the last one that can be asked for.
    BULK_PAGE_RANGE => "PAGE_RANGE_EXCEEDED", 400, "Invalid page number for query. Page %s is not supported for the query. Page range is from %d to %d.";
    /// No such job, or one that has no result yet.
    BULK_NO_JOB => "RESOURCE_NOT_FOUND", 404, "The requested resource doesn't exist.";
    /// The same of a bulk write, whose status is another one in the v8 description.
    BULK_NO_WRITE => "RESOURCE_NOT_FOUND", 400, "The requested resource doesn't exist.";

    /// A zip in which there is nothing that can be written.
    BULK_FILE => "FILE_NOT_SUPPORTED", 400, "File not supported for bulk write";
    /// An upload that is no zip.
    BULK_NO_ZIP => "INVALID_FILE_FORMAT", 400, "invalid file format. only zip format is supported";
    /// A zip, or what is in it, that is too large.
    BULK_FILE_SIZE => "FILE_TOO_LARGE", 400, "File size too large to process";
    /// Too many columns (the code is in the SDKs, the message assumed).
    BULK_COLUMNS => "HEADER_LIMIT_EXCEEDED", 400, "Number of columns exceeded the maximum limit of %d";
    /// Too many rows (the code is in the SDKs, the message assumed).
    BULK_ROWS => "LIMIT_EXCEEDED", 400, "Number of records exceeded the maximum limit of %d";
    /// An id of a file that is none.
    BULK_FILE_ID => "INVALID_FILE_ID", 400, "improper file id";
    /// An id of a file that no upload has (the code is in the v8 description, the message assumed).
    BULK_NO_FILE => "FILE_NOT_FOUND", 400, "file not found";
    /// A mandatory field that no column is mapped to.
    BULK_MANDATORY => "MANDATORY_FIELDS_NOT_MAPPED", 400, "All mandatory fields are not mapped for the layout";
    /// A mapping of a field that the module does not have.
    BULK_MAPPING => "INVALID_FIELD", 400, "invalid mapping. invalid api_name %s.";
    /// A key that must be there.
    BULK_KEY => "MISSING_REQUIRED_KEY", 400, "required key %s is not found in request body.";
    /// A key that an operation or a lookup needs.
    BULK_OTHER_KEY => "MANDATORY_NOT_FOUND", 400, "Required key %s is not available";
    /// A key with a value that is none of its words.
    BULK_KEY_VALUE => "INVALID_DATA", 400, "invalid data";
    /// A column that the file does not have (the code is in the SDKs, the message assumed).
    BULK_INDEX => "COLUMN_INDEX_NOT_FOUND", 400, "column index %d is not found in the file";
    /// A format of dates, or an encoding, that is none; a file that does not keep to either (the
    /// code is in the SDKs, the message assumed).
    BULK_FORMAT => "INVALID_FORMAT", 400, "invalid format";
    /// Two keys that exclude each other (the code is in the v8 description, the message assumed).
    BULK_KEYS => "COEXISTENCE_NOT_ALLOWED", 400, "%s and %s cannot be given together";
}
