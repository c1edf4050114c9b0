//! A row of the table of operations: everything that is known of an operation besides its code.
//!
//! Routing, scopes, credits, the reading of bodies, the contract and the documentation read the
//! row; none of them knows an operation by its name. A row is a named static that is built in
//! place, so that code that means an operation names it:
//!
//! ```ignore
//! pub(crate) static COUNT: Endpoint = Endpoint::get("users.count", "/crm/{v}/users/actions/count")
//!     .since(ApiVersion::V6)
//!     .scope("users.READ")
//!     .params(&[TYPE])
//!     .outcomes(&[200, 400])
//!     .does("How many users there are of a type", count);
//! ```

pub use super::body::{BodyKind, BodySpec, FILE, Items, Most, VersionedKey, Write};
use super::call::Call;
use super::param::MODULE;
pub use super::param::{Param, ParamKind, Together};
use crate::error::{ApiError, Code};
use crate::request::{Method, Params, Request};
use crate::response::Response;
use crate::runtime::limits::Cost;
use crate::schema::Schema;
use crate::settings::Family;
use crate::store::OrgState;
use crate::version::{ApiVersion, Versions};

/// A handler: everything about the call in, an answer or an error out. No I/O, no clock.
pub type Handler = fn(&Call<'_>) -> Result<Response, ApiError>;

/// What an operation reads, as far as rules over several requests ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// A record by its id.
    Record,
    /// The records of a module, page by page.
    Records,
    /// Something else, or nothing.
    Other,
}

/// How far the pages of a list go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To its end.
    All,
    /// To 2,000 records, and beyond with a `page_token` in versions that have one.
    Tokens,
    /// To 2,000 records.
    Hits,
}

/// What the calls of an operation cost: a column of the table.
#[derive(Clone, Copy, Debug)]
pub enum Credits {
    /// So many credits.
    Of(u64),
    /// So many credits, and the call is heavy.
    Heavy(u64),
    /// A credit for each so many items of the body, begun ones too. More than ten items are heavy.
    PerItems(u64),
    /// A credit for each so many `ids` of the body, begun ones too.
    PerIds(u64),
    /// What a function makes of the call.
    By(fn(&Call<'_>) -> Cost),
}

/// An operation of the API.
#[derive(Debug)]
pub struct Endpoint {
    /// Its name (`records.upsert`).
    pub id: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path; `{v}` is the version, other segments in braces are variables.
    pub path: &'static str,
    /// The versions that have it.
    pub versions: Versions,
    /// The OAuth scope that it needs, without `ZohoCRM.` (`modules.{module}.READ`); empty for
    /// none.
    pub scope: &'static str,
    /// Its body.
    pub body: &'static BodySpec,
    /// The parameters of its query or form, in any version.
    pub params: &'static [Param],
    /// What these parameters mean together.
    pub together: &'static [Together],
    /// How far its pages go.
    pub reach: Reach,
    /// What it reads.
    pub reads: Reads,
    /// Whether `{module}` may be any module, also one whose records cannot be reached, and may be
    /// given by its id.
    pub any_module: bool,
    /// Whether nothing but metadata, settings, users and the question decides about its answer, which
    /// is kept then.
    pub kept: bool,
    /// It takes moments in an org of any size, unless one of these parameters is given; none if it may
    /// look through all records of a module.
    pub quick: Option<&'static [Param]>,
    /// The family of settings that it works on.
    pub family: Option<&'static Family>,
    /// What a call costs.
    pub costs: Credits,
    /// How many records, or other items, of a page or a body a composite request may ask it for;
    /// none if composite requests do not take it.
    pub composite: Option<usize>,
    /// The HTTP statuses that are documented for it, in any version, besides [`ANYWHERE`].
    pub outcomes: &'static [u16],
    /// What it does, in a line.
    pub summary: &'static str,
    /// The code.
    pub handler: Handler,
}

impl Endpoint {
    /// Whether a request for it may look through all records of a module.
    #[must_use]
    pub fn may_scan(&self, request: &Request<'_>) -> bool {
        let Some(scanning) = self.quick else {
            return !self.kept;
        };
        // lists of what was changed since are looked for by a field
        let since = ["if-modified-since", "if-unmodified-since"];
        let params = Params::parse(request.query.as_bytes());
        scanning
            .iter()
            .any(|param| params.get(param.name).is_some())
            || since.iter().any(|name| request.headers.get(name).is_some())
    }
}

/// The result of a match: the row, the version and the variables of the path.
#[derive(Debug)]
pub struct Route {
    /// The row.
    pub endpoint: &'static Endpoint,
    /// The version in the path; the newest for paths without one.
    pub version: ApiVersion,
    /// The variables by name.
    pub path: Vec<(&'static str, String)>,
}

impl Route {
    /// A variable of the path; empty if the path has none of that name.
    #[must_use]
    pub fn variable(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(n, _)| *n == name);
        found.map_or("", |(_, value)| value)
    }

    /// Puts the API name of the module that the path means in place of what stands there.
    pub fn name_module(&mut self, schema: &Schema) {
        for (_, name) in self.path.iter_mut().filter(|(key, _)| *key == "module") {
            if let Some(module) = schema.module_meant(name, self.version)
                && module.api_name() != name
            {
                *name = module.api_name().to_owned();
            }
        }
    }

    /// The same for the parameter of that name, if the operation has it.
    pub fn name_module_param(&self, params: &mut Params, schema: &Schema) {
        if self.endpoint.param(MODULE.name).is_none() {
            return;
        }
        let meant = params.get(MODULE.name).and_then(|name| {
            let module = schema.module_meant(name, self.version)?;
            (module.api_name() != name).then(|| module.api_name().to_owned())
        });
        if let Some(name) = meant {
            params.set(MODULE.name, name);
        }
    }
}

/// Finds the row for a request of an org: [`find`](super::router::find), which calls know by this name
/// alone, since the table leads to their code.
pub type Router = fn(&OrgState, Option<Method>, &str) -> Result<Route, ApiError>;

/// Statuses with which any call may be refused: no token or scope (401), no right (403), no such
/// path (404), a body that is too large (413) or of a media type that is not taken (415), too
/// many calls (429), and defects of the service (500, 502, 503).
pub const ANYWHERE: &[u16] = &[401, 403, 404, 413, 415, 429, 500, 502, 503];

impl Endpoint {
    /// Begins a row for `GET`.
    pub const fn get(id: &'static str, path: &'static str) -> EndpointBuilder {
        EndpointBuilder::new(Method::Get, id, path)
    }

    /// Begins a row for `POST`.
    pub const fn post(id: &'static str, path: &'static str) -> EndpointBuilder {
        EndpointBuilder::new(Method::Post, id, path)
    }

    /// Begins a row for `PUT`.
    pub const fn put(id: &'static str, path: &'static str) -> EndpointBuilder {
        EndpointBuilder::new(Method::Put, id, path)
    }

    /// Begins a row for `PATCH`.
    pub const fn patch(id: &'static str, path: &'static str) -> EndpointBuilder {
        EndpointBuilder::new(Method::Patch, id, path)
    }

    /// Begins a row for `DELETE`.
    pub const fn delete(id: &'static str, path: &'static str) -> EndpointBuilder {
        EndpointBuilder::new(Method::Delete, id, path)
    }

    /// Whether its path names a related list, whose records may be named by a header, too.
    #[must_use]
    pub fn names_related_records(&self) -> bool {
        self.path.contains("{related_list}")
    }

    /// The parameter with a name, in any version.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.name == name)
    }
}

/// A row under construction. Every column but summary and handler, which end it
/// ([`EndpointBuilder::does`]), has a value that holds for most rows: all versions, no scope, no
/// body, no parameters, one credit.
#[derive(Debug)]
#[must_use]
pub struct EndpointBuilder(Endpoint);

impl EndpointBuilder {
    const fn new(method: Method, id: &'static str, path: &'static str) -> Self {
        Self(Endpoint {
            id,
            method,
            path,
            versions: Versions::ALL,
            scope: "",
            body: &BodySpec::NONE,
            params: &[],
            together: &[],
            reach: Reach::All,
            reads: Reads::Other,
            any_module: false,
            kept: false,
            quick: None,
            family: None,
            costs: Credits::Of(1),
            composite: None,
            outcomes: &[],
            summary: "",
            handler: |_| Err(ApiError::new(Code::INTERNAL_ERROR)),
        })
    }

    /// The first version that has the operation.
    pub const fn since(self, version: ApiVersion) -> Self {
        self.versions(Versions::since(version))
    }

    /// The last version that has the operation.
    pub const fn until(self, version: ApiVersion) -> Self {
        self.versions(Versions::until(version))
    }

    /// The versions that have the operation.
    pub const fn versions(mut self, versions: Versions) -> Self {
        self.0.versions = versions;
        self
    }

    /// The OAuth scope, without `ZohoCRM.`.
    pub const fn scope(mut self, scope: &'static str) -> Self {
        self.0.scope = scope;
        self
    }

    /// What the body is.
    pub const fn body(mut self, body: &'static BodySpec) -> Self {
        self.0.body = body;
        self
    }

    /// The parameters, in any version.
    pub const fn params(mut self, params: &'static [Param]) -> Self {
        self.0.params = params;
        self
    }

    /// What parameters mean together.
    pub const fn together(mut self, together: &'static [Together]) -> Self {
        self.0.together = together;
        self
    }

    /// How far the pages go.
    pub const fn reach(mut self, reach: Reach) -> Self {
        self.0.reach = reach;
        self
    }

    /// What is read.
    pub const fn reads(mut self, reads: Reads) -> Self {
        self.0.reads = reads;
        self
    }

    /// Takes any module in the path, by its name or id.
    pub const fn any_module(mut self) -> Self {
        self.0.any_module = true;
        self
    }

    /// Its answers are kept: metadata, settings, users and the question alone decide about them.
    pub const fn kept(mut self) -> Self {
        self.0.kept = true;
        self
    }

    /// It takes moments in an org of any size, unless one of some parameters is given.
    pub const fn quick_without(mut self, params: &'static [Param]) -> Self {
        self.0.quick = Some(params);
        self
    }

    /// The family of settings that it works on.
    pub const fn family(mut self, family: &'static Family) -> Self {
        self.0.family = Some(family);
        self
    }

    /// What a call costs.
    pub const fn costs(mut self, costs: Credits) -> Self {
        self.0.costs = costs;
        self
    }

    /// Composite requests take it, for so many items of a page or a body (table of v7).
    pub const fn composite(mut self, items: usize) -> Self {
        self.0.composite = Some(items);
        self
    }

    /// Composite requests take it, whatever it is asked for (table of v7).
    pub const fn composite_freely(self) -> Self {
        self.composite(usize::MAX)
    }

    /// The documented statuses besides [`ANYWHERE`].
    pub const fn outcomes(mut self, outcomes: &'static [u16]) -> Self {
        self.0.outcomes = outcomes;
        self
    }

    /// Ends the row: what the operation does, in a line, and the code that does it.
    #[must_use]
    pub const fn does(mut self, summary: &'static str, handler: Handler) -> Endpoint {
        self.0.summary = summary;
        self.0.handler = handler;
        self.0
    }
}
