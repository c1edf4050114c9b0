//! A row of the control plane's table, and what its handler works with.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::error::AdminError;
pub(super) use super::json::{JSON, json_response, text_response};
use super::param::ORG;
pub use super::param::{AdminParam, ParamForm};
use crate::request::{Method, Params, Request};
use crate::response::Response;
use crate::words::nearest;
use crate::world::{Org, World};

/// What an operation does with its body.
#[derive(Clone, Copy)]
pub enum Body {
    /// It has none.
    None,
    /// A JSON object of this form.
    Json(SchemaOf),
    /// Anything of these media types.
    Raw(&'static [&'static str]),
}

/// A JSON schema, which the functions of `schema` derive from the type that reads a body
/// or that is written as an answer.
pub(super) type SchemaOf = fn() -> Json;

/// An answer that an operation gives.
#[derive(Clone, Copy)]
pub enum Answer {
    /// JSON with this status, of this form; the documentation of its type is what it means.
    Json(u16, SchemaOf),
    /// Text of this media type, and what it means.
    Text(&'static str, &'static str),
    /// No body (204), and what that means.
    Empty(&'static str),
}

impl Answer {
    /// Its status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Json(status, _) => status,
            Self::Text(..) => 200,
            Self::Empty(_) => 204,
        }
    }
}

/// What a handler gives.
pub(super) type HandlerResult = Result<Response, AdminError>;

/// An operation of the control plane.
pub struct AdminRow {
    /// Its name (`orgs.create`).
    pub id: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path below `/__admin`.
    pub path: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// Parameters besides `org`.
    pub params: &'static [AdminParam],
    /// Its body.
    pub body: Body,
    /// What it answers when all is well.
    pub answers: &'static [Answer],
    /// The code.
    pub handler: fn(&AdminRequest<'_>) -> HandlerResult,
}

impl AdminRow {
    /// All of its parameters.
    pub(super) fn all_params(&self) -> impl Iterator<Item = &'static AdminParam> {
        std::iter::once(&ORG).chain(self.params)
    }

    /// Refuses parameters that the operation does not have, and values of another form than theirs.
    pub(super) fn check_params(&self, params: &Params) -> Result<(), AdminError> {
        for (name, _) in params.iter() {
            if !self.all_params().any(|known| known.name == name) {
                return Err(self.unknown_param(name));
            }
        }
        // what counts is what handlers get to see
        for known in self.all_params() {
            if let Some(value) = params.get(known.name) {
                known.check(value)?;
            }
        }
        Ok(())
    }

    fn unknown_param(&self, name: &str) -> AdminError {
        let known = || self.all_params().map(|known| known.name);
        let hint = match nearest(name, known()) {
            Some(near) => format!("; did you mean \"{near}\"?"),
            None => {
                let all: Vec<&str> = known().collect();
                format!("; there are {}", all.join(", "))
            }
        };
        AdminError::bad_request(format!("unknown parameter \"{name}\"{hint}"))
    }
}

/// A request of the control plane that has been read.
pub struct AdminRequest<'a> {
    /// The server.
    pub world: &'a World,
    /// The org that it is about.
    pub org: Arc<Org>,
    /// The request as it came.
    pub http: &'a Request<'a>,
    /// Its parameters.
    pub params: Params,
    /// Its JSON body; null unless the row asks for one.
    pub body: Json,
    pub(super) path: Vec<(String, String)>,
}

impl AdminRequest<'_> {
    /// A variable of the path.
    #[must_use]
    pub fn path(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value)
    }

    /// A parameter; a text that is empty counts as absent.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.get(name).filter(|value| !value.is_empty())
    }

    /// A parameter that is a number; the check of the row has refused what is none.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.param(name)?.parse().ok()
    }

    /// The body in the form that the operation wants.
    ///
    /// # Errors
    /// 422 with the key that is wrong.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, AdminError> {
        T::deserialize(&self.body).map_err(|error| AdminError::invalid(error.to_string()))
    }

    /// The address of the server, or of an org on it.
    #[must_use]
    pub fn url_of(&self, org: &Org) -> String {
        let here = Request {
            prefix: "",
            ..*self.http
        };
        if org.number == 0 {
            here.base_url()
        } else {
            format!("{}/__org/{}", here.base_url(), org.id)
        }
    }
}
