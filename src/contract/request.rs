//! A request that is judged: what is known of it before its handler runs.

use serde_json::Value as Json;

use crate::api::endpoint::{BodyKind, Endpoint};
use crate::api::router;
use crate::request::multipart::FormPart;
use crate::request::{Params, Request};
use crate::schema::external::ExternalIds;
use crate::schema::{Module, Schema};
use crate::store::OrgState;
use crate::version::ApiVersion;

/// What can be known of a request before its handler runs.
#[derive(Clone, Copy)]
pub struct JudgedRequest<'a> {
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
    /// The parts of the body; none where there are none, or none that can be read.
    pub parts: &'a [FormPart],
    /// The state that the request meets.
    pub state: &'a OrgState,
    /// Seconds since 1970.
    pub now: i64,
}

impl<'a> JudgedRequest<'a> {
    /// A variable of the path; empty if the path has none of that name.
    pub(super) fn variable(&self, name: &str) -> &'a str {
        let found = self.path.iter().find(|(n, _)| *n == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// The module in the path, if its records can be reached.
    pub(super) fn module(&self) -> Option<&'a Module> {
        let module = self.state.schema.module(self.variable("module"))?;
        module.has_records(self.version).then_some(&**module)
    }

    /// What the header says of external ids; nothing if it is absent or wrong.
    pub(super) fn external_ids(&self) -> ExternalIds {
        let header = self.request.headers.get("x-external");
        let read = header
            .and_then(|header| ExternalIds::parse(header, &self.state.schema, self.module()?).ok());
        read.unwrap_or_default()
    }

    /// Whether a lookup names its record by an external id.
    pub(super) fn is_external(&self, value: &Json) -> bool {
        let mut lookups = self.external_ids().lookups.into_iter();
        lookups.any(|lookup| {
            let target = self.state.schema.module_at(lookup.target);
            let name = target.field_at(lookup.field).api_name();
            value.get(name).is_some()
        })
    }
}

/// A request that is read without being answered: for callers that have no
/// [`Call`](crate::api::Call), since a step before the handler refused it.
#[derive(Debug, Default)]
pub struct ParsedRequest {
    endpoint: Option<&'static Endpoint>,
    version: Option<ApiVersion>,
    path: Vec<(&'static str, String)>,
    params: Params,
    body: Json,
    parts: Vec<FormPart>,
}

impl ParsedRequest {
    /// Reads path, parameters and body.
    #[must_use]
    pub fn read(request: &Request<'_>, schema: &Schema) -> Self {
        let mut params = Params::parse(request.query.as_bytes());
        let Ok(mut route) = router::route(request.method, request.path) else {
            let segment = request.path.split('/').nth(2).unwrap_or_default();
            return Self {
                version: ApiVersion::parse(segment),
                params,
                ..Self::default()
            };
        };
        route.name_module(schema);
        route.name_module_param(&mut params, schema);
        let bytes = request.body.unwrap_or_default();
        let mut body = Json::Null;
        let mut parts = Vec::new();
        match route.endpoint.body.kind {
            BodyKind::Form => params.extend(request.form()),
            BodyKind::Json => body = serde_json::from_slice(bytes).unwrap_or_default(),
            BodyKind::Multipart => {
                let form = route.endpoint.body.form(request, route.version);
                let form = form.unwrap_or_default();
                params.extend(form.params);
                parts = form.parts;
            }
            BodyKind::None | BodyKind::Raw => {}
        }
        Self {
            parts,
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
    pub fn judged<'a>(
        &'a self,
        request: &'a Request<'a>,
        state: &'a OrgState,
        now: i64,
    ) -> JudgedRequest<'a> {
        JudgedRequest {
            request,
            endpoint: self.endpoint,
            version: self.version.unwrap_or(ApiVersion::LATEST),
            path: &self.path,
            params: &self.params,
            body: &self.body,
            parts: &self.parts,
            state,
            now,
        }
    }
}

/// Whether a body is JSON, whatever it should be.
pub(super) fn is_json(sent: &[u8]) -> bool {
    sent.trim_ascii_start().starts_with(b"{")
}
