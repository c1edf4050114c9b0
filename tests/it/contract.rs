//! The contract: careless clients and what is told of each, correct ones of which nothing is, and
//! requests that break one rule each.
//!
//! `tests/clients/README.md` describes the form of the files.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use zoho_crm_mock::Builder;
use zoho_crm_mock::contract::{
    ParsedRequest, RULES, Severity, Violation, judge, judge_answer, judge_series, rules,
};
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::{Method, Request};
use zoho_crm_mock::runtime::memory::Memory;
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::World;

mod size;

use crate::support::seed_of_scenarios;

/// A client: requests that it sends to a fresh server, one after another.
struct Client {
    title: String,
    seed: String,
    steps: Vec<Step>,
}

/// A request and what is told of it: rules, each with the place where it names one.
struct Step {
    line: usize,
    request: Sent,
    /// Seconds since the request before.
    wait: f64,
    repeat: usize,
    /// The status that the service is said to have answered with.
    answer: Option<u16>,
    expected: Vec<String>,
}

struct Sent {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
    /// The body is larger than the server takes.
    oversized: bool,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

fn read(file: &Path) -> Vec<Client> {
    let text = std::fs::read_to_string(file).expect("a file of clients");
    let mut clients: Vec<Client> = Vec::new();
    let (mut wait, mut repeat, mut answer, mut oversized) = (0.0, 1, None, false);
    let mut lines = text.lines().zip(1..).peekable();
    while let Some((line, number)) = lines.next() {
        let here = || format!("{}:{number}", file.display());
        if line.trim().is_empty() || line.starts_with("; ") {
            continue;
        }
        if let Some(title) = line.strip_prefix("# ") {
            clients.push(Client {
                title: title.to_owned(),
                seed: "basic".into(),
                steps: Vec::new(),
            });
            continue;
        }
        let client = clients.last_mut();
        let client = client.unwrap_or_else(|| panic!("{}: no client", here()));
        if let Some(directive) = line.strip_prefix('@') {
            let (name, value) = directive.split_once(' ').expect("a value");
            match name {
                "seed" => client.seed = value.to_owned(),
                "wait" => wait = value.parse().expect("seconds"),
                "repeat" => repeat = value.parse().expect("a number"),
                "body" => oversized = value == "oversized",
                "answer" => answer = Some(value.parse().expect("a status")),
                _ => panic!("{}: unknown directive", here()),
            }
            continue;
        }
        if let Some(expected) = line.strip_prefix("=> ") {
            let step = client.steps.last_mut();
            let step = step.unwrap_or_else(|| panic!("{}: no request", here()));
            step.expected.push(expected.to_owned());
            continue;
        }
        let (method, target) = line.split_once(' ').expect("a request");
        let mut request = Sent {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: String::new(),
            oversized: std::mem::take(&mut oversized),
        };
        let request_line = |line: &str| {
            let start = line.split_once(" /").map(|(method, _)| method);
            start.is_some_and(|method| Method::parse(method).is_some())
        };
        let more = |line: &str| !line.is_empty() && !line.starts_with("=> ") && !request_line(line);
        while let Some((line, _)) = lines.next_if(|(line, _)| more(line)) {
            let header = line.split_once(": ").filter(|(name, _)| {
                request.body.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '-')
            });
            match header {
                Some((name, value)) => request.headers.push((name.to_owned(), value.to_owned())),
                None => request.body.push_str(line),
            }
        }
        request.usual_headers();
        client.steps.push(Step {
            line: number,
            request,
            wait: std::mem::take(&mut wait),
            repeat: std::mem::replace(&mut repeat, 1),
            answer: answer.take(),
            expected: Vec::new(),
        });
    }
    clients
}

impl Sent {
    /// A token and a media type, unless the client gives its own; `none` stands for no header.
    fn usual_headers(&mut self) {
        let given = |name: &str, headers: &[(String, String)]| {
            headers.iter().any(|(known, _)| known == name)
        };
        let mut usual = Vec::new();
        if self.target.starts_with("/crm/") {
            usual.push(("authorization", "Zoho-oauthtoken 1000.client"));
        }
        if !self.body.is_empty() {
            let form = self.target.starts_with("/oauth/");
            usual.push((
                "content-type",
                if form {
                    "application/x-www-form-urlencoded"
                } else {
                    "application/json"
                },
            ));
        }
        for (name, value) in usual {
            if !given(name, &self.headers) {
                self.headers.push((name.to_owned(), value.to_owned()));
            }
        }
        self.headers.retain(|(_, value)| value != "none");
    }
}

/// Sends a request, and says what the contract tells of it.
fn violations(
    world: &World,
    sent: &Sent,
    memory: &mut Memory,
    answered: Option<u16>,
    at: i64,
) -> Vec<Violation> {
    let (path, query) = sent.target.split_once('?').unwrap_or((&sent.target, ""));
    let body = (!sent.oversized).then_some(sent.body.as_bytes());
    let request = Request::new(&sent.method, path, query, &sent.headers, body);
    let state = world.default_org().read();
    let parsed = ParsedRequest::read(&request, &state.schema);
    let asked = parsed.judged(&request, &state, world.default_org().clock.now());
    let mut found = judge(&asked);
    let mut answer = dispatch(world, &request);
    if let Some(status) = answered {
        answer.status = status;
        answer.body = Vec::new().into();
    }
    found.extend(judge_answer(&asked, answer.status, &answer));
    found.extend(judge_series(memory, &asked, answer.status, at));
    found
}

fn world(seed: &str) -> World {
    let builder = Builder::default()
        .seed(seed_of_scenarios(seed))
        .now("2026-11-16T09:00:00Z");
    builder.build_world().expect("the seed")
}

/// Runs clients; every request must break exactly what is written under it. Gives the rules that
/// were broken.
fn run(files: &[String]) -> BTreeSet<&'static str> {
    let mut broken = BTreeSet::new();
    let mut wrong = String::new();
    let clients = files.iter().flat_map(|file| {
        let clients = read(&folder().join(file)).into_iter();
        clients.map(move |client| (file, client))
    });
    for (file, client) in clients {
        let world = world(&client.seed);
        let mut memory = Memory::default();
        let mut at = 0;
        for step in &client.steps {
            at += (step.wait * 1e6) as i64;
            let mut found = Vec::new();
            for _ in 0..step.repeat {
                found.extend(violations(
                    &world,
                    &step.request,
                    &mut memory,
                    step.answer,
                    at,
                ));
            }
            broken.extend(found.iter().map(|violation| violation.rule));
            let told: Vec<String> = found
                .iter()
                .map(|v| format!("{} {}", v.rule, v.path))
                .collect();
            let mut expected: Vec<&str> = step.expected.iter().map(String::as_str).collect();
            let mut unexpected = Vec::new();
            for (told, violation) in told.iter().zip(&found) {
                let known = expected
                    .iter()
                    .position(|e| e == told || *e == violation.rule);
                match known {
                    Some(at) => drop(expected.remove(at)),
                    None => unexpected.push(format!("{told}: {}", violation.message)),
                }
            }
            if !expected.is_empty() || !unexpected.is_empty() {
                wrong.push_str(&format!(
                    "{file}:{} {}\n  {} {}\n  missing {expected:#?}\n  unexpected {unexpected:#?}\n",
                    step.line, client.title, step.request.method, step.request.target,
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    broken
}

fn wrong_clients() -> Vec<String> {
    let entries = std::fs::read_dir(folder().join("wrong")).expect("wrong clients");
    let mut files: Vec<String> = entries
        .flatten()
        .map(|entry| format!("wrong/{}", entry.file_name().display()))
        .collect();
    files.sort();
    files
}

/// Every file holds a careless client, and the same client corrected.
#[test]
fn careless_clients_are_told_what_is_wrong() {
    let files = wrong_clients();
    assert!(files.len() >= 10, "{files:?}");
    for file in files {
        let clients = read(&folder().join(&file));
        let [careless, corrected] = clients.as_slice() else {
            panic!("{file}: a careless client and a corrected one");
        };
        // a client cannot help it when the service is busy
        let told = |client: &Client| {
            let mut steps = client.steps.iter().filter(|step| step.answer.is_none());
            steps.any(|step| !step.expected.is_empty())
        };
        assert!(told(careless), "{file}: nothing is told");
        assert!(
            !told(corrected),
            "{file}: the corrected client breaks a rule"
        );
    }
    run(&wrong_clients());
}

/// The server tells of a careless client what the rules tell, from what it has seen itself.
#[test]
fn the_server_notes_what_clients_do_wrong() {
    for file in wrong_clients() {
        let clients = read(&folder().join(&file));
        let (careless, corrected) = (&clients[0], &clients[1]);
        for client in [careless, corrected] {
            let world = world(&client.seed);
            let org = world.default_org();
            let mut expected: BTreeSet<String> = BTreeSet::new();
            for step in &client.steps {
                org.clock.advance(step.wait as i64).expect("in range");
                if let Some(status) = step.answer {
                    let rule =
                        serde_json::json!({"times": step.repeat, "effect": {"status": status}});
                    zoho_crm_mock::control::add_fault(&world, org, &rule).expect("a rule");
                }
                for _ in 0..step.repeat {
                    let sent = &step.request;
                    let (path, query) = sent.target.split_once('?').unwrap_or((&sent.target, ""));
                    let body = (!sent.oversized).then_some(sent.body.as_bytes());
                    let request = Request::new(&sent.method, path, query, &sent.headers, body);
                    let _ = dispatch(&world, &request);
                }
                // what a fault has done is not the client's doing
                let told = step
                    .expected
                    .iter()
                    .map(|e| e.split(' ').next().unwrap_or(e));
                let told =
                    told.filter(|rule| step.answer.is_none() || !rule.starts_with("answer."));
                expected.extend(told.map(str::to_owned));
            }
            let found = org.journal.violations();
            let found: BTreeSet<String> =
                found.iter().map(|f| f.violation.rule.to_owned()).collect();
            assert_eq!(found, expected, "{file}: {}", client.title);
        }
    }
}

#[test]
fn correct_clients_break_no_rule() {
    for rule in run(&["right.txt".to_owned()]) {
        let severity = rules::find(rule).map(|rule| rule.severity);
        assert_eq!(severity, Some(Severity::Info), "{rule}");
    }
}

/// Every rule is broken by some request, so that none is there for nothing.
#[test]
fn every_rule_can_be_broken() {
    let mut files = wrong_clients();
    files.push("rules.txt".into());
    let broken = run(&files);
    let rules: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(rules.len(), RULES.len(), "ids are unique");
    let never: Vec<_> = rules.difference(&broken).collect();
    assert!(never.is_empty(), "never broken: {never:?}");
}

#[test]
fn rules_are_sentences() {
    for rule in RULES {
        assert!(rule.id.split('.').count() == 2, "{}", rule.id);
        for text in [rule.summary, rule.advice] {
            assert!(text.ends_with('.') && !text.contains('\n'), "{}", rule.id);
            assert!(
                text.starts_with(|c: char| !c.is_ascii_lowercase())
                    || text.starts_with("trigger")
                    || text.starts_with("duplicate"),
                "{}",
                rule.id
            );
        }
    }
}

mod whatever_is_sent {
    use proptest::prelude::*;

    use super::*;

    thread_local! {
        static WORLD: World = world("basic");
    }

    fn target() -> impl Strategy<Value = String> {
        let segment = prop_oneof![
            Just("Leads".to_owned()),
            Just("search".to_owned()),
            Just("settings".to_owned()),
            Just("1000.é".to_owned()),
            Just(String::new()),
            "[a-zA-Z0-9_%.]{0,12}",
        ];
        let name = prop_oneof![
            Just("fields".to_owned()),
            Just("criteria".to_owned()),
            Just("ids".to_owned()),
            Just("startDateTime".to_owned()),
            Just("page".to_owned()),
            "\\PC{0,8}",
        ];
        let query = prop::collection::vec((name, r"[()a-z:,\\0-9T+ -]{0,40}|\PC{0,200}"), 0..4);
        let path = prop::collection::vec(segment, 0..4);
        (0..9usize, path, query).prop_map(|(version, path, query)| {
            let version = ApiVersion::ALL.get(version).map_or("v9", |v| v.as_str());
            let query: Vec<String> = query.iter().map(|(n, v)| format!("{n}={v}")).collect();
            format!("/crm/{version}/{}?{}", path.join("/"), query.join("&"))
        })
    }

    fn json() -> impl Strategy<Value = String> {
        let value = prop_oneof![
            "-?[0-9]{1,22}(\\.[0-9]{1,4})?",
            "\"\\PC{0,300}\"",
            Just("null".to_owned()),
            Just("[{}]".to_owned()),
            Just("{\"id\":5725767000000500000}".to_owned()),
            Just("{\"name\":\"x\"}".to_owned()),
        ];
        let key = prop_oneof![
            Just("Last_Name".to_owned()),
            Just("Owner".to_owned()),
            Just("id".to_owned()),
            Just("Next_Call".to_owned()),
            Just("Quoted_Items".to_owned()),
            Just("Tag".to_owned()),
            "\\PC{0,20}",
        ];
        prop::collection::vec((key, value), 0..5).prop_map(|pairs| {
            let pairs: Vec<String> = pairs
                .iter()
                .map(|(key, value)| format!("\"{key}\":{value}"))
                .collect();
            format!("{{\"data\":[{{{}}}]}}", pairs.join(","))
        })
    }

    proptest! {
        /// Nothing panics, and what is told is short.
        #[test]
        fn is_judged(
            method in "GET|POST|PUT|DELETE|PATCH|HEAD",
            target in target(),
            body in prop_oneof![json(), Just(String::new()), "\\PC{0,40}"],
            time in "\\PC{0,40}|[0-9T:+ .Z-]{0,30}",
        ) {
            let mut sent = Sent {
                method,
                target,
                headers: vec![("if-modified-since".into(), time)],
                body,
                oversized: false,
            };
            sent.usual_headers();
            WORLD.with(|world| {
                let mut memory = Memory::default();
                for violation in violations(world, &sent, &mut memory, None, 0) {
                    assert!(violation.message.len() < 2000, "{violation:?}");
                    assert!(violation.path.len() < 1000, "{violation:?}");
                }
            });
        }
    }
}
