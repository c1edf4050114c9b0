//! An export, or another seed, in the place of what an org holds.

use std::sync::atomic::{AtomicBool, Ordering};

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use zoho_crm_mock::world::World;
use zoho_crm_mock::{AuthMode, Builder};

use super::answers::assert_answers_alike;
use super::lives::lived;
use super::operations::{op, run};
use super::{NOW, assert_same, world_of};
use crate::files::attached;
use crate::support::{seed_of_scenarios, send, send_bytes};

const LEAD: &str = "/crm/v8/Leads/5725767000000500001";
const COUNT: &str = "/crm/v8/Leads/actions/count";

fn export(world: &World) -> Vec<u8> {
    let (status, text) = send_bytes(world, "GET", "/__admin/export", b"");
    assert_eq!(status, 200);
    text
}

fn put(world: &World, text: &[u8]) -> (u16, Json) {
    let (status, answer) = send_bytes(world, "PUT", "/__admin/state", text);
    (status, serde_json::from_slice(&answer).expect("JSON"))
}

/// Puts an export in the place of what a world holds, which then exports the same bytes.
fn replaced(world: &World, text: &[u8]) {
    let (status, answer) = put(world, text);
    assert_eq!(status, 200, "{answer}");
    let again = export(world);
    assert!(
        again == text,
        "{}\n---\n{}",
        String::from_utf8_lossy(text),
        String::from_utf8_lossy(&again)
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn an_org_that_lived_takes_the_place_of_any_other(
        before in prop::collection::vec(op(), 0..40),
        after in prop::collection::vec(op(), 0..12),
    ) {
        let world = lived(&before);
        let text = export(&world);
        let other = world_of(Builder::default().build_world().expect("a world").default_org().read().as_ref().clone());
        replaced(&other, &text);
        assert_answers_alike(&world, &other, &[["v2", "v8"][before.len() % 2]]);
        for op in &after {
            run(op, &world.default_org().read(), &[&world, &other]);
        }
        assert_same(&world.default_org().read(), &other.default_org().read());
        // and back to what it was
        replaced(&world, &text);
    }
}

#[test]
fn files_come_along_within_the_budget() {
    let builder = || Builder::default().seed(seed_of_scenarios("files"));
    let world = builder().build_world().expect("a world");
    let id = attached(&world, LEAD, "terms.txt", b"some terms");
    let text = export(&world);
    let other = Builder::default().empty().build_world().expect("a world");
    replaced(&other, &text);
    let file = format!("{LEAD}/Attachments/{id}");
    let (status, bytes) = send_bytes(&other, "GET", &file, b"");
    assert_eq!((status, &*bytes), (200, &b"some terms"[..]));

    let small = Builder::default().empty().max_file_bytes(8);
    let small = small.build_world().expect("a world");
    let before = export(&small);
    let (status, answer) = put(&small, &text);
    assert_eq!(status, 422, "{answer}");
    assert_eq!(export(&small), before);
}

/// A table of bodies that are refused, with a word of the reason.
#[test]
fn what_is_refused_changes_nothing() {
    let world = Builder::default().now(NOW).build_world().expect("a world");
    let before = export(&world);
    let whole: Json = serde_json::from_slice(&before).expect("JSON");
    let with = |place: &str, value: Json| {
        let mut broken = whole.clone();
        *broken.pointer_mut(place).expect("a place") = value;
        broken.to_string()
    };
    let half = String::from_utf8_lossy(&before[..before.len() / 2]).into_owned();
    for (target, body, reason) in [
        ("", half, "not valid JSON"),
        ("", String::new(), "is empty"),
        ("", with("/records/Leads/0/Last_Name", json!({})), "Leads"),
        (
            "",
            with("/records/Leads/0/id", json!("no id")),
            "an id is needed",
        ),
        (
            "",
            with("/org/time_zone", json!("Mars/North")),
            "Mars/North",
        ),
        ("", with("/users/0/id", json!("no id")), "users"),
        ("", json!({"Leeds": [{}]}).to_string(), "Leads"),
        (
            "?module=Leads",
            "[{\"Last_Nam\": \"x\"}]".into(),
            "Last_Name",
        ),
    ] {
        let target = format!("/__admin/state{target}");
        let (status, answer) = send_bytes(&world, "PUT", &target, body.as_bytes());
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(status, 422, "{reason}: {answer}");
        assert!(answer.contains("nothing was replaced"), "{answer}");
        assert!(answer.contains(reason), "{reason}: {answer}");
        assert_eq!(export(&world), before, "{reason}");
    }
}

/// What an org has besides its data stays, and a reset goes where it went before.
#[test]
fn what_is_not_data_stays() {
    let world = Builder::default()
        .auth(AuthMode::Strict)
        .now(NOW)
        .build_world();
    let world = world.expect("a world");
    let body = json!({"name": "one", "label": "a test"});
    let (_, made) = send(&world, "POST", "/__admin/orgs", Some(&body));
    let org = world.org("one").expect("the org");
    let count = || {
        let url = format!("/__org/{}{COUNT}", org.id);
        let token = made["access_token"].as_str().expect("a token");
        let headers = vec![(
            "authorization".to_owned(),
            format!("Zoho-oauthtoken {token}"),
        )];
        let request = zoho_crm_mock::request::Request::new("GET", &url, "", &headers, Some(b""));
        let answer = zoho_crm_mock::dispatch::dispatch(&world, &request);
        let body: Json = serde_json::from_slice(&answer.body).expect("JSON");
        (answer.status, body["count"].clone())
    };
    let admin = |method: &str, path: &str, body: Json| {
        let body = Some(body).filter(|_| method != "GET");
        let target = format!("/__admin/{path}?org=one");
        let (status, answer) = send(&world, method, &target, body.as_ref());
        assert!(status < 300, "{method} {path}: {answer}");
        answer
    };
    let (_, before) = count();
    admin(
        "PUT",
        "clock",
        json!({"now": "2026-11-16T09:10:00Z", "frozen": true}),
    );
    admin("PUT", "limits", json!({"credits": 100}));
    admin("POST", "snapshots", json!({"name": "kept"}));
    let fault = json!({"match": {"operation": "org.get"}, "effect": {"status": 503}});
    admin("POST", "faults", fault);
    let seed = json!({"Leads": [{"id": "#rao", "Last_Name": "Rao"}],
        "oauth": {"access_tokens": [{"access_token": "a token of the seed"}]}});
    let answer = admin("PUT", "state", seed);
    assert_eq!(
        (&answer["org"], &answer["records"]),
        (&json!("org1"), &json!({"Leads": 1}))
    );
    assert!(answer["labels"]["#rao"].is_string(), "{answer}");

    assert_eq!(count(), (200, json!(1)));
    assert_eq!(
        admin("GET", "clock", json!({}))["now"],
        "2026-11-16T09:10:00+00:00"
    );
    assert_eq!(admin("GET", "limits", json!({}))["credits"], 100);
    assert_eq!(
        admin("GET", "faults", json!({}))["faults"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert_eq!(
        admin("GET", "requests", json!({}))["requests"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert_eq!(org.label(), "a test");
    // the others are as they were
    assert!(world.default_org().read().tables.records() > 50);
    for path in ["snapshots/kept/restore", "reset"] {
        admin("PUT", "state", json!({"Leads": []}));
        assert_eq!(count().1, json!(0));
        admin("POST", path, json!({}));
        assert_eq!(count().1, before, "{path}");
    }
}

/// Whoever asks meanwhile sees one state or the other.
#[test]
fn nobody_sees_half_of_it() {
    let world = Builder::default().empty().build_world().expect("a world");
    let seed = |name: &str| {
        let leads: Vec<Json> = (0..150).map(|_| json!({"Last_Name": name})).collect();
        json!({"Leads": leads}).to_string()
    };
    let seeds = ["Rao", "Ito"].map(seed);
    put(&world, seeds[0].as_bytes());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let all = "/crm/v8/Leads?fields=Last_Name&per_page=200";
                    let (_, answer) = send(&world, "GET", all, None);
                    let leads = answer["data"].as_array().expect("leads");
                    let first = &leads[0]["Last_Name"];
                    assert_eq!(leads.len(), 150);
                    assert!(leads.iter().all(|lead| &lead["Last_Name"] == first));
                }
            });
        }
        for n in 0..30 {
            let (status, answer) = put(&world, seeds[n % 2].as_bytes());
            assert_eq!(status, 200, "{answer}");
        }
        done.store(true, Ordering::Relaxed);
    });
}
