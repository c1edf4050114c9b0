//! `orgs`: isolated orgs on one server.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Answer, Body, HandlerResult, json_response};
use super::schema::{of, of_answer};
use crate::control::{self, LONGEST_LABEL, NAME};
use crate::request::Method;
use crate::response::Response;
use crate::runtime::given::given;
use crate::runtime::lifetime::{LengthForm, parse_duration};
use crate::world::Org;

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "orgs.create",
        method: Method::Post,
        path: "/orgs",
        summary: "Fork an org: from the seed, from a snapshot of the org asked, or from an org as it is",
        params: &[],
        body: Body::Json(of::<NewOrg>),
        answers: &[Answer::Json(201, of_answer::<ForkedOrg<'_>>)],
        handler: create,
    },
    AdminRow {
        id: "orgs.list",
        method: Method::Get,
        path: "/orgs",
        summary: "All orgs",
        params: &[],
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<OrgList>)],
        handler: list,
    },
    AdminRow {
        id: "orgs.get",
        method: Method::Get,
        path: "/orgs/{id}",
        summary: "One org",
        params: &[],
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<ShownOrg>)],
        handler: get,
    },
    AdminRow {
        id: "orgs.update",
        method: Method::Patch,
        path: "/orgs/{id}",
        summary: "Give an org another label",
        params: &[],
        body: Body::Json(of::<ChangedOrg>),
        answers: &[Answer::Json(200, of_answer::<ShownOrg>)],
        handler: update,
    },
    AdminRow {
        id: "orgs.delete",
        method: Method::Delete,
        path: "/orgs/{id}",
        summary: "End an org; its tokens are refused from then on",
        params: &[],
        body: Body::None,
        answers: &[Answer::Empty("it is gone")],
        handler: delete,
    },
];

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct NewOrg {
    /// `seed`, an org's id or name, or the name of a snapshot of the org asked.
    #[serde(deserialize_with = "given")]
    #[schemars(extend("default" = "seed"))]
    from: Option<String>,
    /// A name that no org has.
    #[serde(deserialize_with = "given")]
    #[schemars(regex(pattern = NAME))]
    name: Option<String>,
    /// What people know it by, such as the name of a test. Any text; others may have the same.
    #[serde(deserialize_with = "given")]
    #[schemars(length(max = LONGEST_LABEL))]
    label: Option<String>,
    /// Seconds, or an ISO 8601 duration: without a request for so long, the org goes.
    #[serde(deserialize_with = "given")]
    #[schemars(with = "LengthForm")]
    ttl: Option<Json>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ChangedOrg {
    /// What people know it by from now on; an empty text takes the label away.
    #[schemars(length(max = LONGEST_LABEL))]
    label: String,
}

/// An org that was made, and how programs get to it.
#[derive(Debug, Serialize, JsonSchema)]
struct ForkedOrg<'a> {
    /// Its id.
    id: &'a str,
    /// Its name.
    name: &'a str,
    /// Its label, if it has one.
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    /// Its address: requests there are about it, whatever their token.
    url: String,
    /// A token that leads to it.
    access_token: &'a str,
    /// What further access tokens are got with.
    refresh_token: &'a str,
    /// The client's id, for the token's address.
    client_id: &'a str,
    /// The client's secret, for the token's address.
    client_secret: &'a str,
}

/// An org.
#[derive(Debug, Serialize, JsonSchema)]
struct ShownOrg {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Its label, if it has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    label: String,
    /// Its address.
    url: String,
    /// What it was made from.
    from: String,
    /// How many records it holds.
    records: usize,
    /// Without a request for so many seconds, it goes; null if it stays.
    ttl_seconds: Option<f64>,
    /// How many seconds ago it was made.
    age_seconds: u64,
}

/// All orgs of the server.
#[derive(Debug, Serialize, JsonSchema)]
struct OrgList {
    /// The orgs, in the order of their making.
    orgs: Vec<ShownOrg>,
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
        None => None,
        Some(ttl) => Some(duration("ttl", ttl)?),
    };
    wanted.name.as_deref().map_or(Ok(()), control::check_name)?;
    let label = wanted.label.as_deref().unwrap_or_default();
    control::check_label(label)?;
    let from = wanted.from.as_deref().unwrap_or("seed");
    let forked = request
        .world
        .fork(from, &request.org, wanted.name.as_deref(), ttl)?;
    let (org, credentials) = forked;
    org.set_label(label);
    let forked = ForkedOrg {
        id: &org.id,
        name: &org.name,
        label,
        url: request.url_of(&org),
        access_token: &credentials.access_token,
        refresh_token: &credentials.refresh_token,
        client_id: &credentials.client_id,
        client_secret: &credentials.client_secret,
    };
    Ok(json_response(201, &forked))
}

fn describe(request: &AdminRequest<'_>, org: &Org) -> ShownOrg {
    ShownOrg {
        id: (*org.id).to_owned(),
        name: org.name.clone(),
        label: org.label().to_string(),
        url: request.url_of(org),
        from: org.from.clone(),
        records: org.read().tables.records(),
        ttl_seconds: org.ttl(),
        age_seconds: org.age(),
    }
}

fn list(request: &AdminRequest<'_>) -> HandlerResult {
    let orgs = request
        .world
        .orgs()
        .iter()
        .map(|org| describe(request, org))
        .collect();
    Ok(json_response(200, &OrgList { orgs }))
}

fn get(request: &AdminRequest<'_>) -> HandlerResult {
    let org = control::org(request.world, request.path("id"))?;
    Ok(json_response(200, &describe(request, &org)))
}

fn update(request: &AdminRequest<'_>) -> HandlerResult {
    let ChangedOrg { label } = request.read()?;
    control::check_label(&label)?;
    let org = control::org(request.world, request.path("id"))?;
    org.set_label(&label);
    Ok(json_response(200, &describe(request, &org)))
}

fn delete(request: &AdminRequest<'_>) -> HandlerResult {
    request.world.delete(request.path("id"))?;
    Ok(Response::empty(204))
}
