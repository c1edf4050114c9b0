//! What calls cost in API credits, and which count as heavy (Zoho's page on API limits).

use serde_json::Value as Json;

use super::call::Call;
use super::endpoint::Credits;
use super::param;
use crate::runtime::limits::Cost;

/// Items of a write that cost no more than the call itself: more of them make it heavy.
const LIGHT_ITEMS: u64 = 10;

/// What a call costs.
#[must_use]
pub fn cost(call: &Call<'_>) -> Cost {
    let light = |credits| Cost {
        credits,
        heavy: false,
    };
    match call.endpoint.costs {
        Credits::Of(credits) => light(credits),
        Credits::Heavy(credits) => Cost {
            credits,
            heavy: true,
        },
        Credits::PerItems(a_credit) => {
            let items = call.endpoint.body.root.map_or(0, |root| count(call, root));
            Cost {
                credits: items.div_ceil(a_credit).max(1),
                heavy: items > LIGHT_ITEMS,
            }
        }
        Credits::PerIds(a_credit) => light(count(call, "ids").div_ceil(a_credit).max(1)),
        Credits::By(cost) => cost(call),
    }
}

/// The length of an array of the body.
fn count(call: &Call<'_>, key: &str) -> u64 {
    let items = call.body.get(key).and_then(Json::as_array);
    items.map_or(0, |items| u64::try_from(items.len()).unwrap_or(u64::MAX))
}

/// A list of records: a view costs more than a list, and sorting is heavy.
pub(super) fn of_list(call: &Call<'_>) -> Cost {
    let view = call.get(param::CVID).is_some();
    Cost {
        credits: if view { 3 } else { 1 },
        heavy: view || call.get(param::SORT_BY).is_some(),
    }
}

/// Tags of several records: a credit for each fifty (page on API limits), which the body or the query
/// names.
pub(super) fn of_tagged(call: &Call<'_>) -> Cost {
    let queried = call.params.get(param::IDS.name).map_or(0, |ids| {
        u64::try_from(ids.split(',').count()).unwrap_or(u64::MAX)
    });
    Cost {
        credits: queried.max(count(call, "ids")).div_ceil(50).max(1),
        heavy: false,
    }
}

/// A COQL query, by the limit that it names: one credit up to 200 records, two up to 1,000, three
/// beyond.
pub(super) fn of_query(call: &Call<'_>) -> Cost {
    Cost {
        credits: query_credits(call),
        heavy: true,
    }
}

fn query_credits(call: &Call<'_>) -> u64 {
    let query = call.endpoint.body.query.and_then(|key| call.body.get(key));
    let query = query
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_ascii_lowercase();
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
