//! Errors and outcomes as Zoho words them.

pub mod catalogue;

use serde_json::{Map, Value as Json, json};

pub use catalogue::{Kind, Message};

/// Whose words answers use. Codes, keys and statuses are the same in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Wording {
    /// The words of the documented connector samples ("Record updated successfully").
    Documented,
    /// The words of the live REST API ("record updated").
    #[default]
    Zoho,
}

/// An error of the API: a row of the catalogue and the details of this case.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// Code, message and status.
    pub kind: Kind,
    /// The `details` object.
    pub details: Map<String, Json>,
    /// A message with a variable part, where the catalogue's cannot serve.
    pub message: Option<String>,
}

impl ApiError {
    /// An error with empty details.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            details: Map::new(),
            message: None,
        }
    }

    /// The same error with one more key in its details.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Json>) -> Self {
        self.details.insert(key.to_owned(), value.into());
        self
    }

    /// The same error with a message of its own.
    #[must_use]
    pub fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// The error as JSON: `code`, `details`, `message`, `status`.
    #[must_use]
    pub fn json(&self, wording: Wording) -> Json {
        let message = self
            .message
            .as_deref()
            .unwrap_or_else(|| self.kind.message(wording));
        json!({"code": self.kind.code(), "details": self.details, "message": message, "status": "error"})
    }
}

impl From<Kind> for ApiError {
    fn from(kind: Kind) -> Self {
        Self::new(kind)
    }
}

/// What became of one item of a write.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// It was done.
    Success {
        /// The message, in either wording.
        message: Message,
        /// The `details` object.
        details: Map<String, Json>,
        /// `action` and `duplicate_field` of an upsert.
        more: Map<String, Json>,
    },
    /// It was refused, and nothing of it done.
    Error(ApiError),
}

impl Item {
    /// A success.
    #[must_use]
    pub fn success(message: Message, details: Map<String, Json>) -> Self {
        Self::Success {
            message,
            details,
            more: Map::new(),
        }
    }

    /// Whether it was done.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success { .. })
    }

    /// The item as JSON.
    #[must_use]
    pub fn json(&self, wording: Wording) -> Json {
        match self {
            Self::Success {
                message,
                details,
                more,
            } => {
                let mut item = Map::new();
                item.insert("code".into(), "SUCCESS".into());
                item.extend(more.clone());
                item.insert("details".into(), Json::Object(details.clone()));
                item.insert("message".into(), message.text(wording).into());
                item.insert("status".into(), "success".into());
                Json::Object(item)
            }
            Self::Error(error) => error.json(wording),
        }
    }
}

impl From<ApiError> for Item {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}
