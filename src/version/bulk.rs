//! What versions say of bulk reads and bulk writes.

use super::number::ApiVersion::{self, V2_1, V8};

impl ApiVersion {
    /// Bodies name a module by an object with its `api_name`; v2 by a text (type tables of the
    /// SDKs).
    #[must_use]
    pub fn bulk_modules_are_objects(self) -> bool {
        self >= V2_1
    }

    /// A bulk read goes on from a `page_token` (type tables of the SDKs).
    #[must_use]
    pub fn bulk_has_page_tokens(self) -> bool {
        self >= V8
    }
}
