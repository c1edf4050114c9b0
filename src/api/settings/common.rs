//! What operations on metadata and settings share: the module asked for, unknown ids, lists, words
//! and references.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::object::Object;
use crate::api::call::Call;
use crate::api::param::{self, Param};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::response::Response;
use crate::schema::{Module, in_range};
use crate::settings::families::profiles::PROFILES;
use crate::store::{OrgState, Setting};
use crate::version::ApiVersion;

/// The module named by the parameter `module`.
///
/// # Errors
/// `REQUIRED_PARAM_MISSING`; `INVALID_MODULE` for an unknown one, `unsupported` for one without
/// an API.
pub(in crate::api) fn module<'s>(
    call: &Call<'_>,
    state: &'s OrgState,
    unsupported: Code,
) -> Result<&'s Arc<Module>, ApiError> {
    module_of(call, state, unsupported, call.version.settings_param_key())
}

/// As [`module`], where a missing parameter is named by a detail of the family's own.
///
/// # Errors
/// As above.
pub(in crate::api) fn module_of<'s>(
    call: &Call<'_>,
    state: &'s OrgState,
    unsupported: Code,
    param_key: &str,
) -> Result<&'s Arc<Module>, ApiError> {
    let name = call
        .get(param::MODULE)
        .ok_or_else(|| ApiError::new(Code::REQUIRED_PARAM_MISSING).with(param_key, "module"))?;
    let module = state
        .schema
        .module(name)
        .filter(|m| listed(m, call.version))
        .ok_or(Code::INVALID_MODULE)?;
    if module.spec.api_supported {
        Ok(module)
    } else {
        Err(unsupported.into())
    }
}

/// Whether a version has the module.
pub(in crate::api) fn listed(module: &Module, version: ApiVersion) -> bool {
    !module.spec.internal && in_range(module.spec.since, module.spec.until, version)
}

/// What a `GET` of one setting answers when nothing has the id.
///
/// # Errors
/// `INVALID_DATA` in versions before 204 was chosen.
pub(in crate::api) fn unknown_id(call: &Call<'_>) -> Result<Response, ApiError> {
    if call.version.unknown_setting_is_no_content() {
        Ok(Response::no_content())
    } else {
        Err(unknown_setting(call))
    }
}

/// `INVALID_DATA "the id given seems to be invalid"`, with the segment where versions name it.
pub(in crate::api) fn unknown_setting(call: &Call<'_>) -> ApiError {
    let error = ApiError::new(Code::UNKNOWN_SETTING);
    if call.version.unknown_setting_has_path_index() {
        // `settings` is segment 0
        error.with("resource_path_index", 2)
    } else {
        error
    }
}

/// A list under its root key; 204 when it is empty.
pub(in crate::api) fn list(root: &str, items: Vec<Json>) -> Response {
    if items.is_empty() {
        return Response::no_content();
    }
    Response::json(200, Object::default().put(root, items).into())
}

/// The words of a parameter of some words, separated by commas.
///
/// # Errors
/// `INVALID_DATA` with the index of the first word that is none of the parameter's.
pub(in crate::api) fn words<'c>(
    call: &'c Call<'_>,
    param: Param,
) -> Result<Option<Vec<&'c str>>, ApiError> {
    let Some(text) = call.get(param) else {
        return Ok(None);
    };
    let supported = param.kind.words();
    let words: Vec<&str> = text.split(',').map(str::trim).collect();
    match words.iter().position(|word| !supported.contains(word)) {
        None => Ok(Some(words)),
        Some(index) => Err(ApiError::new(Code::INVALID_PARAM)
            .with("index", index)
            .with("supported_values", supported)
            .with("param_name", param.name)),
    }
}

/// Profiles that modules, fields and layouts are shown to.
pub(in crate::api) fn normal_profiles(state: &OrgState) -> impl Iterator<Item = &Arc<Setting>> {
    let profiles = PROFILES.of(state).iter();
    profiles.filter(|p| p.text("type").is_none_or(|kind| kind == "normal_profile"))
}

/// `{name, id}`.
pub(in crate::api) fn reference(name: &str, id: Id) -> Json {
    json!({"name": name, "id": id.json()})
}

/// `{api_name, id}` of a module; the id is null for one that the org does not have.
pub(in crate::api) fn module_reference(state: &OrgState, api_name: &str) -> Json {
    let id = state.schema.module(api_name).map(|m| m.id.json());
    json!({"api_name": api_name, "id": id})
}

/// `{api_name, id}` of a field; the id is null for one that the module does not have.
pub(in crate::api) fn field_reference(module: &Module, api_name: &str) -> Json {
    let id = module.field(api_name).map(|f| f.id.json());
    json!({"api_name": api_name, "id": id})
}
