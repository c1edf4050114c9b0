//! A row of the table of operations, and what its code works with.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Map, Value as Json};

use crate::api::call::{Call, InnerCall};
use crate::error::{ApiError, Wording};
use crate::render::RecordForm;
use crate::request::Params;
use crate::response::Response;
use crate::schema::Module;
use crate::store::OrgState;
use crate::version::ApiVersion;

/// The version of Zoho's API that the connector speaks.
pub(super) const VERSION: ApiVersion = ApiVersion::V2;
/// The words of its samples.
const WORDING: Wording = Wording::Documented;

/// An operation of the connector.
#[derive(Debug)]
pub(super) struct Operation {
    /// Its name (`get_record`).
    pub(super) name: &'static str,
    /// Its name for people.
    pub(super) title: &'static str,
    /// What it does, and what was decided where no sample says it.
    pub(super) description: &'static str,
    /// JSON Schema of the input.
    pub(super) input: fn() -> Json,
    /// JSON Schema of the output.
    pub(super) output: fn() -> Json,
    /// The code.
    pub(super) run: Running,
}

/// What runs an operation: some give their output as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Running {
    /// It gives JSON.
    Json(fn(&Run<'_>) -> Result<Json, ServiceRefusal>),
    /// It gives the text of JSON.
    Text(fn(&Run<'_>) -> Result<Vec<u8>, ServiceRefusal>),
}

impl Running {
    /// Runs the operation; gives the text of the output.
    pub(super) fn output(self, run: &Run<'_>) -> Result<Vec<u8>, ServiceRefusal> {
        match self {
            Self::Json(code) => code(run).map(|output| output.to_string().into_bytes()),
            Self::Text(code) => code(run),
        }
    }
}

/// An answer of Zoho's side that the connector does not expect.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ServiceRefusal {
    /// The HTTP status.
    pub(super) status: u16,
    /// The body.
    pub(super) body: Json,
}

impl ServiceRefusal {
    /// Statuses that are no refusal (documented).
    pub(super) const EXPECTED: [u16; 5] = [200, 201, 202, 203, 204];

    /// What Zoho's side says.
    #[must_use]
    pub(super) fn message(&self) -> &str {
        let said = self.body.get("message").and_then(Json::as_str);
        said.unwrap_or("the service refused the request")
    }
}

impl From<ApiError> for ServiceRefusal {
    fn from(error: ApiError) -> Self {
        Self {
            status: error.kind.status(),
            body: error.json(WORDING),
        }
    }
}

/// One run of an operation.
pub(super) struct Run<'a> {
    /// The call that brought it.
    pub(super) call: &'a Call<'a>,
    /// The input, valid by its schema.
    pub(super) input: &'a Map<String, Json>,
}

impl Run<'_> {
    /// A value of the input as text; none if it is absent, null or empty.
    #[must_use]
    pub(super) fn text(&self, key: &str) -> Option<String> {
        text(self.input.get(key)?)
    }

    /// The module that the input names, by API name or label.
    #[must_use]
    pub(super) fn module(&self, state: &OrgState) -> Option<Arc<Module>> {
        let name = self.text("module_name")?;
        let module = state.schema.module_called(&name);
        module.filter(|m| m.has_records(VERSION)).cloned()
    }

    /// The API name of the module, or what the input has in its place: Zoho's side says what is
    /// wrong with that.
    #[must_use]
    pub(super) fn module_name(&self, state: &OrgState) -> String {
        let module = self.module(state);
        module.map_or_else(
            || self.text("module_name").unwrap_or_default(),
            |module| module.api_name().to_owned(),
        )
    }

    /// Calls Zoho's API and gives the body of its answer; null for none.
    ///
    /// # Errors
    /// Whatever that API refuses.
    pub(super) fn zoho(&self, inner: InnerCall) -> Result<Json, ServiceRefusal> {
        self.zoho_by(inner, |call| call.answer())
    }

    /// The same with a handler other than the row's.
    ///
    /// # Errors
    /// As above.
    pub(super) fn zoho_by(
        &self,
        inner: InnerCall,
        run: impl FnOnce(&Call<'_>) -> Result<Response, ApiError>,
    ) -> Result<Json, ServiceRefusal> {
        let text = self.text_by(inner, run)?;
        Ok(serde_json::from_slice(&text).unwrap_or(Json::Null))
    }

    /// Calls Zoho's API for records in the form of the samples, and gives the text of the body; empty
    /// for none.
    ///
    /// # Errors
    /// Whatever that API refuses.
    pub(super) fn records_by(
        &self,
        inner: InnerCall,
        run: impl FnOnce(&Call<'_>) -> Result<Response, ApiError>,
    ) -> Result<Vec<u8>, ServiceRefusal> {
        let inner = InnerCall {
            form: RecordForm::Connector,
            ..inner
        };
        let text = self.text_by(inner, run)?;
        // recorded bodies end with a line feed, those of the connector do not
        Ok(text.strip_suffix(b"\n").unwrap_or(&text).to_vec())
    }

    fn text_by(
        &self,
        inner: InnerCall,
        run: impl FnOnce(&Call<'_>) -> Result<Response, ApiError>,
    ) -> Result<Bytes, ServiceRefusal> {
        let Response { status, body, .. } = self.call.within(inner, VERSION, WORDING, run)?;
        if ServiceRefusal::EXPECTED.contains(&status) {
            return Ok(body);
        }
        let body = serde_json::from_slice(&body).unwrap_or(Json::Null);
        Err(ServiceRefusal { status, body })
    }
}

/// A value as text, whatever type it came in; none if there is nothing in it.
pub(super) fn text(value: &Json) -> Option<String> {
    let text = match value {
        Json::String(text) => text.trim().to_owned(),
        // JSON Schema calls 2.0 an integer
        #[allow(
            clippy::cast_possible_truncation,
            reason = "it has no fraction and is small"
        )]
        Json::Number(number) => match number.as_f64() {
            Some(double) if double.fract() == 0.0 && double.abs() < 1e15 => {
                (double as i64).to_string()
            }
            _ => number.to_string(),
        },
        Json::Bool(_) => value.to_string(),
        Json::Null | Json::Array(_) | Json::Object(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Parameters, without those that are absent.
pub(super) fn params(pairs: Vec<(&str, Option<String>)>) -> Params {
    let given = pairs.into_iter();
    Params::of(
        given
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect(),
    )
}
