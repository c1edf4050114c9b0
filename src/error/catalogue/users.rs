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
    /// What nobody but the user themselves may change.
    USER_KEY_OF_ANOTHER => "NOT_ALLOWED", 400, "Cannot update the time_zone of another User";
    /// Characters that a name or an address cannot have.
    USER_SPECIAL_CHARACTERS => "INVALID_DATA", 400, "Special Characters Found";
    /// None of the words that a key knows.
    USER_PATTERN => "INVALID_DATA", 400, "Pattern not matched";
    /// Not a way of writing dates.
    USER_DATE_FORMAT => "INVALID_DATA", 400, "Valid date format should be given";
    /// Not a way of writing names.
    USER_NAME_FORMAT => "INVALID_DATA", 400, "Valid name format should be given";
    /// Not an order of names.
    USER_SORT_ORDER => "INVALID_DATA", 400, "Valid sort order preference should be given";
    /// No language.
    USER_LANGUAGE => "INVALID_DATA", 400, "Give a proper language code";
    /// Nothing that can stand between thousands.
    USER_NUMBER_SEPARATOR => "INVALID_DATA", 400, "Invalid data. Valid values are Comma/Period/Space (Not case-sensitive)";
    /// Nothing that can stand before a fraction.
    USER_DECIMAL_SEPARATOR => "INVALID_DATA", 400, "Invalid data. Valid values are Comma/Period (Not case-sensitive)";
    /// The same between thousands and before a fraction.
    USER_EQUAL_SEPARATORS => "MAPPING_MISMATCH", 400, "the number separator and decimal separator values should not be same";
    /// An address of Zoho's own.
    USER_EMAIL_OF_ZOHO => "INVALID_DATA", 400, "Email Id should not contain @zoho.com. Please choose a different email id";
    /// Another user has the address that a user is to get.
    USER_EMAIL_TAKEN => "DUPLICATE_DATA", 400, "Email already exists";
    /// The type of a user.
    USER_TYPE_FIXED => "NOT_SUPPORTED", 400, "type__s is cannot be updated by api";
    /// A type of users that nobody can make.
    USER_TYPE_NOT_ALLOWED => "NOT_ALLOWED", 400, "The specified user type is not allowed";
    /// A superior of a user, in an org whose users have none.
    USER_SUPERIOR_OFF => "FEATURE_NOT_ENABLED", 400, "ReportingTo Feature is not enabled";
    /// No shift, as the one that goes on.
    USER_CURRENT_SHIFT => "INVALID_REQUEST", 400, "Invalid current shift id";
    /// No shift, as the next one.
    USER_NEXT_SHIFT => "INVALID_REQUEST", 400, "Invalid next shift id";
    /// A next shift that goes on already.
    USER_EQUAL_SHIFTS => "NOT_ALLOWED", 400, "current shift and next shift should not be same";
    /// A next shift without its beginning.
    USER_SHIFT_START_MISSING => "DEPENDENT_MISMATCH", 400, "Dependent Field value should not be null";
    /// A next shift that has begun.
    USER_SHIFT_START_PAST => "INVALID_DATA", 400, "Shift effective from date should be greater than Current Shift date";
    /// An invitation to a user who has accepted one.
    USER_INVITED_AGAIN => "INVALID_REQUEST", 400, "Re-invite is not allowed for a confirmed user";
    /// The same in v8.
    USER_INVITED_AGAIN_V8 => "INVALID_REQUEST", 400, "Reinvite is not allowed for a confirmed user";
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
    /// The same in v8, spelt as its descriptions have it.
    USER_EMAIL_FIXED_V8 => "EMAIL_UPDATE_NOT_ALOWED", 400, "Cannot update email of a confirmed CRM User";
    /// Already deleted.
    USER_ALREADY_DELETED => "ID_ALREADY_DELETED", 400, "User is already deleted";
}
