//! The words of the OAuth endpoints, which have an error form of their own.

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
