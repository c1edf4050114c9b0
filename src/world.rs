//! The server's state: its orgs, its clock, the tokens it has issued, and how it was configured.

use parking_lot::Mutex;

use crate::error::{ApiError, Wording};
use crate::request::Headers;
use crate::runtime::auth::{self, AuthMode, Tokens};
use crate::runtime::clock::Clock;
use crate::store::{Org, OrgState};
use crate::version::ApiVersion;

/// Everything that outlives a request.
#[derive(Debug)]
pub struct World {
    /// The org that requests are served from.
    pub org: Org,
    /// The only clock.
    pub clock: Clock,
    /// Which tokens are taken.
    pub auth: AuthMode,
    /// Tokens, codes and clients.
    pub tokens: Mutex<Tokens>,
    /// The wording of every version, if one was chosen.
    pub wording: Option<Wording>,
}

impl World {
    /// A world with one org.
    #[must_use]
    pub fn new(
        state: OrgState,
        tokens: Tokens,
        clock: Clock,
        auth: AuthMode,
        wording: Option<Wording>,
    ) -> Self {
        Self {
            org: Org::new(state),
            clock,
            auth,
            tokens: Mutex::new(tokens),
            wording,
        }
    }

    /// Lets a request through, or says why not.
    ///
    /// # Errors
    /// Those of [`auth::authenticate`].
    pub fn authenticate(&self, headers: &dyn Headers, now: i64) -> Result<auth::Caller, ApiError> {
        auth::authenticate(self.auth, &self.tokens, headers, now)
    }

    /// The wording under a version: v2 speaks as the documented samples do, later versions as
    /// the live service.
    #[must_use]
    pub fn wording(&self, version: ApiVersion) -> Wording {
        self.wording.unwrap_or(if version.speaks_documented() {
            Wording::Documented
        } else {
            Wording::Zoho
        })
    }
}
