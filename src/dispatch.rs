//! From a request to an answer: one function that reads as the list of its steps.
//!
//! The order is Zoho's: token, path, module and method, scope, body, and then the handler.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value as Json;

use crate::api::call::Call;
use crate::api::endpoint::{BodyKind, Endpoint};
use crate::api::router;
use crate::error::{ApiError, Kind};
use crate::request::{Method, Params, Request};
use crate::response::Response;
use crate::runtime::auth;
use crate::version::ApiVersion;
use crate::world::World;

/// Answers a request. Never panics: a panic of a handler becomes `INTERNAL_ERROR`, and what it
/// had begun is dropped with its copy of the state.
#[must_use]
pub fn dispatch(world: &World, request: &Request<'_>) -> Response {
    let answer = catch_unwind(AssertUnwindSafe(|| answer(world, request)));
    let version = version_of(request.path);
    let wording = world.wording(version);
    let response = match answer {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => Response::error(&error, wording),
        Err(_) => {
            tracing::error!(path = request.path, "a handler panicked");
            Response::error(&Kind::InternalError.into(), wording)
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

/// The version in a path, for the wording of errors that come before routing.
fn version_of(path: &str) -> ApiVersion {
    let segment = path.split('/').nth(2).unwrap_or_default();
    ApiVersion::parse(segment).unwrap_or(ApiVersion::LATEST)
}

fn answer(world: &World, request: &Request<'_>) -> Result<Response, ApiError> {
    let now = world.clock.now();
    let on_api = request.path.starts_with("/crm/");
    let caller = if on_api {
        world.authenticate(request.headers, now)?
    } else {
        auth::Caller::Anyone
    };
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
        world,
        org: &world.org,
        path: route.path,
    };
    if on_api {
        caller.may(|| needed_scope(endpoint, call.path("module")))?;
    }
    let call = read_body(call)?;
    (endpoint.handler)(&call)
}

/// The scope of a row, with the module of the path in Zoho's spelling: lower case without
/// underscores, and `custom` for every module that is not a standard one.
fn needed_scope(endpoint: &Endpoint, module: &str) -> String {
    let standard = crate::schema::builtin::is_standard(module);
    let name = if standard {
        module
            .to_ascii_lowercase()
            .replace("__s", "")
            .replace('_', "")
    } else {
        "custom".into()
    };
    endpoint
        .scope
        .to_ascii_lowercase()
        .replace("{module}", &name)
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

fn read_body<'a>(mut call: Call<'a>) -> Result<Call<'a>, ApiError> {
    match call.endpoint.body {
        BodyKind::None => {}
        BodyKind::Form => {
            let body = call.request.body.ok_or(Kind::BodySizeReached)?;
            call.params.extend(Params::parse(body));
        }
        BodyKind::Json => {
            let body = call.request.body.ok_or(Kind::BodySizeReached)?;
            if call
                .request
                .media_type()
                .is_some_and(|t| !t.is_empty() && !JSON_TYPES.contains(&t.as_str()))
            {
                return Err(Kind::UnsupportedMediaType.into());
            }
            let no_object = || ApiError::new(Kind::Body).with("expected_data_type", "jsonobject");
            call.body = serde_json::from_slice(body)
                .ok()
                .filter(Json::is_object)
                .ok_or_else(no_object)?;
        }
    }
    Ok(call)
}
