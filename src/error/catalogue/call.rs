//! The call as a whole.

use super::row::{Code, Row, codes, documented};

codes! {
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
    /// A body of a media type that the call does not read. Zoho's pages give this code the status
    /// 400; that it is the one for media types is assumed.
    UNSUPPORTED_MEDIA_TYPE => "INVALID_REQUEST", 400, "unable to process your request. please verify whether you have entered proper method name, parameter and parameter values.";
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
}
