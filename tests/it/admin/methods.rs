//! What the control plane does, by the methods of the library.

use serde_json::{Value as Json, json};
use zoho_crm_mock::MockServer;
use zoho_crm_mock::runtime::limits::Limited;

use super::{call, start};

#[tokio::test]
async fn what_the_control_plane_does_is_there_in_process() {
    let crm = start(MockServer::builder().now("2026-11-16T09:00:00Z")).await;
    let leads = |state: &zoho_crm_mock::store::OrgState| {
        let module = state.schema.module("Leads").expect("a module");
        state.table(module).rows().len()
    };
    let before = leads(&crm.state());
    let org = crm.fork("seed").expect("an org");
    let token = org.credentials().access_token;
    let target = format!("{}/crm/v8/Leads", org.url());
    let lead = json!({"data": [{"Last_Name": "Rao"}]});
    let snapshot = org.snapshot();
    let (status, _) = call("POST", &target, &token, Some(&lead))
        .await
        .expect("an answer");
    assert_eq!(status, 201);
    assert_eq!(
        (leads(&crm.state()), leads(&org.state())),
        (before, before + 1)
    );
    // an address of its own leads to it with any token
    let own = format!("{}/crm/v8/Leads", org.own_url());
    let (status, _) = call("POST", &own, "x", Some(&lead))
        .await
        .expect("an answer");
    assert_eq!(status, 201);
    org.verify(json!({"match": {"operation": "records.insert"}, "count": 2}))
        .expect("two");
    let missed = org.verify(json!({"match": {"operation": "records.insert"}, "count": 1}));
    assert!(missed.is_err());
    org.restore(&snapshot);
    assert_eq!(leads(&org.state()), before);
    org.advance(60).expect("in range");
    assert_eq!(org.now() - crm.now(), 60);
    org.freeze("2030-01-01T00:00:00Z").expect("a time");
    assert!(org.freeze("noon").is_err());
    let (_, added) = call("POST", &target, &token, Some(&lead))
        .await
        .expect("an answer");
    let created = &added["data"][0]["details"]["Created_Time"];
    assert!(created.as_str().expect("a time").starts_with("2029-12-31"));
    org.reset();
    assert_eq!(leads(&org.state()), before);
    assert!(org.fork("nowhere").is_err());
    assert_eq!(
        crm.org("org1").map(|org| org.id().to_owned()),
        Some("org1".into())
    );
    let labels = org.seed_json(&json!({"Leads": [{"id": "#ito", "Last_Name": "Ito"}]}));
    assert_eq!(labels.expect("a seed").len(), 1);
    assert!(
        org.seed_json(&json!({"Leads": [{"Last_Nam": "x"}]}))
            .is_err()
    );
    assert_eq!(leads(&org.state()), before + 1);
    // what is exported is a seed of another server
    let exported: Json = serde_json::from_str(&org.export()).expect("JSON");
    let other = start(MockServer::builder().seed_json(&exported)).await;
    assert_eq!(leads(&other.state()), before + 1);
    assert_eq!(other.export(), org.export());
    let report = org.contract();
    assert_eq!((report.coverage.exercised, report.summary.error), (1, 0));
    org.set_limits(Limited {
        credits: Some(0),
        ..Limited::default()
    });
    let (status, _) = call("POST", &target, &token, Some(&lead))
        .await
        .expect("an answer");
    assert_eq!(status, 429);
    org.clear_requests();
    assert!(org.received_requests().expect("a journal").is_empty());
}
