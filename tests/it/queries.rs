//! Every way of asking for records against an evaluator that knows nothing of the library.
//!
//! Random records, random expressions: each expression is written as a criteria, as COQL and as a
//! list of conditions, and each time the ids must be those that the plain `evaluator` finds by
//! looking at the JSON. Between the questions records are changed and deleted, so that indexes
//! answer which have to be kept up.

mod differences;
mod evaluator;
mod expressions;
mod keys;
mod languages;
mod phones;
mod records;
mod table;

use serde_json::Value as Json;

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Ids of an answer.
fn ids(body: &Json) -> Vec<u64> {
    let records = body["data"].as_array();
    let ids = records.into_iter().flatten().map(|record| &record["id"]);
    ids.map(|id| id.as_str().expect("an id").parse().expect("a number"))
        .collect()
}
