//! What versions say of related records.

use super::number::ApiVersion::{self, V8};

impl ApiVersion {
    /// Lists of related records have tokens in `info`, and take `page_token` (v8 description; the
    /// type tables of v3 to v7 have neither).
    #[must_use]
    pub fn related_records_have_tokens(self) -> bool {
        self >= V8
    }
}
