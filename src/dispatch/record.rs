//! An exchange while it goes on: what the journal will say of it.

use std::sync::Arc;
use std::time::Duration;

use crate::api::call::Call;
use crate::api::router::Route;
use crate::error::ApiError;
use crate::request::Request;
use crate::response::Response;
use crate::runtime::fault::Hit;
use crate::runtime::journal::{Body, CORRELATION, Entry, Note};
use crate::runtime::pattern::Facts;
use crate::world::{Org, World};

/// A request of an org, and what is known of it so far.
pub(super) struct Exchange<'a> {
    pub(super) world: &'a World,
    pub(super) org: &'a Arc<Org>,
    pub(super) request: &'a Request<'a>,
    operation: &'static str,
    version: &'static str,
    module: String,
    hit: Option<Arc<Hit>>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(world: &'a World, org: &'a Arc<Org>, request: &'a Request<'a>) -> Self {
        Self {
            world,
            org,
            request,
            operation: "",
            version: "",
            module: String::new(),
            hit: None,
        }
    }

    /// Notes which operation it is.
    pub(super) fn routed(&mut self, route: Option<&Route>) {
        let Some(route) = route else { return };
        self.operation = route.endpoint.id;
        let variable = |name: &str| route.path.iter().find(|(n, _)| *n == name);
        if variable("v").is_some() {
            self.version = route.version.as_str();
        }
        if let Some((_, module)) = variable("module") {
            self.module.clone_from(module);
        }
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
        let own = self.org.faults.hit(&facts, clock);
        let hit = own.or_else(|| self.world.faults.hit(&facts, clock));
        self.hit = hit.map(Arc::new);
        self.hit.clone()
    }

    /// Judges the request by the contract, before anything is done.
    pub(super) fn judge(&mut self, _call: &Call<'_>) -> Result<(), ApiError> {
        Ok(())
    }

    /// Notes the answer, and gives it with what belongs to the exchange.
    pub(super) fn finish(self, mut response: Response, duration: Duration) -> Response {
        let headers = self.request.headers;
        if let Some(hit) = &self.hit {
            super::spoil(hit, &mut response);
        }
        for name in CORRELATION {
            if let Some(value) = headers.get(name) {
                response.headers.push((name, value.to_owned()));
            }
        }
        let journal = &self.org.journal;
        if !journal.keeps() {
            journal.count((self.operation, self.version, response.status), duration);
            return response;
        }
        let mut lines = String::with_capacity(256);
        headers.each(&mut |name, value| {
            lines.push_str(name);
            lines.push_str(": ");
            lines.push_str(value);
            lines.push('\n');
        });
        let own = response.headers.iter();
        let response_headers = own
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        let entry = Entry {
            id: 0,
            time: self.org.clock.now(),
            org: Arc::clone(&self.org.id),
            operation: self.operation,
            method: self.request.verb.to_owned(),
            path: self.request.path.to_owned(),
            module: self.module,
            query: self.request.query.to_owned(),
            headers: lines,
            request: Body::copied(self.request.body.unwrap_or_default()),
            status: response.status,
            response_headers,
            response: Body::shared(&response.body),
            duration,
            faults: self.hit.map(|hit| hit.rules.clone()).unwrap_or_default(),
            violations: Vec::new(),
        };
        journal.note(Note {
            entry,
            version: self.version,
        });
        response
    }
}
