//! Channels are a part of the state.

use serde_json::{Value as Json, json};
use zoho_crm_mock::{MockServer, Notifications};

use super::callee::Callee;
use super::{LONG, ask, lead, server, watch};

fn channels(crm: &MockServer) -> usize {
    let (_, answer) = ask(crm, "GET", "/crm/v8/actions/watch", &Json::Null);
    answer["watch"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_channel_ends_by_the_clock() {
    let (crm, callee) = (server(), Callee::new());
    watch(
        &crm,
        &json!([{"channel_id": 1, "events": ["Leads.create"], "notify_url": callee.url("")}]),
    );
    crm.advance(3_599).expect("a time");
    lead(&crm, &json!({"Last_Name": "Rao"}));
    callee.next();
    crm.advance(1).expect("a time");
    lead(&crm, &json!({"Last_Name": "Ito"}));
    assert!(callee.is_quiet());
    assert_eq!(channels(&crm), 0);
    // one that has ended can be enabled, and not changed
    let patch = json!({"watch": [{"channel_id": 1, "token": "x"}]});
    assert_eq!(ask(&crm, "PATCH", "/crm/v8/actions/watch", &patch).0, 400);
}

#[test]
fn snapshots_and_resets_hold_channels() {
    let (crm, callee) = (server(), Callee::new());
    let before = crm.snapshot();
    watch(
        &crm,
        &json!([{"channel_id": 1, "events": ["Leads.create"], "notify_url": callee.url("")}]),
    );
    let with = crm.snapshot();
    crm.restore(&before);
    assert_eq!(channels(&crm), 0);
    lead(&crm, &json!({"Last_Name": "Rao"}));
    assert!(callee.is_quiet());
    crm.restore(&with);
    assert_eq!(channels(&crm), 1);
    // neither a seed nor a restored state is told of
    crm.seed_json(&json!({"Leads": [{"Last_Name": "Seeded"}]}))
        .expect("a seed");
    assert!(callee.is_quiet());
    lead(&crm, &json!({"Last_Name": "Ito"}));
    callee.next();
    crm.reset();
    lead(&crm, &json!({"Last_Name": "Sen"}));
    assert!(callee.is_quiet());
}

#[test]
fn a_fork_has_the_channels_and_tells_them_itself() {
    let (crm, callee) = (server(), Callee::new());
    watch(
        &crm,
        &json!([{"channel_id": 1, "events": ["Leads.create"], "notify_url": callee.url("")}]),
    );
    let fork = crm.fork("default").expect("a fork");
    fork.insert("Leads", &json!({"Last_Name": "Rao"}))
        .expect("inserted");
    callee.next();
    let told = |org: &zoho_crm_mock::MockOrg| {
        org.notifications(Notifications::any())
            .expect("known")
            .len()
    };
    fork.wait_for_notifications_blocking(Notifications::any(), LONG)
        .expect("a callback");
    assert_eq!((told(&fork), told(&crm)), (1, 0));
}

#[test]
fn an_export_loads_again_with_its_channels() {
    let (crm, callee) = (server(), Callee::new());
    let condition = json!([{
        "type": "field_selection", "module": {"api_name": "Leads"},
        "field_selection": {"field": {"api_name": "Company"}},
    }]);
    watch(
        &crm,
        &json!([
            {"channel_id": 1, "events": ["Leads.all", "users.all"], "notify_url": callee.url("?a=b"), "token": "t",
             "return_affected_field_values": true, "notify_on_related_action": false,
             "notification_condition": condition, "fields": {"Leads": ["Company"]}},
        ]),
    );
    let exported: Json = serde_json::from_str(&crm.export()).expect("JSON");
    let builder = MockServer::builder()
        .seed_json(&exported)
        .now("2026-11-16T09:00:00Z");
    let other = builder.start_blocking().expect("a server");
    assert_eq!(other.export(), crm.export());
    let list = |crm| ask(crm, "GET", "/crm/v8/actions/watch", &Json::Null).1;
    assert_eq!(list(&other), list(&crm));
    lead(&other, &json!({"Last_Name": "Rao"}));
    assert_eq!(callee.next().body["operation"], "insert");
}

#[test]
fn a_seed_declares_channels() {
    let callee = Callee::new();
    let seed = json!({"watch": [{
        "channel_id": "7", "module": {"api_name": "Leads"}, "events": ["create"],
        "notify_url": callee.url(""), "channel_expiry": "2026-11-16T12:00:00Z",
    }]});
    let builder = MockServer::builder()
        .seed_json(&seed)
        .now("2026-11-16T09:00:00Z");
    let crm = builder.start_blocking().expect("a server");
    assert_eq!(channels(&crm), 1);
    lead(&crm, &json!({"Last_Name": "Rao"}));
    assert_eq!(callee.next().body["channel_id"], "7");
    for (key, wrong) in [
        ("channel_id", json!("x")),
        ("events", json!(["made"])),
        ("channel_expiry", json!("soon")),
        ("notification_condition", json!([{"group_operator": "not"}])),
        ("fields", json!("Company")),
        ("module", json!({"api_name": "Leeds"})),
    ] {
        let mut seed = seed.clone();
        seed["watch"][0][key] = wrong;
        let refused = MockServer::builder().seed_json(&seed).start_blocking();
        assert!(refused.is_err(), "{seed}");
    }
}
