//! A row of the table of operations.

use super::call::Call;
pub use super::param::{Param, ParamKind};
use crate::error::ApiError;
use crate::request::Method;
use crate::response::Response;
use crate::version::Versions;

/// What a call does with its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// It has none; one that is sent is not looked at.
    None,
    /// A JSON object.
    Json,
    /// Any bytes, which the handler reads itself.
    Raw,
    /// Parameters of a form, as well as or instead of a query.
    Form,
}

/// A handler: everything about the call in, an answer or an error out. No I/O, no clock.
pub type Handler = fn(&Call<'_>) -> Result<Response, ApiError>;

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
    pub body: BodyKind,
    /// The parameters of its query or form, in any version.
    pub params: &'static [Param],
    /// The HTTP statuses that are documented for it, in any version, besides [`ANYWHERE`].
    pub outcomes: &'static [u16],
    /// What it does, in a line.
    pub summary: &'static str,
    /// The code.
    pub handler: Handler,
}

/// Statuses with which any call may be refused: no token or scope (401), no right (403), no such
/// path (404), a body that is too large (413) or of a media type that is not taken (415), too
/// many calls (429), and defects of the service (500, 502, 503).
pub const ANYWHERE: &[u16] = &[401, 403, 404, 413, 415, 429, 500, 502, 503];

impl Endpoint {
    /// The parameter with a name, in any version.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.name == name)
    }
}
