//! What channels are told: real callbacks to a callee in this process.

mod bodies;
mod callee;
mod delivery;
mod state;

use serde_json::{Value as Json, json};
use zoho_crm_mock::MockServer;

use callee::LONG;

/// Asks the server, and gives the answer.
fn ask(crm: &MockServer, method: &str, path: &str, body: &Json) -> (u16, Json) {
    let client = reqwest::blocking::Client::new();
    let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
    let request = client.request(method, format!("{}{path}", crm.url()));
    let request = request.header("Authorization", "Zoho-oauthtoken any");
    let answer = request.json(body).send().expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.text().expect("a text");
    (status, serde_json::from_str(&text).unwrap_or_default())
}

/// Enables channels, all of which have to be.
fn watch(crm: &MockServer, channels: &Json) {
    let (status, answer) = ask(
        crm,
        "POST",
        "/crm/v8/actions/watch",
        &json!({"watch": channels}),
    );
    assert_eq!(status, 201, "{answer}");
}

/// A server whose clock stands still.
fn server() -> MockServer {
    let builder = MockServer::builder().empty().now("2026-11-16T09:00:00Z");
    builder.start_blocking().expect("a server")
}

/// Inserts a lead; gives its id.
fn lead(crm: &MockServer, values: &Json) -> String {
    let (status, answer) = ask(crm, "POST", "/crm/v8/Leads", &json!({"data": [values]}));
    assert_eq!(status, 201, "{answer}");
    let id = answer["data"][0]["details"]["id"].as_str();
    id.expect("an id").to_owned()
}
