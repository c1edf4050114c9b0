//! `clock`: the time that an org's requests see.

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::error::AdminError;
use super::row::{AdminRequest, AdminRow, Answer, Body, HandlerResult, json_response};
use super::schema::{of, of_answer};
use crate::request::Method;
use crate::runtime::clock::OutOfRange;
use crate::runtime::given::given;
use crate::runtime::lifetime::{ISO_8601, LONGEST, parse_duration};
use crate::value::time::{format_datetime, parse_datetime};

const SHOWN: &[Answer] = &[Answer::Json(200, of_answer::<ClockFace>)];

pub(super) const ROWS: &[AdminRow] = &[
    AdminRow {
        id: "clock.get",
        method: Method::Get,
        path: "/clock",
        summary: "What the org's clock shows",
        params: &[],
        body: Body::None,
        answers: SHOWN,
        handler: get,
    },
    AdminRow {
        id: "clock.set",
        method: Method::Put,
        path: "/clock",
        summary: "Set, stop or start the org's clock; what is not given stays",
        params: &[],
        body: Body::Json(of::<ClockParams>),
        answers: SHOWN,
        handler: set,
    },
    AdminRow {
        id: "clock.advance",
        method: Method::Post,
        path: "/clock/advance",
        summary: "Move the org's clock on",
        params: &[],
        body: Body::Json(of::<By>),
        answers: SHOWN,
        handler: advance,
    },
];

/// What the org's clock shows.
#[derive(Debug, Serialize, JsonSchema)]
struct ClockFace {
    /// The time, in UTC.
    #[schemars(extend("format" = "date-time"))]
    now: String,
    /// Whether it stands still.
    frozen: bool,
}

fn get(request: &AdminRequest<'_>) -> HandlerResult {
    let (now, frozen) = request.org.clock.shows();
    let now = format_datetime(now, &TimeZone::UTC);
    Ok(json_response(200, &ClockFace { now, frozen }))
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
struct ClockParams {
    /// What it is to show.
    #[serde(deserialize_with = "given")]
    #[schemars(extend("format" = "date-time"), regex(pattern = "^(19[7-9][0-9]|[2-8][0-9]{3})-"))]
    now: Option<String>,
    /// Whether it stands still.
    #[serde(deserialize_with = "given")]
    frozen: Option<bool>,
}

fn set(request: &AdminRequest<'_>) -> HandlerResult {
    let wanted: ClockParams = request.read()?;
    if wanted.now.is_none() && wanted.frozen.is_none() {
        return Err(AdminError::invalid("now or frozen is needed"));
    }
    let now = match wanted.now {
        None => None,
        Some(text) => Some(parse_datetime(&text).ok_or_else(|| {
            AdminError::invalid(format!(
                "\"{text}\" is no RFC 3339 date-time, such as 2026-11-16T09:00:00Z"
            ))
        })?),
    };
    request.org.clock.set(now, wanted.frozen)?;
    get(request)
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct By {
    /// An ISO 8601 duration, or seconds.
    #[schemars(with = "WholeForm")]
    by: Json,
}

/// The JSON form of a length of whole seconds, for its schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is only described")]
enum WholeForm {
    /// Seconds.
    Seconds(#[schemars(range(min = -LONGEST.as_secs(), max = LONGEST.as_secs()))] i64),
    /// An ISO 8601 duration.
    Text(#[schemars(regex(pattern = ISO_8601))] String),
}

fn advance(request: &AdminRequest<'_>) -> HandlerResult {
    let By { by } = request.read()?;
    let whole = !by.is_f64();
    let length = parse_duration(&by).filter(|length| whole && length.subsec_nanos() == 0);
    let length = length.ok_or_else(|| {
        AdminError::invalid(format!(
            "by is an ISO 8601 duration of whole seconds (PT1H) or their number, not {by}"
        ))
    })?;
    request.org.clock.advance(length.as_secs())?;
    get(request)
}

impl From<OutOfRange> for AdminError {
    fn from(error: OutOfRange) -> Self {
        Self::invalid(error.to_string())
    }
}
