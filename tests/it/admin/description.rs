//! The description of the control plane in OpenAPI.

use serde_json::{Value as Json, json};
use zoho_crm_mock::MockServer;
use zoho_crm_mock::admin::{AdminRow, Body};

use crate::support::send;

/// The description names every row, and nothing that cannot be.
#[test]
fn the_control_plane_describes_itself() {
    let world = MockServer::builder()
        .empty()
        .build_world()
        .expect("a world");
    let (status, description) = send(&world, "GET", "/__admin/openapi.json", None);
    assert_eq!((status, &description["openapi"]), (200, &json!("3.1.0")));
    let mut ids = std::collections::BTreeSet::new();
    for row in zoho_crm_mock::admin::rows() {
        assert!(ids.insert(row.id), "{} twice", row.id);
        let method = row.method.as_str().to_ascii_lowercase();
        let operation = &description["paths"][format!("/__admin{}", row.path)][method];
        assert_eq!(operation["operationId"], row.id);
        assert!(!row.answers.is_empty(), "{}", row.id);
    }
    let described: usize = description["paths"]
        .as_object()
        .expect("paths")
        .values()
        .map(|item| item.as_object().expect("methods").len())
        .sum();
    assert_eq!(described, ids.len());
}

/// An operation, with bodies that it takes and bodies that it refuses.
struct Bodies {
    method: &'static str,
    path: &'static str,
    good: Vec<Json>,
    bad: Vec<Json>,
}

fn bodies_of_faults() -> Bodies {
    let with = |effect: Json| json!({"effect": effect});
    let on = |pattern: Json| json!({"match": pattern, "effect": {"status": 503}});
    Bodies {
        method: "post",
        path: "/faults",
        good: vec![
            with(json!({"error": "TOO_MANY_REQUESTS"})),
            with(json!({"status": 418, "body": {"tea": true}, "headers": {"X-Tea": "green"}})),
            with(json!({"delay_ms": 1})),
            with(json!({"delay_ms": {"min": 0, "max": 2.5}, "connection": "slow"})),
            with(json!({"delay_ms": {"median": 1, "sigma": 1}})),
            with(json!({"record": {"index": [0, 1], "error": "RECORD_LOCKED"}})),
            json!({"times": 1, "ttl": "PT1S", "effect": {"status": 503}}),
            json!({"ttl": 5, "effect": {"status": 503}}),
            json!({"ttl": "P1W2DT3H4M5S", "effect": {"status": 503}}),
            json!({"ttl": "P30D", "effect": {"status": 503}}),
            json!({"ttl": "PT1H30M", "effect": {"status": 503}}),
            on(
                json!({"operation": "records.*", "method": "get", "path": "/crm/*",
                    "module": "Leads", "version": "v8", "query": {"page": "1"},
                    "body": {"data": []}, "nth": [1, 2], "probability": 0.5, "org": "*"}),
            ),
        ],
        bad: vec![
            json!({}),
            with(json!({"status": 99})),
            with(json!({"delay_ms": {"min": 0}})),
            with(json!({"connection": "cut"})),
            with(json!({"record": {"index": 0}})),
            json!({"times": 0, "effect": {"status": 503}}),
            json!({"ttl": true, "effect": {"status": 503}}),
            json!({"ttl": "", "effect": {"status": 503}}),
            json!({"ttl": "P1Y", "effect": {"status": 503}}),
            json!({"ttl": "P1D2D", "effect": {"status": 503}}),
            on(json!({"status": 200})),
            on(json!({"nonsense": 1})),
            on(json!({"probability": 2})),
        ],
    }
}

fn bodies_of_the_journal() -> [Bodies; 4] {
    [
        Bodies {
            method: "post",
            path: "/requests/verify",
            good: vec![
                json!({"at_most": 0}),
                json!({"match": {"status": "4xx"}, "count": 0}),
                json!({"match": {"operation": "records.insert"}, "at_least": 0, "at_most": 1}),
            ],
            bad: vec![
                json!({"match": {"status": "1xx"}}),
                json!({"match": {"nth": 1}}),
                json!({"count": -1}),
                json!({"count": 1, "at_most": 2}),
                json!({"at_least": 0}),
                json!({"match": {"operation": "records.insrt"}}),
            ],
        },
        Bodies {
            method: "post",
            path: "/requests/wait",
            good: vec![],
            bad: vec![json!({"timeout_ms": 600_001}), json!({"at_least": "one"})],
        },
        Bodies {
            method: "post",
            path: "/requests/count",
            good: vec![json!({}), json!({"match": {"status": 201}})],
            bad: vec![json!({"count": 1}), json!({"match": {"status": 600}})],
        },
        Bodies {
            method: "post",
            path: "/notifications/wait",
            good: vec![],
            bad: vec![
                json!({"count": 0}),
                json!({"timeout_ms": 600_001}),
                json!({"match": {"outcome": "lost"}}),
                json!({"match": {"channel_id": 7}}),
            ],
        },
    ]
}

fn bodies_of_nothing() -> [Bodies; 2] {
    ["/snapshots/{name}/restore", "/jobs/{id}/finish"].map(|path| Bodies {
        method: "post",
        path,
        good: vec![],
        bad: vec![json!({"name": "one"})],
    })
}

fn bodies_of_orgs() -> [Bodies; 3] {
    [
        Bodies {
            method: "post",
            path: "/orgs",
            good: vec![
                json!({}),
                json!({"from": "seed", "name": "one", "ttl": "PT1H"}),
                json!({"name": "1", "label": "tests/test_it.py::test_a[1]"}),
                json!({"label": ""}),
            ],
            bad: vec![
                json!({"from": 1}),
                json!({"ttl": []}),
                json!({"name": ""}),
                json!({"name": "a/b"}),
                json!({"name": "a\nb"}),
                json!({"name": "\u{85}a"}),
                json!({"label": "é".repeat(1_001)}),
            ],
        },
        Bodies {
            method: "patch",
            path: "/orgs/{id}",
            good: vec![json!({"label": "é".repeat(1_000)}), json!({"label": ""})],
            bad: vec![
                json!({}),
                json!({"label": 1}),
                json!({"label": "x".repeat(1_001)}),
            ],
        },
        Bodies {
            method: "post",
            path: "/snapshots",
            good: vec![json!({"name": "one"})],
            bad: vec![
                json!({}),
                json!({"name": 1}),
                json!({"name": ".."}),
                json!({"name": " . "}),
            ],
        },
    ]
}

fn bodies_of_the_runtime() -> [Bodies; 5] {
    [
        Bodies {
            method: "put",
            path: "/clock",
            good: vec![json!({"now": "2026-11-16T09:00:00Z", "frozen": true})],
            bad: vec![json!({"frozen": 1}), json!({})],
        },
        Bodies {
            method: "post",
            path: "/clock/advance",
            good: vec![json!({"by": 1}), json!({"by": "PT1S"})],
            bad: vec![json!({})],
        },
        Bodies {
            method: "put",
            path: "/limits",
            good: vec![
                json!({"edition": "free", "credits": 1, "concurrency": 1, "rate": "1/60"}),
                json!({}),
            ],
            bad: vec![
                json!({"edition": "gold"}),
                json!({"credits": -1}),
                json!({"rate": ""}),
                json!({"rate": "0/60"}),
                json!({"rate": "1/0"}),
            ],
        },
        Bodies {
            method: "put",
            path: "/jobs",
            good: vec![
                json!({"all": "at_once"}),
                json!({"mass_update": {"after": "PT1S"}}),
            ],
            bad: vec![json!({"all": "soon"}), json!({"all": {"polls": -1}})],
        },
        Bodies {
            method: "post",
            path: "/reset",
            good: vec![json!({"also": ["faults", "journal", "limits", "snapshots"]})],
            bad: vec![json!({"also": ["clock"]})],
        },
    ]
}

/// Bodies with a null: in place of each value, and for each key that the schema has.
fn nulled(body: &Json, schema: &Json) -> Vec<Json> {
    let mut found = Vec::new();
    let keys = [body, &schema["properties"]].map(Json::as_object);
    for key in keys.into_iter().flatten().flat_map(|object| object.keys()) {
        let with = |value: Json| {
            let mut body = body.clone();
            body[key] = value;
            body
        };
        found.push(with(Json::Null));
        if let Some(value @ Json::Object(_)) = body.get(key) {
            let inner = nulled(value, &schema["properties"][key]);
            found.extend(inner.into_iter().map(with));
        }
    }
    found
}

/// The schema of a body takes and refuses what the operation takes and refuses, unknown keys and
/// nulls included.
#[test]
fn schemas_say_what_bodies_are() {
    let world = MockServer::builder().build_world().expect("a world");
    let (_, description) = send(&world, "GET", "/__admin/openapi.json", None);
    let mut untested: Vec<&AdminRow> = zoho_crm_mock::admin::rows()
        .filter(|row| matches!(row.body, Body::Json(_)))
        .collect();
    let mut operations = vec![bodies_of_faults()];
    operations.extend(bodies_of_nothing());
    operations.extend(bodies_of_the_journal());
    operations.extend(bodies_of_orgs());
    operations.extend(bodies_of_the_runtime());
    for Bodies {
        method,
        path,
        good,
        bad,
    } in operations
    {
        let path = format!("/__admin{path}");
        let operation = &description["paths"][&path][method];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{path}");
        let target = path.replace("{name}", "one").replace("{id}", "1");
        let ask = |body: &Json| send(&world, &method.to_uppercase(), &target, Some(body));
        for body in good {
            assert!(jsonschema::is_valid(schema, &body), "{path} {body}");
            let (status, answer) = ask(&body);
            assert!(status < 300, "{path} {body}: {answer}");
            for body in nulled(&body, schema) {
                let (status, answer) = ask(&body);
                let valid = jsonschema::is_valid(schema, &body);
                assert_eq!(valid, status != 422, "{path} {body}: {answer}");
            }
        }
        untested.retain(|row| row.id != operation["operationId"]);
        for body in bad.into_iter().chain([json!({"nonsense": 1})]) {
            assert!(!jsonschema::is_valid(schema, &body), "{path} {body}");
            let (status, answer) = ask(&body);
            assert_eq!(status, 422, "{path} {body}: {answer}");
        }
        send(&world, "DELETE", "/__admin/faults", None);
    }
    let untested: Vec<&str> = untested.iter().map(|row| row.id).collect();
    assert!(untested.is_empty(), "{untested:?}");
}
