//! How many records related lists have (v8).

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::place::Place;
use super::read::filter;
use crate::api::call::Call;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::permit::may_see;
use crate::query::expr::{Expr, Test};
use crate::query::plan::{Converted, Query};
use crate::response::Response;
use crate::schema::dollar::dollar_no;
use crate::schema::relation::Relation;
use crate::schema::{Module, RelatedList, in_range};
use crate::store::{OrgState, Record};

/// The key of what the body asks for.
const LIST: &str = "related_list";
/// The key that attachments have that are links.
const LINK_URL: &str = "$link_url";

/// `POST /{module}/{id}/actions/get_related_records_count`.
pub(super) fn count(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = call.module(&state)?;
    let parent = Id::parse(call.path("id")).ok();
    let parent = parent.and_then(|id| state.table(module).get(id));
    let parent = parent.ok_or_else(|| call.path_error(Code::RELATED_ID_INVALID, 1))?;
    may_see(&state, module, parent)?;
    if parent.converted {
        return Err(call.path_error(Code::RELATED_TO_CONVERTED, 1));
    }
    let root = call.root();
    let counted = call.items()?.iter().enumerate().map(|(index, item)| {
        if let Some(fault) = call.fault_of(root, index) {
            return Err(fault);
        }
        let spot = Spot::item(call.version, root, index);
        Counting {
            call,
            state: &state,
            module,
            parent,
            spot,
        }
        .count(item)
    });
    let counted: Vec<Result<Json, ApiError>> = counted.collect();
    let good = counted.iter().filter(|result| result.is_ok()).count();
    let status = match good {
        good if good == counted.len() => 200,
        0 => call.version.batch_status().all_failed,
        _ => call.version.batch_status().mixed,
    };
    let items = counted.into_iter();
    let items = items.map(|result| result.unwrap_or_else(|error| error.json(call.wording)));
    let items: Vec<Json> = items.collect();
    Ok(Response::json(status, json!({ root: items })))
}

/// What one item of the body asks for.
struct Counting<'a> {
    call: &'a Call<'a>,
    state: &'a OrgState,
    module: &'a Arc<Module>,
    parent: &'a Arc<Record>,
    spot: Spot,
}

impl Counting<'_> {
    fn count(&self, item: &Json) -> Result<Json, ApiError> {
        let wrong_type = |path: &str| self.wrong_type(path, "jsonobject");
        let item = item.as_object().ok_or_else(|| wrong_type(LIST))?;
        let named = item.get(LIST).filter(|named| !named.is_null());
        let named = named.ok_or_else(|| self.spot.about(Code::MANDATORY_NOT_FOUND, LIST))?;
        let list = self.list(named.as_object().ok_or_else(|| wrong_type(LIST))?)?;
        let place = Place {
            state: self.state,
            module: self.module,
            parent: Arc::clone(self.parent),
            relation: Relation::of(&self.state.schema, self.module, list),
            external: None,
        };
        let related = place.related().ok_or(Code::RELATED_LIST_NOT_COUNTED)?;
        let none = Map::new();
        let params = match item.get("params").filter(|params| !params.is_null()) {
            None => &none,
            Some(params) => params.as_object().ok_or_else(|| wrong_type("params"))?,
        };
        let (expr, converted) = self.narrowed(related, params)?;
        let count = match &place.relation {
            Relation::Children(children) => {
                let expr = Expr::All(vec![place.expr(children, self.call.now), expr]);
                let query = Query {
                    state: self.state,
                    module: related,
                    expr: &expr,
                    converted,
                    sort: None,
                };
                query.count()
            }
            _ => place.count_pairs(|other| {
                converted.admits(other) && expr.matches(other, related, self.state)
            }),
        };
        let list = json!({"api_name": list.spec.api_name.as_str(), "id": list.id.json()});
        Ok(json!({"count": count, LIST: list}))
    }

    fn wrong_type(&self, path: &str, expected: &str) -> ApiError {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        self.spot.about(error, path)
    }

    /// The list that an object names, by its id, its API name, or both.
    fn list(&self, named: &Map<String, Json>) -> Result<&RelatedList, ApiError> {
        const ID: &str = "related_list.id";
        const NAME: &str = "related_list.api_name";
        let part = |key: &str| named.get(key).filter(|value| !value.is_null());
        let known =
            |list: &&RelatedList| in_range(list.spec.since, list.spec.until, self.call.version);
        let lists = || self.module.related_lists.iter().filter(known);
        let by_id = |id: &Json| {
            let id = Id::from_json(id);
            let found = lists().find(|list| Some(list.id) == id);
            found.ok_or_else(|| self.spot.about(Code::RELATED_LIST_INVALID, ID))
        };
        let by_name = |name: &Json| {
            let found = lists().find(|list| name.as_str() == Some(&list.spec.api_name));
            found.ok_or_else(|| self.spot.about(Code::RELATED_LIST_INVALID, NAME))
        };
        match (part("id"), part("api_name")) {
            (None, None) => {
                let fields = [NAME, ID].map(|path| self.spot.place(path));
                let error = ApiError::new(Code::NO_FIELD_SPECIFIED);
                Err(error.with("expected_fields", Json::from(fields.to_vec())))
            }
            (Some(id), None) => by_id(id),
            (None, Some(name)) => by_name(name),
            (Some(id), Some(name)) => {
                let (list, named) = (by_id(id)?, by_name(name)?);
                if list.id == named.id {
                    return Ok(list);
                }
                let both = [ID, NAME].map(|path| self.spot.place(path));
                Err(ApiError::new(Code::AMBIGUITY).with("ambiguity_due_to", both.to_vec()))
            }
        }
    }

    /// What `params` narrows the list down to.
    fn narrowed(
        &self,
        related: &Module,
        params: &Map<String, Json>,
    ) -> Result<(Expr, Converted), ApiError> {
        let flag = |key: &str| match params.get(key) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong_type(&format!("params.{key}"), "boolean")),
        };
        let word = |key: &str, known: &[&'static str]| {
            let said = params.get(key).filter(|said| !said.is_null());
            let Some(said) = said else { return Ok(None) };
            let word = known.iter().find(|word| said.as_str() == Some(**word));
            word.copied().map(Some).ok_or_else(|| {
                let error =
                    ApiError::new(Code::INVALID_DATA).with("supported_values", known.to_vec());
                self.spot.about(error, &format!("params.{key}"))
            })
        };
        let mut parts = Vec::new();
        if flag("approved")? == Some(false) {
            // nothing waits for approval
            parts.push(Expr::Any(Vec::new()));
        }
        word("approval_state", &["approved"])?;
        if let Some(category) = word("category", &["link", "files"])? {
            parts.push(of_category(related, category == "link"));
        }
        let converted = match flag("converted")? {
            Some(true) => Converted::Only,
            Some(false) | None => Converted::No,
        };
        if let Some(criteria) = params.get("filters").filter(|said| !said.is_null()) {
            if related.spec.read_only || !related.spec.creatable {
                let error = ApiError::new(Code::RELATED_LIST_NOT_FILTERED);
                let error = error.with("expected_data_type", "json_type");
                return Err(self.spot.about(error, "params.filters"));
            }
            let path = format!("{}.params.filters", self.spot);
            parts.push(filter(criteria, related, self.state, self.call.now, &path)?);
        }
        Ok((Expr::All(parts), converted))
    }
}

/// Attachments that are links, or those that are files; of other modules nothing is a link.
fn of_category(related: &Module, links: bool) -> Expr {
    let link = dollar_no(related, LINK_URL).map(|no| {
        // any value at all
        Expr::AnyOf(vec![no].into(), Test::Range(None, None))
    });
    let link = link.unwrap_or_else(|| Expr::Any(Vec::new()));
    if links {
        link
    } else {
        Expr::Not(Box::new(link))
    }
}
