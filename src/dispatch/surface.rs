//! The surfaces of the server, as paths tell them apart.

#[cfg(feature = "connector")]
use crate::api::connector;
use crate::api::oauth::USER_INFO;
use crate::error::{AccountsError, ApiError, Code};
use crate::request::Request;
use crate::response::Response;
use crate::runtime::auth::Caller;
use crate::version::ApiVersion;
use crate::world::{Org, World};
#[cfg(feature = "connector")]
use crate::{
    error::Wording,
    runtime::auth::{self, AuthMode},
};

/// What a path belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    /// Zoho's REST API.
    Zoho,
    /// Zoho's accounts server, and whatever has no other place.
    Accounts,
    /// The API of the connector's platform.
    #[cfg(feature = "connector")]
    Platform,
    /// The connector's operations, plainly.
    #[cfg(feature = "connector")]
    Operations,
}

impl Surface {
    pub(super) fn of(path: &str) -> Self {
        let surfaces = [
            ("/crm/", Self::Zoho),
            // the host of contents
            ("/v2/crm/", Self::Zoho),
            #[cfg(feature = "connector")]
            ("/core/", Self::Platform),
            #[cfg(feature = "connector")]
            ("/operations/", Self::Operations),
        ];
        let found = surfaces.iter().find(|(start, _)| path.starts_with(start));
        found.map_or(Self::Accounts, |(_, surface)| *surface)
    }

    /// An error in the form of the surface.
    pub(super) fn refuse(self, error: &ApiError, world: &World, path: &str) -> Response {
        match self {
            // a token of an org that is gone, or of another one than the address names
            Self::Accounts if error.kind == Code::INVALID_TOKEN && path == USER_INFO.path => {
                Response::accounts_error(AccountsError::INVALID_OAUTHTOKEN)
            }
            Self::Accounts if error.kind == Code::INVALID_TOKEN => {
                Response::accounts_error(AccountsError::INVALID_CODE)
            }
            Self::Zoho | Self::Accounts => Response::error(error, world.wording(version_of(path))),
            #[cfg(feature = "connector")]
            Self::Platform => connector::refusal(error),
            #[cfg(feature = "connector")]
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
        #[cfg(feature = "connector")]
        let mode = world.settings.auth;
        match self {
            Self::Accounts => Ok(Caller::Anyone),
            Self::Zoho => world.authenticate(org, request, now),
            // the platform knows one scheme
            #[cfg(feature = "connector")]
            Self::Platform if mode != AuthMode::Off && !auth::is_bearer(request.headers) => {
                Err(Code::AUTHENTICATION_FAILURE.into())
            }
            #[cfg(feature = "connector")]
            Self::Platform => world.authenticate(org, request, now),
            // for people with curl: a token is looked at where tokens matter
            #[cfg(feature = "connector")]
            Self::Operations if mode == AuthMode::Strict => world.authenticate(org, request, now),
            #[cfg(feature = "connector")]
            Self::Operations => Ok(Caller::Anyone),
        }
    }
}

/// The version in a path, for the wording of errors that come before routing.
fn version_of(path: &str) -> ApiVersion {
    let segment = path.split('/').nth(2).unwrap_or_default();
    ApiVersion::parse(segment).unwrap_or(ApiVersion::LATEST)
}
