//! Visitors who are turned away at the door, and what browsers are told about those who are not.

#[cfg(feature = "admin")]
use crate::admin;
use crate::error::{ApiError, Code};
use crate::request::Request;
use crate::response::Response;
use crate::runtime::visitors::Visitors;
use crate::world::World;

use super::surface::Surface;

/// The methods that a page may use.
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE, HEAD";
/// How long a browser may remember that, in seconds.
const REMEMBERED: &str = "600";

/// The answer to a visitor who has no business here, and the answer to a browser that asks whether
/// its page has.
pub(super) fn turned_away(world: &World, request: &Request<'_>, path: &str) -> Option<Response> {
    let visitors = &world.settings.visitors;
    let host = request.headers.get("host");
    let to_control = of_control(world, request, path);
    if let Some(host) = host.filter(|host| !visitors.takes_host(host, to_control)) {
        let message = format!(
            "the server does not answer to the name \"{host}\", which a web page could have led \
             here; if it is meant, start it with --allow-host {}",
            host.split(':').next().unwrap_or(host)
        );
        tracing::warn!("a request is refused: {message}");
        #[cfg(feature = "admin")]
        if to_control {
            return Some(admin::refuse(Code::HOST_NOT_ALLOWED, &message));
        }
        let error = ApiError::new(Code::HOST_NOT_ALLOWED).with("host", host);
        return Some(Surface::of(path).refuse(&error.saying(message), world, path));
    }
    #[cfg(feature = "admin")]
    if to_control {
        let origin = request.headers.get("origin").unwrap_or("another site");
        if visitors.is_foreign(request.headers) {
            let message = format!(
                "a page of {origin} is not to use the control plane; if it is meant, start the \
                 server with --allow-origin {origin}"
            );
            return Some(admin::refuse(Code::ORIGIN_NOT_ALLOWED, &message));
        }
    }
    is_preflight(visitors, request).then(|| {
        let wanted = request.headers.get("access-control-request-headers");
        Response::empty(204)
            .header("Access-Control-Allow-Methods", METHODS)
            .header("Access-Control-Allow-Headers", wanted.unwrap_or("*"))
            .header("Access-Control-Allow-Private-Network", "true")
            .header("Access-Control-Max-Age", REMEMBERED)
    })
}

/// Whether a browser asks on behalf of a page that is allowed whether it may send a request.
fn is_preflight(visitors: &Visitors, request: &Request<'_>) -> bool {
    let headers = request.headers;
    request.verb == "OPTIONS"
        && headers.get("access-control-request-method").is_some()
        && headers
            .get("origin")
            .is_some_and(|origin| visitors.takes_origin(origin))
}

/// Tells the browser of a page that is allowed that the page may read the answer. Zoho does so for
/// the domains that a client of the type "JavaScript" has registered (page on CORS).
pub(super) fn tell_browser(world: &World, request: &Request<'_>, response: &mut Response) {
    let origins = &world.settings.visitors.origins;
    if origins.is_empty() {
        return;
    }
    response.headers.push(("Vary", "Origin".to_owned()));
    let origin = request.headers.get("origin");
    if let Some(origin) = origin.filter(|origin| world.settings.visitors.takes_origin(origin)) {
        response
            .headers
            .push(("Access-Control-Allow-Origin", origin.to_owned()));
        response
            .headers
            .push(("Access-Control-Expose-Headers", "*".to_owned()));
    }
}

/// Whether a request, whose path without the prefix of an org is `path`, is one of the control plane.
#[cfg(feature = "admin")]
pub(super) fn of_control(world: &World, request: &Request<'_>, path: &str) -> bool {
    world.settings.admin && request.to_control && admin::is_admin(path)
}

/// There is no control plane.
#[cfg(not(feature = "admin"))]
pub(super) fn of_control(_: &World, _: &Request<'_>, _: &str) -> bool {
    false
}
