//! A row of the table of operations.

use super::call::Call;
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
    /// What it does, in a line.
    pub summary: &'static str,
    /// The code.
    pub handler: Handler,
}
