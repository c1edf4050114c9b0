//! The surfaces of the server, as paths tell them apart.

use crate::api::connector;
use serde_json::json;

use crate::error::catalogue::oauth;
use crate::error::{ApiError, Kind, Wording};
use crate::request::Request;
use crate::response::Response;
use crate::runtime::auth::{self, AuthMode, Caller};
use crate::world::{Org, World};

/// What a path belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    /// Zoho's REST API.
    Zoho,
    /// Zoho's accounts server, and whatever has no other place.
    Accounts,
    /// The API of the connector's platform.
    Platform,
    /// The connector's operations, plainly.
    Operations,
}

impl Surface {
    pub(super) fn of(path: &str) -> Self {
        let surfaces = [
            ("/crm/", Self::Zoho),
            ("/core/", Self::Platform),
            ("/operations/", Self::Operations),
        ];
        let found = surfaces.iter().find(|(start, _)| path.starts_with(start));
        found.map_or(Self::Accounts, |(_, surface)| *surface)
    }

    /// An error in the form of the surface.
    pub(super) fn refuse(self, error: &ApiError, world: &World, path: &str) -> Response {
        match self {
            // a token of an org that is gone, or of another one than the address names
            Self::Accounts if error.kind == Kind::InvalidToken => {
                Response::accounts(200, json!({"error": oauth::INVALID_CODE}))
            }
            Self::Zoho | Self::Accounts => {
                Response::error(error, world.wording(super::version_of(path)))
            }
            Self::Platform => connector::refusal(error),
            Self::Operations => Response::error(error, Wording::Documented),
        }
    }

    /// Lets a request through, or says why not.
    pub(super) fn authenticate(
        self,
        world: &World,
        org: &Org,
        request: &Request<'_>,
        now: i64,
    ) -> Result<Caller, ApiError> {
        let headers = request.headers;
        let mode = world.settings.auth;
        match self {
            Self::Accounts => Ok(Caller::Anyone),
            Self::Zoho => world.authenticate(org, headers, now),
            // the platform knows one scheme
            Self::Platform if mode != AuthMode::Off && !auth::is_bearer(headers) => {
                Err(Kind::AuthenticationFailure.into())
            }
            Self::Platform => world.authenticate(org, headers, now),
            // for people with curl: a token is looked at where tokens matter
            Self::Operations if mode == AuthMode::Strict => world.authenticate(org, headers, now),
            Self::Operations => Ok(Caller::Anyone),
        }
    }
}
