//! The text of a file, read into cases.

use std::ops::Range;

use zoho_crm_mock::error::Wording;
use zoho_crm_mock::runtime::auth::AuthMode;
use zoho_crm_mock::version::{ApiVersion, Versions};

/// The time of all scenarios that name no other.
const NOW: &str = "2026-11-16T09:00:00Z";

/// A case: steps that share a state.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// The name of its file.
    pub(crate) file: String,
    /// The line of its title.
    pub(crate) line: usize,
    pub(crate) title: String,
    pub(crate) versions: Vec<ApiVersion>,
    pub(crate) seed: String,
    pub(crate) wording: Wording,
    pub(crate) auth: AuthMode,
    pub(crate) now: String,
    pub(crate) steps: Vec<Step>,
}

/// A request, and what is expected of its answer.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) line: usize,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) expected: Expected,
    /// The lines of the file, counted from 0, that say what is expected.
    pub(crate) lines: Range<usize>,
}

/// What is expected of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) status: u16,
    pub(crate) mode: Mode,
    pub(crate) text: String,
}

/// How an answer is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Json,
    Ordered,
    Contains,
    Bytes,
}

impl Case {
    fn new(file: &str, line: usize, title: &str) -> Self {
        Self {
            file: file.to_owned(),
            line,
            title: title.trim().to_owned(),
            versions: ApiVersion::ALL.to_vec(),
            seed: "basic".into(),
            wording: Wording::Zoho,
            auth: AuthMode::Any,
            now: NOW.into(),
            steps: Vec::new(),
        }
    }

    /// Where a case stands, the version of a run, and its title.
    pub(crate) fn under(&self, version: ApiVersion) -> String {
        format!("{}.scn:{} [{version}] {}", self.file, self.line, self.title)
    }

    fn directive(&mut self, directive: &str, here: &str) {
        let (name, value) = directive.split_once(' ').unwrap_or((directive, ""));
        let value = value.trim();
        match name {
            "version" => self.versions = versions(value),
            "seed" => self.seed = value.to_owned(),
            "now" => self.now = value.to_owned(),
            "wording" => {
                self.wording = match value {
                    "documented" => Wording::Documented,
                    "zoho" => Wording::Zoho,
                    _ => panic!("{here}: `@{name}` cannot be `{value}`"),
                };
            }
            "auth" => {
                self.auth = match value {
                    "strict" => AuthMode::Strict,
                    "off" => AuthMode::Off,
                    "any" => AuthMode::Any,
                    _ => panic!("{here}: `@{name}` cannot be `{value}`"),
                };
            }
            other => panic!("{here}: unknown directive @{other}"),
        }
    }
}

/// Reads the cases of a file.
///
/// # Panics
/// On text that is not of the form that `README.md` describes, with file and line.
pub(crate) fn parse(text: &str, file: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if let Some(title) = line.strip_prefix("# ") {
            cases.push(Case::new(file, at + 1, title));
            at += 1;
            continue;
        }
        let empty = line.trim().is_empty() || line.starts_with("; ");
        let Some(case) = cases.last_mut().filter(|_| !empty) else {
            at += 1;
            continue;
        };
        let here = format!("{file}.scn:{}", at + 1);
        if let Some(directive) = line.strip_prefix('@') {
            case.directive(directive, &here);
            at += 1;
            continue;
        }
        let step = step(&lines, at, &here);
        at = step.lines.end;
        case.steps.push(step);
    }
    cases
}

fn versions(text: &str) -> Vec<ApiVersion> {
    if text == "all" {
        return ApiVersion::ALL.to_vec();
    }
    let mut list = Vec::new();
    for word in text.split([' ', ',']).filter(|w| !w.is_empty()) {
        let range = Versions::parse(word).unwrap_or_else(|| panic!("not a version: {word}"));
        list.extend(ApiVersion::ALL.into_iter().filter(|v| range.contains(*v)));
    }
    list
}

fn step(lines: &[&str], start: usize, here: &str) -> Step {
    let (method, target) = lines[start]
        .split_once(' ')
        .unwrap_or_else(|| panic!("{here}: no request"));
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
    let (expected, end) = expected(lines, at, here);
    Step {
        line: start + 1,
        method: method.to_owned(),
        target: target.trim().to_owned(),
        headers,
        body: body.trim_end_matches('\n').to_owned(),
        expected,
        lines: at..end,
    }
}

/// What is expected from a line on, and the line behind it.
fn expected(lines: &[&str], start: usize, here: &str) -> (Expected, usize) {
    let expectation = lines.get(start);
    let expectation = expectation.unwrap_or_else(|| panic!("{here}: no `--- status`"));
    let mut words = expectation.trim_start_matches('-').split_whitespace();
    let status = words.next().and_then(|word| word.parse().ok());
    let mode = match words.next() {
        Some("ordered") => Mode::Ordered,
        Some("contains") => Mode::Contains,
        Some("bytes") => Mode::Bytes,
        _ => Mode::Json,
    };
    let more = |line: &&&str| !line.trim().is_empty() && !line.starts_with("# ");
    let text: Vec<&str> = lines[start + 1..]
        .iter()
        .take_while(more)
        .copied()
        .collect();
    let end = start + 1 + text.len();
    let beside = expectation
        .split_once("contains")
        .map(|(_, rest)| rest.trim());
    let text = match beside.filter(|rest| mode == Mode::Contains && !rest.is_empty()) {
        Some(rest) => rest.to_owned(),
        None => text.join("\n"),
    };
    let expected = Expected {
        status: status.unwrap_or_else(|| panic!("{here}: no status")),
        mode,
        text,
    };
    (expected, end)
}
