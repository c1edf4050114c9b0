//! How versions answer about settings in general, the org and its currencies.

use super::number::ApiVersion::{self, V2_1, V3, V7, V8};

impl ApiVersion {
    /// The key that names a missing parameter: `param` in the settings family up to v6,
    /// `param_name` later (v8 description has both).
    #[must_use]
    pub fn settings_param_key(self) -> &'static str {
        if self >= V7 { "param_name" } else { "param" }
    }

    /// An unknown id in the path of a settings `GET` is pointed at (assumed from v3 on; v2 shows
    /// empty details).
    #[must_use]
    pub fn unknown_setting_has_path_index(self) -> bool {
        self >= V3
    }

    /// The org's `currency` ends with the ISO code (`US Dollar - USD`; a plain name in v2).
    #[must_use]
    pub fn org_currency_has_code(self) -> bool {
        self >= V2_1
    }

    /// An unknown id in the path of a settings `GET` is 204 (v8 description); before, 400
    /// `INVALID_DATA` (assumed by analogy, v2 tables have the message).
    #[must_use]
    pub fn unknown_setting_is_no_content(self) -> bool {
        self >= V8
    }

    /// Currencies say whether Zoho keeps their rates up to date (newest description of v8).
    #[must_use]
    pub fn rates_can_be_automatic(self) -> bool {
        self >= V8
    }

    /// To switch on several currencies a second time is an error about the home currency (v8; about
    /// the feature before).
    #[must_use]
    pub fn names_the_base_currency(self) -> bool {
        self >= V8
    }
}
