//! `limits`: API credits, calls at once, and a plain rate.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::error::AdminError;
use super::row::{Ask, Body, JSON, Outcome, Row, json_response};
use crate::request::Method;
use crate::runtime::limits::{Edition, Limited, Rate};

const SHOWN: &[super::row::Answer] = &[(
    200,
    JSON,
    "edition, credits, concurrency, rate; credits_used of the last 24 hours, refused",
)];

pub(super) const ROWS: &[Row] = &[
    Row {
        id: "limits.get",
        method: Method::Get,
        path: "/limits",
        summary: "The limits of the org and what of them is used",
        params: &[],
        body: Body::None,
        answers: SHOWN,
        handler: get,
    },
    Row {
        id: "limits.set",
        method: Method::Put,
        path: "/limits",
        summary: "Put limits in force; what is not given is not limited",
        params: &[],
        body: Body::Json(schema),
        answers: SHOWN,
        handler: set,
    },
];

fn get(ask: &Ask<'_>) -> Outcome {
    let limits = &ask.org.limits;
    let limited = limits.limited();
    let (allowed, used, refused) = limits.usage(ask.org.users(), ask.org.clock.now());
    let concurrency = limited
        .concurrency
        .or(limited.edition.map(Edition::concurrency));
    let body = json!({
        "edition": limited.edition.map(Edition::as_str), "credits": allowed,
        "concurrency": concurrency, "rate": limited.rate.map(|rate| rate.to_string()),
        "credits_used": used, "refused": refused,
    });
    Ok(json_response(200, &body))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Set {
    edition: Option<String>,
    credits: Option<u64>,
    concurrency: Option<usize>,
    rate: Option<String>,
}

fn schema() -> Json {
    json!({"type": "object", "properties": {
        "edition": {"enum": ["free", "standard", "professional", "enterprise", "ultimate"]},
        "credits": {"type": "integer", "description": "in place of the edition's"},
        "concurrency": {"type": "integer", "description": "in place of the edition's"},
        "rate": {"type": "string", "description": "calls/seconds, such as 100/60"},
    }})
}

fn set(ask: &Ask<'_>) -> Outcome {
    let wanted: Set = ask.read()?;
    let edition = match wanted.edition.as_deref() {
        None => None,
        Some(name) => Some(Edition::parse(name).ok_or_else(|| {
            AdminError::invalid(format!(
                "unknown edition \"{name}\"; there are free, standard, professional, enterprise, ultimate"
            ))
        })?),
    };
    let rate: Option<Rate> = match wanted.rate.as_deref() {
        None => None,
        Some(text) => Some(text.parse().map_err(AdminError::invalid)?),
    };
    ask.org.limits.set(Limited {
        edition,
        credits: wanted.credits,
        concurrency: wanted.concurrency,
        rate,
    });
    get(ask)
}
