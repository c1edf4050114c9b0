//! Which requests are meant, and how many of them are expected.

use serde_json::{Map, Value as Json, json};

use crate::api::Endpoint;

/// Which requests are meant: all, or those of an operation, a module, with some body … They are what
/// [faults](super::Fault::on) look for and [expectations](Expectation) count.
///
/// The JSON form, that of `match` in the control plane, is taken as well: `Requests::from(json!(…))`.
/// Names that do not exist are refused where the requests are used, with the nearest one.
///
/// ```
/// use serde_json::json;
/// use zoho_crm_mock::{MockServer, Requests};
///
/// let crm = MockServer::start_blocking()?;
/// let rao = json!({"data": [{"Last_Name": "Rao"}]});
/// crm.verify(Requests::of("records.insert").module("Leads").body(rao).never())?;
///
/// let wrong = crm.verify(Requests::of("recrods.insert").never());
/// assert!(wrong.is_err_and(|refused| refused.to_string().contains("records.insert")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Requests(pub(super) Json);

impl Requests {
    /// Every request.
    #[must_use]
    pub fn any() -> Self {
        Self(json!({}))
    }

    /// Those of an operation, by its name (`records.upsert`); `*` stands for anything. The command
    /// `curl …/__admin/operations` lists the names.
    #[must_use]
    pub fn of(operation: impl Into<Self>) -> Self {
        operation.into()
    }

    /// Those of a method, in any case of letters.
    #[must_use]
    pub fn method(self, method: impl Into<String>) -> Self {
        self.with("method", method.into())
    }

    /// Those to a path (`/crm/v8/Leads`); `*` stands for anything.
    #[must_use]
    pub fn path(self, path: impl Into<String>) -> Self {
        self.with("path", path.into())
    }

    /// Those with this module in the path, by its API name; `*` stands for anything.
    #[must_use]
    pub fn module(self, module: impl Into<String>) -> Self {
        self.with("module", module.into())
    }

    /// Those with this version in the path (`v8`); `*` stands for anything.
    #[must_use]
    pub fn version(self, version: impl Into<String>) -> Self {
        self.with("version", version.into())
    }

    /// Those that were answered with a status (`201`), or one like `4xx`. Faults, which come before
    /// the answer, cannot look for it.
    #[must_use]
    pub fn status(self, status: impl Into<Json>) -> Self {
        self.with("status", status)
    }

    /// Those whose query has a parameter with this value, besides others.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let query = entry(&mut self.0, "query");
        set(query, &name.into(), value.into().into());
        self
    }

    /// Those whose JSON body holds this: its keys, and for each item of a list one like it.
    #[must_use]
    pub fn body(self, body: impl Into<Json>) -> Self {
        self.with("body", body)
    }

    /// Exactly so many of them.
    #[must_use]
    pub fn count(self, count: usize) -> Expectation {
        self.expect("count", count)
    }

    /// So many of them or more.
    #[must_use]
    pub fn at_least(self, least: usize) -> Expectation {
        self.expect("at_least", least)
    }

    /// So many of them or fewer.
    #[must_use]
    pub fn at_most(self, most: usize) -> Expectation {
        self.expect("at_most", most)
    }

    /// Not one of them.
    #[must_use]
    pub fn never(self) -> Expectation {
        self.count(0)
    }

    fn with(mut self, key: &str, value: impl Into<Json>) -> Self {
        set(&mut self.0, key, value.into());
        self
    }

    fn expect(self, key: &str, number: usize) -> Expectation {
        let mut expectation = Expectation::from(self);
        set(&mut expectation.0, key, number.into());
        expectation
    }
}

/// Sets a key of an object. What is no object stays as it is, and is refused when it is read.
pub(super) fn set(json: &mut Json, key: &str, value: Json) {
    if let Json::Object(object) = json {
        object.insert(key.to_owned(), value);
    }
}

/// The object under a key, made if there is none.
pub(super) fn entry<'j>(json: &'j mut Json, key: &str) -> &'j mut Json {
    match json {
        Json::Object(object) => object
            .entry(key)
            .or_insert_with(|| Json::Object(Map::new())),
        other => other,
    }
}

impl From<&str> for Requests {
    fn from(operation: &str) -> Self {
        Self::any().with("operation", operation)
    }
}

impl From<String> for Requests {
    fn from(operation: String) -> Self {
        operation.as_str().into()
    }
}

impl From<&Endpoint> for Requests {
    fn from(operation: &Endpoint) -> Self {
        operation.id.into()
    }
}

impl From<&Json> for Requests {
    fn from(json: &Json) -> Self {
        Self(json.clone())
    }
}

impl From<Json> for Requests {
    fn from(json: Json) -> Self {
        Self(json)
    }
}

/// Which requests are expected, and how many: at least one unless a number is given.
///
/// [`Requests`] make one, as does the name of an operation alone. The JSON form of
/// `POST /__admin/requests/verify` is taken as well.
///
/// ```
/// use serde_json::json;
/// use zoho_crm_mock::{MockServer, Requests};
///
/// let crm = MockServer::start_blocking()?;
/// let searches = Requests::of("records.search");
/// crm.verify(searches.clone().at_most(3))?;
/// crm.verify(json!({"match": {"operation": "records.search"}, "at_most": 3}))?;
/// assert!(crm.verify(searches).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation(pub(super) Json);

impl Expectation {
    /// And not more than so many.
    ///
    /// ```
    /// use zoho_crm_mock::{MockServer, Requests};
    ///
    /// let crm = MockServer::start_blocking()?;
    /// let some = Requests::of("records.search").at_least(1).at_most(3);
    /// assert!(crm.verify(some).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn at_most(mut self, most: usize) -> Self {
        set(&mut self.0, "at_most", most.into());
        self
    }
}

impl From<Requests> for Expectation {
    fn from(requests: Requests) -> Self {
        Self(json!({"match": requests.0}))
    }
}

impl From<&str> for Expectation {
    fn from(operation: &str) -> Self {
        Requests::from(operation).into()
    }
}

impl From<&Endpoint> for Expectation {
    fn from(operation: &Endpoint) -> Self {
        Requests::from(operation).into()
    }
}

impl From<&Json> for Expectation {
    fn from(json: &Json) -> Self {
        Self(json.clone())
    }
}

impl From<Json> for Expectation {
    fn from(json: Json) -> Self {
        Self(json)
    }
}
