//! Parameters of the control plane: their forms, by which they are checked and described.

use serde_json::{Value as Json, json};

use super::error::AdminError;
use crate::runtime::pattern::Statuses;

/// A parameter of the query.
#[derive(Clone, Copy, Debug)]
pub struct AdminParam {
    /// Its name.
    pub name: &'static str,
    /// Its form.
    pub form: ParamForm,
    /// What it means.
    pub meaning: &'static str,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug)]
pub enum ParamForm {
    /// Any text.
    Text,
    /// A number from 0 on.
    Number,
    /// A status, or all of a hundred.
    Statuses,
    /// One of these words; the first where the parameter is absent.
    Words(&'static [&'static str]),
}

/// The parameter that every call takes.
pub(super) const ORG: AdminParam = AdminParam::new(
    "org",
    ParamForm::Text,
    "the org that it is about, by id or name",
);

impl AdminParam {
    pub(super) const fn new(name: &'static str, form: ParamForm, meaning: &'static str) -> Self {
        Self {
            name,
            form,
            meaning,
        }
    }

    /// Refuses a value that is not of the form.
    pub(super) fn check(&self, value: &str) -> Result<(), AdminError> {
        let (fits, told) = match self.form {
            ParamForm::Text => return Ok(()),
            ParamForm::Number => (value.parse::<u64>().is_ok(), "a number".to_owned()),
            ParamForm::Statuses => (
                Statuses::parse(value).is_some(),
                "a number from 200 to 599, or like 4xx".to_owned(),
            ),
            ParamForm::Words(words) => (words.contains(&value), listed(words)),
        };
        if fits {
            return Ok(());
        }
        let message = format!("{} is {told}, not {value}", self.name);
        Err(AdminError::bad_request(message))
    }

    /// As OpenAPI describes it.
    pub(super) fn describe(&self) -> Json {
        let schema = match self.form {
            ParamForm::Text => json!({"type": "string"}),
            ParamForm::Number => {
                json!({"type": "integer", "minimum": 0, "maximum": u64::MAX})
            }
            ParamForm::Statuses => json!({"type": "string", "pattern": "^[2-5]([0-9]{2}|xx)$"}),
            ParamForm::Words(words) => {
                json!({"type": "string", "enum": words, "default": words.first()})
            }
        };
        json!({"name": self.name, "in": "query", "description": self.meaning, "schema": schema})
    }
}

/// `a, b or c`.
fn listed(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
