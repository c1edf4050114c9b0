//! An exchange while it goes on: what the journal will say of it.

mod line;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use bytestring::ByteString;
use lean_string::LeanString;
use serde_json::{Value as Json, json};

use crate::api::call::Call;
use crate::api::endpoint::{BodyKind, Route};
use crate::contract::{self, JudgedRequest, ParsedRequest};
use crate::error::{ApiError, Code};
use crate::request::multipart::FormPart;
use crate::request::{Headers, Request};
use crate::response::Response;
use crate::runtime::fault::Hit;
use crate::runtime::journal::{
    Body, CORRELATION, Entry, LONGEST_REQUEST, LONGEST_RESPONSE, Line, Note,
};
use crate::runtime::pattern::Facts;
use crate::runtime::violation::{Severity, Violation};
use crate::store::OrgState;
use crate::world::{Org, World};
use line::ExchangeLine;

/// The target of the log in which every request has a line.
pub const REQUESTS: &str = "zoho_crm_mock::requests";

/// A request of an org, and what is known of it so far.
pub(super) struct Exchange<'a> {
    pub(super) world: &'a World,
    pub(super) org: &'a Arc<Org>,
    pub(super) request: &'a Request<'a>,
    operation: &'static str,
    version: &'static str,
    module: LeanString,
    hit: Option<Arc<Hit>>,
    /// Whether the rules that fired are those for all orgs.
    everywhere: bool,
    violations: Vec<Violation>,
    /// Whether the contract has been heard about request and answer.
    judged: bool,
    /// What is noted in place of a body of parts; none for an operation that takes another one.
    parts: Option<String>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(world: &'a World, org: &'a Arc<Org>, request: &'a Request<'a>) -> Self {
        Self {
            world,
            org,
            request,
            operation: "",
            version: "",
            module: LeanString::new(),
            hit: None,
            everywhere: false,
            violations: Vec::new(),
            judged: false,
            parts: None,
        }
    }

    fn asked(&self) -> Line<'a> {
        Line {
            method: self.request.verb,
            path: self.request.path,
            query: self.request.query,
        }
    }

    /// Notes which operation it is.
    pub(super) fn routed(&mut self, route: Option<&Route>) {
        let Some(route) = route else { return };
        self.operation = route.endpoint.id;
        if route.endpoint.body.kind == BodyKind::Multipart {
            let size = self.request.body.unwrap_or_default().len();
            self.parts = Some(json!({"size": size}).to_string());
        }
        let variable = |name: &str| route.path.iter().find(|(n, _)| *n == name);
        if variable("v").is_some() {
            self.version = route.version.as_str();
        }
        if let Some((_, module)) = variable("module") {
            self.module = module.as_str().into();
        }
    }

    /// Notes the parts of the body: of files what they are, not what is in them.
    pub(super) fn note_parts(&mut self, parts: &[FormPart]) {
        if parts.is_empty() {
            return;
        }
        let part = |part: &FormPart| match &part.file_name {
            None => json!({
                "name": part.name,
                "value": String::from_utf8_lossy(Body::part(&part.bytes, LONGEST_RESPONSE)),
            }),
            Some(file_name) => json!({
                "name": part.name,
                "file_name": file_name,
                "media_type": part.media_type,
                "size": part.bytes.len(),
                "sha256": part.digest().to_string(),
            }),
        };
        let parts: Vec<Json> = parts.iter().map(part).collect();
        self.parts = Some(json!({"parts": parts}).to_string());
    }

    /// What the rules of faults do to the request.
    pub(super) fn faults(&mut self) -> Option<Arc<Hit>> {
        let request = self.request;
        let body = request.body.unwrap_or_default();
        let facts = Facts::new(
            self.operation,
            request.verb,
            request.path,
            request.query,
            body,
        );
        let facts = facts.module(&self.module);
        let clock = &self.org.clock;
        let mut hit = self.org.faults.hit(&facts, clock);
        if hit.is_none() {
            hit = self.world.faults.hit(&facts, clock);
            self.everywhere = hit.is_some();
        }
        self.hit = hit.map(Arc::new);
        self.hit.clone()
    }

    /// Judges a request by the contract, before anything is done.
    ///
    /// # Errors
    /// `CONTRACT_VIOLATION` for what Zoho would refuse or lose, if the server is strict.
    pub(super) fn judge(&mut self, call: &Call<'_>) -> Result<(), ApiError> {
        let state = call.look();
        self.violations = contract::judge(&judged(call, &state));
        if !self.world.settings.strict {
            return Ok(());
        }
        let errors = self.violations.iter();
        let errors = errors.filter(|violation| violation.severity == Severity::Error);
        let errors: Vec<&Violation> = errors.collect();
        if errors.is_empty() {
            return Ok(());
        }
        self.judged = true;
        Err(ApiError::new(Code::CONTRACT_VIOLATION).with("violations", json!(errors)))
    }

    /// Judges what came of a call.
    pub(super) fn judge_answer(&mut self, call: &Call<'_>, answer: &Response) {
        self.judged = true;
        let state = call.look();
        let judged = judged(call, &state);
        // what a fault has done is not the client's doing
        if self.hit.is_none() {
            let found = contract::judge_answer(&judged, answer.status, answer);
            self.violations.extend(found);
        }
        self.remember(&judged, answer.status);
    }

    /// Judges a request that a step before the handler has answered; others have been judged.
    pub(super) fn judge_refused(&mut self, answer: &Response) {
        if std::mem::replace(&mut self.judged, true) {
            return;
        }
        let parsed = ParsedRequest::read(self.request, &self.org.look().schema);
        let state = self.org.look();
        let judged = parsed.judged(self.request, &state, self.org.clock.now());
        self.violations = contract::judge(&judged);
        if self.hit.is_none() {
            let found = contract::judge_answer(&judged, answer.status, answer);
            self.violations.extend(found);
        }
        self.remember(&judged, answer.status);
    }

    fn remember(&mut self, judged: &JudgedRequest<'_>, status: u16) {
        let real = i64::try_from(self.world.uptime().as_micros()).unwrap_or(i64::MAX);
        let moved = self.org.clock.moved().saturating_mul(1_000_000);
        let at = real.saturating_add(moved);
        let found = contract::judge_series(&mut self.org.memory.lock(), judged, status, at);
        self.violations.extend(found);
    }

    /// Adds to the answer what belongs to the exchange, and notes both.
    pub(super) fn finish(self, response: &mut Response, duration: Duration) {
        let headers = self.request.headers;
        let mut duration = duration;
        if let Some(hit) = &self.hit {
            super::spoil(hit, response);
            duration = duration.saturating_add(hit.delay);
            let faults = if self.everywhere {
                &self.world.faults
            } else {
                &self.org.faults
            };
            faults.take_back(&hit.in_vain(), &self.org.clock);
            // as long as an answer is on its way, its org is not idle
            self.org.touch(hit.delay);
        }
        for name in CORRELATION {
            if let Some(value) = headers.get(name) {
                response.headers.push((name, value.to_owned()));
            }
        }
        let status = response.status;
        tracing::info!(target: REQUESTS, "{}", ExchangeLine { exchange: &self, status, duration });
        let journal = &self.org.journal;
        if !journal.keeps() {
            let key = (self.operation, self.version, status);
            let asked = (self.asked(), &self.org.label());
            journal.count(key, duration, asked, &self.violations);
            return;
        }
        let lines = lines(headers);
        let own = response.headers.iter();
        let response_headers = own
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let asked = self.request.body.unwrap_or_default();
        let asked = match &self.parts {
            Some(parts) if !asked.is_empty() => parts.as_bytes(),
            _ => asked,
        };
        let file = described(response);
        let answered = file.as_ref().map_or(&*response.body, String::as_bytes);
        let [path, query, lines, request, answer] = journal.keep([
            self.request.path.as_bytes(),
            self.request.query.as_bytes(),
            lines.as_bytes(),
            Body::part(asked, LONGEST_REQUEST),
            Body::part(answered, LONGEST_RESPONSE),
        ]);
        let entry = Entry {
            id: 0,
            time: self.org.clock.now(),
            org: Arc::clone(&self.org.id),
            label: self.org.label(),
            operation: self.operation,
            method: self.request.verb.into(),
            path: text(path),
            module: self.module,
            query: text(query),
            headers: text(lines),
            request: Body::of(request, asked.len()),
            status: response.status,
            response_headers,
            response: Body::of(answer, answered.len()),
            duration,
            connection: self.hit.as_ref().and_then(|hit| hit.connection),
            faults: self.hit.map(|hit| hit.rules.clone()).unwrap_or_default(),
            violations: self.violations,
        };
        journal.note(Note {
            entry,
            version: self.version,
        });
    }
}

/// Headers, a line each.
fn lines(headers: &dyn Headers) -> String {
    let mut lines = String::with_capacity(256);
    headers.each(&mut |name, value| {
        let start = lines.len();
        lines.push_str(name);
        lines[start..].make_ascii_lowercase();
        lines.push_str(": ");
        lines.push_str(value);
        lines.push('\n');
    });
    lines
}

/// What is kept of an answer that is a file: what it is, not what is in it.
fn described(response: &Response) -> Option<String> {
    let digest = response.file?.to_string();
    Some(json!({"size": response.body.len(), "sha256": digest}).to_string())
}

/// A copy of what was a text.
fn text(copy: Bytes) -> ByteString {
    ByteString::try_from(copy).unwrap_or_default()
}

fn judged<'a>(call: &'a Call<'_>, state: &'a OrgState) -> JudgedRequest<'a> {
    JudgedRequest {
        request: call.request,
        endpoint: Some(call.endpoint),
        version: call.version,
        path: &call.path,
        params: &call.params,
        body: &call.body,
        parts: &call.parts,
        state,
        now: call.now,
    }
}
