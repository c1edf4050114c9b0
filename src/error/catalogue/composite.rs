//! Composite requests. The codes are those of the v8 description; the messages of rollbacks are
//! captured, the others are assumed.

use super::row::{Code, Row, codes, documented};

codes! {
    /// Two flags that exclude each other.
    COMPOSITE_AMBIGUOUS => "AMBIGUITY_DURING_PROCESSING", 400, "Ambiguity while processing the request";
    /// An operation that composite requests do not take.
    COMPOSITE_NOT_SUPPORTED => "NOT_SUPPORTED", 400, "the given uri is not supported in composite requests";
    /// A newer version than that of the composite request.
    COMPOSITE_VERSION => "NOT_ALLOWED", 400, "the version of the sub request is higher than that of the composite request";
    /// A reference that leads nowhere.
    INVALID_REFERENCE => "INVALID_REFERENCE", 400, "the given reference is invalid";
    /// Sub-requests that refer to each other.
    LOOPING_FOUND => "LOOPING_FOUND", 400, "the sub requests refer to each other";
    /// What was done is taken back.
    ROLLBACK_PERFORMED => "ROLLBACK_PERFORMED", 400, "the transaction was rolled back since another sub request in the same transaction failed.";
    /// What was to follow is not done.
    PROCESSING_STOPPED => "PROCESSING_STOPPED", 400, "the transaction was rolled back since another sub request in the same transaction failed.";
}
