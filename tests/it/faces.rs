//! What the two faces of the control plane have in common: HTTP and the methods of `MockOrg`.

use std::time::Duration;

use serde_json::{Value as Json, json};
use zoho_crm_mock::world::World;
use zoho_crm_mock::{MockOrg, MockServer};

use crate::support::send;

/// A question that makes no sense, and what both faces say of it.
struct Refusal {
    /// The calls that are asked: `fault`, `requests`, `verify`, `wait`.
    by: &'static [&'static str],
    json: Json,
    says: &'static str,
}

const ALL: &[&str] = &["fault", "requests", "verify", "wait"];
const ASKED: &[&str] = &["requests", "verify", "wait"];
const COUNTED: &[&str] = &["verify", "wait"];

/// Matches that make no sense to any call.
fn refused_matches() -> Vec<Refusal> {
    let of = |by, json, says| Refusal { by, json, says };
    vec![
        of(
            ALL,
            json!({"match": {"operation": "recrods.insert"}}),
            "did you mean \"records.insert\"?",
        ),
        of(
            ALL,
            json!({"match": {"operation": "recrods.*"}}),
            "unknown operation \"recrods.*\"",
        ),
        of(
            ALL,
            json!({"match": {"operation": ""}}),
            "unknown operation \"\"",
        ),
        of(
            ALL,
            json!({"match": {"operatoin": "records.insert"}}),
            "unknown field `operatoin`",
        ),
        of(
            ALL,
            json!({"match": {"module": "Leeds"}}),
            "did you mean \"Leads\"?",
        ),
        of(
            ALL,
            json!({"match": {"module": "Rent*"}}),
            "unknown module \"Rent*\"",
        ),
        of(
            ALL,
            json!({"match": {"version": "v9"}}),
            "unknown version \"v9\"",
        ),
        of(
            ALL,
            json!({"match": {"version": "8*"}}),
            "there are v2, v2.1",
        ),
        of(
            ALL,
            json!({"match": {"method": "FETCH"}}),
            "no request has the method \"FETCH\"",
        ),
        of(
            ALL,
            json!({"match": {"path": "crm/v8/Leads"}}),
            "a path begins with a slash",
        ),
        of(
            ALL,
            json!({"match": {"path": "/crm/v8/Leads?page=2"}}),
            "a path has no parameters",
        ),
        of(
            ALL,
            json!({"match": {"query": {"page": null}}}),
            "the parameter \"page\" is a text",
        ),
    ]
}

/// Questions about the journal, and rules of faults.
fn refused_questions() -> Vec<Refusal> {
    let of = |by, json, says| Refusal { by, json, says };
    vec![
        of(
            ASKED,
            json!({"match": {"status": 700}}),
            "status is a number from 200 to 599",
        ),
        of(
            ASKED,
            json!({"match": {"status": "1xx"}}),
            "status is a number from 200 to 599",
        ),
        of(ASKED, json!({"match": {"nth": 1}}), "unknown field `nth`"),
        of(
            COUNTED,
            json!({"count": 1, "at_least": 1}),
            "count excludes",
        ),
        of(COUNTED, json!({"count": 1, "at_most": 1}), "count excludes"),
        of(
            COUNTED,
            json!({"at_least": 2, "at_most": 1}),
            "at_least is not more",
        ),
        of(COUNTED, json!({"at_least": 0}), "at_least 0 always holds"),
        of(COUNTED, json!({"count": -1}), "invalid value"),
        of(
            COUNTED,
            json!({"timeout_ms": 600_001}),
            "timeout_ms is at most",
        ),
        of(
            &["wait"],
            json!({"at_most": 3}),
            "nothing comes to be fewer",
        ),
        of(&["wait"], json!({"count": 0}), "nobody needs to wait"),
        of(
            &["fault"],
            json!({"match": {"org": "nowhere"}}),
            "there is no org \"nowhere\"",
        ),
        of(
            &["fault"],
            json!({"match": {"status": 200}}),
            "no status yet",
        ),
        of(
            &["fault"],
            json!({"match": {"nth": 0}}),
            "nth counts from 1",
        ),
        of(&["fault"], json!({"times": 0}), "times is at least 1"),
        of(&["fault"], json!({"ttl": "soon"}), "ttl is"),
        of(&["fault"], json!({"ttl": null}), "ttl is"),
        of(&["fault"], json!({"times": null}), "invalid type: null"),
        of(COUNTED, json!({"count": null}), "invalid type: null"),
        of(
            ASKED,
            json!({"match": {"module": null}}),
            "invalid type: null",
        ),
    ]
}

/// Asks a question over HTTP; gives status and message of the error.
fn over_http(world: &World, call: &str, json: &Json) -> (u16, String) {
    let (path, body) = match call {
        "fault" => ("faults", json.clone()),
        "requests" => ("requests/count", json.clone()),
        call => (
            if call == "wait" {
                "requests/wait"
            } else {
                "requests/verify"
            },
            json.clone(),
        ),
    };
    let (status, answer) = send(world, "POST", &format!("/__admin/{path}"), Some(&body));
    let message = answer["error"]["message"].as_str().unwrap_or_default();
    (status, message.to_owned())
}

/// Asks a question by a method; gives the error.
fn by_method(org: &MockOrg, call: &str, json: &Json) -> String {
    let refused = match call {
        "fault" => org.fault(json).map(drop),
        "requests" => org.requests(&json["match"]).map(drop),
        "verify" => org.verify(json),
        _ => org.wait_for_blocking(json, Duration::ZERO).map(drop),
    };
    refused
        .err()
        .map(|refused| refused.to_string())
        .unwrap_or_default()
}

/// What makes no sense, or no request can answer, is refused by both faces in the same words.
#[test]
fn both_faces_refuse_the_same() {
    let crm = MockServer::builder().start_blocking().expect("a server");
    let world = MockServer::builder().build_world().expect("a world");
    for Refusal { by, mut json, says } in refused_matches().into_iter().chain(refused_questions()) {
        for call in by {
            if *call == "fault" {
                json["effect"] = json!({"status": 500});
            }
            let (status, message) = over_http(&world, call, &json);
            let expected = if says.contains("no org") { 404 } else { 422 };
            assert_eq!(status, expected, "{call} {json}: {message}");
            assert!(message.contains(says), "{call} {json}: {message}");
            assert_eq!(by_method(&crm, call, &json), message, "{call} {json}");
            if let Some(json) = json.as_object_mut() {
                json.remove("effect");
            }
        }
    }
    let (_, faults) = send(&world, "GET", "/__admin/faults", None);
    assert_eq!(faults, json!({"faults": []}));
}

/// The filters of the journal are patterns, too.
#[test]
fn a_filter_that_fits_nothing_is_refused() {
    let world = MockServer::builder().build_world().expect("a world");
    for (filter, status, says) in [
        (
            "operation=recrods.insert",
            422,
            "did you mean \"records.insert\"?",
        ),
        ("module=Leeds", 422, "did you mean \"Leads\"?"),
        ("version=v9", 422, "unknown version"),
        ("method=FETCH", 422, "no request has the method"),
        ("path=crm/v8/Leads", 422, "a path begins with a slash"),
        ("status=700", 400, "status is a number from 200 to 599"),
    ] {
        for path in ["requests", "requests/har"] {
            let target = format!("/__admin/{path}?{filter}");
            let (refused, answer) = send(&world, "GET", &target, None);
            let message = answer["error"]["message"].as_str().unwrap_or_default();
            assert_eq!(refused, status, "{target}: {answer}");
            assert!(message.contains(says), "{target}: {message}");
        }
    }
}

/// Nothing is said of requests that nobody keeps.
#[test]
fn without_a_journal_both_faces_say_so() {
    let builder = || MockServer::builder().empty().journal(0);
    let world = builder().build_world().expect("a world");
    let crm = builder().start_blocking().expect("a server");
    for call in ASKED {
        let question = json!({"match": {"operation": "records.insert"}});
        let (status, message) = over_http(&world, call, &question);
        assert_eq!(
            (status, message.contains("journal is off")),
            (409, true),
            "{call}"
        );
        assert_eq!(by_method(&crm, call, &question), message, "{call}");
    }
    for path in ["requests", "requests/1", "requests/har"] {
        let (status, _) = send(&world, "GET", &format!("/__admin/{path}"), None);
        assert_eq!(status, 409, "{path}");
    }
    assert!(crm.received_requests().is_err());
    assert!(crm.expect("records.insert").is_err());
}

/// A rule goes where its match says, whichever way it is made.
#[test]
fn rules_for_another_org_and_for_all() {
    let crm = MockServer::builder()
        .empty()
        .start_blocking()
        .expect("a server");
    let (one, two) = (
        crm.fork("seed").expect("an org"),
        crm.fork("seed").expect("an org"),
    );
    let status = |org: &MockOrg| {
        let count = format!("{}/crm/v8/Leads/actions/count", org.own_url());
        let client = reqwest::blocking::Client::new();
        let request = client
            .get(count)
            .header("Authorization", "Zoho-oauthtoken x");
        request.send().expect("an answer").status().as_u16()
    };
    let everywhere = json!({"match": {"org": "*"}, "effect": {"status": 502}});
    let fault = one.fault(&everywhere).expect("a rule");
    assert_eq!((status(&crm), status(&one), status(&two)), (502, 502, 502));
    assert_eq!(fault.fired(), 3);
    drop(fault);
    let other = json!({"match": {"org": two.id()}, "effect": {"status": 503}});
    let fault = one.fault(&other).expect("a rule");
    assert_eq!((status(&crm), status(&one), status(&two)), (200, 200, 503));
    drop(fault);
    assert_eq!(status(&two), 200);
}
