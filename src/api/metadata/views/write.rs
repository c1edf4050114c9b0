//! Making, changing and deleting custom views (newer description of v8; their sorting v6).

use std::sync::Arc;

use lean_string::LeanString;
use serde_json::{Map, Value as Json, json};

use super::ROOT;
use crate::api::batch::Batch;
use crate::api::call::Call;
use crate::api::param;
use crate::api::settings;
use crate::api::spot::Spot;
use crate::error::{ApiError, Code, Item, Message};
use crate::ids::Id;
use crate::query::view::check;
use crate::response::Response;
use crate::schema::{Module, Storage, View};
use crate::store::{OrgState, Tx};
use crate::value::{fold, time};

/// Runs `each` over the views of the body.
fn batch(
    call: &Call<'_>,
    done: u16,
    message: Message,
    each: impl Fn(&mut Tx, &Module, &Map<String, Json>, Spot) -> Result<Id, ApiError>,
) -> Result<Response, ApiError> {
    let module = settings::module(call, &call.read(), Code::MODULE_NOT_SUPPORTED_FOR_API)?
        .api_name()
        .to_owned();
    let batch = Batch::of_body(call, done);
    let items = batch.write(|tx, json, index| {
        // read again for each: the one before has changed the module
        let module = tx.state().schema.module(&module).cloned();
        let module = module.ok_or_else(|| vec![Code::INVALID_MODULE.into()])?;
        let id = each(tx, &module, json, batch.spot(index)).map_err(|error| vec![error])?;
        Ok(Item::success_of(message, id))
    })?;
    Ok(batch.answer(&items))
}

/// `POST /settings/custom_views?module=`.
pub(super) fn create(call: &Call<'_>) -> Result<Response, ApiError> {
    batch(
        call,
        201,
        Message::VIEW_CREATED,
        |tx, module, json, spot| {
            let mut view = View {
                id: Id(0),
                spec: crate::schema::ViewSpec::default(),
            };
            change(tx.state(), module, &mut view, json, spot, tx.now())?;
            view.id = tx.next_id();
            let state = tx.state();
            let by = json!({"name": state.user_name(tx.user()), "id": tx.user().json()});
            let now = time::format_datetime(tx.now(), &state.time_zone);
            for (key, value) in [
                ("created_by", by.clone()),
                ("modified_by", by),
                ("created_time", now.clone().into()),
                ("modified_time", now.into()),
                ("category", "created_by_me".into()),
            ] {
                view.spec.made.insert(key.into(), value);
            }
            let id = view.id;
            put(tx, module, view);
            Ok(id)
        },
    )
}

fn put(tx: &mut Tx, module: &Module, view: View) {
    let mut views = module.views.clone();
    match views.iter_mut().find(|known| known.id == view.id) {
        Some(known) => *known = view,
        None => views.push(view),
    }
    tx.set_views(module, views);
}

fn gone(id: &Json) -> ApiError {
    ApiError::new(Code::VIEW_GONE).with("id", id.clone())
}

/// The view that an item names, or the path in its place.
fn named(
    call: &Call<'_>,
    module: &Module,
    json: &Map<String, Json>,
    spot: Spot,
    only_sort: bool,
) -> Result<View, ApiError> {
    let given = match call.path("id") {
        "" => json.get("id").filter(|id| !id.is_null()).cloned(),
        id => Some(id.into()),
    };
    let given = given.ok_or_else(|| spot.about(Code::MANDATORY_NOT_FOUND, "id"))?;
    let found = Id::from_json(&given).and_then(|id| module.views.iter().find(|v| v.id == id));
    found.cloned().ok_or_else(|| {
        // the change of the order alone names the key (example of v8)
        if only_sort && call.path("id").is_empty() {
            spot.about(Code::INVALID_DATA, "id")
        } else {
            gone(&given)
        }
    })
}

fn update_views(call: &Call<'_>, only_sort: bool) -> Result<Response, ApiError> {
    batch(
        call,
        200,
        Message::VIEW_UPDATED,
        |tx, module, json, spot| {
            let mut view = named(call, module, json, spot, only_sort)?;
            if only_sort {
                sorting(module, &mut view, json, spot)?;
            } else {
                change(tx.state(), module, &mut view, json, spot, tx.now())?;
            }
            let state = tx.state();
            let by = json!({"name": state.user_name(tx.user()), "id": tx.user().json()});
            let now = time::format_datetime(tx.now(), &state.time_zone);
            view.spec.made.insert("modified_by".into(), by);
            view.spec.made.insert("modified_time".into(), now.into());
            let id = view.id;
            put(tx, module, view);
            Ok(id)
        },
    )
}

/// `PUT /settings/custom_views?module=`.
pub(super) fn update_many(call: &Call<'_>) -> Result<Response, ApiError> {
    update_views(call, false)
}

/// `PUT /settings/custom_views/{id}?module=`.
pub(super) fn update(call: &Call<'_>) -> Result<Response, ApiError> {
    update_views(call, false)
}

/// `PUT /settings/custom_views/actions/change_sort?module=`.
pub(super) fn change_sort_many(call: &Call<'_>) -> Result<Response, ApiError> {
    update_views(call, true)
}

/// `PUT /settings/custom_views/{id}/actions/change_sort?module=`.
pub(super) fn change_sort(call: &Call<'_>) -> Result<Response, ApiError> {
    update_views(call, true)
}

/// `DELETE /settings/custom_views?module=&ids=`. A stock view stays (assumed).
pub(super) fn delete_many(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = Arc::clone(settings::module(
        call,
        &state,
        Code::MODULE_NOT_SUPPORTED_FOR_API,
    )?);
    let ids = call.get(param::IDS).ok_or_else(|| {
        ApiError::new(Code::REQUIRED_PARAM_MISSING).with(call.version.settings_param_key(), "ids")
    })?;
    let ids: Vec<&str> = ids
        .split(',')
        .map(str::trim)
        .filter(|id| !id.is_empty())
        .collect();
    let batch = Batch::new(call, ROOT, 200);
    let items = batch.run(ids, |tx, text, _| {
        let module = tx.state().schema.module(module.api_name()).cloned();
        let module = module.ok_or_else(|| vec![Code::INVALID_MODULE.into()])?;
        let mut views = module.views.clone();
        let at = Id::parse(text).ok().and_then(|id| {
            let made = |view: &View| view.id == id && view.spec.system_name.is_none();
            views.iter().position(made)
        });
        let at = at.ok_or_else(|| vec![gone(&text.into())])?;
        let id = views.remove(at).id;
        tx.set_views(&module, views);
        Ok(Item::success_of(Message::VIEW_DELETED, id))
    })?;
    Ok(batch.answer(&items))
}

/// Takes over what an item says of a view; what it does not name stays.
fn change(
    state: &OrgState,
    module: &Module,
    view: &mut View,
    json: &Map<String, Json>,
    spot: Spot,
    now: i64,
) -> Result<(), ApiError> {
    let invalid = |expected: &str, key: &str| {
        let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", expected);
        spot.about(error, key)
    };
    let new = view.id == Id(0);
    match json.get("name") {
        None if !new => {}
        None | Some(Json::Null) => return Err(spot.about(Code::MANDATORY_NOT_FOUND, "name")),
        Some(Json::String(name)) if name.trim().is_empty() => {
            return Err(spot.about(Code::MANDATORY_NOT_FOUND, "name"));
        }
        Some(Json::String(name)) => {
            let same = |other: &&View| other.id != view.id && fold(&other.spec.name) == fold(name);
            if module.views.iter().find(same).is_some() {
                return Err(spot.about(Code::DUPLICATE_DATA, "name"));
            }
            view.spec.name = name.into();
            view.spec.display_value = None;
        }
        Some(_) => return Err(invalid("text", "name")),
    }
    match json.get("criteria") {
        None => {}
        Some(Json::Null) => view.spec.criteria = None,
        Some(criteria) => {
            let path = format!("{spot}.criteria");
            view.spec.criteria = Some(check(criteria, module, state, now, &path)?);
        }
    }
    if let Some(fields) = json.get("fields") {
        let fields = fields
            .as_array()
            .ok_or_else(|| invalid("jsonarray", "fields"))?;
        let columns = fields.iter().enumerate().map(|(n, field)| {
            let name = field.as_str().or_else(|| field.get("api_name")?.as_str());
            let known = name.filter(|name| module.field(name).is_some());
            let path = || format!("fields[{n}].api_name");
            known
                .map(LeanString::from)
                .ok_or_else(|| spot.about(Code::INVALID_DATA, &path()))
        });
        view.spec.fields = columns.collect::<Result<_, _>>()?;
    }
    for key in [
        "access_type",
        "shared_to",
        "locked",
        "wrap_text",
        "cross_filters",
    ] {
        if let Some(value) = json.get(key) {
            let fits = match key {
                "access_type" => {
                    matches!(value.as_str(), Some("public" | "only_to_me" | "shared"))
                }
                "locked" | "wrap_text" => value.is_boolean(),
                _ => value.is_array() || value.is_null(),
            };
            if !fits {
                let expected = match key {
                    "access_type" => "text",
                    "locked" | "wrap_text" => "boolean",
                    _ => "jsonarray",
                };
                return Err(invalid(expected, key));
            }
            view.spec.made.insert(key.into(), value.clone());
        }
    }
    sorting(module, view, json, spot)
}

/// `sort_by` and `sort_order`.
fn sorting(
    module: &Module,
    view: &mut View,
    json: &Map<String, Json>,
    spot: Spot,
) -> Result<(), ApiError> {
    match json.get("sort_by") {
        None => {}
        Some(Json::Null) => view.spec.sort_by = None,
        Some(by) => {
            let name = by.as_str().or_else(|| by.get("api_name")?.as_str());
            let field = name.and_then(|name| module.field(name));
            let field = field
                .filter(|f| !matches!(f.kind, Storage::Rows(_) | Storage::Links(_) | Storage::Raw));
            let field = field.ok_or_else(|| spot.about(Code::INVALID_DATA, "sort_by.api_name"))?;
            view.spec.sort_by = Some(field.api_name().into());
        }
    }
    match json.get("sort_order") {
        None => {}
        Some(Json::Null) => view.spec.sort_order = None,
        Some(order) => {
            let word = order.as_str().map(str::to_ascii_lowercase);
            let word = word.filter(|word| matches!(word.as_str(), "asc" | "desc"));
            let word = word.ok_or_else(|| {
                spot.about(Code::INVALID_DATA, "sort_order")
                    .with("supported_values", vec!["asc", "desc"])
            })?;
            view.spec.sort_order = Some(word.into());
        }
    }
    Ok(())
}
