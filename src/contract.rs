//! Zoho's contract: what is wrong with a request, even where Zoho forgives it and so does this
//! double.
//!
//! A field that does not exist is ignored, a page of 500 is cut to 200, a label instead of an API
//! name is no error: a client that does so passes its tests, and loses data. [`judge`] looks at a
//! request before its handler runs, [`judge_answer`] at what came of it, and
//! [`judge_series`] at several requests together. What they find is a [`Violation`]: a [`Rule`], a place as a JSON
//! path, what is wrong there, and what to do.
//!
//! A clean request costs no allocation, and an answer is read only where it is an error.

mod answer;
mod body;
mod criteria;
mod headers;
mod history;
mod keys;
mod params;
mod path;
mod place;
mod records;
pub mod report;
pub mod rules;
mod settings;
mod values;

use serde_json::Value as Json;

pub use history::judge_series;
pub use rules::{RULES, Rule};

pub use crate::runtime::violation::{Severity, Violation};

use crate::api::endpoint::{BodyKind, Endpoint};
use crate::api::router;
use crate::request::{Params, Request};
use crate::response::Response;
use crate::schema::Module;
use crate::store::OrgState;
use crate::version::{ApiVersion, Versions};
use crate::words::nearest;

/// What can be known of a request before its handler runs.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The request.
    pub request: &'a Request<'a>,
    /// The row of the table; none if there is no such operation.
    pub endpoint: Option<&'static Endpoint>,
    /// The version in the path; the newest for paths without one.
    pub version: ApiVersion,
    /// The variables of the path by name, decoded.
    pub path: &'a [(&'static str, String)],
    /// Parameters of the query, and of a form body.
    pub params: &'a Params,
    /// The JSON body; null where there is none, or none that can be read.
    pub body: &'a Json,
    /// The state that the request meets.
    pub state: &'a OrgState,
    /// Seconds since 1970.
    pub now: i64,
}

impl<'a> Asked<'a> {
    /// A variable of the path; empty if the path has none of that name.
    fn variable(&self, name: &str) -> &'a str {
        let found = self.path.iter().find(|(n, _)| *n == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The module in the path, if its records can be reached.
    fn module(&self) -> Option<&'a Module> {
        let module = self.state.schema.module(self.variable("module"))?;
        module.has_records(self.version).then_some(&**module)
    }
}

/// A request that is read without being answered: for callers that have no
/// [`Call`](crate::api::Call), since a step before the handler refused it.
#[derive(Debug, Default)]
pub struct Given {
    endpoint: Option<&'static Endpoint>,
    version: Option<ApiVersion>,
    path: Vec<(&'static str, String)>,
    params: Params,
    body: Json,
}

impl Given {
    /// Reads path, parameters and body.
    #[must_use]
    pub fn read(request: &Request<'_>) -> Self {
        let mut params = Params::parse(request.query.as_bytes());
        let Ok(route) = router::route(request.method, request.path) else {
            let segment = request.path.split('/').nth(2).unwrap_or_default();
            return Self {
                version: ApiVersion::parse(segment),
                params,
                ..Self::default()
            };
        };
        let bytes = request.body.unwrap_or_default();
        let mut body = Json::Null;
        match route.endpoint.body.kind {
            BodyKind::Form => params.extend(request.form()),
            BodyKind::Json => body = serde_json::from_slice(bytes).unwrap_or_default(),
            BodyKind::None | BodyKind::Raw | BodyKind::Multipart => {}
        }
        Self {
            endpoint: Some(route.endpoint),
            version: Some(route.version),
            path: route.path,
            params,
            body,
        }
    }

    /// The row of the table; none if there is no such operation.
    #[must_use]
    pub fn endpoint(&self) -> Option<&'static Endpoint> {
        self.endpoint
    }

    /// What is to be judged.
    #[must_use]
    pub fn asked<'a>(
        &'a self,
        request: &'a Request<'a>,
        state: &'a OrgState,
        now: i64,
    ) -> Asked<'a> {
        Asked {
            request,
            endpoint: self.endpoint,
            version: self.version.unwrap_or(ApiVersion::LATEST),
            path: &self.path,
            params: &self.params,
            body: &self.body,
            state,
            now,
        }
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    violations: Vec<Violation>,
    /// Rules that were broken more often than is told, and how often more.
    more: Vec<(&'static str, usize)>,
}

impl Found {
    /// Violations of one rule that one request is told of: a hundred records with the same wrong
    /// key are one mistake.
    const MOST: usize = 5;

    /// Takes note that a rule is broken: where, and how.
    fn add(&mut self, rule: &Rule, path: impl Into<String>, message: impl Into<String>) {
        self.tell(rule, || (path.into(), message.into()));
    }

    /// Takes note that a rule is broken. Where and how is worked out only if it is told, so that a
    /// request full of mistakes costs little more than one without any.
    fn tell(&mut self, rule: &Rule, told: impl FnOnce() -> (String, String)) {
        let known = self.violations.iter().filter(|known| known.rule == rule.id);
        if known.count() < Self::MOST {
            let (path, message) = told();
            self.violations.push(rule.broken(path, message));
            return;
        }
        match self.more.iter_mut().find(|(id, _)| *id == rule.id) {
            Some((_, count)) => *count += 1,
            None => self.more.push((rule.id, 1)),
        }
    }

    /// The violations; the last one of a rule says how many more there were.
    fn finish(mut self) -> Vec<Violation> {
        for (rule, count) in &self.more {
            let last = self
                .violations
                .iter_mut()
                .rfind(|known| known.rule == *rule);
            if let Some(last) = last {
                last.message
                    .push_str(&format!(" (and {count} more of this rule)"));
            }
        }
        self.violations
    }
}

/// The surfaces that the contract speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Surface {
    /// Zoho's REST API.
    Api,
    /// Zoho's accounts server.
    Accounts,
    /// The connector, which checks its own inputs, and whatever else.
    Other,
}

impl Surface {
    fn of(path: &str) -> Self {
        if path.starts_with("/crm/") {
            Self::Api
        } else if path.starts_with("/oauth/") {
            Self::Accounts
        } else {
            Self::Other
        }
    }
}

/// What is wrong with a request, as far as it can be known before its handler runs.
#[must_use]
pub fn judge(asked: &Asked<'_>) -> Vec<Violation> {
    let mut found = Found::default();
    let surface = Surface::of(asked.request.path);
    path::judge(asked, &mut found);
    if surface == Surface::Other {
        return found.finish();
    }
    headers::judge(asked, surface, &mut found);
    if let Some(endpoint) = asked.endpoint {
        let module = asked.module();
        params::judge(asked, endpoint, module, &mut found);
        body::judge(asked, endpoint, module, &mut found);
    }
    found.finish()
}

/// What the answer to a request shows. `status` is the one that was sent, whatever `answer` says.
#[must_use]
pub fn judge_answer(asked: &Asked<'_>, status: u16, answer: &Response) -> Vec<Violation> {
    let mut found = Found::default();
    let surface = Surface::of(asked.request.path);
    if surface != Surface::Other {
        answer::judge(asked, status, &answer.body, &mut found);
    }
    found.finish()
}

/// Whether a body is JSON, whatever it should be.
fn is_json(sent: &[u8]) -> bool {
    sent.trim_ascii_start().starts_with(b"{")
}

/// A range of versions in words.
fn span(versions: Versions) -> String {
    let (first, last) = (versions.first(), versions.last());
    if last == ApiVersion::LATEST {
        format!("{first} and later")
    } else if first == last {
        format!("{first} alone")
    } else {
        format!("{first} to {last}")
    }
}

/// A name or value that a client sent, short enough for a message.
fn short(text: &str) -> &str {
    const MOST: usize = 120;
    text.char_indices()
        .nth(MOST)
        .map_or(text, |(end, _)| &text[..end])
}

/// `; did you mean "…"?`, if some known name is like a name. Names may be a client's: long ones are
/// compared by their beginning, and of very many the first alone.
fn hint<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    const MOST_KNOWN: usize = 1_000;
    let known = known.into_iter().take(MOST_KNOWN).map(short);
    match nearest(short(name), known) {
        Some(near) => format!("; did you mean \"{near}\"?"),
        None => String::new(),
    }
}
