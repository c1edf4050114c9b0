//! From a request to an answer: one function that reads as the list of its steps.
//!
//! The order is Zoho's: token, path, module and method, scope, body, and then the handler. The
//! other surfaces (the accounts server, the operations of the connector) take the same way, with
//! their own rules for tokens and their own form of errors. Around it lies what the double adds:
//! faults before, the contract on both sides, the journal behind. The control plane is none of
//! this: its requests go to [`crate::admin`] and leave no trace.

mod guard;
mod people;
mod record;
mod surface;
mod visitor;

use std::time::{Duration, Instant};

use serde_json::Value as Json;

#[cfg(feature = "admin")]
use crate::admin;
use crate::api::bulk;
use crate::api::call::{Call, refusal};
use crate::api::credits;
use crate::api::endpoint::BodyKind;
use crate::api::endpoint::Route;
use crate::api::router;
use crate::error::{ApiError, Code, Wording};
use crate::ops::jobs::{self, Patience};
use crate::render::RecordForm;
use crate::request::{Method, Params, Request, multipart};
use crate::response::{Response, Wire};
use crate::runtime::auth;
use crate::runtime::fault::{Breakage, Hit, Planned};
use crate::store::OrgState;
use crate::value::time;
use crate::world::{self, Org, Place, World};
use guard::{GuardedStep, Panicked, guarded};
use record::Exchange;
pub use record::REQUESTS;
use surface::Surface;

/// Answers a request. Never panics: every step that runs other code stands in a guard, and what
/// panics there is answered with `INTERNAL_ERROR`, or with the control plane's own 500. What it had
/// begun to write is dropped with its copy of the state; the journal has the exchange all the same.
#[must_use]
pub fn dispatch(world: &World, request: &Request<'_>) -> Response {
    let path = world::within_org(request.path);
    let door = || visitor::turned_away(world, request, path);
    let mut response = match guarded(GuardedStep::Door, path, door) {
        Ok(Some(refused)) => refused,
        Ok(None) => serve(world, request, path),
        Err(Panicked) => internal_error(world, request, path),
    };
    let told = guarded(GuardedStep::Door, path, || {
        visitor::tell_browser(world, request, &mut response);
    });
    match told {
        Ok(()) => response,
        Err(Panicked) => internal_error(world, request, path),
    }
}

/// Reads what is part of the program and most requests need, which the first of them does otherwise.
pub fn make_ready() {
    router::make_ready();
    crate::schema::make_ready();
}

/// Answers the request of a visitor who was let in.
fn serve(world: &World, request: &Request<'_>, path: &str) -> Response {
    let started = Instant::now();
    let place = guarded(GuardedStep::Place, path, || match world.place(request) {
        Ok(place) => Ok(place),
        Err(error) => Err(Surface::of(path).refuse(&error, world, path)),
    });
    let Place { org, prefix, path } = match place {
        Ok(Ok(place)) => place,
        Ok(Err(refused)) => return refused,
        Err(Panicked) => return internal_error(world, request, path),
    };
    let request = Request {
        prefix,
        path,
        behind_proxy: world.settings.behind_proxy,
        ..*request
    };
    #[cfg(feature = "admin")]
    if visitor::of_control(world, &request, path) {
        let answer = guarded(GuardedStep::Control, path, || {
            admin::answer(world, &org, &request)
        });
        return answer.unwrap_or_else(|Panicked| internal_error(world, &request, path));
    }
    if let Some(page) = people::page(world, &request) {
        return page;
    }
    let mut exchange = Exchange::new(world, &org, &request);
    let surface = Surface::of(path);
    let answered = guarded(GuardedStep::Answer, path, || {
        let answer = answer(&mut exchange, surface);
        // what a step before the handler refuses
        answer.unwrap_or_else(|error| surface.refuse(&error, world, path))
    });
    let mut response = answered.unwrap_or_else(|Panicked| internal_error(world, &request, path));
    if guarded(GuardedStep::Judge, path, || {
        exchange.judge_refused(&response)
    })
    .is_err()
    {
        response = internal_error(world, &request, path);
    }
    let noted = guarded(GuardedStep::Note, path, || {
        exchange.finish(&mut response, started.elapsed());
    });
    match noted {
        Ok(()) => response,
        Err(Panicked) => internal_error(world, &request, path),
    }
}

/// Refuses a request that a client has sent to this server as to its proxy, for a host that is not
/// Zoho's. It stands in the journal of the default org: a test is to learn whom its client calls.
#[must_use]
pub fn refuse_proxied(world: &World, request: &Request<'_>, refusal: &ApiError) -> Response {
    let answer = || {
        let mut response = Response::error(refusal, Wording::Zoho);
        let exchange = Exchange::new(world, world.default_org(), request);
        exchange.finish(&mut response, Duration::ZERO);
        response
    };
    let answer = guarded(GuardedStep::Note, request.path, answer);
    answer.unwrap_or_else(|Panicked| internal_error(world, request, request.path))
}

/// Whether a request may take long, as far as that can be told: it orders a job that is done in
/// seconds, or one is under way, or it may look through all records of an org that has more than so
/// many.
#[must_use]
pub fn takes_long(world: &World, request: &Request<'_>, large: usize) -> bool {
    let path = world::within_org(request.path);
    let may_scan = || {
        let route = router::route(request.method, path);
        route.is_ok_and(|route| route.endpoint.may_scan(request))
    };
    let long = addressed(world, request, |state| {
        let mut jobs = state.jobs.open();
        jobs.any(|job| job.work.is_long()) || (state.tables.records() > large && may_scan())
    });
    path.starts_with(router::BULK) || long.unwrap_or(false)
}

/// How many records the org has that a request addresses, as far as that can be told: 0 if there is
/// none.
#[must_use]
pub fn records_addressed(world: &World, request: &Request<'_>) -> usize {
    addressed(world, request, |state| state.tables.records()).unwrap_or(0)
}

/// What is to be known of the state that a request addresses, if there is one.
fn addressed<T>(
    world: &World,
    request: &Request<'_>,
    ask: impl FnOnce(&OrgState) -> T,
) -> Option<T> {
    let path = world::within_org(request.path);
    let place = guarded(GuardedStep::Place, path, || {
        let place = world.addressed(request).ok()?;
        Some(ask(&place.org.look()))
    });
    place.ok().flatten()
}

/// The answer to a request that panicked.
fn internal_error(world: &World, request: &Request<'_>, path: &str) -> Response {
    if visitor::of_control(world, request, path) {
        #[cfg(feature = "admin")]
        return admin::internal_error();
    }
    Surface::of(path).refuse(&Code::INTERNAL_ERROR.into(), world, path)
}

/// The answer of the service, or of a rule of faults in its place.
fn answer(exchange: &mut Exchange<'_>, surface: Surface) -> Result<Response, ApiError> {
    let (world, request) = (exchange.world, exchange.request);
    let org = exchange.org;
    let now = org.clock.now();
    let route = router::find(&org.look(), request.method, request.path);
    catch_up(world, org, now);
    exchange.routed(route.as_ref().ok());
    let hit = exchange.faults();
    if let Some(planned) = hit.as_ref().and_then(|hit| hit.answer.as_ref()) {
        let planned = planned.clone();
        return Ok(faulty(exchange, surface, route.as_ref().ok(), planned));
    }
    let caller = surface.authenticate(world, org, request, now)?;
    let route = route?;
    let endpoint = route.endpoint;
    let mut params = Params::parse(request.query.as_bytes());
    route.name_module_param(&mut params, &org.look().schema);
    let mut call = Call {
        endpoint,
        version: route.version,
        request,
        params,
        body: Json::Null,
        parts: Vec::new(),
        now,
        wording: world.wording(route.version),
        caller,
        world,
        org,
        faults: hit.as_deref(),
        router: router::find,
        shared: None,
        form: RecordForm::Api,
        path: route.path,
    };
    if surface == Surface::Zoho {
        call.check_scope()?;
    }
    let read = call.read_body();
    exchange.judge(&call)?;
    read?;
    let admitted = if surface == Surface::Zoho {
        org.limits
            .admit(credits::cost(&call), || org.users(), now)
            .map_err(ApiError::from)?
    } else {
        Default::default()
    };
    let mut answer = match call.answer() {
        Ok(answer) => answer,
        // a refused call has cost its credits, too
        Err(error) => surface.refuse(&error, world, request.path),
    };
    exchange.judge_answer(&call, &answer);
    exchange.note_parts(&call.parts);
    if let Some(end) = token_end(&call, surface) {
        answer = answer.header("X-ACCESSTOKEN-RESET", end);
    }
    if let Some(remaining) = admitted.remaining {
        answer = answer.header("X-API-CREDITS-REMAINING", remaining.to_string());
    }
    if admitted.under_way.is_some() {
        answer.wire().held = admitted.under_way;
    }
    Ok(answer)
}

/// When the access token of a call of the API ends, if it was issued here and lives: in the zone of
/// the user, as recorded in 2023 (v2) and 2024.
fn token_end(call: &Call<'_>, surface: Surface) -> Option<String> {
    if surface != Surface::Zoho {
        return None;
    }
    let token = auth::bearer(call.request.headers)?;
    let end = call.org.tokens.lock().access(token, call.now)?.expires;
    Some(time::format_datetime(end, &call.look().time_zone))
}

/// Does what jobs are to have done by now. A long one that another request is at is left to it.
fn catch_up(world: &World, org: &Org, now: i64) {
    let done = jobs::catch_up(&org.store, now, Patience::None);
    bulk::tell(world, org, &done);
}

/// The answer of a rule in place of the service's.
fn faulty(
    exchange: &Exchange<'_>,
    surface: Surface,
    route: Option<&Route>,
    planned: Planned,
) -> Response {
    match planned {
        Planned::Error(kind) => {
            let error = route.map_or_else(
                || kind.into(),
                |route| refusal(kind, route.endpoint, route.variable("module")),
            );
            surface.refuse(&error, exchange.world, exchange.request.path)
        }
        Planned::Accounts(error) => Response::accounts_error(error),
        Planned::Any {
            status,
            body,
            json,
            headers,
        } => {
            let mut response = if body.is_empty() {
                Response::empty(status)
            } else {
                Response::bytes(status, body)
            };
            if !json && response.content_type.is_some() {
                response.content_type = Some("text/plain;charset=UTF-8");
            }
            if !headers.is_empty() {
                response.wire().headers = headers;
            }
            response
        }
    }
}

/// Lets faults have their way with an answer.
fn spoil(hit: &Hit, response: &mut Response) {
    if hit.connection == Some(Breakage::Garbage) && !response.body.is_empty() {
        // cut within a JSON value, whatever it was
        let half = response.body.len() / 2;
        let mut body = response.body[..half].to_vec();
        body.extend_from_slice(b"{\"\\u00");
        response.body = body.into();
        response.file = None;
        response.content_type = response.content_type.or(Some(crate::response::JSON));
    }
    let wire: &mut Wire = response.wire();
    wire.delay = wire.delay.saturating_add(hit.delay);
    wire.breakage = hit.connection;
}

/// How long the body of a request may be, in bytes, if it is one of parts that its operation takes;
/// none for other requests.
#[must_use]
pub fn longest_form(method: Option<Method>, path: &str, media: &str) -> Option<usize> {
    if !multipart::is_multipart(media) {
        return None;
    }
    let path = world::within_org(path);
    let route = router::route(method, path).ok()?;
    let spec = route.endpoint.body;
    (spec.kind == BodyKind::Multipart).then(|| spec.longest(route.version))?
}

#[cfg(test)]
mod tests;
