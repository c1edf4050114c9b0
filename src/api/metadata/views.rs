//! `GET /settings/custom_views`: the views of a module.

mod object;
mod write;

use serde_json::{Value as Json, json};

use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Items, Param};
use crate::api::paging::Page;
use crate::api::param;
use crate::api::settings;
use crate::error::{ApiError, Code};
use crate::response::Response;
use crate::schema::{Module, View};
use crate::version::ApiVersion;

pub(super) use object::{Form, object};

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[
    &LIST,
    &GET,
    &CREATE,
    &UPDATE_MANY,
    &DELETE_MANY,
    &UPDATE,
    &CHANGE_SORT_MANY,
    &CHANGE_SORT,
];

/// Views that are written, up to a hundred; how many Zoho takes is not known.
static VIEWS: BodySpec = BodySpec::list(ROOT, 100, Items::Own);
const ROOT: &str = "custom_views";

pub(crate) static LIST: Endpoint =
    Endpoint::get("custom_views.list", "/crm/{v}/settings/custom_views")
        .scope("settings.custom_views.READ")
        .params(&[
            param::MODULE,
            param::PAGE,
            param::PER_PAGE,
            Param::new("filters").since(ApiVersion::V8),
        ])
        .composite_freely()
        .outcomes(&[200, 204, 400])
        .kept()
        .does("The custom views of a module", list);

pub(crate) static GET: Endpoint =
    Endpoint::get("custom_views.get", "/crm/{v}/settings/custom_views/{id}")
        .scope("settings.custom_views.READ")
        .params(&[param::MODULE])
        .composite_freely()
        .outcomes(&[200, 204, 400])
        .kept()
        .does(
            "A custom view of a module, with its criteria and columns",
            get,
        );

pub(crate) static CREATE: Endpoint =
    Endpoint::post("custom_views.create", "/crm/{v}/settings/custom_views")
        .since(ApiVersion::V8)
        .scope("settings.custom_views.CREATE")
        .body(&VIEWS)
        .params(&[param::MODULE])
        .outcomes(&[201, 207, 400])
        .does("Make custom views of a module", write::create);

pub(crate) static UPDATE_MANY: Endpoint =
    Endpoint::put("custom_views.update_many", "/crm/{v}/settings/custom_views")
        .since(ApiVersion::V8)
        .scope("settings.custom_views.UPDATE")
        .body(&VIEWS)
        .params(&[param::MODULE])
        .outcomes(&[200, 207, 400])
        .does(
            "Change custom views of a module by the ids in the body",
            write::update_many,
        );

pub(crate) static DELETE_MANY: Endpoint =
    Endpoint::delete("custom_views.delete_many", "/crm/{v}/settings/custom_views")
        .since(ApiVersion::V8)
        .scope("settings.custom_views.DELETE")
        .params(&[param::MODULE, param::IDS.required()])
        .outcomes(&[200, 207, 400])
        .does("Delete custom views of a module", write::delete_many);

pub(crate) static UPDATE: Endpoint =
    Endpoint::put("custom_views.update", "/crm/{v}/settings/custom_views/{id}")
        .since(ApiVersion::V8)
        .scope("settings.custom_views.UPDATE")
        .body(&VIEWS)
        .params(&[param::MODULE])
        .outcomes(&[200, 400])
        .does("Change a custom view of a module", write::update);

pub(crate) static CHANGE_SORT_MANY: Endpoint = Endpoint::put(
    "custom_views.change_sort_many",
    "/crm/{v}/settings/custom_views/actions/change_sort",
)
.since(ApiVersion::V6)
.scope("settings.custom_views.UPDATE")
.body(&VIEWS)
.params(&[param::MODULE])
.outcomes(&[200, 207, 400])
.does(
    "Change how custom views are sorted, by the ids in the body",
    write::change_sort_many,
);

pub(crate) static CHANGE_SORT: Endpoint = Endpoint::put(
    "custom_views.change_sort",
    "/crm/{v}/settings/custom_views/{id}/actions/change_sort",
)
.since(ApiVersion::V6)
.scope("settings.custom_views.UPDATE")
.body(&VIEWS)
.params(&[param::MODULE])
.outcomes(&[200, 400])
.does("Change how a custom view is sorted", write::change_sort);

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = settings::module(call, &state, Code::MODULE_NOT_SUPPORTED_FOR_API)?;
    // by name, not by what is displayed (v7 capture)
    let mut views: Vec<&View> = module.views.iter().collect();
    views.sort_by_key(|view| view.spec.name.to_lowercase());
    let page = Page::of(call, call.version.default_view_page(views.len()))?;
    let shown = views.iter().skip(page.skip).take(page.per_page);
    let items: Vec<Json> = shown
        .map(|view| object(&state, module, view, Form::Item, call.version))
        .collect();
    if items.is_empty() {
        return Ok(Response::no_content());
    }
    let info = json!({
        "per_page": page.per_page,
        "default": default_view(module).map(|view| view.id.json()),
        "count": items.len(),
        "translation": translation(call.version),
        "page": page.number,
        "more_records": page.skip + items.len() < views.len(),
    });
    Ok(Response::json(
        200,
        json!({"custom_views": items, "info": info}),
    ))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = settings::module(call, &state, Code::MODULE_NOT_SUPPORTED_FOR_API)?;
    let id = call.path_id("id")?;
    let Some(view) = module.views.iter().find(|view| view.id == id) else {
        return if call.version.unknown_setting_is_no_content() {
            Ok(Response::no_content())
        } else {
            Err(Code::VIEW_INVALID.into())
        };
    };
    let view = object(&state, module, view, Form::Single, call.version);
    let info = json!({"translation": translation(call.version)});
    Ok(Response::json(
        200,
        json!({"custom_views": [view], "info": info}),
    ))
}

/// The view that a user sees first.
pub(super) fn default_view(module: &Module) -> Option<&View> {
    let chosen = module.views.iter().find(|view| view.spec.default);
    chosen.or_else(|| module.views.first())
}

/// Labels of the categories.
fn translation(version: ApiVersion) -> Json {
    json!({
        "public_views": "Public Views",
        "other_users_views": version.other_views_label(),
        "shared_with_me": "Shared With Me",
        "created_by_me": "Created By Me",
    })
}
