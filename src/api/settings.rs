//! What the families of metadata share: the module asked for, and objects whose keys depend on
//! the version; and the engine that answers for families of settings ([`rows`]).

mod read;
pub(crate) mod rows;
mod write;

pub(super) use read::list_of;
use std::sync::Arc;
pub(super) use write::{first as first_error, write_one};

use serde_json::{Map, Value as Json, json};

use super::call::Call;
use super::param::{self, Param};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::response::Response;
use crate::schema::{Module, in_range};
use crate::settings::families::profiles::PROFILES;
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
    unsupported: Code,
) -> Result<&'s Arc<Module>, ApiError> {
    module_of(call, state, unsupported, call.version.settings_param_key())
}

/// As [`module`], where a missing parameter is named by a detail of the family's own.
///
/// # Errors
/// As above.
fn module_of<'s>(
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
    let error = ApiError::new(Code::UNKNOWN_SETTING);
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

/// The words of a parameter of some words, separated by commas.
///
/// # Errors
/// `INVALID_DATA` with the index of the first word that is none of the parameter's.
pub(super) fn words<'c>(
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
pub(super) fn normal_profiles(state: &OrgState) -> impl Iterator<Item = &Arc<Setting>> {
    let profiles = PROFILES.of(state).iter();
    profiles.filter(|p| p.text("type").is_none_or(|kind| kind == "normal_profile"))
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

#[cfg(test)]
mod tests {
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
}
