//! E-mails of records.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A field that holds no address (v7 page).
    UNBLOCK_FIELD => "NOT_ALLOWED", 400, "unknown field provided";
    /// A module without addresses (v7 page).
    NO_EMAIL_FIELDS => "NOT_ALLOWED", 400, "EMAIL, SECONDARY_EMAIL field not available for module";
    /// A record that is not there (v7 page).
    UNBLOCK_RECORD => "INVALID_DATA", 400, "Invalid record provided";
    /// An address that is not blocked (v7 page).
    NOT_BLOCKED => "NOT_ALLOWED", 400, "Email is already unblocked";
    /// An address that stays blocked (v7 page).
    BLOCKED_FOR_GOOD => "NOT_ALLOWED", 400, "Cannot unblock, Email is blocked permanently";
    /// An address that was blocked too often (v7 page).
    UNBLOCKED_TOO_OFTEN => "NOT_ALLOWED", 400, "Cannot unblock, email has been unblocked 5 times already";
}
