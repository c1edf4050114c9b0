//! Errors of the control plane: `{"error":{"code","message","details"}}`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::json::json_response;
use crate::control::ControlRefusal;
use crate::error::{Code, Wording};
use crate::request::BodyFault;
use crate::response::Response;
use crate::world::OrgError;

/// Why a request of the control plane is refused.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AdminError {
    /// 400 for what cannot be read, 404 for what is not there, 405 for a method that a path does
    /// not take, 408 for what did not happen in time, 409 for names that are taken, 413 for what is
    /// too large, 415 for bodies of other media types, 422 for what can be read and makes no sense or does not hold.
    #[serde(skip)]
    pub status: u16,
    /// A word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
    /// Particulars for programs, such as the name that is unknown; an empty object without any.
    #[schemars(with = "Map<String, Json>")]
    pub details: Json,
}

/// What is answered to a request that is refused.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ErrorBody<'a> {
    error: &'a AdminError,
}

impl AdminError {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            details: json!({}),
        }
    }

    /// Replaces the details.
    #[must_use]
    pub fn with(mut self, details: Json) -> Self {
        self.details = details;
        self
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BAD_REQUEST", message)
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(422, "INVALID", message)
    }

    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::new(409, "CONFLICT", message)
    }

    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self::new(500, "INTERNAL", message)
    }

    /// A body that was not read to its end.
    pub(super) fn unread(fault: BodyFault) -> Self {
        match fault {
            BodyFault::TooLarge => Self::new(413, "TOO_LARGE", "the body is too large"),
            BodyFault::Incomplete => {
                Self::bad_request(Code::BODY_INCOMPLETE.message(Wording::Zoho))
            }
            BodyFault::Stalled => {
                Self::timed_out(Code::BODY_TIMEOUT.message(Wording::Zoho), json!({}))
            }
        }
    }

    /// A body of another media type than those that are taken.
    pub(super) fn media_type(given: &str, taken: &[&str]) -> Self {
        let message = format!(
            "the body's Content-Type must be {}, not {given} (curl: -H 'Content-Type: {}')",
            taken.join(", "),
            taken.first().copied().unwrap_or_default(),
        );
        Self::new(415, "UNSUPPORTED_MEDIA_TYPE", message).with(json!({"media_types": taken}))
    }

    pub(super) fn not_found(what: &str, name: &str) -> Self {
        Self::new(404, "NOT_FOUND", format!("there is no {what} \"{name}\""))
            .with(json!({what: name}))
    }

    pub(super) fn absent(message: impl Into<String>) -> Self {
        Self::new(404, "NOT_FOUND", message)
    }

    pub(super) fn no_such_path(path: &str) -> Self {
        let message = format!("there is no {path}; GET /__admin/openapi.json lists what there is");
        Self::new(404, "NOT_FOUND", message)
    }

    pub(super) fn method(verb: &str, methods: &[&str]) -> Self {
        let message = format!("{verb} is not possible here, only {}", methods.join(", "));
        Self::new(405, "METHOD_NOT_ALLOWED", message).with(json!({"methods": methods}))
    }

    /// What was waited for did not happen.
    pub(super) fn timed_out(message: impl Into<String>, details: Json) -> Self {
        Self::new(408, "TIMEOUT", message).with(details)
    }

    /// What stands in the catalogue, in other words.
    pub(super) fn of(code: Code, message: &str) -> Self {
        Self::new(code.status(), code.code(), message)
    }

    /// The server ends before the answer.
    pub(super) fn stopping() -> Self {
        Self::of(Code::STOPPING, Code::STOPPING.message(Wording::Zoho))
    }

    pub(super) fn response(&self) -> Response {
        let response = json_response(self.status, &ErrorBody { error: self });
        match self.status {
            401 => response.header("WWW-Authenticate", "Bearer"),
            405 => {
                let methods = self.details["methods"].as_array().into_iter().flatten();
                let methods: Vec<&str> = methods.filter_map(Json::as_str).collect();
                response.header("Allow", methods.join(", "))
            }
            _ => response,
        }
    }
}

impl From<ControlRefusal> for AdminError {
    fn from(refusal: ControlRefusal) -> Self {
        let (status, code) = match &refusal {
            ControlRefusal::Unknown { .. } => (404, "NOT_FOUND"),
            ControlRefusal::Invalid(_) => (422, "INVALID"),
            ControlRefusal::Conflict(_) => (409, "CONFLICT"),
            ControlRefusal::NotVerified { .. } => (422, "NOT_VERIFIED"),
        };
        Self::new(status, code, refusal.to_string()).with(refusal.details())
    }
}

impl From<OrgError> for AdminError {
    fn from(error: OrgError) -> Self {
        let message = error.to_string();
        match error {
            OrgError::Unknown(name) => Self::not_found("org", &name),
            OrgError::NothingToFork(_) => Self::new(404, "NOT_FOUND", message),
            OrgError::NameTaken(_) | OrgError::IsDefault => Self::conflict(message),
        }
    }
}
