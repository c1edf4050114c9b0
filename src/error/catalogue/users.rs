//! Users.

use super::row::{Code, Row, codes, documented};

codes! {
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
}
