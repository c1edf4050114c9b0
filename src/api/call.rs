//! A call that has passed routing, authentication and the reading of its body.
//!
//! Handlers get at the data through a [`Call`] only, so holding one proves that the checks were
//! made.

mod reading;

use std::sync::Arc;

use arc_swap::Guard;

use serde_json::Value as Json;

use super::endpoint::{Endpoint, Param, Router};
use super::spot::Spot;
use crate::error::{ApiError, Code, Wording};
use crate::ids::{Id, IdError};
use crate::render::RecordForm;
use crate::request::multipart::FormPart;
use crate::request::{Params, Request};
use crate::response::Response;
use crate::runtime::auth::Caller;
use crate::runtime::fault::Hit;
use crate::schema::Module;
use crate::settings::permissions;
use crate::store::{OrgState, Shared, Tx};
use crate::value::time;
use crate::version::ApiVersion;
use crate::world::answers::AnswerKey;
use crate::world::{Org, World};

/// Everything about one call.
pub struct Call<'a> {
    /// The row of the table.
    pub endpoint: &'static Endpoint,
    /// The version in the path; the newest for paths without one.
    pub version: ApiVersion,
    /// The request as it came.
    pub request: &'a Request<'a>,
    /// Parameters of the query, and of a form body.
    pub params: Params,
    /// The JSON body; null unless the row asks for one.
    pub body: Json,
    /// The parts of the body; none unless the row asks for them.
    pub parts: Vec<FormPart>,
    /// Seconds since 1970.
    pub now: i64,
    /// Whose words to use.
    pub wording: Wording,
    /// Who calls, as far as scopes go.
    pub caller: Caller,
    /// The server.
    pub world: &'a World,
    /// The org.
    pub org: &'a Org,
    /// Finds other operations.
    pub(crate) router: Router,
    /// The faults that this call is to suffer.
    pub(crate) faults: Option<&'a Hit>,
    /// The transaction that it shares with others; none if it has one of its own.
    pub(crate) shared: Option<&'a Shared>,
    /// The form of records in the answer.
    pub(crate) form: RecordForm,
    pub(crate) path: Vec<(&'static str, String)>,
}

/// A call that is made on behalf of another one.
#[derive(Debug)]
pub struct InnerCall {
    /// The row.
    pub endpoint: &'static Endpoint,
    /// The variables of its path by name.
    pub path: Vec<(&'static str, String)>,
    /// Its parameters.
    pub params: Params,
    /// Its JSON body; null for none.
    pub body: Json,
    /// The form of the records in its answer.
    pub form: RecordForm,
}

impl InnerCall {
    /// A call of a row with variables of its path, without parameters and body.
    #[must_use]
    pub fn of(endpoint: &'static Endpoint, path: &[(&'static str, &str)]) -> Self {
        Self {
            endpoint,
            path: path.iter().map(|(k, v)| (*k, (*v).to_owned())).collect(),
            params: Params::default(),
            body: Json::Null,
            form: RecordForm::Api,
        }
    }
}

impl<'a> Call<'a> {
    /// The org's state. It does not change while it is held.
    #[must_use]
    pub fn read(&self) -> Arc<OrgState> {
        let state = self.shared.map_or_else(|| self.org.read(), Shared::read);
        match self.caller.user() {
            Some(user) if user != state.current_user => Arc::new(state.seen_by(user)),
            _ => state,
        }
    }

    /// The same for a look.
    #[must_use]
    pub fn look(&self) -> Guard<Arc<OrgState>> {
        let own = |state: &OrgState| {
            let user = self.caller.user();
            user.is_none_or(|user| user == state.current_user)
        };
        let state = self.org.look();
        match self.shared {
            None if own(&state) => state,
            _ => Guard::from_inner(self.read()),
        }
    }

    /// Changes the org's state, or leaves it as it is if `change` fails.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn write<T>(
        &self,
        change: impl FnOnce(&mut Tx) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        self.attempt(change)
    }

    /// The same for a change that fails in ways of its own.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn attempt<T, E>(&self, change: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let change = |tx: &mut Tx| {
            if let Some(user) = self.caller.user() {
                tx.act_as(user);
            }
            change(tx)
        };
        match self.shared {
            Some(shared) => shared.write(self.now, change),
            None => self.org.store.write(self.now, change),
        }
    }

    /// Runs `change` on a copy of the state that is dropped afterwards.
    pub fn probe<T>(&self, change: impl FnOnce(&mut Tx) -> T) -> T {
        change(&mut Tx::new(OrgState::clone(&self.read()), self.now))
    }

    /// Has all that `run` calls by [`Call::within`] share one transaction: each sees what those
    /// before it have written, and all of it is published at once if `run` returns `Ok`. The call
    /// that `run` gets is this one without parameters and body. Within such a call it is a part of
    /// that one's transaction, which may fail alone.
    ///
    /// # Errors
    /// Those of `run`; nothing that it called has happened then.
    pub fn together<T, E>(&self, run: impl FnOnce(&Call<'_>) -> Result<T, E>) -> Result<T, E> {
        if let Some(shared) = self.shared {
            return shared.part(|| run(self));
        }
        self.org.store.share(self.now, |shared| {
            run(&Call {
                params: Params::default(),
                body: Json::Null,
                parts: Vec::new(),
                caller: self.caller.clone(),
                path: self.path.clone(),
                shared: Some(shared),
                form: self.form,
                ..*self
            })
        })
    }

    /// The error with which the item at an index of a batch is to fail, if a fault says so. `root`
    /// is the key of the batch.
    #[must_use]
    pub fn fault_of(&self, root: &'static str, index: usize) -> Option<ApiError> {
        let kind = self.faults?.record(index)?;
        Some(match kind {
            Code::RECORD_LOCKED => Spot::item(self.version, root, index)
                .about(kind, "id")
                .with("action", "record_locking"),
            _ => refusal(kind, self.endpoint, self.path("module")),
        })
    }

    /// Runs an operation of Zoho's API for the same caller, in the same state and under its own
    /// checks. `run` gets the inner call; the row's own handler does by
    /// `Call::answer`. Headers of the outer request are not passed on.
    ///
    /// # Errors
    /// Those of `run`, `OAUTH_SCOPE_MISMATCH`, and `INVALID_URL_PATTERN` for an operation that the
    /// version does not have.
    pub fn within<T>(
        &self,
        inner: InnerCall,
        version: ApiVersion,
        wording: Wording,
        run: impl FnOnce(&Call<'_>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let endpoint = inner.endpoint;
        if !endpoint.versions.contains(version) {
            return Err(Code::INVALID_URL_PATTERN.into());
        }
        let none: Vec<(String, String)> = Vec::new();
        let verb = endpoint.method.as_str();
        let request = Request::new(verb, endpoint.path, "", &none, Some(b""));
        let call = Call {
            endpoint,
            version,
            request: &request,
            params: inner.params,
            body: inner.body,
            parts: Vec::new(),
            now: self.now,
            wording,
            caller: self.caller.clone(),
            world: self.world,
            org: self.org,
            router: self.router,
            faults: self.faults,
            shared: self.shared,
            form: inner.form,
            path: inner.path,
        };
        call.check_scope()?;
        run(&call)
    }

    /// Runs the row's handler, or gives the answer that is kept.
    ///
    /// # Errors
    /// Those of the handler.
    pub fn answer(&self) -> Result<Response, ApiError> {
        let handler = self.endpoint.handler;
        // a list of what was changed since depends on a header, too
        if !self.endpoint.kept || self.request.headers.get("if-modified-since").is_some() {
            return handler(self);
        }
        let state = self.read();
        let given = self.path.iter().map(|(name, value)| (*name, &**value));
        let given = given.chain(self.params.iter());
        let question = AnswerKey {
            operation: self.endpoint.id,
            version: self.version,
            wording: self.wording,
            given: given.map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        };
        if let Some(answer) = self.world.answers.find(&state, &question) {
            return Ok(answer);
        }
        let answer = handler(self)?;
        // the handler may have seen what was written meanwhile
        let seen = [&*state, &*self.read()];
        self.world.answers.keep(seen, question, &answer);
        Ok(answer)
    }

    /// Whether the caller's scopes cover the row.
    ///
    /// # Errors
    /// `OAUTH_SCOPE_MISMATCH`.
    pub fn check_scope(&self) -> Result<(), ApiError> {
        self.caller
            .may(|| needed_scope(self.endpoint, self.path("module")))
    }

    /// Whether the caller's scopes cover an operation on the records of a module.
    ///
    /// # Errors
    /// `OAUTH_SCOPE_MISMATCH`.
    pub fn check_module_scope(&self, module: &str, operation: &str) -> Result<(), ApiError> {
        self.caller
            .may(|| with_module(&format!("modules.{{module}}.{operation}"), module))
    }

    /// A variable of the path, decoded; empty if the path has none of that name.
    #[must_use]
    pub fn path(&self, name: &str) -> &str {
        self.path
            .iter()
            .find(|(n, _)| *n == name)
            .map_or("", |(_, v)| v)
    }

    /// A parameter of the row; absent if it is empty, or if the version does not have it by the
    /// row, as unknown parameters are ignored.
    #[must_use]
    pub fn get(&self, param: Param) -> Option<&str> {
        let known = self.endpoint.param(param.name);
        debug_assert!(
            known.is_some(),
            "{} reads \"{}\", which is not in its row",
            self.endpoint.id,
            param.name
        );
        if !known?.versions.contains(self.version) {
            return None;
        }
        self.params
            .get(param.name)
            .filter(|value| !value.is_empty())
    }

    /// The id in the path.
    ///
    /// # Errors
    /// `INVALID_URL_PATTERN` if it is no number (recorded). A number that no id can be is some
    /// id that does not exist.
    pub fn path_id(&self, name: &str) -> Result<Id, ApiError> {
        match Id::parse(self.path(name)) {
            Ok(id) => Ok(id),
            Err(IdError::TooLong) => Ok(Id(u64::MAX)),
            Err(IdError::NotNumeric) => Err(Code::INVALID_URL_PATTERN.into()),
        }
    }

    /// The module in the path, if it has records.
    ///
    /// # Errors
    /// `INVALID_MODULE`.
    pub fn module<'s>(&self, state: &'s OrgState) -> Result<&'s Arc<Module>, ApiError> {
        let module = state.schema.module(self.path("module"));
        module
            .filter(|m| m.has_records(self.version))
            .ok_or_else(|| self.path_error(Code::INVALID_MODULE, 0))
    }

    /// An error about a segment of the path, which newer versions count from the version on.
    #[must_use]
    pub fn path_error(&self, kind: Code, index: usize) -> ApiError {
        let error = ApiError::new(kind);
        if self.version.has_resource_path_index() {
            error.with("resource_path_index", index)
        } else {
            error
        }
    }

    /// The root key of the row's body; empty if it has none.
    #[must_use]
    pub fn root(&self) -> &'static str {
        self.endpoint.body.root.unwrap_or_default()
    }

    /// The items of the body: the array under the row's root key.
    ///
    /// # Errors
    /// Those of [`Call::array`], with as many items as the row says.
    pub fn items(&self) -> Result<&[Json], ApiError> {
        self.array(self.root(), self.endpoint.body.most(self.version))
    }

    /// The array under a key of the body, with at least one item.
    ///
    /// # Errors
    /// `INVALID_DATA "body"` if the body is no object (recorded), `MANDATORY_NOT_FOUND` without
    /// the key (recorded), `INVALID_DATA` if it is no array, is empty or longer than `most`
    /// (recorded v8).
    pub fn array(&self, key: &str, most: usize) -> Result<&[Json], ApiError> {
        let body = self.body.as_object();
        let body =
            body.ok_or_else(|| ApiError::new(Code::BODY).with("expected_data_type", "jsonobject"))?;
        let about = |error: ApiError| Spot::body(self.version).about(error, key);
        let invalid = |detail: &str, value: Json| {
            about(ApiError::new(Code::INVALID_DATA).with(detail, value))
        };
        let value = body
            .get(key)
            .ok_or_else(|| about(Code::MANDATORY_NOT_FOUND.into()))?;
        let items = value
            .as_array()
            .ok_or_else(|| invalid("expected_data_type", "jsonarray".into()))?;
        match items.len() {
            0 => Err(invalid("minimum_length", 1.into())),
            length if length > most => Err(invalid("maximum_length", most.into())),
            _ => Ok(items),
        }
    }

    /// The time of `If-Modified-Since`, in seconds since 1970; one that cannot be read counts as
    /// absent.
    #[must_use]
    pub fn if_modified_since(&self) -> Option<i64> {
        self.time_of("if-modified-since")
    }

    /// The time of `If-Unmodified-Since`, in seconds since 1970; one that cannot be read counts as
    /// absent.
    #[must_use]
    pub fn if_unmodified_since(&self) -> Option<i64> {
        self.time_of("if-unmodified-since")
    }

    /// An error of a query in the words of the version.
    #[must_use]
    pub fn worded(&self, mut error: ApiError) -> ApiError {
        if error.kind == Code::INVALID_QUERY && !self.version.query_message_has_capital() {
            error.kind = Code::INVALID_QUERY_V2;
        }
        error
    }

    fn time_of(&self, header: &str) -> Option<i64> {
        time::parse_datetime(self.request.headers.get(header)?)
    }
}

/// The error that a fault makes of a code. The one of permissions names the permission.
#[must_use]
pub fn refusal(code: Code, endpoint: &Endpoint, module: &str) -> ApiError {
    let lacking = permissions::lacking(endpoint.scope, module);
    let error = ApiError::new(code);
    match lacking.filter(|_| code == Code::NO_PERMISSION) {
        Some(name) => error.with("permissions", vec![name]),
        None => error,
    }
}

/// The scope of a row, with the module of the path in Zoho's spelling: lower case without
/// underscores, and `custom` for every module that is not a standard one.
fn needed_scope(endpoint: &Endpoint, module: &str) -> String {
    with_module(endpoint.scope, module)
}

fn with_module(scope: &str, module: &str) -> String {
    let standard = crate::schema::builtin::is_standard(module);
    let name = if standard {
        module
            .to_ascii_lowercase()
            .replace("__s", "")
            .replace('_', "")
    } else {
        "custom".into()
    };
    scope.to_ascii_lowercase().replace("{module}", &name)
}

#[cfg(test)]
mod tests;
