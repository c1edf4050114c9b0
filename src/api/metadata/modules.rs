//! `GET /settings/modules`: the modules of an org.

mod object;

use std::sync::Arc;

use serde_json::Value as Json;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Param, ParamKind};
use crate::api::settings;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::response::Response;
use crate::schema::Module;
use crate::store::OrgState;
use crate::value::time;
use crate::version::ApiVersion;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &GET];

pub(crate) static LIST: Endpoint = Endpoint::get("modules.list", "/crm/{v}/settings/modules")
    .scope("settings.modules.READ")
    .params(&[
        STATUS,
        Param::new("feature_name").since(ApiVersion::V8),
        Param::new("include").since(ApiVersion::V8),
    ])
    .composite_freely()
    .outcomes(&[200, 304, 400])
    .kept()
    .does("The modules of the org", list);

pub(crate) static GET: Endpoint =
    Endpoint::get("modules.get", "/crm/{v}/settings/modules/{module}")
        .scope("settings.modules.READ")
        .any_module()
        .composite_freely()
        .outcomes(&[200, 204, 400])
        .kept()
        .does("A module by API name or id, with its default view", get);

/// `status`: which modules are listed.
const STATUS: Param = Param::new("status")
    .of(ParamKind::Words(&[
        "visible",
        "user_hidden",
        "system_hidden",
        "scheduled_for_deletion",
    ]))
    .since(ApiVersion::V7);

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let statuses = settings::words(call, STATUS)?;
    let since = call.if_modified_since();
    let asked = |module: &&Arc<Module>| {
        settings::listed(module, call.version)
            && statuses
                .as_ref()
                .is_none_or(|s| s.contains(&status(module)))
            && since.is_none_or(|since| modified_after(module, since))
    };
    let mut modules: Vec<&Arc<Module>> = state.schema.modules().filter(asked).collect();
    if modules.is_empty() && since.is_some() {
        return Ok(Response::empty(304));
    }
    modules.sort_by_key(|module| module.spec.sequence_number.unwrap_or(u32::MAX));
    let items = modules.into_iter();
    let items = items
        .map(|m| object::item(&state, m, call.version))
        .collect();
    Ok(settings::list("modules", items))
}

/// Whether a module was changed after an instant; a stock one never was.
fn modified_after(module: &Module, since: i64) -> bool {
    let modified = module.spec.attributes.get("modified_time");
    let modified = modified
        .and_then(Json::as_str)
        .and_then(time::parse_datetime);
    modified.is_some_and(|at| at > since)
}

fn status(module: &Module) -> &str {
    let said = module.spec.attributes.get("status").and_then(Json::as_str);
    said.or(module.spec.status.as_deref()).unwrap_or("visible")
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let name = call.path("module");
    let Some(module) = find(&state, name).filter(|m| settings::listed(m, call.version)) else {
        return unknown(call, name);
    };
    if !module.spec.api_supported {
        return Err(Code::MODULE_NOT_SUPPORTED_IN_API.into());
    }
    let item = object::whole(&state, module, call.version);
    Ok(settings::list("modules", vec![item]))
}

/// The module with an API name or id.
fn find<'s>(state: &'s OrgState, name: &str) -> Option<&'s Arc<Module>> {
    match Id::parse(name) {
        Ok(id) => state.schema.modules().find(|module| module.id == id),
        Err(_) => state.schema.module(name),
    }
}

/// An unknown id is no content in v8; a name is an invalid module in every version.
fn unknown(call: &Call<'_>, name: &str) -> Result<Response, ApiError> {
    if Id::parse(name).is_ok() && call.version.unknown_setting_is_no_content() {
        return Ok(Response::no_content());
    }
    let error = ApiError::new(Code::INVALID_MODULE);
    Err(if call.version.unknown_module_has_path_index() {
        error.with("resource_path_index", 0)
    } else {
        error
    })
}
