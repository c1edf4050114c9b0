//! An org's records as JSON, without a request.

use std::fmt::Display;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::org::MockOrg;
use super::refused::Refused;
use crate::api::{Call, router};
use crate::error::{ApiError, Wording};
use crate::ids::Id;
use crate::render::RecordForm;
use crate::render::{self, Detail};
use crate::request::{Method, Params, Request};
use crate::response::Response;
use crate::runtime::auth::Caller;
use crate::schema::Module;
use crate::store::{OrgState, Record};
use crate::version::ApiVersion;
use crate::words::nearest;

/// Why Zoho would not take a record.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{code}: {message} {details}")]
pub struct RecordError {
    /// Zoho's code (`MANDATORY_NOT_FOUND`).
    pub code: String,
    /// Zoho's message.
    pub message: String,
    /// What the message is about, such as `api_name`.
    pub details: Json,
}

impl RecordError {
    fn of(json: &Json) -> Self {
        let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
        Self {
            code: text("code"),
            message: text("message"),
            details: json["details"].clone(),
        }
    }
}

impl MockOrg {
    /// The records of a module that a list of Zoho's shows, oldest first, each as the newest version
    /// of the API gives a single record.
    ///
    /// ```
    /// use serde_json::json;
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::builder().empty().start_blocking()?;
    /// crm.insert("Leads", &json!({"Last_Name": "Rao"}))?;
    /// let leads = crm.records("Leads")?;
    /// assert_eq!(leads[0]["Last_Name"], "Rao");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such module, with the nearest name.
    pub fn records(&self, module: &str) -> Result<Vec<Json>, Refused> {
        let state = self.org.read();
        let module = self.module(&state, module)?;
        let rows = state.table(&module).rows();
        let shown = rows.iter().map(|(_, record)| record);
        let shown = shown.filter(|record| !record.converted);
        Ok(shown
            .map(|record| shown_as(record, &module, &state))
            .collect())
    }

    /// A record by its id, also a lead that was converted; `None` if there is none.
    ///
    /// ```
    /// use serde_json::json;
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let labels = crm.seed_json(&json!({"Leads": [{"id": "#rao", "Last_Name": "Rao"}]}))?;
    /// let rao = crm.record("Leads", labels["#rao"])?.ok_or("no lead")?;
    /// assert_eq!(rao["Full_Name"], "Rao");
    /// assert!(crm.record("Leads", "1")?.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such module, or the id is no number.
    pub fn record(&self, module: &str, id: impl Display) -> Result<Option<Json>, Refused> {
        let state = self.org.read();
        let module = self.module(&state, module)?;
        let id = id.to_string();
        let id = Id::parse(&id).map_err(|_| Refused::new(format!("\"{id}\" is no id")))?;
        let record = state.table(&module).get(id);
        Ok(record.map(|record| shown_as(record, &module, &state)))
    }

    /// How many records of a module a list of Zoho's shows.
    ///
    /// ```
    /// let crm = zoho_crm_mock::MockServer::start_blocking()?;
    /// assert_eq!(crm.count("Leads")?, 16);
    /// assert!(crm.count("Leeds").is_err_and(|e| e.to_string().contains("Leads")));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there is no such module, with the nearest name.
    pub fn count(&self, module: &str) -> Result<usize, Refused> {
        let state = self.org.read();
        let module = self.module(&state, module)?;
        Ok(state.table(&module).rows().visible_len())
    }

    /// Inserts a record as the newest version of the API would, under the same checks, and gives its
    /// id. It is no request: limits and faults do not touch it, and the journal does not know of it.
    ///
    /// ```
    /// use serde_json::json;
    /// use zoho_crm_mock::MockServer;
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let id = crm.insert("Leads", &json!({"Last_Name": "Rao", "Company": "Rao Boats"}))?;
    /// assert!(crm.record("Leads", id)?.is_some());
    ///
    /// let refused = crm.insert("Leads", &json!({"Company": "Rao Boats"})).unwrap_err();
    /// assert_eq!(refused.code, "MANDATORY_NOT_FOUND");
    /// assert_eq!(refused.details["api_name"], "Last_Name");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Zoho's, of the record or of the module.
    pub fn insert(&self, module: &str, record: &Json) -> Result<Id, RecordError> {
        let segment =
            percent_encoding::utf8_percent_encode(module, percent_encoding::NON_ALPHANUMERIC);
        let path = format!("/crm/{}/{segment}", ApiVersion::LATEST.as_str());
        let whole = |error: ApiError| RecordError::of(&error.json(Wording::Zoho));
        let answer = self
            .call(Method::Post, &path, json!({"data": [record]}))
            .map_err(whole)?;
        let answer: Json = serde_json::from_slice(&answer.body).unwrap_or_default();
        let item = &answer["data"][0];
        let id = Some(&item["details"]["id"]).filter(|_| item["status"] == "success");
        id.and_then(Id::from_json)
            .ok_or_else(|| RecordError::of(item))
    }

    /// Runs an operation of the API without what surrounds requests.
    fn call(&self, method: Method, path: &str, body: Json) -> Result<Response, ApiError> {
        let route = router::route(Some(method), path)?;
        let headers: Vec<(String, String)> = Vec::new();
        let request = Request::new(method.as_str(), path, "", &headers, Some(b""));
        let call = Call {
            endpoint: route.endpoint,
            version: route.version,
            request: &request,
            params: Params::default(),
            body,
            parts: Vec::new(),
            now: self.org.clock.now(),
            wording: Wording::Zoho,
            caller: Caller::Anyone,
            world: &self.world,
            org: &self.org,
            faults: None,
            router: crate::api::router::find,
            shared: None,
            form: RecordForm::Api,
            path: route.path,
        };
        call.answer()
    }

    fn module(&self, state: &OrgState, name: &str) -> Result<Arc<Module>, Refused> {
        let found = state.schema.module(name).cloned();
        found.ok_or_else(|| {
            let known = state.schema.modules().map(|module| module.api_name());
            Refused::new(match nearest(name, known) {
                Some(near) => format!("unknown module \"{name}\"; did you mean \"{near}\"?"),
                None => format!("unknown module \"{name}\""),
            })
        })
    }
}

/// A record as the newest version of the API gives a single one.
fn shown_as(record: &Record, module: &Module, state: &OrgState) -> Json {
    let plan = render::plan(state, module, ApiVersion::LATEST, Detail::Single, None);
    let mut text = Vec::new();
    plan.write(record, module, state, &mut text);
    // what is rendered is JSON
    serde_json::from_slice(&text).unwrap_or_default()
}
