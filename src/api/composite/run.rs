//! One sub-request, run as if it had come by itself: the same routing, scopes, parameters, headers
//! and body, for the same caller and in the same state.

use serde_json::Value as Json;

use super::item::SubRequest;
use super::reference::plain;
use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::api::param::PER_PAGE;
use crate::error::{ApiError, Code, Item, Message};
use crate::query::coql::{self, CoqlRules};
use crate::render::RecordForm;
use crate::request::{Params, Request};
use crate::response::Response;
use crate::value::{time, write_string};

const EXECUTED: Message = Message::new("composite sub request executed successfully");

/// The answer to a sub-request.
#[derive(Debug)]
pub(super) struct SubAnswer {
    status: u16,
    text: Vec<u8>,
    typed: bool,
    /// The body; null without one.
    pub(super) body: Json,
}

impl SubAnswer {
    fn of(response: &Response) -> Self {
        Self {
            status: response.status,
            text: response.body.trim_ascii_end().to_vec(),
            typed: response.content_type.is_some(),
            body: serde_json::from_slice(&response.body).unwrap_or_default(),
        }
    }

    /// Whether it did not do what it was to do: by its status, or by that of an item, which versions
    /// answer with 202 or 207.
    pub(super) fn has_failed(&self) -> bool {
        let lists = self.body.as_object().into_iter().flatten();
        let mut items = lists.filter_map(|(_, value)| value.as_array()).flatten();
        self.status >= 400
            || items.any(|item| item["code"].is_string() && item["status"] == "error")
    }

    /// How the composite request tells of it (recorded, November 2025).
    pub(super) fn item(&self, now: i64) -> Item {
        let mut details = b"{\"response\":{\"headers\":{".to_vec();
        if self.typed {
            details.extend_from_slice(b"\"content-type\":");
            write_string(&mut details, crate::response::JSON);
            details.push(b',');
        }
        details.extend_from_slice(b"\"server\":\"ZGS\",\"date\":");
        write_string(&mut details, &time::format_http(now));
        details.extend_from_slice(b"},\"body\":");
        if self.body.is_null() {
            details.extend_from_slice(b"null");
        } else {
            details.extend_from_slice(&self.text);
        }
        details.extend_from_slice(format!(",\"status_code\":{}}}}}", self.status).as_bytes());
        Item::success(EXECUTED, details)
    }
}

/// Runs a sub-request whose references are filled.
pub(super) fn run(outer: &Call<'_>, sub: &SubRequest) -> SubAnswer {
    let headers = pairs(&sub.headers);
    let mut query = form_urlencoded::Serializer::new(sub.query().to_owned());
    for (name, value) in pairs(&sub.params) {
        query.append_pair(&name, &value);
    }
    let query = query.finish();
    let body = if sub.body.is_null() {
        Vec::new()
    } else {
        sub.body.to_string().into_bytes()
    };
    let verb = sub.method.as_str();
    let request = Request {
        prefix: outer.request.prefix,
        ..Request::new(verb, sub.path(), &query, &headers, Some(&body))
    };
    let answered = answer(outer, &request);
    let refuse = |error: ApiError| Response::error(&error, outer.wording);
    SubAnswer::of(&answered.unwrap_or_else(refuse))
}

fn answer(outer: &Call<'_>, request: &Request<'_>) -> Result<Response, ApiError> {
    let state = outer.read();
    let route = (outer.router)(&state, request.method, request.path)?;
    let mut params = Params::parse(request.query.as_bytes());
    route.name_module_param(&mut params, &state.schema);
    let mut call = Call {
        endpoint: route.endpoint,
        version: route.version,
        request,
        params,
        body: Json::Null,
        parts: Vec::new(),
        now: outer.now,
        wording: outer.world.wording(route.version),
        caller: outer.caller.clone(),
        world: outer.world,
        org: outer.org,
        router: outer.router,
        // what a rule does to the composite request is done to that alone
        faults: None,
        shared: outer.shared,
        form: RecordForm::Api,
        path: route.path,
    };
    call.check_scope()?;
    call.read_body()?;
    let items = call
        .endpoint
        .composite
        .ok_or(Code::COMPOSITE_NOT_SUPPORTED)?;
    limit(&mut call, items)?;
    match call.answer() {
        Ok(answer) => Ok(answer),
        Err(error) => Ok(Response::error(&error, call.wording)),
    }
}

/// Lets a call be about so many items alone, and is what is not said of a page (captured: the body
/// of a rolled back request, and pages of 25).
///
/// # Errors
/// `LIMIT_EXCEEDED` with what asks for more.
fn limit(call: &mut Call<'_>, items: usize) -> Result<(), ApiError> {
    let exceeded = |by: &str| {
        let error = ApiError::new(Code::LIMIT_EXCEEDED);
        Err(error.with("by", by).with("limit", items))
    };
    let Endpoint { body, .. } = call.endpoint;
    if items == usize::MAX {
        return Ok(());
    }
    if let Some(root) = body.root
        && call
            .body
            .get(root)
            .and_then(Json::as_array)
            .is_some_and(|it| it.len() > items)
    {
        return exceeded(root);
    }
    if call.endpoint.param(PER_PAGE.name).is_some() {
        match call.params.get(PER_PAGE.name).map(str::parse::<usize>) {
            Some(Ok(given)) if given > items => return exceeded(PER_PAGE.name),
            Some(_) => {}
            None => call.params.set(PER_PAGE.name, items.to_string()),
        }
    }
    if let Some(key) = body.query
        && let Some(text) = call.body.get(key).and_then(Json::as_str)
        && let Ok(query) = coql::parse(text, CoqlRules { plain_chains: true })
    {
        match query.limit {
            Some(given) if given > items => return exceeded("limit"),
            Some(_) => {}
            None if query.offset.is_none() => {
                call.body[key] = format!("{} limit {items}", text.trim_end()).into();
            }
            None => {}
        }
    }
    Ok(())
}

/// The members of an object as texts; several of a list are joined as parameters are.
fn pairs(object: &Json) -> Vec<(String, String)> {
    let members = object.as_object().into_iter().flatten();
    let text = |value: &Json| match value {
        Json::Array(items) => {
            let items: Vec<String> = items.iter().filter_map(plain).collect();
            Some(items.join(","))
        }
        other => plain(other),
    };
    let pairs = members.filter_map(|(name, value)| Some((name.clone(), text(value)?)));
    pairs.collect()
}
