//! `GET /settings/profiles`: the profiles of an org and what they permit.

use serde_json::{Value as Json, json};

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Param, ParamKind};
use crate::api::paging;
use crate::api::settings::{self, Key, Object};
use crate::error::ApiError;
use crate::ids::Id;
use crate::response::Response;
use crate::schema::Module;
use crate::store::{OrgState, Setting};
use crate::version::ApiVersion::{self, V2, V2_1, V4, V8};
use crate::version::Versions;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &GET];

pub(crate) static LIST: Endpoint = Endpoint::get("profiles.list", "/crm/{v}/settings/profiles")
    .scope("settings.profiles.READ")
    .params(&[
        INCLUDE_LITE_PROFILE,
        Param::new("type").since(V8),
        INCLUDE_TYPES,
        Param::new("filters").since(V8),
    ])
    .outcomes(&[200, 204])
    .does("The profiles of the org", list);

pub(crate) static GET: Endpoint = Endpoint::get("profiles.get", "/crm/{v}/settings/profiles/{id}")
    .scope("settings.profiles.READ")
    .outcomes(&[200, 204, 400])
    .does("A profile with its permissions", get);

/// Whether lite profiles are listed.
const INCLUDE_LITE_PROFILE: Param = Param::new("include_lite_profile")
    .of(ParamKind::Boolean)
    .since(V4);
/// Kinds of profiles that are listed besides.
const INCLUDE_TYPES: Param = Param::new("include_types").since(V8);

/// Keys of a profile that not every version has (SDK tables, v8 capture).
const KEYS: &[Key] = &[
    ("category", Versions::until(V2)),
    ("custom", Versions::since(V2_1)),
    ("type", Versions::since(V4)),
    ("api_name", Versions::since(V8)),
];

/// Keys of a permission (v8 description).
const PERMISSION_KEYS: &[Key] = &[
    ("customizable", Versions::since(V8)),
    ("tooltip_msg", Versions::since(V8)),
    ("parent_permissions", Versions::since(V8)),
];

/// How many profiles the licence allows (v8 capture).
const LICENSE_LIMIT: u32 = 200;

/// The tail of the first permission's id (v7 capture); the others follow at odd numbers.
const FIRST_PERMISSION: u64 = 26_113;

/// A word of a permission's name, and whether a module has the permission.
type Action = (&'static str, fn(&Module) -> bool);

/// What a profile may permit with a module, in the order of a capture.
const ACTIONS: [Action; 4] = [
    ("View", |m| m.spec.viewable),
    ("Create", |m| m.spec.creatable),
    ("Edit", |m| m.spec.editable),
    ("Delete", |m| m.spec.deletable),
];

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let lite = wants_lite(call);
    let items: Vec<Json> = state
        .profiles
        .iter()
        .filter(|profile| lite || !is_lite(profile))
        .map(|profile| object(profile).shown(&[KEYS], call.version))
        .collect();
    if items.is_empty() || !call.version.profiles_have_info() {
        return Ok(settings::list("profiles", items));
    }
    let info = json!({"page": 1, "per_page": paging::MOST_PER_PAGE, "count": items.len(),
        "more_records": false, "license_limit": LICENSE_LIMIT});
    Ok(Response::json(
        200,
        json!({"profiles": items, "info": info}),
    ))
}

/// Lite profiles are left out unless asked for: `include_lite_profile`, `include_types` (v8).
fn wants_lite(call: &Call<'_>) -> bool {
    let lite = |types: &str| types.split(',').any(|t| t.eq_ignore_ascii_case("lite"));
    call.get(INCLUDE_LITE_PROFILE) == Some("true") || call.get(INCLUDE_TYPES).is_some_and(lite)
}

fn is_lite(profile: &Setting) -> bool {
    profile.attributes.get("type").and_then(Json::as_str) == Some("lite_profile")
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let id = call.path_id("id")?;
    let profile = state.profiles.iter().find(|profile| profile.id == id);
    // an error in v8 too, unlike roles
    let profile = profile.ok_or_else(|| settings::unknown_setting(call))?;
    let permissions = Permissions::of(&state, call.version);
    let item = object(profile)
        .put("permissions_details", permissions.details())
        .put("sections", permissions.sections())
        .shown(&[KEYS], call.version);
    Ok(settings::list("profiles", vec![item]))
}

fn object(profile: &Setting) -> Object {
    let name = profile.name.as_str();
    let said = &profile.attributes;
    let custom = said.get("custom").or_else(|| said.get("category")).cloned();
    let custom = custom.unwrap_or(Json::Bool(true));
    Object::default()
        .put("display_label", name)
        .put("created_time", Json::Null)
        .put("modified_time", Json::Null)
        .put("api_name", name.replace(' ', "_"))
        .put("custom", custom.clone())
        .put("name", name)
        .put("modified_by", Json::Null)
        .put("description", Json::Null)
        .put("id", profile.id.json())
        .put("category", custom)
        .put("type", "normal_profile")
        .put("created_by", Json::Null)
        .known(said)
}

/// A permission on one module.
struct Permission<'a> {
    id: Id,
    action: &'static str,
    module: &'a Module,
}

/// The permissions of an org's modules. Every profile has the same and all of them: this service
/// does not restrict anybody.
struct Permissions<'a> {
    version: ApiVersion,
    list: Vec<Permission<'a>>,
}

impl<'a> Permissions<'a> {
    fn of(state: &'a OrgState, version: ApiVersion) -> Self {
        let mut list = Vec::with_capacity(128);
        let mut tail = FIRST_PERMISSION;
        let modules = state.schema.modules().filter(|m| is_permitted(m));
        for module in modules {
            for (action, applies) in ACTIONS {
                // ids do not depend on the version
                if applies(module) && settings::listed(module, version) {
                    let id = state.info.prefix.id(tail);
                    list.push(Permission { id, action, module });
                }
                tail += 2;
            }
        }
        Self { version, list }
    }

    fn details(&self) -> Vec<Json> {
        self.list.iter().map(|p| p.detail(self.version)).collect()
    }

    /// The permissions by module, in the key order of a hash map. Sections other than `modules`
    /// are not kept.
    fn sections(&self) -> Json {
        let modules = self.list.chunk_by(|a, b| a.module.no == b.module.no);
        let categories: Vec<Json> = modules
            .filter_map(|of_module| {
                let module = of_module.first()?.module;
                let ids: Vec<Json> = of_module.iter().map(|p| p.id.json()).collect();
                Some(json!({"display_label": module.labels(self.version).1,
                    "permissions_details": ids, "name": module.api_name(),
                    "module": module.api_name()}))
            })
            .collect();
        json!([{"name": "modules", "categories": categories}])
    }
}

/// Modules whose records profiles permit: not rows, links and histories.
fn is_permitted(module: &Module) -> bool {
    module.spec.api_supported && matches!(module.generated_type(), "default" | "custom")
}

impl Permission<'_> {
    fn detail(&self, version: ApiVersion) -> Json {
        let name = self.module.api_name();
        let module = if version.permission_module_is_object() {
            json!({"api_name": name, "id": self.module.id.json()})
        } else {
            json!(name)
        };
        Object::default()
            .put("display_label", self.action)
            .put("customizable", true)
            .put("parent_permissions", Json::Null)
            .put("module", module)
            .put("name", format!("Crm_Implied_{}_{name}", self.action))
            .put("tooltip_msg", Json::Null)
            .put("id", self.id.json())
            .put("enabled", true)
            .shown(&[PERMISSION_KEYS], version)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::api::settings::fixture::{first, get, org, stock};

    const ADMINISTRATOR: &str = r#"{"display_label":"Administrator","created_time":null,"modified_time":"2025-09-26T18:53:34+05:30","api_name":"Administrator","custom":false,"name":"Administrator","modified_by":{"name":"Jane Doe","id":"4832675000000424001"},"description":"This profile will have all the permissions. Users with Administrator profile will be able to view and manage all the data within the organization account by default.","id":"4832675000000015972","type":"normal_profile","created_by":null}"#;
    const STANDARD: &str = r#"{"display_label":"Standard","created_time":null,"modified_time":null,"api_name":"Standard","custom":false,"name":"Standard","modified_by":null,"description":"This profile will have all the permissions except administrative privileges.","id":"4832675000000015975","type":"normal_profile","created_by":null}"#;

    /// The org of the v8 capture.
    fn family_a() -> OrgState {
        let mut state = org("4832675", &json!({}), &json!({}));
        let profiles = Arc::make_mut(&mut state.profiles);
        profiles[0].id = Id(4_832_675_000_000_015_972);
        profiles[1].id = Id(4_832_675_000_000_015_975);
        let said = &mut profiles[0].attributes;
        said.insert("modified_time".into(), json!("2025-09-26T18:53:34+05:30"));
        let by = json!({"name": "Jane Doe", "id": "4832675000000424001"});
        said.insert("modified_by".into(), by);
        state
    }

    #[test]
    fn captured_list() {
        let (status, body) = get(family_a(), "v8/settings/profiles");
        assert_eq!(status, 200);
        assert_eq!(
            body,
            format!(
                r#"{{"profiles":[{ADMINISTRATOR},{STANDARD}],"info":{{"per_page":200,"count":2,"page":1,"more_records":false,"license_limit":200}}}}"#
            )
        );
    }

    #[test]
    fn permissions() {
        let (status, body) = get(stock(), "v7/settings/profiles/5725767000000026011");
        assert_eq!(status, 200);
        let profile: Json = serde_json::from_str(&first(&body)).unwrap();
        assert_eq!(
            profile["permissions_details"][0].to_string(),
            r#"{"display_label":"View","module":"Leads","name":"Crm_Implied_View_Leads","id":"5725767000000026113","enabled":true}"#
        );
        assert_eq!(
            profile["sections"][0]["categories"][0].to_string(),
            r#"{"display_label":"Leads","permissions_details":["5725767000000026113","5725767000000026115","5725767000000026117","5725767000000026119"],"module":"Leads","name":"Leads"}"#
        );
    }

    #[test]
    fn unknown_id_is_an_error_in_v8_too() {
        let (status, body) = get(stock(), "v8/settings/profiles/1");
        assert_eq!(status, 400);
        assert_eq!(
            body,
            r#"{"code":"INVALID_DATA","details":{"resource_path_index":2},"message":"the id given seems to be invalid","status":"error"}"#
        );
    }

    #[test]
    fn lite_profiles_are_listed_on_request() {
        let state = || {
            let mut state = stock();
            let profile = Setting {
                id: Id(1),
                name: "Team User".into(),
                attributes: [("type".to_owned(), json!("lite_profile"))]
                    .into_iter()
                    .collect(),
            };
            Arc::make_mut(&mut state.profiles).push(profile);
            state
        };
        let listed = |target: &str| get(state(), target).1.contains("Team User");
        assert!(!listed("v8/settings/profiles"));
        assert!(listed("v8/settings/profiles?include_types=Lite"));
        assert!(listed("v5/settings/profiles?include_lite_profile=true"));
        assert!(!listed("v3/settings/profiles?include_lite_profile=true"));
    }
}
