//! How old a version is to those who call it.

use super::number::ApiVersion::{self, V2, V2_1};

impl ApiVersion {
    /// Answers use the words of the documented connector samples unless told otherwise: those
    /// samples were taken from v2.
    #[must_use]
    pub fn speaks_documented(self) -> bool {
        self == V2
    }

    /// Zoho's pages tell users of the version to move to a newer one.
    #[must_use]
    pub fn is_superseded(self) -> bool {
        self <= V2_1
    }

    /// `crm.zoho.com` serves the version, too; later ones have a host of their own (v2.1 page on
    /// differences).
    #[must_use]
    pub fn is_served_by_old_host(self) -> bool {
        self == V2
    }
}
