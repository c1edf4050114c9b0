//! Scenario files: requests and the answers that Zoho gives, as text.
//!
//! The format is described in `tests/scenarios/README.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::error::Wording;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::runtime::auth::AuthMode;
use zoho_crm_mock::runtime::clock::Clock;
use zoho_crm_mock::seed::{self, Document, Options};
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::value::time;
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::{Settings, World};

/// The time of all scenarios that name no other.
const NOW: &str = "2026-11-16T09:00:00Z";

/// A case: steps that share a state.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    pub(crate) title: String,
    pub(crate) versions: Vec<ApiVersion>,
    seed: String,
    wording: Wording,
    auth: AuthMode,
    now: String,
    steps: Vec<Step>,
}

#[derive(Debug, Clone)]
struct Step {
    line: usize,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
    status: u16,
    mode: Mode,
    expected: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    Json,
    Ordered,
    Contains,
    Bytes,
}

/// Reads the cases of a file.
pub(crate) fn parse(file: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(file).expect("readable scenario");
    let mut cases: Vec<Case> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if let Some(title) = line.strip_prefix("# ") {
            cases.push(Case {
                file: file.to_owned(),
                line: at + 1,
                title: title.trim().to_owned(),
                versions: ApiVersion::ALL.to_vec(),
                seed: "basic".into(),
                wording: Wording::Zoho,
                auth: AuthMode::Any,
                now: NOW.into(),
                steps: Vec::new(),
            });
            at += 1;
            continue;
        }
        let Some(case) = cases.last_mut() else {
            at += 1;
            continue;
        };
        if let Some(directive) = line.strip_prefix('@') {
            let (name, value) = directive.split_once(' ').unwrap_or((directive, ""));
            let value = value.trim();
            match name {
                "version" => case.versions = versions(value),
                "seed" => case.seed = value.to_owned(),
                "now" => case.now = value.to_owned(),
                "wording" => {
                    case.wording = if value == "documented" {
                        Wording::Documented
                    } else {
                        Wording::Zoho
                    };
                }
                "auth" => {
                    case.auth = match value {
                        "strict" => AuthMode::Strict,
                        "off" => AuthMode::Off,
                        _ => AuthMode::Any,
                    };
                }
                other => panic!("{}:{}: unknown directive @{other}", file.display(), at + 1),
            }
            at += 1;
            continue;
        }
        if line.trim().is_empty() || line.starts_with("; ") {
            at += 1;
            continue;
        }
        let (step, next) = step(&lines, at, file);
        case.steps.push(step);
        at = next;
    }
    cases
}

fn versions(text: &str) -> Vec<ApiVersion> {
    if text == "all" {
        return ApiVersion::ALL.to_vec();
    }
    let mut list = Vec::new();
    for word in text.split([' ', ',']).filter(|w| !w.is_empty()) {
        let range = zoho_crm_mock::version::Versions::parse(word)
            .unwrap_or_else(|| panic!("not a version: {word}"));
        list.extend(ApiVersion::ALL.into_iter().filter(|v| range.contains(*v)));
    }
    list
}

fn step(lines: &[&str], start: usize, file: &Path) -> (Step, usize) {
    let here = || format!("{}:{}", file.display(), start + 1);
    let (method, target) = lines[start]
        .split_once(' ')
        .unwrap_or_else(|| panic!("{}: no request", here()));
    let mut at = start + 1;
    let mut headers = Vec::new();
    while at < lines.len() && !lines[at].starts_with("---") {
        let header = lines[at].split_once(": ").filter(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        });
        let Some((name, value)) = header else { break };
        headers.push((name.to_owned(), value.to_owned()));
        at += 1;
    }
    let mut body = Vec::new();
    while at < lines.len() && !lines[at].starts_with("---") {
        body.push(lines[at]);
        at += 1;
    }
    let mut body = body.join("\n");
    if let Some(raw) = body.strip_prefix("<raw>") {
        body = raw.strip_prefix('\n').unwrap_or(raw).to_owned();
    }
    let expectation = lines
        .get(at)
        .unwrap_or_else(|| panic!("{}: no `--- status`", here()));
    let mut words = expectation.trim_start_matches('-').split_whitespace();
    let status = words
        .next()
        .and_then(|s| s.parse().ok())
        .unwrap_or_else(|| panic!("{}: no status", here()));
    let rest = expectation
        .split_once("contains")
        .map(|(_, rest)| rest.trim().to_owned());
    let mode = match words.next() {
        Some("ordered") => Mode::Ordered,
        Some("contains") => Mode::Contains,
        Some("bytes") => Mode::Bytes,
        _ => Mode::Json,
    };
    at += 1;
    let mut expected = Vec::new();
    while at < lines.len() && !lines[at].trim().is_empty() && !lines[at].starts_with("# ") {
        expected.push(lines[at]);
        at += 1;
    }
    let mut expected = expected.join("\n");
    if let (Mode::Contains, Some(rest)) = (mode, rest)
        && !rest.is_empty()
    {
        expected = rest;
    }
    let step = Step {
        line: start + 1,
        method: method.to_owned(),
        target: target.trim().to_owned(),
        headers,
        body: body.trim_end_matches('\n').to_owned(),
        status,
        mode,
        expected,
    };
    (step, at)
}

/// Is shown every request of a case, with the state that it met and the status of its answer.
pub(crate) type Watch<'w> = &'w mut dyn FnMut(&Request<'_>, &OrgState, u16);

/// Runs a case under a version.
pub(crate) fn run(
    case: &Case,
    version: ApiVersion,
    seeds: &mut Seeds,
    watch: Watch<'_>,
) -> Result<(), String> {
    let world = seeds.world(case);
    let mut bound: BTreeMap<String, Json> = BTreeMap::new();
    for step in &case.steps {
        let fill = |text: &str| {
            let mut text = text.replace("{v}", version.as_str());
            for (name, value) in &bound {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                text = text.replace(&format!("{{${name}}}"), &value);
            }
            text
        };
        let target = fill(&step.target);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut headers = vec![("host".to_owned(), "127.0.0.1:8080".to_owned())];
        let mut token = true;
        for (name, value) in &step.headers {
            if name.eq_ignore_ascii_case("authorization") {
                token = false;
                if value == "none" {
                    continue;
                }
            }
            headers.push((name.clone(), fill(value)));
        }
        if token {
            headers.push((
                "authorization".into(),
                "Zoho-oauthtoken 1000.scenario".into(),
            ));
        }
        let body = fill(&step.body);
        if !body.is_empty()
            && !headers
                .iter()
                .any(|(n, _)| n.eq_ignore_ascii_case("content-type"))
        {
            headers.push(("content-type".into(), "application/json".into()));
        }
        let request = Request::new(&step.method, path, query, &headers, Some(body.as_bytes()));
        let before = world.default_org().read();
        let response = dispatch(&world, &request);
        watch(&request, &before, response.status);
        let text = String::from_utf8_lossy(&response.body).into_owned();
        let told = |why: &str| {
            format!(
                "{} {target}{}\n    {why}\n    status {}\n    body {}",
                step.method,
                if body.is_empty() {
                    String::new()
                } else {
                    format!("\n    {body}")
                },
                response.status,
                text.trim_end()
            )
        };
        let located = |why: String| format!("line {}: {}", step.line, told(&why));
        if response.status != step.status {
            return Err(located(format!("expected status {}", step.status)));
        }
        let expected = fill(&step.expected);
        match step.mode {
            Mode::Contains if text.contains(&expected) => {}
            Mode::Contains => return Err(located(format!("expected to contain {expected}"))),
            Mode::Bytes if text.trim_end_matches('\n') == expected => {}
            Mode::Bytes => return Err(located(format!("expected exactly {expected}"))),
            Mode::Json | Mode::Ordered if expected.is_empty() => {
                // nothing said of a redirect's body
                if !text.is_empty() {
                    return Err(located("expected no body".into()));
                }
            }
            Mode::Json | Mode::Ordered => {
                let want: Json = serde_json::from_str(&expected)
                    .map_err(|e| located(format!("the expectation is no JSON: {e}: {expected}")))?;
                let got: Json = serde_json::from_str(&text)
                    .map_err(|e| located(format!("the answer is no JSON: {e}")))?;
                matches(&want, &got, "$", step.mode == Mode::Ordered, &mut bound)
                    .map_err(located)?;
            }
        }
    }
    Ok(())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn matches(
    want: &Json,
    got: &Json,
    path: &str,
    ordered: bool,
    bound: &mut BTreeMap<String, Json>,
) -> Result<(), String> {
    let differs = || Err(format!("at {path}: expected {want}, got {got}"));
    match (want, got) {
        (Json::String(pattern), got) if pattern.starts_with('[') && pattern.ends_with(']') => {
            let text = got.as_str();
            let fits = match pattern.as_str() {
                "[any]" => true,
                "[id]" => text.is_some_and(|t| {
                    (16..=19).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit())
                }),
                "[time]" => text.is_some_and(|t| {
                    t.len() == 25 && t.as_bytes()[22] == b':' && time::parse_datetime(t).is_some()
                }),
                "[string]" => got.is_string(),
                "[number]" => got.is_number(),
                "[bool]" => got.is_boolean(),
                _ => want == got,
            };
            if fits { Ok(()) } else { differs() }
        }
        (Json::String(pattern), got) if pattern.strip_prefix('$').is_some_and(is_name) => {
            let name = pattern[1..].to_owned();
            match bound.get(&name) {
                Some(known) if known == got => Ok(()),
                Some(known) => Err(format!("at {path}: {pattern} was {known}, got {got}")),
                None => {
                    bound.insert(name, got.clone());
                    Ok(())
                }
            }
        }
        (Json::Object(want), Json::Object(got)) => {
            let open = want.contains_key("...");
            for (key, value) in want.iter().filter(|(key, _)| *key != "...") {
                let Some(inner) = got.get(key) else {
                    return Err(format!(
                        "at {path}: no key {key} in {}",
                        Json::Object(got.clone())
                    ));
                };
                matches(value, inner, &format!("{path}.{key}"), ordered, bound)?;
            }
            if !open && let Some(extra) = got.keys().find(|key| !want.contains_key(*key)) {
                return Err(format!("at {path}: unexpected key {extra}: {}", got[extra]));
            }
            let order: Vec<&String> = want.keys().filter(|key| *key != "...").collect();
            let found: Vec<&String> = got.keys().filter(|key| want.contains_key(*key)).collect();
            if ordered && order != found {
                return Err(format!(
                    "at {path}: expected the order {order:?}, got {found:?}"
                ));
            }
            Ok(())
        }
        (Json::Array(want), Json::Array(got)) => {
            let open = want.last().and_then(Json::as_str) == Some("...");
            let fixed = if open {
                &want[..want.len() - 1]
            } else {
                &want[..]
            };
            if got.len() < fixed.len() || (!open && got.len() != fixed.len()) {
                return Err(format!(
                    "at {path}: expected {} items, got {}",
                    fixed.len(),
                    got.len()
                ));
            }
            for (n, (want, got)) in fixed.iter().zip(got).enumerate() {
                matches(want, got, &format!("{path}[{n}]"), ordered, bound)?;
            }
            Ok(())
        }
        (Json::Number(a), Json::Number(b)) if a.as_f64() == b.as_f64() => Ok(()),
        (want, got) if want == got => Ok(()),
        _ => differs(),
    }
}

/// Orgs by seed and time, each built once.
#[derive(Default)]
pub(crate) struct Seeds(BTreeMap<(String, String), (Document, zoho_crm_mock::store::OrgState)>);

impl Seeds {
    fn world(&mut self, case: &Case) -> World {
        let now = time::parse_datetime(&case.now).expect("a time");
        let options = Options { now, rng_seed: 0 };
        let (document, state) = self
            .0
            .entry((case.seed.clone(), case.now.clone()))
            .or_insert_with(|| {
                let mut document = Document::default();
                let mut problems = Vec::new();
                let own = root().join(format!("seeds/{}.json", case.seed));
                let source = if own.is_file() {
                    own.display().to_string()
                } else {
                    case.seed.clone()
                };
                if source != "empty" {
                    document.add(&source, &mut problems);
                }
                assert!(problems.is_empty(), "{problems:#?}");
                let state = seed::build(&document, options).unwrap_or_else(|e| panic!("{e}"));
                (document, state)
            });
        let tokens = seed::load::tokens(document, options);
        World::new(
            state.clone(),
            tokens,
            Clock::fixed(now),
            Settings {
                auth: case.auth,
                wording: Some(case.wording),
                ..Settings::default()
            },
        )
    }
}

/// The folder of the scenarios.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

/// Every scenario file.
pub(crate) fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the scenarios").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "scn") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Runs cases and tells all failures at once.
pub(crate) fn check(cases: &[Case], watch: Watch<'_>) -> BTreeMap<ApiVersion, usize> {
    let mut seeds = Seeds::default();
    let mut ran: BTreeMap<ApiVersion, usize> = BTreeMap::new();
    let mut report = String::new();
    let mut failed = 0;
    for case in cases {
        for version in &case.versions {
            *ran.entry(*version).or_default() += 1;
            if let Err(why) = run(case, *version, &mut seeds, watch) {
                failed += 1;
                let file = case.file.strip_prefix(root()).unwrap_or(&case.file);
                let _ = writeln!(
                    report,
                    "{}:{} [{version}] {}\n  {why}\n",
                    file.display(),
                    case.line,
                    case.title
                );
            }
        }
    }
    assert!(
        failed == 0,
        "{failed} of {} failed\n\n{report}",
        ran.values().sum::<usize>()
    );
    ran
}

impl Case {
    /// Method and target of every step.
    pub(crate) fn requests(&self) -> Vec<(String, String)> {
        self.steps
            .iter()
            .map(|step| (step.method.clone(), step.target.clone()))
            .collect()
    }
}
