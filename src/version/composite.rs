//! How versions answer composite requests.

use super::number::ApiVersion;

impl ApiVersion {
    /// Composite requests of the version take sub-requests of another one: of none that is newer
    /// (page of v7).
    #[must_use]
    pub fn composes(self, sub_request: Self) -> bool {
        sub_request <= self
    }
}
