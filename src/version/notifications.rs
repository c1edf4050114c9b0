//! How versions answer about notifications.

use super::number::ApiVersion::{self, V6, V8};

impl ApiVersion {
    /// How many seconds ahead a channel may end: a week (pages of v6 to v8), a day before (pages of
    /// v2 and v3; when that changed is assumed).
    #[must_use]
    pub fn longest_channel(self) -> i64 {
        const DAY: i64 = 86_400;
        if self >= V6 { 7 * DAY } else { DAY }
    }

    /// Whoever enables a channel again changes it; before, it was a duplicate (tables of v2; from
    /// when on is assumed).
    #[must_use]
    pub fn channels_are_enabled_again(self) -> bool {
        self >= V6
    }

    /// The fields of a condition say that they are no groups (captured v8).
    #[must_use]
    pub fn selected_fields_have_groups(self) -> bool {
        self >= V8
    }
}
