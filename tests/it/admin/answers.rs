//! What operations of the control plane answer is what `openapi.json` says of them.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::{Value as Json, json};
use zoho_crm_mock::admin::{Answer, rows};
use zoho_crm_mock::world::World;
use zoho_crm_mock::{Callback, CallbackOutcome, MockServer};

use crate::support::{send, send_bytes};

/// A world in which everything has happened that answers tell of.
fn world() -> World {
    let world = MockServer::builder().build_world().expect("a world");
    world.trust.is_from(|| Ok("a certificate".to_owned()));
    let slow = json!({"match": {"path": "/crm/v8/Leads"}, "ttl": "PT1H", "times": 1,
        "effect": {"connection": "slow", "delay_ms": {"min": 0, "max": 0}}});
    let everywhere = json!({"match": {"org": "*", "module": "Leads", "nth": [900, 901]},
        "effect": {"status": 503, "body": null, "headers": {"X-Tea": "green"}}});
    let lead = json!({"data": [{"Last_Name": "Rao", "Compny": "x", "Lead_Status": "Hot"}]});
    let views = "/crm/v8/settings/custom_views?module=Leads";
    let (_, views) = send(&world, "GET", views, None);
    let views = views["custom_views"].as_array().expect("a list");
    let all = views.iter().find(|view| view["system_name"] == "ALLVIEWS");
    let all = all.expect("a view of all");
    let mass = json!({"data": [{"City": "Graz"}], "cvid": all["id"]});
    for (method, target, body) in [
        ("POST", "/__admin/faults", Some(slow)),
        ("POST", "/__admin/faults", Some(everywhere)),
        ("GET", "/crm/v8/Leads?fields=City&fields=Fax", None),
        ("POST", "/crm/v8/Leads", Some(lead)),
        ("PUT", "/__admin/jobs", Some(json!({"all": {"polls": 3}}))),
        ("POST", "/crm/v8/Leads/actions/mass_update", Some(mass)),
        ("GET", "/nowhere", None),
        ("POST", "/oauth/v2/token?grant_type=refresh_token", None),
    ] {
        send(&world, method, target, body.as_ref());
    }
    world.default_org().callbacks.note(Callback {
        id: 0,
        time: 0,
        channel_id: "7".into(),
        module: "Leads".into(),
        operation: "insert".into(),
        url: "http://127.0.0.1/hook".into(),
        body: Bytes::from_static(b"{}"),
        outcome: CallbackOutcome::Delivered,
        attempts: 1,
        status: Some(200),
        answer: Bytes::new(),
        error: None,
    });
    world
}

/// Calls that succeed, one after another, of every operation: the id of a row, a path of it with its
/// query, and the body that is sent there.
const CALLS: &[(&str, &str, &str)] = &[
    ("health", "/health", ""),
    ("operations", "/operations", ""),
    ("connections", "/connections", ""),
    ("metrics", "/metrics", ""),
    ("ca", "/ca", ""),
    ("openapi", "/openapi.json", ""),
    ("orgs.create", "/orgs", r#"{"name": "one", "ttl": "PT1H"}"#),
    ("orgs.list", "/orgs", ""),
    ("orgs.get", "/orgs/one", ""),
    ("orgs.get", "/orgs/default", ""),
    ("orgs.update", "/orgs/one", r#"{"label": "a test"}"#),
    ("orgs.delete", "/orgs/one", ""),
    ("snapshots.create", "/snapshots", r#"{"name": "one"}"#),
    ("snapshots.list", "/snapshots", ""),
    ("snapshots.restore", "/snapshots/one/restore", "{}"),
    ("snapshots.delete", "/snapshots/one", ""),
    (
        "seed.add",
        "/seed",
        r##"{"records": {"Leads": [{"id": "#a", "Last_Name": "Ito"}]}}"##,
    ),
    ("export", "/export", ""),
    ("clock.get", "/clock", ""),
    ("clock.set", "/clock", r#"{"frozen": true}"#),
    ("clock.advance", "/clock/advance", r#"{"by": 1}"#),
    ("limits.get", "/limits", ""),
    (
        "limits.set",
        "/limits",
        r#"{"edition": "free", "rate": "100/60"}"#,
    ),
    ("jobs.list", "/jobs", ""),
    ("jobs.set", "/jobs", r#"{"mass_update": {"after": 10}}"#),
    ("jobs.finish", "/jobs/{job}/finish", ""),
    (
        "faults.create",
        "/faults",
        r#"{"effect": {"error": "INTERNAL_ERROR"}}"#,
    ),
    (
        "faults.create",
        "/faults",
        r#"{"match": {"org": "*"}, "times": 1, "effect": {"delay_ms": 1}}"#,
    ),
    ("faults.list", "/faults", ""),
    ("faults.get", "/faults/1", ""),
    ("faults.get", "/faults/*1", ""),
    ("faults.delete", "/faults/1", ""),
    ("faults.clear", "/faults", ""),
    ("requests.list", "/requests?after=0&limit=100", ""),
    ("requests.get", "/requests/1", ""),
    ("requests.har", "/requests/har", ""),
    ("requests.count", "/requests/count", "{}"),
    (
        "requests.verify",
        "/requests/verify",
        r#"{"match": {"module": "Leads"}}"#,
    ),
    ("requests.wait", "/requests/wait", r#"{"count": 1}"#),
    ("notifications.list", "/notifications?module=Leads", ""),
    (
        "notifications.wait",
        "/notifications/wait",
        r#"{"count": 1}"#,
    ),
    ("notifications.clear", "/notifications", ""),
    ("contract", "/contract", ""),
    ("contract", "/contract?format=junit&fail_on=info", ""),
    ("requests.clear", "/requests", ""),
    (
        "state.replace",
        "/state",
        r##"{"records": {"Leads": [{"id": "#a", "Last_Name": "Ito"}]}}"##,
    ),
    ("reset", "/reset", r#"{"also": ["faults"]}"#),
];

/// The id of a job.
fn job(world: &World) -> String {
    let (_, jobs) = send(world, "GET", "/__admin/jobs", None);
    jobs["jobs"][0]["id"].as_str().expect("a job").to_owned()
}

/// A schema that takes no keys but those that it names, wherever it names some.
fn closed(schema: &Json) -> Json {
    match schema {
        Json::Object(keys) => {
            let keys = keys.iter().map(|(key, value)| (key.clone(), closed(value)));
            let mut schema = Json::Object(keys.collect());
            // a key of data may be called like that, too
            if schema["properties"].is_object() && schema.get("additionalProperties").is_none() {
                schema["additionalProperties"] = false.into();
            }
            schema
        }
        Json::Array(items) => items.iter().map(closed).collect(),
        other => other.clone(),
    }
}

/// Fails unless the schema says of the value what can be said.
fn assert_valid(schema: &Json, value: &Json, about: &str) {
    assert!(schema.is_object(), "{about} has no schema");
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&closed(schema)).expect("a schema");
    let wrong: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{about}: {wrong:#?}");
}

#[test]
fn every_answer_is_as_it_is_described() {
    let world = world();
    let (_, description) = send(&world, "GET", "/__admin/openapi.json", None);
    let mut seen = BTreeSet::new();
    let job = job(&world);
    for (id, target, body) in CALLS {
        let row = rows().find(|row| row.id == *id).expect("a row");
        let path = format!("/__admin{}", row.path);
        let operation = &description["paths"][path][row.method.as_str().to_ascii_lowercase()];
        let target = format!("/__admin{}", target.replace("{job}", &job));
        let (status, bytes) = send_bytes(&world, row.method.as_str(), &target, body.as_bytes());
        let text = String::from_utf8(bytes).expect("text");
        let response = &operation["responses"][status.to_string()];
        assert!(response["description"].is_string(), "{id} {status}: {text}");
        let about = format!("{id} {target}");
        match serde_json::from_str::<Json>(&text) {
            Ok(answer) => {
                let schema = &response["content"]["application/json"]["schema"];
                assert_valid(schema, &answer, &about);
                seen.insert((*id, status, "json"));
            }
            Err(_) if text.is_empty() => {
                assert!(response["content"].is_null(), "{about}");
                seen.insert((*id, status, "empty"));
            }
            Err(_) => {
                seen.insert((*id, status, "text"));
            }
        }
    }
    for row in rows() {
        for answer in row.answers {
            let form = match answer {
                Answer::Json(..) => "json",
                Answer::Text(..) => "text",
                Answer::Empty(_) => "empty",
            };
            let wanted = (row.id, answer.status(), form);
            assert!(seen.contains(&wanted), "{wanted:?} was not exercised");
        }
    }
}

#[test]
fn every_refusal_is_an_error() {
    let world = world();
    let (_, description) = send(&world, "GET", "/__admin/openapi.json", None);
    let schema = &description["components"]["schemas"]["Error"];
    let mut refused: Vec<(&str, String, Option<Json>)> = rows()
        .map(|row| {
            (
                row.method.as_str(),
                format!("{}?nonsense=1", row.path),
                None,
            )
        })
        .collect();
    for (method, target, body) in [
        ("GET", "/nowhere", None),
        ("PATCH", "/clock", None),
        ("GET", "/orgs/nobody", None),
        ("DELETE", "/orgs/default", None),
        ("POST", "/seed", Some(json!({"records": {"Leeds": [{}]}}))),
        ("POST", "/requests/verify", Some(json!({"count": 77}))),
        ("POST", "/requests/wait", Some(json!({"count": 77}))),
    ] {
        refused.push((method, target.to_owned(), body));
    }
    for (method, target, body) in refused {
        let target = format!("/__admin{target}");
        let (status, answer) = send(&world, method, &target, body.as_ref());
        assert!(status >= 400, "{method} {target}: {answer}");
        assert_valid(schema, &answer, &format!("{method} {target}"));
    }
}

/// What the schema of a parameter takes is taken, and nothing else.
#[test]
fn parameters_are_what_their_schemas_say() {
    let world = world();
    let (_, description) = send(&world, "GET", "/__admin/openapi.json", None);
    let mut typed = 0;
    for row in rows().filter(|row| row.method.as_str() == "GET" && !row.path.contains('{')) {
        let operation = &description["paths"][format!("/__admin{}", row.path)]["get"];
        for parameter in operation["parameters"].as_array().expect("a list") {
            let name = parameter["name"].as_str().expect("a name");
            let schema = &parameter["schema"];
            typed += usize::from(schema != &json!({"type": "string"}));
            for text in [
                "0", "1", "-1", "1.5", "x", "json", "junit", "error", "warning", "info", "200",
                "199", "600", "4xx", "6xx",
            ] {
                let target = format!("/__admin{}?{name}={text}", row.path);
                let (status, answer) = send_bytes(&world, "GET", &target, b"");
                let value = match (schema["type"].as_str(), text.parse::<f64>()) {
                    (Some("integer"), Ok(_)) => serde_json::from_str(text).expect("a number"),
                    _ => json!(text),
                };
                let takes = jsonschema::is_valid(schema, &value);
                let answer = String::from_utf8(answer).expect("text");
                assert_eq!(takes, status != 400, "{target}: {answer}");
            }
        }
    }
    assert!(typed >= 8, "{typed} parameters have types");
}
