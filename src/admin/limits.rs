//! `limits`: API credits, calls at once, and a plain rate.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Answer, Body, HandlerResult, json_response};
use super::schema::{of, of_answer};
use crate::request::Method;
use crate::runtime::given::given;
use crate::runtime::limits::{Edition, Limited, Rate};

const SHOWN: &[Answer] = &[Answer::Json(200, of_answer::<ShownLimits>)];

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "limits.get",
        method: Method::Get,
        path: "/limits",
        summary: "The limits of the org and what of them is used",
        params: &[],
        body: Body::None,
        answers: SHOWN,
        handler: get,
    },
    AdminRow {
        id: "limits.set",
        method: Method::Put,
        path: "/limits",
        summary: "Put limits in force; what is not given is not limited",
        params: &[],
        body: Body::Json(of::<LimitParams>),
        answers: SHOWN,
        handler: set,
    },
];

/// The words of editions, and null for none.
fn editions() -> Vec<Option<&'static str>> {
    let words = Edition::ALL.map(|edition| Some(edition.as_str()));
    words.into_iter().chain([None]).collect()
}

/// The limits of the org, each null where there is none, and what of them is used.
#[derive(Debug, Serialize, JsonSchema)]
struct ShownLimits {
    /// The edition whose credits and calls at once are in force.
    #[schemars(extend("enum" = editions()))]
    edition: Option<&'static str>,
    /// Credits for 24 hours.
    credits: Option<u64>,
    /// Calls at once.
    concurrency: Option<usize>,
    /// Calls in so many seconds, such as 100/60.
    rate: Option<String>,
    /// Credits that were used in the last 24 hours.
    credits_used: u64,
    /// Calls that were refused.
    refused: u64,
}

fn get(request: &AdminRequest<'_>) -> HandlerResult {
    let limits = &request.org.limits;
    let limited = limits.limited();
    let (allowed, used, refused) = limits.usage(request.org.users(), request.org.clock.now());
    let concurrency = limited
        .concurrency
        .or(limited.edition.map(Edition::concurrency));
    let shown = ShownLimits {
        edition: limited.edition.map(Edition::as_str),
        credits: allowed,
        concurrency,
        rate: limited.rate.map(|rate| rate.to_string()),
        credits_used: used,
        refused,
    };
    Ok(json_response(200, &shown))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct LimitParams {
    /// Credits and calls at once of this edition.
    #[serde(deserialize_with = "given")]
    #[schemars(extend("enum" = Edition::ALL.map(Edition::as_str)))]
    edition: Option<String>,
    /// Credits for 24 hours, in place of the edition's.
    #[serde(deserialize_with = "given")]
    credits: Option<u64>,
    /// Calls at once, in place of the edition's.
    #[serde(deserialize_with = "given")]
    concurrency: Option<usize>,
    /// Calls in so many seconds, such as 100/60.
    #[serde(deserialize_with = "given")]
    #[schemars(regex(pattern = "^[1-9][0-9]{0,8}(/[1-9][0-9]{0,8})?$"))]
    rate: Option<String>,
}

fn set(request: &AdminRequest<'_>) -> HandlerResult {
    let wanted: LimitParams = request.read()?;
    let edition = match wanted.edition.as_deref() {
        None => None,
        Some(name) => Some(Edition::parse(name).ok_or_else(|| {
            let known = Edition::ALL.map(Edition::as_str).join(", ");
            AdminError::invalid(format!("unknown edition \"{name}\"; there are {known}"))
        })?),
    };
    let rate: Option<Rate> = match wanted.rate.as_deref() {
        None => None,
        Some(text) => Some(text.parse().map_err(AdminError::invalid)?),
    };
    request.org.limits.set(Limited {
        edition,
        credits: wanted.credits,
        concurrency: wanted.concurrency,
        rate,
    });
    get(request)
}
