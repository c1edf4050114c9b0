//! Answers captured from Zoho: each comes out byte for byte from a seed that holds its values.
//!
//! `tests/captured/NAME.body.json` is the text as it was printed (a value that was cut in print
//! is completed), `NAME.seed.json` the seed. Some answers were printed as a list of keys only:
//! those are in `NAME.keys`.

mod bodies;
mod orders;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Deserialize as _;
use serde_json::value::RawValue;
use zoho_crm_mock::MockServer;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::error::Wording;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::world::World;

use bodies::BODIES;
use orders::ORDERS;

/// The time of all requests that name no other.
const NOW: &str = "2026-11-16T09:00:00Z";

/// An answer, and where in it the captured text stands: keys and positions, or nothing for all of
/// it.
struct Case {
    name: &'static str,
    /// The seed, where it is that of another case.
    seed: &'static str,
    request: &'static str,
    body: &'static str,
    now: &'static str,
    at: &'static str,
}

const fn case(name: &'static str, request: &'static str, at: &'static str) -> Case {
    Case {
        name,
        seed: name,
        request,
        body: "",
        now: NOW,
        at,
    }
}

/// A case whose request is a `GET` of the seed of another.
const fn also(
    name: &'static str,
    seed: &'static str,
    request: &'static str,
    at: &'static str,
) -> Case {
    Case {
        name,
        seed,
        request,
        body: "",
        now: NOW,
        at,
    }
}

/// A request with a body, at a time.
const fn write(
    name: &'static str,
    request: &'static str,
    body: &'static str,
    now: &'static str,
    at: &'static str,
) -> Case {
    Case {
        name,
        seed: name,
        request,
        body,
        now,
        at,
    }
}

/// Every file of the folder belongs to a case.
#[test]
fn no_file_is_left_over() {
    let mut known = BTreeSet::new();
    known.extend(BODIES.iter().map(|c| format!("{}.body.json", c.name)));
    known.extend(ORDERS.iter().map(|c| format!("{}.keys", c.name)));
    known.extend(
        BODIES
            .iter()
            .chain(ORDERS)
            .map(|c| format!("{}.seed.json", c.seed)),
    );
    let found: BTreeSet<String> = std::fs::read_dir(folder())
        .expect("the folder")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    assert_eq!(found, known);
}

fn check(cases: &[Case], judge: impl Fn(&Case, &str) -> Result<(), String>) {
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let answer = answer(case);
            let raw: Result<&RawValue, _> = serde_json::from_str(&answer);
            let verdict = match raw {
                Ok(raw) => match cut(raw, case.at) {
                    Some(raw) => judge(case, raw),
                    None => Err(format!("nothing at {}: {answer}", case.at)),
                },
                Err(error) => Err(format!("{error}: {answer}")),
            };
            verdict.err().map(|why| format!("{}: {why}", case.name))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {}\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/captured")
}

fn read(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// What the request is answered with; the last one, where there are several.
fn answer(case: &Case) -> String {
    let seed = folder().join(format!("{}.seed.json", case.seed));
    let world = MockServer::builder()
        .seed(seed.display().to_string())
        .now(case.now)
        .wording(Wording::Zoho)
        .build_world()
        .unwrap_or_else(|e| panic!("{}: {e}", case.name));
    let send = |request: &str| send(&world, request, case.body);
    case.request
        .split("; ")
        .map(send)
        .last()
        .expect("a request")
}

fn send(world: &World, request: &str, body: &str) -> String {
    let (method, target) = request.split_once(' ').expect("a request line");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = vec![
        ("host".to_owned(), "www.zohoapis.com".to_owned()),
        (
            "authorization".to_owned(),
            "Zoho-oauthtoken 1000.captured".to_owned(),
        ),
        ("content-type".to_owned(), "application/json".to_owned()),
    ];
    let request = Request::new(method, path, query, &headers, Some(body.as_bytes()));
    String::from_utf8(dispatch(world, &request).body.to_vec()).expect("UTF-8")
}

/// The text at a path of keys and positions, exactly as it stands in the answer.
fn cut<'a>(raw: &'a RawValue, path: &str) -> Option<&'a str> {
    let mut raw = raw;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let mut reader = serde_json::Deserializer::from_str(raw.get());
        raw = match step.parse::<usize>() {
            Ok(index) => *Vec::<&RawValue>::deserialize(&mut reader)
                .ok()?
                .get(index)?,
            // `@name=All Leads`: the item of a list that has this
            Err(_) if step.starts_with('@') => {
                let (key, value) = step[1..].split_once('=')?;
                let pair = format!(r#""{key}":"{value}""#);
                let items = Vec::<&RawValue>::deserialize(&mut reader).ok()?;
                items.into_iter().find(|item| item.get().contains(&pair))?
            }
            Err(_) => {
                let object = BTreeMap::<String, &RawValue>::deserialize(&mut reader).ok()?;
                *object.get(step)?
            }
        };
    }
    Some(raw.get())
}
