//! `GET /settings/roles`: the roles of an org.

use serde_json::Value as Json;

use crate::api::call::Call;
use crate::api::endpoint::Endpoint;
use crate::api::settings::{self, Key, Object};
use crate::error::ApiError;
use crate::ids::Id;
use crate::response::Response;
use crate::store::{OrgState, Setting};
use crate::version::ApiVersion::{self, V2, V4, V8};
use crate::version::Versions;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &GET];

pub(crate) static LIST: Endpoint = Endpoint::get("roles.list", "/crm/{v}/settings/roles")
    .scope("settings.roles.READ")
    .outcomes(&[200])
    .does("The roles of the org", list);

pub(crate) static GET: Endpoint = Endpoint::get("roles.get", "/crm/{v}/settings/roles/{id}")
    .scope("settings.roles.READ")
    .outcomes(&[200, 204, 400])
    .does("A role", get);

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::settings::fixture::{get, stock};

    const CEO: &str = r#"{"display_label":"CEO","created_by__s":null,"modified_by__s":null,"forecast_manager":null,"share_with_peers":false,"modified_time__s":null,"name":"CEO","description":"Users with this role have access to the data owned by all other users.","reporting_to":null,"id":"5725767000000026005","created_time__s":null}"#;
    const MANAGER: &str = r#"{"display_label":"Manager","created_by__s":null,"modified_by__s":null,"forecast_manager":null,"share_with_peers":false,"modified_time__s":null,"name":"Manager","description":"Users belonging to this role cannot see data for admin users.","reporting_to":{"name":"CEO","id":"5725767000000026005"},"id":"5725767000000026008","created_time__s":null}"#;

    #[test]
    fn captured_list() {
        let (status, body) = get(stock(), "v7/settings/roles");
        assert_eq!(status, 200);
        assert_eq!(body, format!(r#"{{"roles":[{CEO},{MANAGER}]}}"#));
    }

    #[test]
    fn one_role() {
        let (status, body) = get(stock(), "v4/settings/roles/5725767000000026008");
        assert_eq!(status, 200);
        assert_eq!(body, format!(r#"{{"roles":[{MANAGER}]}}"#));
    }

    #[test]
    fn keys_by_version() {
        let keys = |version: &str| {
            let (_, body) = get(stock(), &format!("{version}/settings/roles"));
            let body: Json = serde_json::from_str(&body).unwrap();
            let role = body["roles"][0].as_object().unwrap().clone();
            ["admin_user", "created_by__s", "api_name"].map(|key| role.contains_key(key))
        };
        assert_eq!(keys("v2"), [true, false, false]);
        assert_eq!(keys("v3"), [false, false, false]);
        assert_eq!(keys("v4"), [false, true, false]);
        assert_eq!(keys("v8"), [false, true, true]);
    }

    #[test]
    fn unknown_ids() {
        for (version, status, body) in [
            (
                "v2",
                400,
                r#"{"code":"INVALID_DATA","details":{},"message":"the id given seems to be invalid","status":"error"}"#,
            ),
            (
                "v7",
                400,
                r#"{"code":"INVALID_DATA","details":{"resource_path_index":2},"message":"the id given seems to be invalid","status":"error"}"#,
            ),
            ("v8", 204, ""),
        ] {
            let answer = get(stock(), &format!("{version}/settings/roles/1"));
            assert_eq!(answer, (status, body.to_owned()), "{version}");
        }
        assert_eq!(get(stock(), "v8/settings/roles/CEO").0, 404);
    }

    #[test]
    fn superiors_are_found_by_name_and_id() {
        let state = stock();
        let ceo = json!({"name": "CEO", "id": "5725767000000026005"});
        for said in [
            json!("CEO"),
            json!("5725767000000026005"),
            json!({"id": "5725767000000026005"}),
        ] {
            assert_eq!(resolve(&state, &said), Some(ceo.clone()));
        }
        assert_eq!(resolve(&state, &Json::Null), None);
    }
}
