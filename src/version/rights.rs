//! What versions say of shares, locks and the like.

use super::number::ApiVersion::{self, V2_1, V5, V8};

impl ApiVersion {
    /// Records are shared with users alone, whom answers show under `user`. Roles and groups are in
    /// the pages from v4 on; that v3 has them is assumed.
    #[must_use]
    pub fn shares_with_users_alone(self) -> bool {
        self <= V2_1
    }

    /// The shares of a record can be asked for with `view=manage` (page of v2); the pages from v5 on
    /// have `summary` alone, and the description of v8 refuses the other.
    #[must_use]
    pub fn manages_shares(self) -> bool {
        self < V5
    }

    /// Sharing is answered with 201 (newest description of v8); the pages have 200.
    #[must_use]
    pub fn share_creates(self) -> bool {
        self >= V8
    }

    /// That there is no share to revoke is `CANNOT_PROCESS` (newest description of v8), not
    /// `BAD_REQUEST`.
    #[must_use]
    pub fn revokes_nothing_with_cannot_process(self) -> bool {
        self >= V8
    }
}
