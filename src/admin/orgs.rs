//! `orgs`: isolated orgs on one server.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Body, HandlerResult, JSON, json_response};
use super::schema::of;
use crate::control;
use crate::request::Method;
use crate::response::Response;
use crate::runtime::lifetime::parse_duration;
use crate::world::Org;

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "orgs.create",
        method: Method::Post,
        path: "/orgs",
        summary: "Fork an org: from the seed, from a snapshot of the org asked, or from an org as it is",
        params: &[],
        body: Body::Json(of::<NewOrg>),
        answers: &[(
            201,
            JSON,
            "id, name, url, access_token, refresh_token, client_id, client_secret",
        )],
        handler: create,
    },
    AdminRow {
        id: "orgs.list",
        method: Method::Get,
        path: "/orgs",
        summary: "All orgs",
        params: &[],
        body: Body::None,
        answers: &[(
            200,
            JSON,
            "orgs: id, name, url, from, records, ttl_seconds, age_seconds",
        )],
        handler: list,
    },
    AdminRow {
        id: "orgs.get",
        method: Method::Get,
        path: "/orgs/{id}",
        summary: "One org",
        params: &[],
        body: Body::None,
        answers: &[(
            200,
            JSON,
            "id, name, url, from, records, ttl_seconds, age_seconds",
        )],
        handler: get,
    },
    AdminRow {
        id: "orgs.delete",
        method: Method::Delete,
        path: "/orgs/{id}",
        summary: "End an org; its tokens are refused from then on",
        params: &[],
        body: Body::None,
        answers: &[(204, "", "it is gone")],
        handler: delete,
    },
];

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct NewOrg {
    /// `seed`, an org's id or name, or the name of a snapshot of the org asked.
    #[schemars(extend("default" = "seed"))]
    from: Option<String>,
    /// A name that no org has.
    name: Option<String>,
    /// Seconds, or an ISO 8601 duration: without a request for so long, the org goes.
    #[schemars(extend("type" = ["number", "string"]))]
    ttl: Option<Json>,
}

/// A length of time in a body.
pub(super) fn duration(key: &str, value: &Json) -> Result<Duration, AdminError> {
    let length = parse_duration(value).and_then(|length| Duration::try_from(length).ok());
    length.ok_or_else(|| {
        AdminError::invalid(format!(
            "{key} is a number of seconds or an ISO 8601 duration (PT10M), not {value}"
        ))
    })
}

fn create(request: &AdminRequest<'_>) -> HandlerResult {
    let wanted: NewOrg = request.read()?;
    let ttl = match &wanted.ttl {
        None | Some(Json::Null) => None,
        Some(ttl) => Some(duration("ttl", ttl)?),
    };
    wanted.name.as_deref().map_or(Ok(()), control::check_name)?;
    let from = wanted.from.as_deref().unwrap_or("seed");
    let forked = request
        .world
        .fork(from, &request.org, wanted.name.as_deref(), ttl)?;
    let (org, credentials) = forked;
    let body = json!({
        "id": &*org.id, "name": org.name, "url": request.url_of(&org),
        "access_token": credentials.access_token, "refresh_token": credentials.refresh_token,
        "client_id": credentials.client_id, "client_secret": credentials.client_secret,
    });
    Ok(json_response(201, &body))
}

fn describe(request: &AdminRequest<'_>, org: &Org) -> Json {
    json!({
        "id": &*org.id, "name": org.name, "url": request.url_of(org), "from": org.from,
        "records": org.read().tables.records(), "ttl_seconds": org.ttl(), "age_seconds": org.age(),
    })
}

fn list(request: &AdminRequest<'_>) -> HandlerResult {
    let orgs: Vec<Json> = request
        .world
        .orgs()
        .iter()
        .map(|org| describe(request, org))
        .collect();
    Ok(json_response(200, &json!({"orgs": orgs})))
}

fn get(request: &AdminRequest<'_>) -> HandlerResult {
    let name = request.path("id");
    let org = request
        .world
        .org(name)
        .ok_or_else(|| AdminError::not_found("org", name))?;
    Ok(json_response(200, &describe(request, &org)))
}

fn delete(request: &AdminRequest<'_>) -> HandlerResult {
    request.world.delete(request.path("id"))?;
    Ok(Response::empty(204))
}
