//! More calls at once than an edition has.

use std::sync::Arc;

use serde_json::json;
use zoho_crm_mock::MockServer;
use zoho_crm_mock::runtime::limits::{Edition, Limited};

use super::{call, start};

/// Calls at once are those whose answers have not been sent.
#[tokio::test]
async fn more_calls_at_once_than_an_edition_has() {
    let crm = start(MockServer::builder().empty().limits(Limited {
        edition: Some(Edition::Free),
        ..Limited::default()
    }))
    .await;
    let _slow = crm
        .fault(json!({"effect": {"delay_ms": 400}}))
        .expect("a rule");
    let count = Arc::new(format!("{}/crm/v8/Leads/actions/count", crm.url()));
    let calls: Vec<_> = (0..8)
        .map(|_| {
            let count = Arc::clone(&count);
            tokio::spawn(async move { call("GET", &count, "x", None).await.expect("an answer").0 })
        })
        .collect();
    let mut statuses = Vec::new();
    for call in calls {
        statuses.push(call.await.expect("it ran"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
    let (status, _) = call("GET", &count, "x", None).await.expect("an answer");
    assert_eq!(status, 200);
}
