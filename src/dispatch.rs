//! From a request to an answer: one function that reads as the list of its steps.
//!
//! The order is Zoho's: token, path, module and method, scope, body, and then the handler. The
//! other surfaces (the accounts server, the operations of the connector) take the same way, with
//! their own rules for tokens and their own form of errors.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value as Json;

use crate::api::call::Call;
use crate::api::endpoint::BodyKind;
use crate::api::router;
use crate::connector;
use crate::error::{ApiError, Kind, Wording};
use crate::request::{Method, Params, Request};
use crate::response::Response;
use crate::runtime::auth::{self, AuthMode, Caller};
use crate::version::ApiVersion;
use crate::world::World;

/// Answers a request. Never panics: a panic of a handler becomes `INTERNAL_ERROR`, and what it
/// had begun is dropped with its copy of the state.
#[must_use]
pub fn dispatch(world: &World, request: &Request<'_>) -> Response {
    let answer = catch_unwind(AssertUnwindSafe(|| answer(world, request)));
    let version = version_of(request.path);
    let wording = world.wording(version);
    let refuse = |error: &ApiError| match Surface::of(request.path) {
        Surface::Zoho | Surface::Accounts => Response::error(error, wording),
        Surface::Platform => connector::refusal(error),
        Surface::Operations => Response::error(error, Wording::Documented),
    };
    let response = match answer {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => refuse(&error),
        Err(_) => {
            tracing::error!(path = request.path, "a handler panicked");
            refuse(&Kind::InternalError.into())
        }
    };
    tracing::debug!(
        method = request.method.map(Method::as_str),
        path = request.path,
        query = request.query,
        status = response.status,
    );
    response
}

/// What a path belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Surface {
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
    fn of(path: &str) -> Self {
        let surfaces = [
            ("/crm/", Self::Zoho),
            ("/core/", Self::Platform),
            ("/operations/", Self::Operations),
        ];
        let found = surfaces.iter().find(|(start, _)| path.starts_with(start));
        found.map_or(Self::Accounts, |(_, surface)| *surface)
    }

    /// Lets a request through, or says why not.
    fn authenticate(
        self,
        world: &World,
        request: &Request<'_>,
        now: i64,
    ) -> Result<Caller, ApiError> {
        let headers = request.headers;
        match self {
            Self::Accounts => Ok(Caller::Anyone),
            Self::Zoho => world.authenticate(headers, now),
            // the platform knows one scheme
            Self::Platform if world.auth != AuthMode::Off && !auth::is_bearer(headers) => {
                Err(Kind::AuthenticationFailure.into())
            }
            Self::Platform => world.authenticate(headers, now),
            // for people with curl: a token is looked at where tokens matter
            Self::Operations if world.auth == AuthMode::Strict => world.authenticate(headers, now),
            Self::Operations => Ok(Caller::Anyone),
        }
    }
}

/// The version in a path, for the wording of errors that come before routing.
fn version_of(path: &str) -> ApiVersion {
    let segment = path.split('/').nth(2).unwrap_or_default();
    ApiVersion::parse(segment).unwrap_or(ApiVersion::LATEST)
}

fn answer(world: &World, request: &Request<'_>) -> Result<Response, ApiError> {
    let now = world.clock.now();
    let surface = Surface::of(request.path);
    let caller = surface.authenticate(world, request, now)?;
    let route = router::route(request.method, request.path).map_err(|error| {
        // a module that does not exist is reported before a method that does not
        let module = router::module_of(request.path);
        match module {
            Some(module)
                if error.kind == Kind::InvalidRequestMethod
                    && world.org.read().schema.module(&module).is_none() =>
            {
                Kind::InvalidModule.into()
            }
            _ => error,
        }
    })?;
    let endpoint = route.endpoint;
    let call = Call {
        endpoint,
        version: route.version,
        request,
        params: Params::parse(request.query.as_bytes()),
        body: Json::Null,
        now,
        wording: world.wording(route.version),
        caller,
        world,
        org: &world.org,
        path: route.path,
    };
    if surface == Surface::Zoho {
        call.check_scope()?;
    }
    let call = read_body(call)?;
    (endpoint.handler)(&call)
}

/// Media types whose body is read as JSON. Zoho's own samples send none, or what curl sends by
/// itself.
const JSON_TYPES: [&str; 5] = [
    "application/json",
    "text/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/octet-stream",
];

fn check_media_type(call: &Call<'_>) -> Result<(), ApiError> {
    match call.request.media_type() {
        Some(media) if !media.is_empty() && !JSON_TYPES.contains(&media.as_str()) => {
            Err(Kind::UnsupportedMediaType.into())
        }
        _ => Ok(()),
    }
}

fn read_body<'a>(mut call: Call<'a>) -> Result<Call<'a>, ApiError> {
    match call.endpoint.body {
        BodyKind::None => {}
        BodyKind::Raw => check_media_type(&call)?,
        BodyKind::Form => {
            let body = call.request.body.ok_or(Kind::BodySizeReached)?;
            call.params.extend(Params::parse(body));
        }
        BodyKind::Json => {
            let body = call.request.body.ok_or(Kind::BodySizeReached)?;
            check_media_type(&call)?;
            let no_object = || ApiError::new(Kind::Body).with("expected_data_type", "jsonobject");
            call.body = serde_json::from_slice(body)
                .ok()
                .filter(Json::is_object)
                .ok_or_else(no_object)?;
        }
    }
    Ok(call)
}
