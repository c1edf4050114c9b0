//! `GET /settings/related_lists`: the lists below a record.

use serde_json::Value as Json;

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Param, ParamKind};
use crate::api::param;
use crate::api::settings::{self, Object, VersionedKey};
use crate::error::{ApiError, Code};
use crate::response::Response;
use crate::schema::{Module, RelatedList, in_range};
use crate::store::OrgState;
use crate::version::ApiVersion::{self, V2, V2_1, V5, V7, V8};
use crate::version::Versions;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &GET];

pub(crate) static LIST: Endpoint =
    Endpoint::get("related_lists.list", "/crm/{v}/settings/related_lists")
        .scope("settings.related_lists.READ")
        .params(&[param::MODULE, LAYOUT_ID, STATUS])
        .composite_freely()
        .outcomes(&[200, 204, 400])
        .kept()
        .does("The related lists of a module", list);

pub(crate) static GET: Endpoint =
    Endpoint::get("related_lists.get", "/crm/{v}/settings/related_lists/{id}")
        .scope("settings.related_lists.READ")
        .params(&[param::MODULE, LAYOUT_ID])
        .composite_freely()
        .outcomes(&[200, 204, 400])
        .kept()
        .does("A related list of a module", get);

/// Keys of a related list that not every version has (captures of v2 and v7; between, assumed).
const KEYS: &[VersionedKey] = &[
    ("visible", Versions::until(V2)),
    ("sequence_number", Versions::since(V2_1)),
    ("action", Versions::since(V2_1)),
    ("customize_sort", Versions::since(V5)),
    ("customize_fields", Versions::since(V5)),
    ("customize_display_label", Versions::since(V5)),
    ("status", Versions::since(V7)),
];

/// `layout_id`: the layout whose lists are shown.
const LAYOUT_ID: Param = Param::new("layout_id")
    .of(ParamKind::Id)
    .since(ApiVersion::V3);

/// `status`: which lists are shown.
const STATUS: Param = Param::new("status")
    .of(ParamKind::Words(&[
        "visible",
        "user_hidden",
        "scheduled_for_deletion",
    ]))
    .since(V8);

/// `GET /settings/related_lists?module=`: the lists that the version has, by sequence.
fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = module(call, &state)?;
    // which of the words it is goes unsaid here
    let statuses = settings::words(call, STATUS).map_err(|error| error.without("index"))?;
    let asked = |list: &&RelatedList| {
        exists(list, call.version) && statuses.as_ref().is_none_or(|s| s.contains(&status(list)))
    };
    let mut lists: Vec<&RelatedList> = module.related_lists.iter().filter(asked).collect();
    lists.sort_by_key(|list| list.spec.sequence_number);
    let items = lists.into_iter();
    let items = items
        .map(|l| object(&state, module, l, call.version))
        .collect();
    Ok(settings::list("related_lists", items))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = module(call, &state)?;
    let id = call.path_id("id")?;
    let list = module.related_lists.iter();
    match list
        .filter(|l| exists(l, call.version))
        .find(|l| l.id == id)
    {
        Some(list) => Ok(settings::list(
            "related_lists",
            vec![object(&state, module, list, call.version)],
        )),
        None => settings::unknown_id(call),
    }
}

/// The module asked for; errors name the parameter in versions that do (v8 description).
fn module<'s>(call: &Call<'_>, state: &'s OrgState) -> Result<&'s Module, ApiError> {
    let names = call.version.related_lists_name_the_param();
    let unsupported = if names {
        Code::RELATED_LISTS_NOT_SUPPORTED
    } else {
        Code::MODULE_NOT_SUPPORTED_FOR_API
    };
    match settings::module(call, state, unsupported) {
        Ok(module) => Ok(module),
        Err(error) if names && error.kind != Code::REQUIRED_PARAM_MISSING => {
            Err(error.with("param_name", "module"))
        }
        Err(error) => Err(error),
    }
}

fn exists(list: &RelatedList, version: ApiVersion) -> bool {
    in_range(list.spec.since, list.spec.until, version)
}

fn status(list: &RelatedList) -> &str {
    list.spec.status.as_deref().unwrap_or("visible")
}

fn object(state: &OrgState, module: &Module, list: &RelatedList, version: ApiVersion) -> Json {
    let spec = &list.spec;
    // contested: a capture of v2 of 2018 has an object, the newer tables of v2 and v2.1 a string
    let plain = version.modules_are_names() && state.info.era > 2018;
    let related = spec.module.as_deref().map(|name| match plain {
        true => Json::from(name),
        false => settings::module_reference(state, name),
    });
    let derived = || {
        let (module, list) = (module.api_name(), &spec.api_name);
        format!("{module}/{{ENTITYID}}/{list}").into()
    };
    // `id` and `href` meet in a bucket: `id` was first in 2018, `href` in the captures of v7 and v8
    let first = version.related_list_id_is_first().then(|| list.id.json());
    Object::default()
        .put_some("id", first)
        .put("module", related)
        .put("type", spec.kind.as_deref().unwrap_or("default"))
        .put("sequence_number", spec.sequence_number.to_string())
        .put("display_label", spec.display_label.as_str())
        .put("visible", status(list) == "visible")
        .put("customize_sort", true)
        .put("customize_fields", true)
        .put("api_name", spec.api_name.as_str())
        .put("customize_display_label", false)
        .put(
            "name",
            spec.name.as_ref().unwrap_or(&spec.api_name).as_str(),
        )
        .put("action", Json::Null)
        .put("href", spec.href.clone().unwrap_or_else(derived))
        .put("id", list.id.json())
        .put("status", status(list))
        .finish(&spec.attributes, &[KEYS], version)
}
