//! The words of the connector's platform, which has an error form of its own (recorded 401, its
//! published descriptions).

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
