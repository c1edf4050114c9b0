//! Running a case.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use zoho_crm_mock::dispatch::dispatch;
use zoho_crm_mock::request::Request;
use zoho_crm_mock::store::OrgState;
use zoho_crm_mock::version::ApiVersion;
use zoho_crm_mock::world::World;

use crate::case::{Case, Step};
use crate::{described, form, seeded, zip};

/// Is shown every request of a case, with the state that it met and the status of its answer.
pub(crate) type Watch<'w> = &'w mut dyn FnMut(&Request<'_>, &OrgState, u16);

/// Runs a case under a version.
///
/// # Errors
/// The first step whose answer is not as expected, with its line, request and answer.
pub(crate) fn run(case: &Case, version: ApiVersion, watch: Watch<'_>) -> Result<(), String> {
    let mut run = Run::new(case, version);
    let mut misfits = Vec::new();
    for step in &case.steps {
        let answer = run.send(step, watch);
        run.known
            .fits(&step.expected, &answer)
            .map_err(|why| format!("line {}: {}", step.line, answer.told(&why)))?;
        for misfit in answer.misfits(version) {
            misfits.push(format!("line {}: {misfit}", step.line));
        }
    }
    if misfits.is_empty() {
        return Ok(());
    }
    Err(format!("not as described:\n    {}", misfits.join("\n    ")))
}

/// A case on its way.
pub(crate) struct Run {
    world: World,
    pub(crate) known: Known,
}

/// What a text of a case may refer to: the version of the run, and values that were remembered.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    version: ApiVersion,
    pub(crate) values: BTreeMap<String, Json>,
}

impl Known {
    pub(crate) fn new(version: ApiVersion) -> Self {
        Self {
            version,
            values: BTreeMap::new(),
        }
    }

    /// A text with what it refers to put in.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut text = text.replace("{v}", self.version.as_str());
        for (name, value) in &self.values {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            text = text.replace(&format!("{{${name}}}"), &value);
        }
        text
    }
}

/// What came back, beside what was asked.
#[derive(Debug)]
pub(crate) struct Answer {
    request: String,
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    /// What in a good answer of the newest version is not as Zoho describes it.
    fn misfits(&self, version: ApiVersion) -> Vec<String> {
        if version != ApiVersion::LATEST || !(200..300).contains(&self.status) {
            return Vec::new();
        }
        let line = self.request.lines().next().unwrap_or_default();
        let (method, target) = line.split_once(' ').unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default();
        described::misfits(method, path, self.status, &self.text)
    }

    pub(crate) fn new(request: String, status: u16, text: String) -> Self {
        Self {
            request,
            status,
            text,
        }
    }

    /// Request, answer, and what is wrong with it.
    pub(crate) fn told(&self, why: &str) -> String {
        let Self {
            request,
            status,
            text,
        } = self;
        format!(
            "{request}\n    {why}\n    status {status}\n    body {}",
            text.trim_end()
        )
    }
}

impl Run {
    /// A case whose steps are still to be sent.
    pub(crate) fn new(case: &Case, version: ApiVersion) -> Self {
        Self {
            world: seeded::world(case),
            known: Known::new(version),
        }
    }

    /// Sends the request of a step.
    pub(crate) fn send(&self, step: &Step, watch: Watch<'_>) -> Answer {
        let target = self.known.fill(&step.target);
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let body = self.known.fill(&step.body);
        let mut headers = self.headers(step, !body.is_empty());
        let sent = form::form(&body).map(|bytes| (bytes, form::media_type()));
        let sent = sent.or_else(|| zip::upload(&body));
        if let Some((_, media)) = &sent {
            headers.retain(|(name, _)| name != "content-type");
            headers.push(("content-type".into(), media.clone()));
        }
        let bytes = sent.map_or_else(|| body.clone().into_bytes(), |(bytes, _)| bytes);
        let request = Request::new(&step.method, path, query, &headers, Some(&bytes));
        let before = self.world.default_org().read();
        let response = dispatch(&self.world, &request);
        watch(&request, &before, response.status);
        let mut sent = format!("{} {target}", step.method);
        if !body.is_empty() {
            sent.push_str(&format!("\n    {body}"));
        }
        let text = zip::shown(&response.body);
        let text = text.unwrap_or_else(|| String::from_utf8_lossy(&response.body).into_owned());
        Answer::new(sent, response.status, text)
    }

    /// The headers of a step, and those that every client sends.
    fn headers(&self, step: &Step, has_body: bool) -> Vec<(String, String)> {
        let given = |name: &str| {
            let mut headers = step.headers.iter();
            headers.any(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        let mut headers = vec![("host".to_owned(), "127.0.0.1:8080".to_owned())];
        for (name, value) in &step.headers {
            if !(name.eq_ignore_ascii_case("authorization") && value == "none") {
                headers.push((name.clone(), self.known.fill(value)));
            }
        }
        if !given("authorization") {
            let token = "Zoho-oauthtoken 1000.scenario";
            headers.push(("authorization".into(), token.into()));
        }
        if has_body && !given("content-type") {
            headers.push(("content-type".into(), "application/json".into()));
        }
        headers
    }
}
