//! The catalogue: every code, message and status that answers can hold.
//!
//! A message of Zoho's stands in a row and nowhere else: here those that many calls share, beside
//! a family of settings those that are its own. A row here is `Name => CODE, status, "message"`,
//! with a second message where the documented samples say it otherwise.

use super::Wording;

/// What an answer says of a reason: code, status and message.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    code: &'static str,
    status: u16,
    zoho: &'static str,
    documented: &'static str,
    /// Tells rows apart that say the same.
    name: &'static str,
}

impl Row {
    /// A row that says the same in both wordings.
    #[must_use]
    pub const fn new(code: &'static str, status: u16, message: &'static str) -> Self {
        Self {
            code,
            status,
            zoho: message,
            documented: message,
            name: "",
        }
    }

    /// A row of `INVALID_DATA`, the code of most settings' errors.
    #[must_use]
    pub const fn invalid(message: &'static str) -> Self {
        Self::new("INVALID_DATA", 400, message)
    }
}

/// A reason for which a request or an item is refused: one row of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(&'static Row);

impl Code {
    /// The reason that a row describes.
    #[must_use]
    pub const fn of(row: &'static Row) -> Self {
        Self(row)
    }

    /// The `code`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.0.code
    }

    /// The row that a code stands for when it is asked for by name alone: the first one with it,
    /// but for codes of which another one is meant outside of a record.
    #[must_use]
    pub fn named(code: &str) -> Option<Self> {
        match code {
            "LIMIT_EXCEEDED" => Some(Self::CREDITS_SPENT),
            "INVALID_DATA" => Some(Self::INVALID_DATA),
            _ => Self::ALL.iter().copied().find(|kind| kind.code() == code),
        }
    }

    /// The HTTP status of an answer that is nothing but this error.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.0.status
    }

    /// The `message`.
    #[must_use]
    pub const fn message(self, wording: Wording) -> &'static str {
        match wording {
            Wording::Documented => self.0.documented,
            Wording::Zoho => self.0.zoho,
        }
    }
}

/// The message in the documented samples, if it is another one than Zoho's.
macro_rules! documented {
    ($zoho:literal) => {
        $zoho
    };
    ($zoho:literal, $documented:literal) => {
        $documented
    };
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident => $code:literal, $status:literal, $zoho:literal $(, $documented:literal)?;)*) => {
        impl Code {
            $($(#[$doc])* pub const $name: Self = Self(&Row {
                code: $code,
                status: $status,
                zoho: $zoho,
                documented: documented!($zoho $(, $documented)?),
                name: stringify!($name),
            });)*

            /// Every row that calls share.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

codes! {
    // the call as a whole
    /// No token, or none in a scheme that Zoho takes.
    AUTHENTICATION_FAILURE => "AUTHENTICATION_FAILURE", 401, "Authentication failed";
    /// A token that was never issued, has expired or was revoked.
    INVALID_TOKEN => "INVALID_TOKEN", 401, "invalid oauth token";
    /// The token's scopes do not cover the call.
    SCOPE_MISMATCH => "OAUTH_SCOPE_MISMATCH", 401, "invalid oauth scope to access this URL";
    /// No such path or version.
    INVALID_URL_PATTERN => "INVALID_URL_PATTERN", 404, "Please check if the URL trying to access is a correct one";
    /// The path exists, but not with this method.
    INVALID_REQUEST_METHOD => "INVALID_REQUEST_METHOD", 400, "The http request method type is not a valid one";
    /// The call exists from a later version on.
    API_NOT_SUPPORTED => "API_NOT_SUPPORTED", 400, "api not supported in this version";
    /// No such module.
    INVALID_MODULE => "INVALID_MODULE", 400, "the module name given seems to be invalid";
    /// A module that this call does not serve.
    MODULE_NOT_SUPPORTED_FOR_API => "INVALID_MODULE", 400, "the given module is not supported for this api";
    /// A module without metadata in the API.
    MODULE_NOT_SUPPORTED_IN_API => "INVALID_MODULE", 400, "the given module is not supported in api";
    /// A module whose related lists the API does not show (v8).
    RELATED_LISTS_NOT_SUPPORTED => "NOT_SUPPORTED", 400, "the given module is not supported for this api";
    /// No body, or one that is no JSON object.
    BODY => "INVALID_DATA", 400, "body";
    /// A body of a media type that the call does not read. The status is on Zoho's list, the body
    /// assumed.
    UNSUPPORTED_MEDIA_TYPE => "INVALID_REQUEST", 415, "unable to process your request. please verify whether you have entered proper method name, parameter and parameter values.";
    /// A body larger than the service takes.
    BODY_SIZE_REACHED => "BODY_SIZE_REACHED", 413, "The request body limit reached";
    /// More calls at once than the edition has, or more in a while than the server was told to
    /// take (recorded by two clients; the final dot is uncertain).
    TOO_MANY_REQUESTS => "TOO_MANY_REQUESTS", 429, "Many requests fired in concurrent than the allowed limit.";
    /// The day's API credits are used up. The status is documented, code and message are assumed.
    CREDITS_SPENT => "LIMIT_EXCEEDED", 429, "You have exceeded the maximum API credits for the day";
    /// The service is down (v8 description).
    SERVICE_UNAVAILABLE => "SERVICE_UNAVAILABLE", 503, "Service temporarily unavailable";
    /// The user's profile lacks a permission (v8 description).
    NO_PERMISSION => "NO_PERMISSION", 403, "permission denied";
    /// The user may not do this (v8 description).
    AUTHORIZATION_FAILED => "AUTHORIZATION_FAILED", 400, "User does not have sufficient privilege to perform this action";
    /// The request breaks Zoho's contract, and the server was told not to let that pass. No code of
    /// Zoho's.
    CONTRACT_VIOLATION => "CONTRACT_VIOLATION", 400, "the request breaks the contract of the API";
    /// Something went wrong on the server's side.
    INTERNAL_ERROR => "INTERNAL_ERROR", 500, "Internal Server Error";
    /// A mandatory parameter is absent.
    REQUIRED_PARAM_MISSING => "REQUIRED_PARAM_MISSING", 400, "One of the expected parameter is missing";
    /// Parameters that exclude each other.
    AMBIGUITY => "AMBIGUITY_DURING_PROCESSING", 400, "Ambiguity while processing the request";
    /// A parameter outside its list of words.
    PATTERN_NOT_MATCHED => "PATTERN_NOT_MATCHED", 400, "Please check whether the input values are correct";

    // files
    /// A body of parts that cannot be read, or has too many of them (documented for files).
    ATTACHMENT_HANDLING => "failure_in_attachment_handling", 400, "Problem in uploading attachment. kindly upload the file properly";
    /// A file larger than the operation takes (v8 description).
    FILE_TOO_LARGE => "FILE_SIZE_MORE_THAN_ALLOWED_SIZE", 413, "Please check if the size of the file is in the correct range";
    /// No room for further files. The code is on the lists of the SDKs and of v8; the message is
    /// that of the first API, and the status assumed.
    STORAGE_SPACE_EXCEEDED => "STORAGE_SPACE_EXCEEDED", 400, "Exceeded storage space limit";

    // lists
    /// More values in a parameter than it takes.
    LIMIT_EXCEEDED => "LIMIT_EXCEEDED", 400, "limit exceeded";
    /// A field by which a list cannot be sorted.
    SORT_NOT_SUPPORTED => "INVALID_DATA", 400, "This field is not supported in sorting";
    /// Beyond the first 2,000 records without a token.
    DISCRETE_PAGINATION => "DISCRETE_PAGINATION_LIMIT_EXCEEDED", 400, "You can only get the first 2000 records without using page_token param";
    /// Beyond 100,000 records with a token.
    PAGINATION => "PAGINATION_LIMIT_EXCEEDED", 400, "You can only get upto 100000 records using page_token param";
    /// A token of another list, or with other parameters.
    TOKEN_MISMATCH => "TOKEN_BOUND_DATA_MISMATCH", 400, "The page_token given seems to be invalid or input param is added or altered or deleted";
    /// No token at all.
    PAGE_TOKEN_INVALID => "INVALID_DATA", 400, "The token given seems to be invalid";
    /// A token older than a day.
    PAGE_TOKEN_EXPIRED => "EXPIRED_VALUE", 400, "Page token expired";

    // records
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
    /// Several errors in one record.
    MULTIPLE_ERRORS => "MULTIPLE_OR_MULTI_ERRORS", 400, "Multiple errors in the request";
    /// A lead that has been converted cannot be changed.
    CONVERTED_RECORD => "CONVERTED_RECORD", 400, "can't update the converted record";
    /// A lead to convert that has been converted.
    ID_ALREADY_CONVERTED => "ID_ALREADY_CONVERTED", 400, "id already converted";
    /// A lead to convert that waits for approval.
    NOT_APPROVED => "NOT_APPROVED", 400, "record not approved";
    /// A lead to convert that does not exist (v2 and v2.1; their SDK's list).
    GIVEN_ID_INVALID => "INVALID_DATA", 400, "given id is invalid";
    /// A record that is locked (v8 description).
    RECORD_LOCKED => "RECORD_LOCKED", 400, "Sorry, you cannot perform this operation as the record is locked.";
    /// `If-Unmodified-Since` has passed.
    ALREADY_MODIFIED => "ALREADY_MODIFIED", 412, "record updated time has already passed if-unmodified-since time";
    /// Neither of two keys is given.
    NOTE_IS_EMPTY => "EXPECTED_FIELD_MISSING", 400, "should contain either content or title";
    /// The stage is not one of the pipeline.
    STAGE_NOT_IN_PIPELINE => "MAPPING_MISMATCH", 400, "Pipeline doesn't contain the Stage";
    /// A call that lasted no time.
    CALL_DURATION_ZERO => "DEPENDENT_MISMATCH", 400, "Call Duration can not be zero.";
    /// An external id that is no field, or no value of one.
    EXTERNAL_INVALID => "INVALID_DATA", 400, "The value of the external field is invalid.";
    /// An external id that no record has.
    EXTERNAL_NOT_FOUND => "INVALID_DATA", 400, "There is no data for the ID specified or there is no matching record in the given module.";
    /// An external id that several records have.
    EXTERNAL_DUPLICATE => "INVALID_DATA", 400, "The external field contains duplicate data.";
    /// A module without upsert.
    UPSERT_NOT_SUPPORTED => "NOT_SUPPORTED", 400, "the given module is not supported for this api";

    // mass actions
    /// No record of the view to change.
    NOTHING_TO_UPDATE => "NO_RECORDS_FOUND", 400, "no record found to update";
    /// No record of the view to delete (assumed from that of updates).
    NOTHING_TO_DELETE => "NO_RECORDS_FOUND", 400, "no record found to delete";
    /// A job for the view that is not done yet.
    ALREADY_SCHEDULED => "ALREADY_SCHEDULED", 400, "Already a Mass Action scheduler is running for the given cvid";
    /// A job is asked for without its id.
    MANDATORY_PARAM_MISSING => "MANDATORY_NOT_FOUND", 400, "mandatory param missing";
    /// No such job.
    JOB_INVALID => "INVALID_DATA", 400, "The jobid given seems to be invalid";

    // search
    /// None of `criteria`, `email`, `phone`, `word`.
    EXPECTED_PARAM_MISSING => "EXPECTED_PARAM_MISSING", 400, "one of the expected parameter is missing";
    /// Criteria that cannot be read, or do not fit their fields.
    INVALID_QUERY => "INVALID_QUERY", 400, "invalid query formed";
    /// More than a hundred values.
    TOO_MANY_IN_VALUES => "INVALID_QUERY", 400, "Only 100 values are allowed in \"IN\" criteria";
    /// More conditions than are allowed.
    CRITERIA_LIMIT => "CRITERIA_LIMIT_EXCEEDED", 400, "no of criterium that can be given exceed the limit 15";
    /// A word of one letter.
    WORD_TOO_SHORT => "INVALID_DATA", 400, "provide atleast 2 letters for search";
    /// A phone number of fewer than three digits.
    PHONE_TOO_SHORT => "INVALID_DATA", 400, "provide atleast 3 digits for search";
    /// Beyond the first 2,000 hits.
    LIMIT_REACHED => "LIMIT_REACHED", 400, "maximum response iteration limit reached";
    /// A module that is not searched (the misspelling is Zoho's).
    SEARCH_NOT_SUPPORTED => "NOT_SUPPORTED", 400, "module not suppoted for search";
    /// `email` or `phone` on a module without such a field.
    FIELD_TYPE_UNAVAILABLE => "FIELD_TYPE_UNAVAILABLE", 400, "this data type is not found in this module";
    /// A module whose records are not counted.
    COUNT_NOT_SUPPORTED => "NOT_SUPPORTED", 400, "the given module is not supported for count";
    /// `cvid` with search parameters.
    COUNT_AMBIGUITY => "AMBIGUITY_DURING_PROCESSING", 400, "Please use either Cvid or Search Params. Combination of both the params is not allowed";

    // COQL
    /// A query that cannot be read.
    COQL_SYNTAX => "SYNTAX_ERROR", 400, "error occured while parsing the query";
    /// A clause that must be there (recorded).
    COQL_MISSING_CLAUSE => "SYNTAX_ERROR", 400, "missing clause";
    /// Another statement than a select.
    COQL_NOT_SUPPORTED => "SYNTAX_ERROR", 400, "given coql query not supported";
    /// A word that is no comparator.
    COQL_OPERATOR => "SYNTAX_ERROR", 400, "operator not supported";
    /// A limit that is no number.
    COQL_LIMIT => "INVALID_QUERY", 400, "limit given seems to be invalid";
    /// An offset that is no number.
    COQL_OFFSET => "INVALID_QUERY", 400, "offset given seems to be invalid";
    /// A limit of zero or less.
    COQL_NO_LIMIT => "INVALID_DATA", 400, "limit should be greater than 0";
    /// An empty alias.
    COQL_NO_ALIAS => "INVALID_ALIAS", 400, "alias name cannot be an empty string";
    /// An alias that is the name of another column.
    COQL_ALIAS_IS_COLUMN => "INVALID_QUERY", 400, "column name or property name given in select columns without alias name cannot be an alias name for other select columns";
    /// One alias for several columns.
    COQL_DUPLICATE_ALIAS => "DUPLICATE_ALIAS", 400, "same alias cannot refer more than one column";
    /// A column that the module does not have.
    COQL_COLUMN => "INVALID_QUERY", 400, "column given seems to be invalid";
    /// A column that cannot be selected, grouped or sorted by.
    COQL_UNSUPPORTED_COLUMN => "INVALID_QUERY", 400, "unsupported column";
    /// A column that cannot stand in a condition.
    COQL_UNSUPPORTED_CRITERIA => "INVALID_QUERY", 400, "unsupported column in criteria";
    /// A value that its column cannot hold.
    COQL_VALUE => "INVALID_QUERY", 400, "value given seems to be invalid for the column";
    /// A column twice.
    COQL_DUPLICATE_COLUMN => "DUPLICATE_DATA", 400, "duplicate select column";
    /// An aggregate of a column twice.
    COQL_DUPLICATE_AGGREGATE => "DUPLICATE_DATA", 400, "duplicate aggregate function";
    /// The same column twice to group or sort by (the message is assumed).
    COQL_DUPLICATE_CLAUSE => "DUPLICATE_DATA", 400, "duplicate data";
    /// Too many columns.
    COQL_TOO_MANY_COLUMNS => "LIMIT_EXCEEDED", 400, "select columns limit exceeded";
    /// Too many lookups to follow, or one too deep.
    COQL_TOO_MANY_JOINS => "LIMIT_EXCEEDED", 400, "join limit exceeded";
    /// No query.
    COQL_MISSING_QUERY => "MANDATORY_NOT_FOUND", 400, "mandatory key not found";

    // users
    /// Another user has this address.
    USER_EMAIL_EXISTS => "DUPLICATE_DATA", 400, "Failed to add user since same email id is already present";
    /// Not an address.
    USER_EMAIL_INVALID => "INVALID_DATA", 400, "Invalid Email Id. Please choose a different email id";
    /// A role or profile that does not exist.
    USER_REFERENCE_INVALID => "INVALID_DATA", 400, "INVALID_DATA";
    /// Not a time zone.
    USER_TIME_ZONE_INVALID => "INVALID_DATA", 400, "Give a proper time zone value";
    /// The time zone of somebody else.
    USER_TIME_ZONE_OF_ANOTHER => "NOT_ALLOWED", 400, "Cannot update the time_zone of another User";
    /// Keys that no client may set.
    USER_SYSTEM_FIELD => "NOT_SUPPORTED", 400, "Created by & Modified by fields cannot be updated by api";
    /// A deleted user.
    USER_DELETED => "CANNOT_UPDATE_DELETED_USER", 400, "Deleted user cannot be updated";
    /// Already inactive.
    USER_ALREADY_INACTIVE => "ID_ALREADY_DEACTIVATED", 400, "User is already deactivated";
    /// Already active.
    USER_ALREADY_ACTIVE => "ID_ALREADY_ACTIVE", 400, "User is already active";
    /// The primary contact stays active.
    PRIMARY_CONTACT_INACTIVE => "INVALID_REQUEST", 400, "Primary Contact cannot be deactivated";
    /// The primary contact stays.
    PRIMARY_CONTACT_DELETED => "INVALID_REQUEST", 400, "Primary contact cannot be deleted";
    /// The address of a user who has confirmed it.
    USER_EMAIL_FIXED => "EMAIL_UPDATE_NOT_ALLOWED", 400, "Cannot update email of a confirmed CRM User";
    /// Already deleted.
    USER_ALREADY_DELETED => "ID_ALREADY_DELETED", 400, "User is already deleted";

    // settings
    /// A view to change or delete that does not exist.
    VIEW_GONE => "INVALID_DATA", 400, "The provided CustomView is either invalid or already Deleted";
    /// A view that does not exist (up to v7).
    VIEW_INVALID => "INVALID_DATA", 400, "invalid data";

    // fields (pages of v7 and v8 on custom fields unless marked)
    /// A label that the service keeps for itself (reported by a client).
    FIELD_LABEL_RESERVED => "INVALID_DATA", 400, "System keyword not allowed in field label";
    /// A label with letters that labels do not have.
    FIELD_LABEL_SPECIAL => "INVALID_DATA", 400, "Special characters have been found in the field label";
    /// The label of a field that was not made by the org.
    FIELD_LABEL_FIXED => "NOT_ALLOWED", 400, "The field label for system-defined fields cannot be updated";
    /// A field that the service keeps.
    FIELD_FIXED => "NOT_ALLOWED", 400, "System-defined fields cannot be updated";
    /// An API name that the service keeps for itself.
    FIELD_NAME_RESERVED => "RESERVED_KEYWORD_NOT_ALLOWED", 400, "System-defined keywords not allowed in the API name";
    /// An API name that another field has (reported by a client).
    FIELD_NAME_TAKEN => "DUPLICATE_DATA", 400, "API NAME DUPLICATE";
    /// A length that the type does not have.
    FIELD_LENGTH => "DEPENDENT_MISMATCH", 400, "The given length value seems to be invalid";
    /// A value that does not go with another one.
    FIELD_DEPENDENT => "DEPENDENT_MISMATCH", 400, "The dependent fields seems to be invalid or missing";
    /// A key that the type needs.
    FIELD_DEPENDENT_MISSING => "DEPENDENT_FIELD_MISSING", 400, "One or more dependent fields are missing";
    /// A picklist without values.
    PICK_LIST_EXPECTED => "EXPECTED_DEPENDENT_FIELD_MISSING", 400, "Either global_picklist or picklist values is expected";
    /// A picklist with values of its own and those of a global one.
    PICK_LIST_AMBIGUITY => "AMBIGUITY_DURING_PROCESSING", 400, "Cannot provide both picklist options and global set";
    /// A value that a picklist keeps (assumed).
    PICK_VALUE_FIXED => "NOT_ALLOWED", 400, "The picklist option cannot be deleted";
    /// A module given by a name and the id of another one.
    LOOKUP_AMBIGUITY => "AMBIGUITY_DURING_PROCESSING", 400, "The ID given in the request body does not belong to the respective module";
    /// Another target for a lookup.
    LOOKUP_MODULE_FIXED => "NOT_ALLOWED", 400, "Lookup module cannot be updated";
    /// A type that filters do not take.
    FILTERABLE_NOT_ALLOWED => "NOT_ALLOWED", 400, "The filterable key is not allowed for the field datatype you create.";
    /// An external field where there may be none.
    EXTERNAL_NOT_ALLOWED => "NOT_ALLOWED", 400, "External field is not allowed for module Calls.";
    /// Another external attribute for a field that is there.
    EXTERNAL_FIXED => "NOT_ALLOWED", 400, "External attribute cannot be updated";
    /// A private field in an org without privacy settings.
    PRIVATE_NOT_ALLOWED => "NOT_ALLOWED", 400, "Private is not allowed";
    /// A health field in an org without privacy settings (assumed).
    HIPAA_NOT_ALLOWED => "NOT_ALLOWED", 400, "HIPAA compliance is not allowed";
    /// A type without unique values; its name follows (reported by a client).
    UNIQUE_NOT_SUPPORTED => "NOT_ALLOWED", 400, "unique is not supported for data type";
    /// A type that is not encrypted.
    CRYPT_NOT_SUPPORTED => "NOT_SUPPORTED", 403, "Encryptions is not supported for the requested data type";
    /// A property that stays as it was made (assumed).
    FIELD_PROPERTY_FIXED => "NOT_ALLOWED", 400, "The given property cannot be updated";
    /// Another type for a formula.
    FORMULA_TYPE_FIXED => "NOT_ALLOWED", 400, "Formula field does not support updating the return type";
    /// A formula that cannot be read (newer description of v8).
    FORMULA_SYNTAX => "SYNTAX_ERROR", 400, "Formula expression has syntax error";
    /// A formula whose brackets do not close (newer description of v8).
    FORMULA_BRACES => "MISSING_BRACES", 400, "Some of brace is missing in given expression";
    /// A formula of a field that there is not (newer description of v8; the message is assumed).
    FORMULA_FIELD => "PARTICIPATING_FIELD_NOT_FOUND", 400, "Participating field not found";
    /// What Zoho has and this server does not (newer description of v8; the message is assumed).
    FEATURE_NOT_SUPPORTED => "FEATURE_NOT_SUPPORTED", 400, "the feature is not supported";
    /// A field to delete that views, formulas or lookups need.
    FIELD_IN_USE => "NOT_ALLOWED", 400, "The custom field has already used in other places";
    /// A field to delete that was not made by the org.
    FIELD_NOT_CUSTOM => "NOT_ALLOWED", 400, "Only the custom fields can be deleted";
}

/// What is said of something that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    zoho: &'static str,
    documented: &'static str,
}

impl Message {
    /// A message that is the same in both wordings.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            zoho: text,
            documented: text,
        }
    }

    /// The `message`.
    #[must_use]
    pub const fn text(self, wording: Wording) -> &'static str {
        match wording {
            Wording::Documented => self.documented,
            Wording::Zoho => self.zoho,
        }
    }
}

macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident => $zoho:literal $(, $documented:literal)?;)*) => {
        impl Message {
            $($(#[$doc])* pub const $name: Self = Self {
                zoho: $zoho,
                documented: documented!($zoho $(, $documented)?),
            };)*

            /// Every message that families share.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

messages! {
    /// A record was inserted.
    RECORD_ADDED => "record added", "Record added successfully";
    /// A record was changed.
    RECORD_UPDATED => "record updated", "Record updated successfully";
    /// A record went to the recycle bin.
    RECORD_DELETED => "record deleted";
    /// A record went to the recycle bin by a mass delete.
    RECORD_IS_DELETED => "record is deleted";
    /// A mass update was ordered.
    MASS_UPDATE_SCHEDULED => "mass update scheduled successfully";
    /// A mass delete was ordered.
    MASS_DELETE_SCHEDULED => "mass delete scheduled successfully";
    /// A lead was converted.
    LEAD_CONVERTED => "The record has been converted successfully";
    /// A custom view was made.
    VIEW_CREATED => "custom view created";
    /// A custom view was changed.
    VIEW_UPDATED => "custom view updated";
    /// A custom view was deleted.
    VIEW_DELETED => "deleted successfully";
    /// A field was made.
    FIELD_CREATED => "field created";
    /// A field was changed.
    FIELD_UPDATED => "field updated";
    /// A field was deleted.
    FIELD_DELETED => "field deleted";
    /// A user was invited.
    USER_ADDED => "User added";
    /// A user was changed.
    USER_UPDATED => "User updated";
    /// A user was deleted.
    USER_DELETED => "User deleted";
}

/// The words of the connector's platform, which has an error form of its own (recorded 401, its
/// published descriptions).
pub mod platform {
    /// No token, or one that is not taken.
    pub const UNAUTHORIZED: &str = "The request is unauthorized";
    /// No such path.
    pub const NOT_FOUND: &str = "The requested resource was not found";
    /// The path exists, but not with this method.
    pub const METHOD_NOT_ALLOWED: &str = "The method is not allowed for this resource";
    /// A body larger than the server takes.
    pub const TOO_LARGE: &str = "The request body is too large";
    /// An input that breaks its schema; where and why follows.
    pub const INVALID_INPUT: &str = "Connector input validation failed. Schema validation errors";
    /// Something went wrong on the server's side.
    pub const INTERNAL: &str = "Internal server error";
}

/// The words of the OAuth endpoints, which have an error form of their own.
pub mod oauth {
    /// The code, refresh token or token to revoke is unknown, used or expired.
    pub const INVALID_CODE: &str = "invalid_code";
    /// No such client.
    pub const INVALID_CLIENT: &str = "invalid_client";
    /// The client's secret is another.
    pub const INVALID_CLIENT_SECRET: &str = "invalid_client_secret";
    /// The redirect differs from the one the code was given for.
    pub const INVALID_REDIRECT_URI: &str = "invalid_redirect_uri";
    /// A scope that does not exist.
    pub const INVALID_SCOPE: &str = "invalid_scope";
    /// A parameter is missing.
    pub const GENERAL_ERROR: &str = "general_error";
    /// A grant type that does not exist.
    pub const UNSUPPORTED_GRANT_TYPE: &str = "unsupported_grant_type";
    /// Client credentials without the org they are for.
    pub const MISSING_ORG_INFO: &str = "missing_org_info";
    /// A refresh token is used too often.
    pub const TOO_MANY: &str =
        "You have made too many requests continuously. Please try again after some time.";
    /// `response_type` is not `code`.
    pub const INVALID_RESPONSE_TYPE: &str = "invalid_response_type";
}
