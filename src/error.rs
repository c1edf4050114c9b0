//! Errors and outcomes as Zoho words them.

pub mod catalogue;
mod place;
mod wording;

use serde_json::{Map, Value as Json, json};

pub use catalogue::{AccountsError, Code, Message, Row, nearest_code, nearest_error};
pub use place::{path_alone, place};
pub use wording::Wording;

use crate::ids::Id;
use crate::value::blob::BudgetSpent;
use crate::value::{order, write_string};

/// An error of the API: a row of the catalogue and the details of this case.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// Code, message and status.
    pub kind: Code,
    /// The `details` object.
    pub details: Map<String, Json>,
    /// A message with a variable part, where the catalogue's cannot serve.
    pub message: Option<String>,
}

impl ApiError {
    /// An error with empty details.
    #[must_use]
    pub fn new(kind: Code) -> Self {
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

    /// Takes a detail away.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        self.details.shift_remove(key);
        self
    }

    /// The same error with a message of its own.
    #[must_use]
    pub fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// The same error with words of the request in the places of its message that a `%s` or `%d`
    /// keeps for them.
    #[must_use]
    pub fn filled(self, words: &[&str]) -> Self {
        let mut message = String::new();
        let mut rest = self.kind.message(Wording::Zoho);
        for word in words {
            let Some(at) = rest.find("%s").into_iter().chain(rest.find("%d")).min() else {
                break;
            };
            message.push_str(&rest[..at]);
            message.push_str(word);
            rest = &rest[at + 2..];
        }
        message.push_str(rest);
        self.saying(message)
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

impl From<Code> for ApiError {
    fn from(kind: Code) -> Self {
        Self::new(kind)
    }
}

impl From<BudgetSpent> for ApiError {
    /// `STORAGE_SPACE_EXCEEDED`, with the bytes that there may be.
    fn from(spent: BudgetSpent) -> Self {
        Self::new(Code::STORAGE_SPACE_EXCEEDED).with("size", spent.most)
    }
}

/// What became of one item of a write.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// It was done.
    Success {
        /// The message, in either wording.
        message: Message,
        /// The `details` object, written.
        details: Vec<u8>,
        /// What an upsert did.
        upsert: Option<Upserted>,
    },
    /// It was refused, and nothing of it done.
    Error(ApiError),
}

/// What an item of an upsert tells besides the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct Upserted {
    /// Whether an existing record was changed.
    pub updated: bool,
    /// The field by which it was found.
    pub duplicate_field: Option<String>,
}

impl Item {
    /// A success with a `details` object that is already written.
    #[must_use]
    pub fn success(message: Message, details: Vec<u8>) -> Self {
        Self::Success {
            message,
            details,
            upsert: None,
        }
    }

    /// A success whose details are an id and nothing else.
    #[must_use]
    pub fn success_of(message: Message, id: Id) -> Self {
        Self::success(message, format!("{{\"id\":\"{id}\"}}").into_bytes())
    }

    /// Whether it was done.
    #[must_use]
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success { .. })
    }

    /// Appends the item as JSON, keys in Zoho's order.
    pub fn write(&self, wording: Wording, out: &mut Vec<u8>) {
        match self {
            Self::Success {
                message,
                details,
                upsert,
            } => {
                out.extend_from_slice(b"{\"code\":\"SUCCESS\"");
                if let Some(upsert) = upsert {
                    out.extend_from_slice(b",\"duplicate_field\":");
                    match &upsert.duplicate_field {
                        Some(field) => write_string(out, field),
                        None => out.extend_from_slice(b"null"),
                    }
                    let action = if upsert.updated { "update" } else { "insert" };
                    out.extend_from_slice(b",\"action\":");
                    write_string(out, action);
                }
                out.extend_from_slice(b",\"details\":");
                out.extend_from_slice(details);
                out.extend_from_slice(b",\"message\":");
                write_string(out, message.text(wording));
                out.extend_from_slice(b",\"status\":\"success\"}");
            }
            Self::Error(error) => order::write_sorted(out, &error.json(wording)),
        }
    }

    /// `{"{root}":item}`.
    #[must_use]
    pub fn write_under(&self, root: &str, wording: Wording) -> Vec<u8> {
        let mut body = Vec::with_capacity(256);
        body.push(b'{');
        write_string(&mut body, root);
        body.push(b':');
        self.write(wording, &mut body);
        body.push(b'}');
        body
    }

    /// `{"{root}":[items]}`.
    #[must_use]
    pub fn write_all(root: &str, items: &[Self], wording: Wording) -> Vec<u8> {
        let mut body = Vec::with_capacity(64 + 320 * items.len());
        body.push(b'{');
        write_string(&mut body, root);
        body.extend_from_slice(b":[");
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                body.push(b',');
            }
            item.write(wording, &mut body);
        }
        body.extend_from_slice(b"]}");
        body
    }
}

impl From<ApiError> for Item {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_have_their_keys_in_order() {
        let item = Item::Success {
            message: Message::RECORD_ADDED,
            details: b"{}".to_vec(),
            upsert: Some(Upserted {
                updated: false,
                duplicate_field: None,
            }),
        };
        for item in [item, Item::success(Message::RECORD_ADDED, b"{}".to_vec())] {
            let mut written = Vec::new();
            item.write(Wording::Zoho, &mut written);
            let read: Json = serde_json::from_slice(&written).unwrap();
            let mut sorted = Vec::new();
            order::write_sorted(&mut sorted, &read);
            assert_eq!(written, sorted);
        }
    }
}
