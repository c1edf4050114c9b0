//! Lists of settings, and settings one by one.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::common;
use super::params::{INCLUDE, of_filter};
use crate::api::call::Call;
use crate::api::endpoint::Param;
use crate::api::paging::{MOST_PER_PAGE, Page};
use crate::api::param;
use crate::error::{ApiError, Code};
use crate::ids::{Id, IdError};
use crate::response::Response;
use crate::schema::ModuleNo;
use crate::settings::family::{Family, Filter, InfoValue, ShownSetting};
use crate::settings::key::{self, ReferenceTarget};
use crate::settings::{preferences, shape};
use crate::store::{OrgState, Setting};

/// The family of a row.
///
/// # Errors
/// `INTERNAL_ERROR` for a row without one, which the table has not.
pub(super) fn family_of(call: &Call<'_>) -> Result<&'static Family, ApiError> {
    call.endpoint
        .family
        .ok_or_else(|| Code::INTERNAL_ERROR.into())
}

/// The module that the call names, in families that are kept by module.
///
/// # Errors
/// Those of [`common::module_of`].
pub(super) fn module(
    call: &Call<'_>,
    family: &Family,
    state: &OrgState,
) -> Result<Option<ModuleNo>, ApiError> {
    if !family.by_module {
        return Ok(None);
    }
    let key = family
        .param_key
        .unwrap_or(call.version.settings_param_key());
    let module = common::module_of(call, state, Code::MODULE_NOT_SUPPORTED_FOR_API, key)?;
    Ok(Some(module.no))
}

/// `GET` of a family: all objects that fit the filters, page by page where it has pages.
pub(super) fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    list_of(call, family_of(call)?, |_| true)
}

/// The list of the objects of a family for which `wanted` holds.
///
/// # Errors
/// Those of the parameters, and that of a feature that is off.
pub(in crate::api) fn list_of(
    call: &Call<'_>,
    family: &'static Family,
    wanted: impl Fn(&Setting) -> bool,
) -> Result<Response, ApiError> {
    let state = call.read();
    check_enabled(family, &state)?;
    let module = module(call, family, &state)?;
    let has = |param: Param| call.endpoint.param(param.name).is_some();
    let include = match has(INCLUDE) {
        true => call.get(INCLUDE).unwrap_or_default(),
        false => "",
    };
    let include: Vec<&str> = include.split(',').map(str::trim).collect();
    let settings = family.of(&state).of_module(module);
    let settings = settings.filter(|setting| wanted(setting));
    let mut items: Vec<Map<String, Json>> = settings
        .map(|setting| {
            let shown = ShownSetting {
                state: &state,
                setting,
                version: call.version,
                single: family.is_single(),
                include: &include,
            };
            shape::object(family, shown)
        })
        .collect();
    for filter in family.filters {
        narrow(call, family, &state, filter, &mut items)?;
    }
    if let Some(key) = family.order {
        items.sort_by_cached_key(|item| item.get(key).map(Json::to_string));
    }
    if family.is_single() {
        let implied = || {
            let shown = ShownSetting {
                state: &state,
                setting: &preferences::unset(),
                version: call.version,
                single: true,
                include: &include,
            };
            family.implied.then(|| shape::object(family, shown))
        };
        let item = items.into_iter().next().or_else(implied);
        return Ok(item.map_or_else(Response::no_content, |item| {
            let root = (family.name.to_owned(), Json::Object(item));
            Response::json(200, Json::Object(Map::from_iter([root])))
        }));
    }
    let page = if has(param::PAGE) {
        Page::plain(call)?
    } else {
        Page::WHOLE
    };
    Ok(page_of(call, family, items, &page))
}

/// The answer with the objects of a page.
fn page_of(
    call: &Call<'_>,
    family: &Family,
    mut items: Vec<Map<String, Json>>,
    page: &Page,
) -> Response {
    items.drain(..page.skip.min(items.len()));
    let more = page.cut(&mut items);
    if items.is_empty() && !family.lists_nothing {
        return Response::no_content();
    }
    let mut body = Map::new();
    let count = items.len();
    let items = items.into_iter().map(Json::Object).collect();
    body.insert(family.name.to_owned(), items);
    if family.informed.contains(call.version) {
        let info = family
            .info
            .iter()
            .filter(|info| info.versions.contains(call.version));
        let info = info.map(|info| {
            let value = match info.value {
                InfoValue::Page => page.number.into(),
                // as captured of lists that have no pages
                InfoValue::PerPage => page.per_page.min(MOST_PER_PAGE).into(),
                InfoValue::Count => count.into(),
                InfoValue::More => more.into(),
                InfoValue::Number(number) => number.into(),
            };
            (info.key.to_owned(), value)
        });
        body.insert("info".to_owned(), Json::Object(info.collect()));
    }
    Response::json(200, Json::Object(body))
}

/// Leaves the items that a filter lets through.
///
/// # Errors
/// `PATTERN_NOT_MATCHED` for a value that the key cannot have (description of v8),
/// `INVALID_DATA` for an object that does not exist (in which form is assumed).
fn narrow(
    call: &Call<'_>,
    family: &Family,
    state: &OrgState,
    filter: &Filter,
    items: &mut Vec<Map<String, Json>>,
) -> Result<(), ApiError> {
    let param = of_filter(family, filter);
    let Some(wanted) = call.get(param) else {
        return Ok(());
    };
    let about = |kind: Code| ApiError::new(kind).with("param_name", param.name);
    match filter {
        Filter::Mine(_, key) => {
            let caller = state.current_user.json();
            let mine = |item: &Map<String, Json>| {
                item.get(*key)
                    .is_some_and(|by| by.get("id") == Some(&caller))
            };
            if wanted == "true" {
                items.retain(mine);
            }
        }
        Filter::Value(_, key) => {
            let possible = match family.key(key).map(|key| key.kind) {
                Some(key::KeyType::Word(words)) => words.contains(&wanted),
                Some(key::KeyType::Integer(..)) => wanted.parse::<i64>().is_ok(),
                Some(key::KeyType::Reference(ReferenceTarget::Family(target))) => {
                    let id = target.path_key.is_some() || Id::parse(wanted).is_ok();
                    if id && named(target, state, wanted).is_none() {
                        return Err(about(Code::INVALID_PARAM));
                    }
                    id
                }
                _ => true,
            };
            if !possible {
                return Err(about(Code::PATTERN_NOT_MATCHED));
            }
            items.retain(|item| item.get(*key).is_some_and(|value| fits(value, wanted)));
        }
    }
    Ok(())
}

/// Whether a value that is shown is the one of a filter: that of a reference by any of its keys.
fn fits(value: &Json, wanted: &str) -> bool {
    match value {
        Json::String(text) => text == wanted,
        Json::Object(object) => object.values().any(|value| fits(value, wanted)),
        Json::Number(number) => number.to_string() == wanted,
        Json::Bool(on) => on.to_string() == wanted,
        Json::Null | Json::Array(_) => false,
    }
}

/// The object of a family with an id, a name, or the name by which paths may speak of it.
fn named<'s>(family: &Family, state: &'s OrgState, text: &str) -> Option<&'s Arc<Setting>> {
    let settings = family.of(state);
    match Id::parse(text) {
        Ok(id) => settings.get(id),
        Err(_) => match family.path_key {
            Some(key) => settings
                .iter()
                .find(|setting| setting.text(key) == Some(text)),
            None => settings.named(None, text),
        },
    }
}

/// Refuses to read a family of which the feature is off.
fn check_enabled(family: &Family, state: &OrgState) -> Result<(), ApiError> {
    match family.disabled.filter(|_| family.of(state).is_empty()) {
        Some(disabled) => Err(disabled.read.into()),
        None => Ok(()),
    }
}

/// What a path names.
pub(super) enum Named {
    /// An object.
    Setting(Arc<Setting>),
    /// Nothing, by an id.
    Unknown,
    /// Nothing, by a name.
    UnknownName,
}

/// The object that the path names by its id, or by its name in families that allow it.
///
/// # Errors
/// `INVALID_URL_PATTERN` for what is no id in other families, `REQUIRED_PARAM_MISSING` for a name
/// without the parameter that it needs.
pub(super) fn in_path(
    call: &Call<'_>,
    family: &Family,
    state: &OrgState,
    module: Option<ModuleNo>,
) -> Result<Named, ApiError> {
    let segment = call.path("id");
    // an operation without the parameter that a name needs takes ids alone
    let takes_names = family.path_key.is_some()
        && family
            .path_needs
            .is_none_or(|needs| call.endpoint.param(needs).is_some());
    let by_name = takes_names && Id::parse(segment) == Err(IdError::NotNumeric);
    if !by_name {
        let found = family.of(state).get(call.path_id("id")?);
        let found = found
            .filter(|setting| !family.by_module || module.is_none() || setting.module == module);
        return Ok(found.cloned().map_or(Named::Unknown, Named::Setting));
    }
    let mut found = named(family, state, segment);
    if let Some(name) = family.path_needs {
        let group = call.get(Param::new(name)).ok_or_else(|| {
            let key = call.version.settings_param_key();
            ApiError::new(Code::REQUIRED_PARAM_MISSING).with(key, name)
        })?;
        let filter = family.filters.iter().find(|filter| filter.param() == name);
        if let Some(Filter::Value(_, key)) = filter
            && let Some(key::KeyType::Reference(ReferenceTarget::Family(target))) =
                family.key(key).map(|key| key.kind)
        {
            let group = named(target, state, group).map(|group| group.id.json());
            found = found.filter(|setting| setting.attributes.get(*key) == group.as_ref());
        }
    }
    Ok(found.cloned().map_or(Named::UnknownName, Named::Setting))
}

/// `GET` of one object.
pub(super) fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let family = family_of(call)?;
    let state = call.read();
    check_enabled(family, &state)?;
    let module = module(call, family, &state)?;
    let setting = match in_path(call, family, &state, module)? {
        Named::Setting(setting) => setting,
        Named::Unknown if family.gone.get.0.contains(call.version) => {
            return Err(gone(call, family, family.gone.get.1));
        }
        Named::Unknown | Named::UnknownName => return Ok(Response::no_content()),
    };
    let shown = ShownSetting {
        state: &state,
        setting: &setting,
        version: call.version,
        single: true,
        include: &[],
    };
    let item = shape::object(family, shown);
    if family.informs_one {
        return Ok(page_of(call, family, vec![item], &Page::WHOLE));
    }
    Ok(common::list(family.name, vec![Json::Object(item)]))
}

/// An error about the object in the path: with the index of its segment where versions name it, or
/// with what stands there.
pub(super) fn gone(call: &Call<'_>, family: &Family, code: Code) -> ApiError {
    let error = ApiError::new(code);
    if family.gone.repeats {
        error.with("id", call.path("id"))
    } else if call.version.unknown_setting_has_path_index() {
        // the segment behind those of the family
        error.with(
            "resource_path_index",
            family.path.split('/').skip(1).count(),
        )
    } else {
        error
    }
}
