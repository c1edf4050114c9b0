//! `health`, `operations` and `reset`: the server and an org as a whole.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::row::{AdminRequest, AdminRow, Body, HandlerResult, JSON, json_response};
use super::schema::of;
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
        answers: &[(
            200,
            JSON,
            "status, version, uptime (in seconds), seed, orgs, records",
        )],
        handler: health,
    },
    AdminRow {
        id: "operations",
        method: Method::Get,
        path: "/operations",
        summary: "Operations of Zoho's API that there are, by the names that matches take",
        params: &[],
        body: Body::None,
        answers: &[(
            200,
            JSON,
            "operations: id, method, path, versions, scope, summary",
        )],
        handler: operations,
    },
    AdminRow {
        id: "reset",
        method: Method::Post,
        path: "/reset",
        summary: "The org's data back to what it began with; clock, faults, journal, limits and tokens stay unless named",
        params: &[],
        body: Body::Json(of::<Reset>),
        answers: &[(200, JSON, "org, records")],
        handler: reset,
    },
];

fn health(request: &AdminRequest<'_>) -> HandlerResult {
    let orgs = request.world.orgs();
    let body = json!({
        "status": "ok", "version": env!("CARGO_PKG_VERSION"),
        "uptime": request.world.uptime().as_secs_f64(),
        "seed": request.world.settings.seeds, "orgs": orgs.len(),
        "records": request.org.read().tables.records(),
    });
    Ok(json_response(200, &body))
}

fn operations(_: &AdminRequest<'_>) -> HandlerResult {
    let rows: Vec<Json> = api::endpoints()
        .map(|row| {
            let versioned = row.path.contains("{v}");
            let versions = versioned
                .then(|| json!([row.versions.first().as_str(), row.versions.last().as_str()]));
            let scope = (!row.scope.is_empty()).then(|| format!("ZohoCRM.{}", row.scope));
            json!({"id": row.id, "method": row.method.as_str(), "path": row.path,
                "versions": versions, "scope": scope, "summary": row.summary})
        })
        .collect();
    Ok(json_response(200, &json!({"operations": rows})))
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
    Ok(json_response(
        200,
        &json!({"org": &*org.id, "records": records}),
    ))
}
