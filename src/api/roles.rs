//! `GET /settings/roles`: the roles of an org.

use serde_json::Value as Json;

use super::call::Call;
use super::endpoint::{BodyKind, Endpoint};
use super::settings::{self, Key, Object};
use crate::error::ApiError;
use crate::ids::Id;
use crate::request::Method;
use crate::response::Response;
use crate::store::{OrgState, Setting};
use crate::version::ApiVersion::{self, V2, V4, V8};
use crate::version::Versions;

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "roles.list",
        method: Method::Get,
        path: "/crm/{v}/settings/roles",
        versions: Versions::ALL,
        scope: "settings.roles.READ",
        body: BodyKind::None,
        params: &[],
        outcomes: &[200],
        summary: "The roles of the org",
        handler: list,
    },
    Endpoint {
        id: "roles.get",
        method: Method::Get,
        path: "/crm/{v}/settings/roles/{id}",
        versions: Versions::ALL,
        scope: "settings.roles.READ",
        body: BodyKind::None,
        params: &[],
        outcomes: &[200, 204, 400],
        summary: "A role",
        handler: get,
    },
];

/// Keys of a role that not every version has (SDK tables, v4 capture, v8 description).
const KEYS: &[Key] = &[
    ("admin_user", Versions::until(V2)),
    ("created_by__s", Versions::since(V4)),
    ("modified_by__s", Versions::since(V4)),
    ("modified_time__s", Versions::since(V4)),
    ("created_time__s", Versions::since(V4)),
    ("api_name", Versions::since(V8)),
];

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let roles = state.roles.iter();
    let items = roles
        .map(|role| object(&state, role, call.version))
        .collect();
    Ok(settings::list("roles", items))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let id = call.path_id("id")?;
    match state.roles.iter().find(|role| role.id == id) {
        Some(role) => Ok(settings::list(
            "roles",
            vec![object(&state, role, call.version)],
        )),
        None => settings::unknown_id(call),
    }
}

fn object(state: &OrgState, role: &Setting, version: ApiVersion) -> Json {
    let name = role.name.as_str();
    let superior = role.attributes.get("reporting_to");
    let superior = superior.and_then(|said| resolve(state, said));
    Object::default()
        .put("display_label", name)
        .put("created_by__s", Json::Null)
        .put("modified_by__s", Json::Null)
        .put("forecast_manager", Json::Null)
        .put("share_with_peers", false)
        .put("modified_time__s", Json::Null)
        .put("description", Json::Null)
        // nobody stands above the administrators' role
        .put("admin_user", superior.is_none())
        .put("api_name", name.replace(' ', "_"))
        .known(&role.attributes)
        .put("name", name)
        .put("reporting_to", superior)
        .put("id", role.id.json())
        .put(
            "created_time__s",
            role.attributes.get("created_time__s").cloned(),
        )
        .shown(&[KEYS], version)
}

/// The role that a seed names by its name, its id or `{id}`, as `{name, id}`.
fn resolve(state: &OrgState, said: &Json) -> Option<Json> {
    let said = said.get("id").or_else(|| said.get("name")).unwrap_or(said);
    let id = Id::from_json(said);
    let role = state.roles.iter().find(|role| match id {
        Some(id) => role.id == id,
        None => said.as_str() == Some(role.name.as_str()),
    })?;
    Some(settings::reference(&role.name, role.id))
}
