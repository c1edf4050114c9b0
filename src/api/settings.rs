//! What the families of metadata share: the module asked for, and objects whose keys depend on
//! the version.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::call::Call;
use crate::error::{ApiError, Kind};
use crate::ids::Id;
use crate::response::Response;
use crate::schema::{Module, in_range};
use crate::store::{OrgState, Setting};
use crate::version::{ApiVersion, Versions};

/// A key and versions that have it. A key may have several rows; one without a row stands in
/// every version.
pub(super) type Key = (&'static str, Versions);

/// No version at all: for a key that one form of an object lacks.
pub(super) const NEVER: Versions = Versions::NONE;

/// A JSON object under construction. The order of insertion decides between keys that share a
/// bucket of Zoho's hash maps.
#[derive(Debug, Default)]
pub(super) struct Object(Map<String, Json>);

impl Object {
    /// Adds a key.
    pub(super) fn put(mut self, key: &str, value: impl Into<Json>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    /// Adds a key that only some objects have.
    pub(super) fn put_some(self, key: &str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.put(key, value),
            None => self,
        }
    }

    /// Replaces a value by what is made of it.
    pub(super) fn map(mut self, key: &str, change: impl FnOnce(&Json) -> Json) -> Self {
        if let Some(value) = self.0.get_mut(key) {
            *value = change(value);
        }
        self
    }

    /// Keeps the keys that pass.
    pub(super) fn retain(mut self, keep: impl Fn(&str) -> bool) -> Self {
        self.0.retain(|key, _| keep(key));
        self
    }

    /// Takes keys away.
    pub(super) fn without(self, keys: &[&str]) -> Self {
        self.retain(|key| !keys.contains(&key))
    }

    /// Replaces values by those of a seed; keys that are not there yet stay away.
    pub(super) fn known(mut self, said: &Map<String, Json>) -> Self {
        for (key, value) in &mut self.0 {
            if let Some(given) = said.get(key) {
                *value = given.clone();
            }
        }
        self
    }

    /// Puts in what a seed says, and drops keys that the version does not have unless the seed
    /// has set them.
    pub(super) fn finish(
        self,
        said: &Map<String, Json>,
        tables: &[&[Key]],
        version: ApiVersion,
    ) -> Json {
        let mut map = self.0;
        map.extend(said.clone());
        map.retain(|key, _| said.contains_key(key) || stands(tables, key, version));
        Json::Object(map)
    }

    /// Drops keys that the version does not have.
    pub(super) fn shown(self, tables: &[&[Key]], version: ApiVersion) -> Json {
        self.finish(&Map::new(), tables, version)
    }
}

/// Whether a version has a key.
fn stands(tables: &[&[Key]], key: &str, version: ApiVersion) -> bool {
    let mut rows = tables
        .iter()
        .copied()
        .flatten()
        .filter(|row| row.0 == key)
        .peekable();
    rows.peek().is_none() || rows.any(|row| row.1.contains(version))
}

/// The module named by the parameter `module`.
///
/// # Errors
/// `REQUIRED_PARAM_MISSING`; `INVALID_MODULE` for an unknown one, `unsupported` for one without
/// an API.
pub(super) fn module<'s>(
    call: &Call<'_>,
    state: &'s OrgState,
    unsupported: Kind,
) -> Result<&'s Arc<Module>, ApiError> {
    let name = call.param("module").ok_or_else(|| {
        ApiError::new(Kind::RequiredParamMissing).with(call.version.settings_param_key(), "module")
    })?;
    let module = state
        .schema
        .module(name)
        .filter(|m| listed(m, call.version))
        .ok_or(Kind::InvalidModule)?;
    if module.spec.api_supported {
        Ok(module)
    } else {
        Err(unsupported.into())
    }
}

/// Whether a version has the module.
pub(super) fn listed(module: &Module, version: ApiVersion) -> bool {
    in_range(module.spec.since, module.spec.until, version)
}

/// What a `GET` of one setting answers when nothing has the id.
///
/// # Errors
/// `INVALID_DATA` in versions before 204 was chosen.
pub(super) fn unknown_id(call: &Call<'_>) -> Result<Response, ApiError> {
    if call.version.unknown_setting_is_no_content() {
        Ok(Response::no_content())
    } else {
        Err(unknown_setting(call))
    }
}

/// `INVALID_DATA "the id given seems to be invalid"`, with the segment where versions name it.
pub(super) fn unknown_setting(call: &Call<'_>) -> ApiError {
    let error = ApiError::new(Kind::UnknownSetting);
    if call.version.unknown_setting_has_path_index() {
        // `settings` is segment 0
        error.with("resource_path_index", 2)
    } else {
        error
    }
}

/// A list under its root key; 204 when it is empty.
pub(super) fn list(root: &str, items: Vec<Json>) -> Response {
    if items.is_empty() {
        return Response::no_content();
    }
    Response::json(200, Object::default().put(root, items).0.into())
}

/// A parameter that is a comma list of words, each of them of `supported`.
///
/// # Errors
/// `INVALID_DATA` with the index of the first other word.
pub(super) fn words<'c>(
    call: &'c Call<'_>,
    name: &str,
    supported: &[&str],
) -> Result<Option<Vec<&'c str>>, ApiError> {
    let Some(text) = call.param(name) else {
        return Ok(None);
    };
    let words: Vec<&str> = text.split(',').map(str::trim).collect();
    match words.iter().position(|word| !supported.contains(word)) {
        None => Ok(Some(words)),
        Some(index) => Err(ApiError::new(Kind::InvalidParam)
            .with("index", index)
            .with("supported_values", supported)
            .with("param_name", name)),
    }
}

/// Profiles that modules, fields and layouts are shown to.
pub(super) fn normal_profiles(state: &OrgState) -> impl Iterator<Item = &Setting> {
    state.profiles.iter().filter(|p| {
        let kind = p.attributes.get("type").and_then(Json::as_str);
        kind.is_none_or(|kind| kind == "normal_profile")
    })
}

/// `{name, id}`.
pub(super) fn reference(name: &str, id: Id) -> Json {
    json!({"name": name, "id": id.json()})
}

/// `{api_name, id}` of a module; the id is null for one that the org does not have.
pub(super) fn module_reference(state: &OrgState, api_name: &str) -> Json {
    let id = state.schema.module(api_name).map(|m| m.id.json());
    json!({"api_name": api_name, "id": id})
}

/// `{api_name, id}` of a field; the id is null for one that the module does not have.
pub(super) fn field_reference(module: &Module, api_name: &str) -> Json {
    let id = module.field(api_name).map(|f| f.id.json());
    json!({"api_name": api_name, "id": id})
}

/// An org built by hand, and calls to it.
#[cfg(test)]
pub(super) mod fixture {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::api::router;
    use crate::ids::IdPrefix;
    use crate::request::{Params, Request};
    use crate::runtime::auth::Tokens;
    use crate::runtime::clock::Clock;
    use crate::schema::{Features, Schema, builtin};
    use crate::store::{OrgInfo, Tree, unique};
    use crate::world::{Settings, World};

    /// Prefix of most captures.
    pub(in crate::api) const PREFIX: &str = "5725767";

    fn settings(declared: Vec<Map<String, Json>>, prefix: IdPrefix) -> Arc<Vec<Setting>> {
        let setting = |mut attributes: Map<String, Json>| {
            let id = attributes.shift_remove("id").and_then(|id| id.as_u64());
            let name = attributes.shift_remove("name").unwrap_or_default();
            Setting {
                id: prefix.id(id.unwrap_or_default()),
                name: name.as_str().unwrap_or_default().into(),
                attributes,
            }
        };
        Arc::new(declared.into_iter().map(setting).collect())
    }

    /// The standard org with changes to its modules: `{"Leads":{…}}`.
    pub(in crate::api) fn org(prefix: &str, patches: &Json, attributes: &Json) -> OrgState {
        let prefix = IdPrefix::parse(prefix).unwrap();
        let patches = serde_json::from_value(patches.clone()).unwrap();
        let features = vec!["classic_address".into()];
        let schema = Schema::build(
            builtin::modules(&patches).unwrap(),
            &builtin::pick_lists().unwrap(),
            prefix,
            &Features {
                on: features.clone(),
            },
        );
        let info = OrgInfo {
            attributes: attributes.as_object().cloned().unwrap_or_default(),
            prefix,
            era: 2026,
            features,
            hidden_keys: Vec::new(),
            time_zone: TimeZone::get("America/Los_Angeles").unwrap(),
            coql_plain_chains: false,
            search_lag: 0,
            exact_text_equals: false,
        };
        OrgState {
            info: Arc::new(info),
            schema: Arc::new(schema),
            tables: crate::store::Tables::default(),
            users: Tree::default(),
            roles: settings(builtin::roles().unwrap(), prefix),
            profiles: settings(builtin::profiles().unwrap(), prefix),
            tags: Arc::default(),
            current_user: Id(0),
            time_zone: TimeZone::get("America/Los_Angeles").unwrap(),
            next_tail: 600_001,
            jobs: Arc::default(),
            next_ids: Arc::default(),
            next_numbers: Arc::default(),
            names_epoch: unique(),
        }
    }

    /// The standard org.
    pub(in crate::api) fn stock() -> OrgState {
        org(PREFIX, &json!({}), &json!({}))
    }

    /// Status and body of a `GET` of `/crm/{target}`, without the final line feed.
    pub(in crate::api) fn get(state: OrgState, target: &str) -> (u16, String) {
        get_with(state, target, &[])
    }

    /// The same with headers.
    pub(in crate::api) fn get_with(
        state: OrgState,
        target: &str,
        headers: &[(&str, &str)],
    ) -> (u16, String) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = format!("/crm/{path}");
        let headers: Vec<(String, String)> = headers
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect();
        let request = Request::new("GET", &path, query, &headers, None);
        let route = router::route(request.method, &path).unwrap();
        let world = World::new(state, Tokens::new(0), Clock::fixed(0), Settings::default());
        let call = Call {
            endpoint: route.endpoint,
            version: route.version,
            request: &request,
            params: Params::parse(query.as_bytes()),
            body: Json::Null,
            now: 0,
            caller: crate::runtime::auth::Caller::Anyone,
            wording: world.wording(route.version),
            world: &world,
            org: world.default_org(),
            faults: None,
            path: route.path,
        };
        let answer = (route.endpoint.handler)(&call)
            .unwrap_or_else(|error| Response::error(&error, call.wording));
        let body = String::from_utf8(answer.body.to_vec()).unwrap();
        (answer.status, body.trim_end().to_owned())
    }

    /// The first item of the answer's list, as text.
    pub(in crate::api) fn first(body: &str) -> String {
        let body: Json = serde_json::from_str(body).unwrap();
        let list = body.as_object().unwrap().values().next().unwrap();
        list[0].to_string()
    }

    /// The keys of an object, in their order.
    pub(in crate::api) fn keys(object: &str) -> String {
        let object: Map<String, Json> = serde_json::from_str(object).unwrap();
        object.keys().cloned().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::fixture::{get, stock};
    use super::*;

    #[test]
    fn a_key_may_have_several_rows() {
        let rows: &[Key] = &[
            ("a", Versions::until(ApiVersion::V2)),
            ("a", Versions::since(ApiVersion::V8)),
            ("b", NEVER),
        ];
        let has = |key| ApiVersion::ALL.map(|version| stands(&[rows], key, version));
        assert_eq!(
            has("a"),
            [true, false, false, false, false, false, false, true]
        );
        assert_eq!(has("b"), [false; 8]);
        assert_eq!(has("c"), [true; 8]);
    }

    #[test]
    fn every_family_answers_in_every_version() {
        let state = stock();
        for version in ApiVersion::ALL {
            for module in ["Leads", "Deals", "Events", "Quotes"] {
                for family in ["fields", "layouts", "related_lists", "custom_views"] {
                    let target = format!("{version}/settings/{family}?module={module}");
                    assert_eq!(get(state.clone(), &target).0, 200, "{target}");
                }
                let target = format!("{version}/settings/modules/{module}");
                assert_eq!(get(state.clone(), &target).0, 200, "{target}");
            }
        }
    }
}
