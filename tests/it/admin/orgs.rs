//! Orgs of several clients, and those that go when nobody asks for them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use zoho_crm_mock::MockServer;

use super::{admin, call, start};

#[tokio::test]
async fn two_hundred_workers_see_their_own_data_alone() {
    let crm = start(MockServer::builder().workers(2)).await;
    let url = Arc::new(crm.url().to_owned());
    let workers: Vec<_> = (0..200)
        .map(|worker| {
            let url = Arc::clone(&url);
            tokio::spawn(async move {
                let org = admin("POST", &url, "orgs", &json!({})).await;
                let (id, token) = (&org["id"], &org["access_token"]);
                let (id, token) = (
                    id.as_str().expect("an id"),
                    token.as_str().expect("a token"),
                );
                let own = format!("worker-{worker}@example.com");
                let leads = format!("{url}/crm/v8/Leads");
                let lead =
                    json!({"data": [{"Last_Name": format!("Worker {worker}"), "Email": own}]});
                let (status, added) = call("POST", &leads, token, Some(&lead))
                    .await
                    .expect("an answer");
                assert_eq!(status, 201, "{added}");
                let search =
                    format!("{leads}/search?criteria=(Email:starts_with:worker-)&fields=Email");
                let (_, found) = call("GET", &search, token, None).await.expect("an answer");
                assert_eq!(found["data"].as_array().expect("a list").len(), 1);
                assert_eq!(found["data"][0]["Email"], own);
                let fault =
                    json!({"match": {"operation": "records.count"}, "effect": {"status": 503}});
                admin("POST", &url, &format!("faults?org={id}"), &fault).await;
                let question =
                    json!({"match": {"operation": "records.insert", "body": lead}, "count": 1});
                admin(
                    "POST",
                    &url,
                    &format!("requests/verify?org={id}"),
                    &question,
                )
                .await;
                let journal = admin("GET", &url, &format!("requests?org={id}"), &json!({})).await;
                assert_eq!(journal["requests"].as_array().expect("a list").len(), 2);
                added["data"][0]["details"]["id"]
                    .as_str()
                    .expect("an id")
                    .to_owned()
            })
        })
        .collect();
    let mut ids = Vec::new();
    for worker in workers {
        ids.push(worker.await.expect("it ran"));
    }
    // each org gives the same ids, whatever the others do
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert!(crm.received_requests().expect("a journal").is_empty());
    let count = format!("{url}/crm/v8/Leads/actions/count");
    let (status, _) = call("GET", &count, "x", None).await.expect("an answer");
    assert_eq!(status, 200);
}

/// An idle org goes after its time; who uses it keeps it, and its own clock has no say.
#[tokio::test]
async fn an_idle_org_goes() {
    let crm = start(MockServer::builder().empty().now("2026-11-16T09:00:00Z")).await;
    let org = admin(
        "POST",
        crm.url(),
        "orgs",
        &json!({"name": "brief", "ttl": 0.6}),
    )
    .await;
    let token = org["access_token"].as_str().expect("a token");
    let count = format!("{}/crm/v8/Leads/actions/count", crm.url());
    admin(
        "POST",
        crm.url(),
        "clock/advance?org=brief",
        &json!({"by": "P1D"}),
    )
    .await;
    for n in 0..4 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        // requests and the control plane alike
        if n % 2 == 0 {
            let (status, _) = call("GET", &count, token, None).await.expect("an answer");
            assert_eq!(status, 200);
        } else {
            admin("GET", crm.url(), "clock?org=brief", &json!({})).await;
        }
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    let (status, body) = call("GET", &count, token, None).await.expect("an answer");
    assert_eq!((status, &body["code"]), (401, &json!("INVALID_TOKEN")));
    let orgs = admin("GET", crm.url(), "orgs", &json!({})).await;
    assert_eq!(orgs["orgs"].as_array().expect("a list").len(), 1);
}

#[tokio::test]
async fn a_name_leads_to_its_org_however_it_is_written() {
    let crm = start(MockServer::builder().empty()).await;
    for name in ["a b", "\u{e9}", "<script>", "a%20b"] {
        admin("POST", crm.url(), "orgs", &json!({"name": name})).await;
        let segment: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let count = format!("{}/__org/{segment}/crm/v8/Leads/actions/count", crm.url());
        let (status, body) = call("GET", &count, "x", None).await.expect("an answer");
        assert_eq!(status, 200, "{name}: {body}");
    }
    let orgs = format!("{}/__admin/orgs", crm.url());
    for name in ["", " ", ".", "..", "a/b", "a\r\nb", "\u{1b}[31m"] {
        let name = json!({"name": name});
        let (status, body) = call("POST", &orgs, "x", Some(&name))
            .await
            .expect("an answer");
        assert_eq!(status, 422, "{name}: {body}");
    }
}
