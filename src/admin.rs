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
mod openapi;
mod orgs;
mod requests;
mod row;
mod schema;
mod seeds;
mod server;
mod snapshots;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::Value as Json;

pub use connections::connections;
pub use error::AdminError;
pub use row::{AdminRequest, AdminRow, Answer, Body};

use crate::control;
use crate::request::{Params, Request, decode};
use crate::response::Response;
use crate::world::{self, Org, World};

/// What the paths of the control plane begin with.
const ROOT: &str = "/__admin";

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

/// The answer when a call of the control plane has panicked.
#[must_use]
pub fn internal_error() -> Response {
    AdminError::internal("the call has failed in a way that it should not; the log says where")
        .response()
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
    let path = &request.path[ROOT.len()..];
    let path = path.strip_suffix('/').unwrap_or(path);
    let matched = routes()
        .at(if path.is_empty() { "/" } else { path })
        .map_err(|_| AdminError::no_such_path(request.path))?;
    let known = || matched.value.iter();
    let row = known()
        .find(|row| Some(row.method) == request.method)
        .ok_or_else(|| {
            let methods: Vec<&str> = known().map(|row| row.method.as_str()).collect();
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

/// The JSON body that a row wants; an empty one counts as `{}`.
fn body(row: &AdminRow, request: &Request<'_>) -> Result<Json, AdminError> {
    let bytes = request.body.ok_or_else(AdminError::too_large)?;
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
