//! What calls cost in API credits, and which count as heavy (Zoho's page on API limits).

use serde_json::Value as Json;

use super::call::Call;
use crate::runtime::limits::Cost;

/// Records of a write that cost one credit.
const RECORDS_A_CREDIT: u64 = 10;
/// A write of more records than this is heavy.
const LIGHT_RECORDS: u64 = 10;

/// What a call costs. That of COQL goes by the limit that the query names.
#[must_use]
pub fn cost(call: &Call<'_>) -> Cost {
    let records = call
        .body
        .get("data")
        .and_then(Json::as_array)
        .map_or(0, |items| u64::try_from(items.len()).unwrap_or(u64::MAX));
    let has = |name: &str| call.param(name).is_some();
    let (credits, heavy) = match call.endpoint.id {
        "records.insert" | "records.update_many" | "records.update" | "records.upsert" => (
            records.div_ceil(RECORDS_A_CREDIT).max(1),
            records > LIGHT_RECORDS,
        ),
        "records.list" if has("cvid") => (3, true),
        "records.list" => (1, has("sort_by")),
        "records.deleted" => (2, false),
        "records.search" => (1, true),
        "leads.convert" => (5, true),
        "coql.query" => (coql(call), true),
        "mass_actions.update" | "mass_actions.delete" => (ids(call).div_ceil(50).max(1), false),
        _ => (1, false),
    };
    Cost { credits, heavy }
}

fn ids(call: &Call<'_>) -> u64 {
    let ids = call.body.get("ids").and_then(Json::as_array);
    ids.map_or(0, |ids| u64::try_from(ids.len()).unwrap_or(u64::MAX))
}

/// One credit up to 200 records, two up to 1,000, three beyond.
fn coql(call: &Call<'_>) -> u64 {
    let query = call.body.get("select_query").and_then(Json::as_str);
    let query = query.unwrap_or_default().to_ascii_lowercase();
    let limit = query.rsplit_once("limit").map_or("", |(_, rest)| rest);
    let numbers: Vec<u64> = limit
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect();
    // `limit 10`, `limit 0, 10`, `limit 10 offset 0`
    let limit = match numbers[..] {
        [_, second] if limit.contains(',') => second,
        [first, ..] => first,
        [] => 200,
    };
    match limit {
        0..=200 => 1,
        201..=1_000 => 2,
        _ => 3,
    }
}
