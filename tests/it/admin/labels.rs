//! What people know an org by.

use serde_json::{Value as Json, json};
use zoho_crm_mock::world::World;
use zoho_crm_mock::{MockServer, Severity};

use crate::support::{send, send_bytes};

const TEST: &str = "tests/test_it.py::test_a[1]";

fn world() -> World {
    MockServer::builder().build_world().expect("a world")
}

fn admin(world: &World, method: &str, path: &str, body: Json) -> Json {
    let body = Some(body).filter(|_| method != "GET");
    let (status, answer) = send(world, method, &format!("/__admin/{path}"), body.as_ref());
    assert!(status < 300, "{method} {path}: {status} {answer}");
    answer
}

/// A label as answers have it: none is left out.
fn label_of(label: &str) -> Json {
    Some(label).filter(|label| !label.is_empty()).into()
}

fn break_contract(world: &World, org: &str) {
    let target = format!("/__org/{org}/crm/v8/Leads");
    let lead = json!({"data": [{"Last_Name": "Rao", "Compny": "x"}]});
    let (status, answer) = send(world, "POST", &target, Some(&lead));
    assert_eq!(status, 201, "{answer}");
}

/// Two orgs may have the same, so that a test that is run again is no conflict.
#[test]
fn a_label_is_any_text_and_need_not_be_unique() {
    let world = world();
    for label in [TEST, TEST, "", "Größe: 1/2\n\u{1b}[31m", &"é".repeat(1_000)] {
        let made = admin(&world, "POST", "orgs", json!({"label": label}));
        let org = made["id"].as_str().expect("an id");
        let shown = admin(&world, "GET", &format!("orgs/{org}"), json!({}));
        assert_eq!(
            (&made["label"], &shown["label"]),
            (&label_of(label), &label_of(label))
        );
        assert_eq!(made["name"], made["id"]);
    }
    let orgs = admin(&world, "GET", "orgs", json!({}));
    let labels: Vec<&Json> = orgs["orgs"]
        .as_array()
        .expect("orgs")
        .iter()
        .map(|it| &it["label"])
        .collect();
    assert_eq!(
        labels[..4],
        [&Json::Null, &json!(TEST), &json!(TEST), &Json::Null]
    );
}

/// A world with an org that has a name and a label.
fn world_with_one() -> World {
    let world = world();
    admin(
        &world,
        "POST",
        "orgs",
        json!({"name": "one", "label": TEST}),
    );
    world
}

#[test]
fn a_label_is_changed_and_taken_away() {
    let world = world_with_one();
    // a fork of it has its own
    let fork = admin(&world, "POST", "orgs", json!({"from": "one"}));
    assert_eq!(fork["label"], Json::Null);
    // it is the org's, not its data's
    for (method, path, body) in [
        ("POST", "reset?org=one", json!({})),
        ("POST", "snapshots?org=one", json!({"name": "kept"})),
        ("PATCH", "orgs/one", json!({"label": "another"})),
        ("POST", "snapshots/kept/restore?org=one", json!({})),
        ("PUT", "state?org=one", json!({"Leads": []})),
    ] {
        admin(&world, method, path, body);
    }
    assert_eq!(
        admin(&world, "GET", "orgs/one", json!({}))["label"],
        "another"
    );
    assert_eq!(
        admin(&world, "PATCH", "orgs/one", json!({"label": ""}))["label"],
        Json::Null
    );
    assert_eq!(
        admin(&world, "PATCH", "orgs/default", json!({"label": TEST}))["label"],
        TEST
    );
}

#[test]
fn what_is_no_label_is_refused() {
    let world = world_with_one();
    let long = "é".repeat(1_001);
    for (method, path, body, status, reason) in [
        (
            "POST",
            "orgs",
            json!({"label": long}),
            422,
            "at most 1000 characters, not 1001",
        ),
        (
            "PATCH",
            "orgs/one",
            json!({"label": long}),
            422,
            "at most 1000 characters, not 1001",
        ),
        ("PATCH", "orgs/one", json!({}), 422, "missing field `label`"),
        (
            "PATCH",
            "orgs/one",
            json!({"label": 1}),
            422,
            "expected a string",
        ),
        (
            "PATCH",
            "orgs/one",
            json!({"label": "x", "name": "y"}),
            422,
            "unknown field `name`",
        ),
        (
            "PATCH",
            "orgs/nobody",
            json!({"label": "x"}),
            404,
            "no org \\\"nobody\\\"",
        ),
    ] {
        let (given, answer) = send_bytes(
            &world,
            method,
            &format!("/__admin/{path}"),
            body.to_string().as_bytes(),
        );
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(given, status, "{method} {path}: {answer}");
        assert!(answer.contains(reason), "{reason}: {answer}");
    }
    assert_eq!(admin(&world, "GET", "orgs/one", json!({}))["label"], TEST);
}

/// Journal and contract tell the label that the org had when it was asked.
#[test]
fn what_was_asked_has_the_label_of_that_time() {
    let world = world();
    let made = admin(&world, "POST", "orgs", json!({"name": "one"}));
    assert_eq!(made["label"], Json::Null);
    for label in ["", TEST, "another <&> \u{ffff}"] {
        admin(&world, "PATCH", "orgs/one", json!({"label": label}));
        break_contract(&world, "one");
    }
    let journal = admin(&world, "GET", "requests?org=one", json!({}));
    let entries = journal["requests"].as_array().expect("entries");
    assert!(entries[0].get("label").is_none(), "{journal}");
    assert_eq!(entries[1]["label"], TEST);

    let report = admin(&world, "GET", "contract?org=one", json!({}));
    let unknown = |it: &&Json| it["rule"] == "record.unknown_field";
    let violations = report["violations"].as_array().expect("violations").iter();
    let labels: Vec<Option<&Json>> = violations
        .filter(unknown)
        .map(|it| it.get("label"))
        .collect();
    assert_eq!(
        labels,
        [
            None,
            Some(&json!(TEST)),
            Some(&json!("another <&> \u{fffd}"))
        ]
    );

    let (_, junit) = send_bytes(&world, "GET", "/__admin/contract?org=one&format=junit", b"");
    let junit = String::from_utf8(junit).expect("text");
    for part in [
        "request 1 (POST /crm/v8/Leads), $.body",
        "request 2 of tests/test_it.py::test_a[1] (POST /crm/v8/Leads), $.body",
        "request 3 of another &lt;&amp;&gt;",
    ] {
        assert!(junit.contains(part), "{part}: {junit}");
    }
}

/// A server that keeps no journal knows whose violation it was, too.
#[test]
fn violations_have_labels_without_a_journal() {
    let world = MockServer::builder()
        .journal(0)
        .build_world()
        .expect("a world");
    admin(
        &world,
        "POST",
        "orgs",
        json!({"name": "one", "label": TEST}),
    );
    break_contract(&world, "one");
    let report = admin(&world, "GET", "contract?org=one", json!({}));
    assert_eq!(report["violations"][0]["label"], TEST);
}

#[test]
fn a_rust_test_that_breaks_the_contract_is_told_by_its_label() {
    let crm = MockServer::builder()
        .label("leads::first")
        .start_blocking()
        .expect("a server");
    let org = crm.fork("seed").expect("an org");
    org.set_label("leads::second").expect("a label");
    assert_eq!(
        (&*crm.label(), &*org.label()),
        ("leads::first", "leads::second")
    );
    for org in [&crm as &zoho_crm_mock::MockOrg, &org] {
        let request =
            reqwest::blocking::Client::new().post(format!("{}/crm/v8/Leads", org.own_url()));
        let request = request.header("Authorization", "Zoho-oauthtoken x");
        let lead = json!({"data": [{"Last_Name": "Rao", "Compny": "x"}]});
        request.json(&lead).send().expect("an answer");
        let told = org
            .verify_contract(Severity::Error)
            .expect_err("a violation")
            .to_string();
        let title = format!("requests to the org {} ({}) broke", org.id(), org.label());
        assert!(told.contains(&title), "{told}");
        assert!(
            told.contains(&format!("request 1 of {}, POST", org.label())),
            "{told}"
        );
    }
    assert!(org.set_label(&"x".repeat(1_001)).is_err());
    assert_eq!(org.label(), "leads::second");
    let long = MockServer::builder()
        .label("x".repeat(1_001))
        .start_blocking();
    let refused = long.err().map(|error| error.to_string());
    assert_eq!(
        refused.as_deref(),
        Some("a label has at most 1000 characters, not 1001")
    );
}
