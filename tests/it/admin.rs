//! The control plane where it needs sockets, several clients or the library.

mod addresses;
mod answers;
mod contract;
mod description;
mod environment;
mod faults;
mod journal;
mod labels;
mod limits;
mod methods;
mod metrics;
mod orgs;
mod runs;

use serde_json::Value as Json;
use zoho_crm_mock::{Builder, MockServer};

async fn start(builder: Builder) -> MockServer {
    builder.start().await.expect("a server")
}

/// A request with a token; gives status and body, null for none.
async fn call(
    method: &str,
    url: &str,
    token: &str,
    body: Option<&Json>,
) -> Result<(u16, Json), reqwest::Error> {
    let method = method.parse().expect("a method");
    let mut request = reqwest::Client::new()
        .request(method, url)
        .header("Authorization", format!("Zoho-oauthtoken {token}"));
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await?;
    let status = answer.status().as_u16();
    let bytes = answer.bytes().await?;
    Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
}

/// A request of the control plane that succeeds.
async fn admin(method: &str, url: &str, path: &str, body: &Json) -> Json {
    let body = (method != "GET" && method != "DELETE").then_some(body);
    let (status, answer) = call(method, &format!("{url}/__admin/{path}"), "x", body)
        .await
        .expect("an answer");
    assert!(status < 300, "{method} {path}: {status} {answer}");
    answer
}
