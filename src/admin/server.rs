//! `health`, `operations` and `reset`: the server and an org as a whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::AdminError;
use super::row::{
    AdminRequest, AdminRow, Answer, Body, HandlerResult, json_response, text_response,
};
use super::schema::{of, of_answer};
use crate::api;
use crate::request::Method;

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "health",
        method: Method::Get,
        path: "/health",
        summary: "Whether the server runs, which one, and since when",
        params: &[],
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<Health<'_>>)],
        handler: health,
    },
    AdminRow {
        id: "ca",
        method: Method::Get,
        path: "/ca",
        summary: "The certificate of the authority that signs for Zoho's hosts, which clients are to trust",
        params: &[],
        body: Body::None,
        answers: &[Answer::Text(
            PEM,
            "the certificate; 404 if the server speaks no TLS",
        )],
        handler: ca,
    },
    AdminRow {
        id: "operations",
        method: Method::Get,
        path: "/operations",
        summary: "Operations of Zoho's API that there are, by the names that matches take",
        params: &[],
        body: Body::None,
        answers: &[Answer::Json(200, of_answer::<OperationList>)],
        handler: operations,
    },
    AdminRow {
        id: "reset",
        method: Method::Post,
        path: "/reset",
        summary: "The org's data back to what it began with; clock, faults, journal, limits and tokens stay unless named",
        params: &[],
        body: Body::Json(of::<Reset>),
        answers: &[Answer::Json(200, of_answer::<ResetOrg<'_>>)],
        handler: reset,
    },
];

/// The server as it runs.
#[derive(Debug, Serialize, JsonSchema)]
struct Health<'a> {
    /// `ok`: who can answer is well.
    status: &'static str,
    /// The version of this program.
    version: &'static str,
    /// How long it has run, in seconds.
    uptime: f64,
    /// The seeds that it began with.
    seed: &'a [String],
    /// How many orgs there are.
    orgs: usize,
    /// How many records the org holds.
    records: usize,
}

fn health(request: &AdminRequest<'_>) -> HandlerResult {
    let health = Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        uptime: request.world.uptime().as_secs_f64(),
        seed: &request.world.settings.seeds,
        orgs: request.world.orgs().len(),
        records: request.org.read().tables.records(),
    };
    Ok(json_response(200, &health))
}

/// The media type of certificates as text.
const PEM: &str = "application/x-pem-file";

fn ca(request: &AdminRequest<'_>) -> HandlerResult {
    match request.world.trust.certificate() {
        Ok(Some(certificate)) => Ok(text_response(PEM, certificate)),
        Ok(None) => Err(AdminError::absent("the server speaks no TLS")),
        Err(reason) => Err(AdminError::internal(reason)),
    }
}

/// An operation of Zoho's API.
#[derive(Debug, Serialize, JsonSchema)]
struct ShownOperation {
    /// The name that matches take, such as `records.upsert`.
    id: &'static str,
    /// Its method.
    method: &'static str,
    /// Its path, variables in braces; `{v}` is the version.
    path: &'static str,
    /// The first and the last version that have it; null where the path has none.
    versions: Option<[&'static str; 2]>,
    /// The scope that a token needs; null where it needs none.
    scope: Option<String>,
    /// What it does, in a line.
    summary: &'static str,
}

/// What there is of Zoho's API.
#[derive(Debug, Serialize, JsonSchema)]
struct OperationList {
    /// Every operation.
    operations: Vec<ShownOperation>,
}

fn operations(_: &AdminRequest<'_>) -> HandlerResult {
    let operations = api::endpoints()
        .map(|row| {
            let versioned = row.path.contains("{v}");
            ShownOperation {
                id: row.id,
                method: row.method.as_str(),
                path: row.path,
                versions: versioned
                    .then(|| [row.versions.first().as_str(), row.versions.last().as_str()]),
                scope: (!row.scope.is_empty()).then(|| format!("ZohoCRM.{}", row.scope)),
                summary: row.summary,
            }
        })
        .collect();
    Ok(json_response(200, &OperationList { operations }))
}

/// What else a reset may put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Also {
    Faults,
    Journal,
    Limits,
    Snapshots,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct Reset {
    /// What else goes back to the beginning.
    also: Vec<Also>,
}

/// An org that is as it began.
#[derive(Debug, Serialize, JsonSchema)]
struct ResetOrg<'a> {
    /// Its id.
    org: &'a str,
    /// How many records it holds.
    records: usize,
}

fn reset(request: &AdminRequest<'_>) -> HandlerResult {
    let wanted: Reset = request.read()?;
    let org = &request.org;
    org.reset();
    for also in wanted.also {
        match also {
            Also::Faults => org.faults.clear(),
            Also::Journal => org.journal.clear(),
            Also::Limits => org.limits.reset(),
            Also::Snapshots => {
                for (name, _) in org.snapshots() {
                    org.forget(&name);
                }
            }
        }
    }
    let records = org.read().tables.records();
    let org = &org.id;
    Ok(json_response(200, &ResetOrg { org, records }))
}
