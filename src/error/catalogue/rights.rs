//! What callers may do with records: approvals, shares, locks and territories.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A record to change that waits for approval (v8 description).
    NOT_APPROVED_FOR_UPDATE => "NOT_APPROVED", 400, "Cannot update record that is not approved yet";
    /// A record to delete that waits for approval (v8 description).
    NOT_APPROVED_FOR_DELETION => "NOT_APPROVED", 400, "cannot delete record that is not approved yet";
    /// A record that is in review (v8 description).
    NOT_REVIEWED => "NOT_REVIEWED", 400, "record in review";
    /// A record to share that is not there.
    SHARED_RECORD_INVALID => "INVALID_DATA", 400, "ENTITY_ID_INVALID";
    /// A module whose records cannot be shared one by one (newest description of v8).
    SHARING_NOT_SUPPORTED => "NOT_ALLOWED", 403, "Record Level Sharing is not supported for this module";
    /// A record that was shared with the caller (newest description of v8).
    SHARED_WITH_CALLER => "INVALID_DATA", 403, "Shared record cannot be shared to other users";
    /// Somebody to share with who sees the record already (pages of v2 to v8).
    ALREADY_VISIBLE => "INVALID_DATA", 400, "record is already visible to the user.";
    /// Somebody to share with who cannot work (newest description of v8).
    CANNOT_SHARE_TO_USER => "INVALID_DATA", 400, "cannot share to the user";
    /// A user to share with who is not there.
    SHARED_USER_INVALID => "INVALID_DATA", 400, "invalid user Id";
    /// A role to share with that is not there.
    SHARED_ROLE_INVALID => "INVALID_DATA", 400, "invalid role Id";
    /// A group to share with that is not there.
    SHARED_GROUP_INVALID => "INVALID_DATA", 400, "invalid group Id";
    /// Too many to share with (page of v7).
    SHARE_LIMIT => "LIMIT_EXCEEDED", 403, "The record sharing limit has been reached";
    /// The same of users alone (v2 and v2.1).
    SHARE_LIMIT_OF_USERS => "SHARE_LIMIT_EXCEEDED", 403, "Cannot share a record to more than 10 users.";
    /// Something beside a record that everybody is to see.
    SHARE_AMBIGUITY => "AMBIGUITY_DURING_PROCESSING", 400, "For public sharing more than one json object is given";
    /// A share is running. Here shares are done at once, so that a fault alone answers it.
    SHARE_RUNNING => "CANNOT_PROCESS", 403, "Scheduler is running";
    /// Nothing to revoke (v8).
    NOTHING_TO_REVOKE => "CANNOT_PROCESS", 400, "No sharing through this record is available to revoke";
    /// The same in older versions, with another code and a full stop (pages of v2 to v7).
    NOTHING_TO_REVOKE_BEFORE => "BAD_REQUEST", 400, "No sharing through this record is available to revoke.";
    /// Members to notify in an org without feeds (newest description of v8).
    FEEDS_NOT_ENABLED => "NOT_ALLOWED", 403, "Feeds is not enabled for this org";
    /// A user without a mail box (v8 description).
    NO_EMAIL_CONFIGURATION => "NOT_ALLOWED", 400, "Email Configuration does not exist";
    /// A mail box whose e-mails are not shared record by record (v8 description).
    NO_CUSTOM_SHARING => "NOT_ALLOWED", 400, "User did not enable custom sharing";
    /// A module whose records have no e-mails to share (v8 description).
    EMAIL_SHARING_NOT_SUPPORTED => "NOT_SUPPORTED", 400, "the given module is not supported in api";
    /// E-mails that are shared already (v8 description).
    EMAILS_ALREADY_SHARED => "ALREADY_SHARED", 400, "Emails are already shared to the colleagues already";
    /// E-mails that are not shared (v8 description, which has two blanks).
    EMAILS_NOT_SHARED => "NOT_SHARED", 400, "Emails are not  shared to the colleagues already";
    /// A record in the path that is not there, of one of its lists.
    PARENT_ID_INVALID => "INVALID_DATA", 400, "the related id given seems to be invalid";
    /// A list that records of the module do not have.
    NO_LOCKS_IN_MODULE => "INVALID_DATA", 400, "relation not found";
    /// A module without a configuration of record locking.
    LOCKING_NOT_CONFIGURED => "NOT_ALLOWED", 400, "Required Record Locking Configuration is not present";
    /// A record to lock that is locked.
    ALREADY_LOCKED => "NOT_ALLOWED", 403, "record is already locked";
    /// A record to lock in a module in which rules alone lock.
    ONLY_AUTOMATIC_LOCKING => "NOT_ALLOWED", 403, "record cannot be locked, only automatic locking is configured";
    /// A lock that a rule has made.
    AUTOMATIC_LOCK => "NOT_ALLOWED", 403, "Automatically locked records can not be unlocked manually";
    /// A lock of somebody else.
    MAY_NOT_UNLOCK => "NO_PERMISSION", 403, "You do not have permission to unlock this record";
    /// A module that cannot be configured to lock records (the description has two blanks).
    LOCKING_NOT_SUPPORTED => "NOT_SUPPORTED", 400, "the module name given is not supported for the  feature";
    /// A second configuration of a module.
    LOCKING_CONFIGURED => "LIMIT_EXCEEDED", 400, "Configuration already created for this module";
    /// More rules than a configuration takes.
    TOO_MANY_LOCKING_RULES => "LIMIT_EXCEEDED", 400, "Maximum limit for locking rules exceeded";
    /// More fields than a configuration leaves out.
    TOO_MANY_EXCLUDED_FIELDS => "LIMIT_EXCEEDED", 400, "Maximum limit for excluded fields exceeded";
    /// More profiles than a configuration leaves out.
    TOO_MANY_EXCLUDED_PROFILES => "LIMIT_EXCEEDED", 400, "Maximum limit for excluded profiles exceeded";
    /// A field of a configuration without id and name.
    LOCKING_FIELD_UNNAMED => "EXPECTED_FIELD_MISSING", 400, "Field Id and apiname is missing.";
    /// A field of a configuration whose id and name are two fields'.
    LOCKING_FIELD_AMBIGUOUS => "AMBIGUITY_DURING_PROCESSING", 400, "Field Id and apiname are ambiguous";
    /// A field of a configuration that the module does not have.
    LOCKING_FIELD_UNKNOWN => "INVALID_DATA", 400, "field not found";
    /// A field that no lock leaves out.
    LOCKING_FIELD_NOT_SUPPORTED => "NOT_SUPPORTED", 400, "Field not supported";
    /// Territories of a module for which the feature is off.
    TERRITORIES_OFF_FOR_MODULE => "TERRITORY_NOT_ENABLED", 403, "the territory feature is not enabled for the module";
    /// Territories of a module that never has them (newest description of v8).
    TERRITORIES_NOT_FOR_MODULE => "NOT_SUPPORTED", 400, "the api is not supported for this module";
    /// A record that is to get territories and is not there.
    TERRITORY_RECORD_INVALID => "INVALID_DATA", 400, "The record Id given seems to be invalid";
    /// A territory that the record has.
    TERRITORY_ASSIGNED => "DUPLICATE_DATA", 400, "Given Territory id already exists for that record";
    /// A territory that stands twice in a request.
    TERRITORY_TWICE => "ALREADY_USED", 400, "duplicate territory id found";
    /// More territories than a record takes.
    TOO_MANY_TERRITORIES => "LIMIT_EXCEEDED", 400, "Maximum limit of territories for that record exceeds";
}
