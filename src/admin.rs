//! The control plane, `/__admin`: what a test does to the server, as opposed to what a client asks
//! of Zoho.
//!
//! Each subject is a file with its rows; `openapi.rs` describes them from the same rows. Answers are
//! plain JSON, errors `{"error":{"code","message","details"}}`. Every call takes `?org=ID`; without
//! it, it is about the org of the address (`/__org/{id}/__admin/…`), else about the default org.
//! Requests of the control plane are not in the journal and are never subject to faults.

mod clock;
mod connections;
mod contract;
mod error;
mod faults;
mod jobs;
mod json;
mod limits;
mod metrics;
mod notifications;
mod openapi;
mod orgs;
mod param;
mod requests;
mod row;
mod schema;
mod seeds;
mod server;
mod snapshots;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::Value as Json;

pub use connections::{Connections, connections};
pub use error::AdminError;
use row::JSON;
pub use row::{AdminParam, AdminRequest, AdminRow, Answer, Body, ParamForm};

use crate::control;
use crate::error::{Code, Wording};
use crate::request::{Method, Params, Request, decode};
use crate::response::Response;
use crate::world::{self, Org, World};

/// What the paths of the control plane begin with.
const ROOT: &str = "/__admin";

/// The largest seed, in bytes.
const LARGEST_SEED: usize = 2 << 30;
/// The largest JSON body, in bytes: a fault may hold an answer of Zoho's.
const LARGEST_JSON: usize = 16 << 20;
/// The largest body that nobody asked for, in bytes.
const LARGEST_OTHER: usize = 64 << 10;

/// Where it says that it lives.
const HEALTH: &str = "/__admin/health";

/// The rows, by subject.
const SUBJECTS: &[&[AdminRow]] = &[
    server::ROWS,
    connections::ROWS,
    orgs::ROWS,
    snapshots::ROWS,
    seeds::ROWS,
    clock::ROWS,
    faults::ROWS,
    limits::ROWS,
    jobs::ROWS,
    requests::ROWS,
    notifications::ROWS,
    contract::ROWS,
    metrics::ROWS,
    openapi::ROWS,
];

/// Every operation of the control plane.
pub fn rows() -> impl Iterator<Item = &'static AdminRow> {
    SUBJECTS.iter().copied().flatten()
}

/// Whether a path, without the prefix of an org, is one of the control plane.
#[must_use]
pub fn is_admin(path: &str) -> bool {
    path.strip_prefix(ROOT)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path, with or without the prefix of an org, is one of the control plane.
#[must_use]
pub fn is_addressed(path: &str) -> bool {
    is_admin(world::within_org(path))
}

/// Answers a request of the control plane; `org` is that of its address.
#[must_use]
pub fn answer(world: &World, org: &Arc<Org>, request: &Request<'_>) -> Response {
    match find(world, org, request) {
        Ok(response) => response,
        Err(error) => error.response(),
    }
}

/// The answer to a visitor who is not let in.
#[must_use]
pub fn refuse(code: Code, message: &str) -> Response {
    AdminError::of(code, message).response()
}

/// The answer when a call of the control plane has panicked.
#[must_use]
pub fn internal_error() -> Response {
    AdminError::internal("the call has failed in a way that it should not; the log says where")
        .response()
}

/// The largest body of a call of the control plane, in bytes: seeds may be large, and nothing else.
#[must_use]
pub fn most_bytes(method: Option<Method>, path: &str) -> usize {
    let path = world::within_org(path);
    let path = path.strip_prefix(ROOT).unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let rows = routes().at(path).map_or(&[][..], |matched| matched.value);
    let row = rows.iter().find(|row| Some(row.method) == method);
    match row.map(|row| row.body) {
        Some(Body::Raw(_)) => LARGEST_SEED,
        Some(Body::Json(_)) => LARGEST_JSON,
        Some(Body::None) | None => LARGEST_OTHER,
    }
}

fn routes() -> &'static matchit::Router<Vec<&'static AdminRow>> {
    static ROUTES: OnceLock<matchit::Router<Vec<&'static AdminRow>>> = OnceLock::new();
    ROUTES.get_or_init(|| {
        let mut paths: Vec<(&str, Vec<&'static AdminRow>)> = Vec::new();
        for row in rows() {
            match paths.iter_mut().find(|(path, _)| *path == row.path) {
                Some((_, known)) => known.push(row),
                None => paths.push((row.path, vec![row])),
            }
        }
        let mut router = matchit::Router::new();
        for (path, rows) in paths {
            let inserted = router.insert(path, rows);
            debug_assert!(inserted.is_ok(), "{inserted:?}");
        }
        router
    })
}

fn find(world: &World, org: &Arc<Org>, request: &Request<'_>) -> Result<Response, AdminError> {
    let visitors = &world.settings.visitors;
    // whether the server lives is no secret
    if !visitors.takes_admin(request.headers) && request.path != HEALTH {
        let code = Code::ADMIN_TOKEN_NEEDED;
        return Err(AdminError::of(code, code.message(Wording::Zoho)));
    }
    let path = &request.path[ROOT.len()..];
    let path = path.strip_suffix('/').unwrap_or(path);
    let matched = routes()
        .at(if path.is_empty() { "/" } else { path })
        .map_err(|_| AdminError::no_such_path(request.path))?;
    let known = || matched.value.iter();
    // the edge sends no body to who asks for none
    let method = match request.verb {
        "HEAD" => Some(Method::Get),
        _ => request.method,
    };
    let row = known()
        .find(|row| Some(row.method) == method)
        .ok_or_else(|| {
            let mut methods: Vec<&str> = known().map(|row| row.method.as_str()).collect();
            if methods.contains(&"GET") {
                methods.push("HEAD");
            }
            AdminError::method(request.verb, &methods)
        })?;
    let params = Params::parse(request.query.as_bytes());
    row.check_params(&params)?;
    let org = match params.get("org").filter(|name| !name.is_empty()) {
        None => Arc::clone(org),
        Some(name) => control::org(world, name)?,
    };
    org.touch(Duration::ZERO);
    let request = AdminRequest {
        world,
        org,
        http: request,
        params,
        body: body(row, request)?,
        path: matched
            .params
            .iter()
            .map(|(name, value)| (name.to_owned(), decode(value).into_owned()))
            .collect(),
    };
    (row.handler)(&request)
}

/// Refuses a body of another media type than the row reads. Those that a web page may send without
/// being asked are among them: a form, and plain text.
fn check_media_type(row: &AdminRow, request: &Request<'_>) -> Result<(), AdminError> {
    let given = request
        .media_type()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let taken: &[&str] = match row.body {
        Body::None | Body::Json(_) => &[JSON],
        Body::Raw(taken) => taken,
    };
    let is_json = given.ends_with("+json") && taken.contains(&JSON);
    // reading asks for nothing, and a client may name a type for the body that it does not send
    let reads = row.method == Method::Get;
    // no page of a browser can send a body without a type and without an origin
    if reads || given.is_empty() || is_json || taken.contains(&given.as_str()) {
        return Ok(());
    }
    Err(AdminError::media_type(&given, taken))
}

/// The JSON body that a row wants; an empty one counts as `{}`.
fn body(row: &AdminRow, request: &Request<'_>) -> Result<Json, AdminError> {
    let bytes = request.body.map_err(AdminError::unread)?;
    check_media_type(row, request)?;
    match row.body {
        Body::None | Body::Raw(_) => Ok(Json::Null),
        Body::Json(_) if bytes.iter().all(u8::is_ascii_whitespace) => {
            Ok(Json::Object(serde_json::Map::new()))
        }
        Body::Json(_) => match serde_json::from_slice(bytes) {
            Ok(body @ Json::Object(_)) => Ok(body),
            Ok(_) => Err(AdminError::bad_request("the body must be a JSON object")),
            Err(error) => Err(AdminError::bad_request(format!(
                "the body is no JSON: {error}"
            ))),
        },
    }
}
