//! Messages of what was done.

use super::row::documented;
use crate::error::wording::Wording;

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
    /// A record came out of the recycle bin.
    RECORD_RESTORED => "record restored";
    /// A record will come out of the recycle bin.
    RESTORATION_SCHEDULED => "record has been scheduled for restoration";
    /// A record will leave the recycle bin for good.
    DELETION_SCHEDULED => "record has been scheduled for deletion";
    /// Records that meet conditions will come out of the recycle bin.
    BULK_RESTORATION_SCHEDULED => "Bulk restoration of records based on filters has been scheduled";
    /// Records that meet conditions will leave the recycle bin for good.
    BULK_DELETION_SCHEDULED => "Bulk deletion of records based on filters has been scheduled";
    /// The recycle bin was emptied.
    BIN_CLEARED => "recyclebin is cleared";
    /// The recycle bin will be emptied.
    BIN_CLEARING_SCHEDULED => "Empty bin action has been scheduled";
    /// A transition of a blueprint was taken.
    TRANSITION_UPDATED => "transition updated successfully";
    /// Values of a transition were saved that lacks others.
    TRANSITION_SAVED_PARTIALLY => "transition saved partially";
    /// A scoring rule was put in force.
    SCORING_RULE_ACTIVATED => "scoring rule activated successfully";
    /// A scoring rule was put out of force.
    SCORING_RULE_DEACTIVATED => "scoring rule deactivated successfully";
    /// A scoring rule was copied.
    SCORING_RULE_CLONED => "scoring rule cloned successfully";
    /// Rules of a layout will be run.
    SCORING_OF_LAYOUT_SCHEDULED => "The scoring rules of the specified layout successfully scheduled to run";
    /// Rules will be run.
    SCORING_SCHEDULED => "scoring rules successfully scheduled to run";
    /// Records were put into cadences.
    ENROLLED => "records manually enrolled";
    /// Records were taken out of cadences (assumed after the other one).
    UNENROLLED => "records manually unenrolled";
    /// An address was unblocked.
    EMAIL_UNBLOCKED => "Unblocked successfully";
    /// A bulk read was ordered.
    BULK_READ_ADDED => "Added successfully.";
    /// A file for a bulk write was taken.
    BULK_FILE_UPLOADED => "file uploaded.";
    /// A bulk write was ordered.
    BULK_WRITE_ADDED => "success";
    /// A lead was converted.
    LEAD_CONVERTED => "The record has been converted successfully";
    /// Records were merged (v8 description; the v7 page says `have`).
    MERGED => "The records has been merged successfully";
    /// A merge was ordered (v8 description).
    MERGE_SCHEDULED => "The records have been scheduled in a scheduler";
    /// Conversions of several records were ordered.
    MASS_CONVERT_SCHEDULED => "Mass Convert scheduled successfully";
    /// The conversion of a lead was ordered.
    CONVERT_SCHEDULED => "Convert lead scheduled successfully";
    /// A meeting was cancelled.
    MEETING_CANCELLED => "The event is successfully cancelled";
    /// A record was shared, or its shares were changed.
    RECORD_SHARED => "record will be shared successfully";
    /// All shares of a record were ended.
    SHARING_REVOKED => "Sharing Revoked";
    /// E-mails of a record were shared.
    EMAILS_SHARED => "Successfully shared";
    /// E-mails of a record are shared no more.
    EMAILS_UNSHARED => "Sharing revoked successfully";
    /// A lock of a record was changed.
    LOCK_UPDATED => "relation updated";
    /// A lock of a record was taken away.
    LOCK_REMOVED => "relation removed";
    /// A record got territories.
    TERRITORIES_ASSIGNED => "the territories data updated successfully";
    /// A record lost territories.
    TERRITORIES_REMOVED => "the territories are removed successfully";
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
    /// A record was related to another one.
    RELATION_ADDED => "relation added";
    /// What is kept of a relation was changed.
    RELATION_UPDATED => "relation updated";
    /// A record is related to another one no more.
    RELATION_REMOVED => "relation removed";
    /// A file was attached.
    ATTACHMENT_UPLOADED => "attachment uploaded successfully";
    /// A photo was set.
    PHOTO_UPLOADED => "photo uploaded successfully";
    /// A photo was taken away.
    PHOTO_DELETED => "Photo deleted";
    /// A file came to the file system; its name stands before this (pages of v2 to v8, spelled so).
    FILE_UPLOADED => "uploaded Succeessfully";
}
