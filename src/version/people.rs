//! What versions say of users, profiles and permissions.

use super::number::ApiVersion::{self, V2_1, V5, V8};

impl ApiVersion {
    /// A permission says whether it can be changed and what it depends on, and names its module by
    /// `{api_name, id}` (v8 description; a plain name before).
    #[must_use]
    pub fn permissions_are_described(self) -> bool {
        self >= V8
    }

    /// The name that a new user must have: `last_name` up to v4, `first_name` later.
    #[must_use]
    pub fn mandatory_user_name(self) -> &'static str {
        if self >= V5 {
            "first_name"
        } else {
            "last_name"
        }
    }

    /// How many users one `PUT /users` takes.
    #[must_use]
    pub fn max_users_per_update(self) -> usize {
        if self >= V8 { 10 } else { 1 }
    }

    /// `GET /users/{unknown}` is 204 (v8 description); v2 answers `INVALID_DATA` with a message
    /// of its own (v2 SDK).
    #[must_use]
    pub fn unknown_user_is_no_content(self) -> bool {
        self >= V2_1
    }

    /// `GET /settings/profiles` has `info` (v8 description).
    #[must_use]
    pub fn profiles_have_info(self) -> bool {
        self >= V8
    }

    /// The `decimal_separator` of a user is a locale instead of a word (captured v2).
    #[must_use]
    pub fn decimal_separator_is_locale(self) -> bool {
        self <= V2_1
    }

    /// The code of an e-mail address that cannot be changed, and the message of a second invitation,
    /// are spelt otherwise (v8 descriptions).
    #[must_use]
    pub fn misspells_email_update(self) -> bool {
        self >= V8
    }

    /// A deleted user's success details hold the id (v8 schema; the v7 sample is empty).
    #[must_use]
    pub fn deleted_user_has_id(self) -> bool {
        self >= V8
    }

    /// A deleted profile's success details hold the id (newer description of v8; the page of v7 has
    /// none).
    #[must_use]
    pub fn deleted_profile_has_id(self) -> bool {
        self >= V8
    }

    /// The success of a role's deletion stands in a list, and an error about the role that takes
    /// over says what is wrong with it (newer description of v8; page of v7).
    #[must_use]
    pub fn deleted_role_is_listed(self) -> bool {
        self >= V8
    }
}
