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
    /// A file was attached.
    ATTACHMENT_UPLOADED => "attachment uploaded successfully";
    /// A photo was set.
    PHOTO_UPLOADED => "photo uploaded successfully";
    /// A photo was taken away.
    PHOTO_DELETED => "Photo deleted";
    /// A file came to the file system; its name stands before this (pages of v2 to v8, spelled so).
    FILE_UPLOADED => "uploaded Succeessfully";
}
