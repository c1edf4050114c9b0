//! `/settings/fields`: fields and their values, and the writing of fields.

mod check;
mod keys;
mod names;
mod object;
mod parts;
mod pick_list;
mod types;
mod write;

use serde_json::Value as Json;

use super::call::Call;
use super::endpoint::{BodyKind, Endpoint, Param, ParamKind};
use super::param;
use super::settings;
use crate::error::{ApiError, Kind};
use crate::request::Method;
use crate::response::Response;
use crate::schema::{DataType, Field, Module};
use crate::store::OrgState;
use crate::version::{ApiVersion, Versions};

pub(super) use object::{Form, Renderer};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "fields.list",
        method: Method::Get,
        path: "/crm/{v}/settings/fields",
        versions: Versions::ALL,
        scope: "settings.fields.READ",
        body: BodyKind::None,
        params: &[
            param::MODULE,
            Param::new("type").of(ParamKind::Word(&["all", "used", "unused"])),
            INCLUDE,
            Param::new("component").since(ApiVersion::V4),
            Param::new("data_type").since(ApiVersion::V4),
            Param::new("feature_name").since(ApiVersion::V4),
            Param::new("layout_id")
                .of(ParamKind::Id)
                .since(ApiVersion::V4),
        ],
        outcomes: &[200, 204, 400],
        summary: "The fields of a module",
        handler: list,
    },
    Endpoint {
        id: "fields.get",
        method: Method::Get,
        path: "/crm/{v}/settings/fields/{id}",
        versions: Versions::ALL,
        scope: "settings.fields.READ",
        body: BodyKind::None,
        params: &[param::MODULE, INCLUDE],
        outcomes: &[200, 204, 400],
        summary: "A field of a module",
        handler: get,
    },
    Endpoint {
        id: "fields.pick_list_values",
        method: Method::Get,
        path: "/crm/{v}/settings/fields/{id}/pick_list_values",
        versions: Versions::since(ApiVersion::V7),
        scope: "settings.fields.READ",
        body: BodyKind::None,
        params: &[param::MODULE],
        outcomes: &[200, 204, 400],
        summary: "The values of a picklist",
        handler: pick_list_values,
    },
    Endpoint {
        id: "fields.create",
        method: Method::Post,
        path: "/crm/{v}/settings/fields",
        versions: Versions::since(ApiVersion::V6),
        scope: "settings.fields.CREATE",
        body: BodyKind::Json,
        params: &[param::MODULE],
        outcomes: &[201, 207, 400],
        summary: "Make custom fields of a module",
        handler: write::create,
    },
    Endpoint {
        id: "fields.update_many",
        method: Method::Patch,
        path: "/crm/{v}/settings/fields",
        versions: Versions::since(ApiVersion::V6),
        scope: "settings.fields.UPDATE",
        body: BodyKind::Json,
        params: &[param::MODULE],
        outcomes: &[200, 207, 400],
        summary: "Change fields of a module by the ids in the body",
        handler: write::update,
    },
    Endpoint {
        id: "fields.update",
        method: Method::Patch,
        path: "/crm/{v}/settings/fields/{id}",
        versions: Versions::since(ApiVersion::V6),
        scope: "settings.fields.UPDATE",
        body: BodyKind::Json,
        params: &[param::MODULE],
        outcomes: &[200, 400],
        summary: "Change a field of a module",
        handler: write::update,
    },
    Endpoint {
        id: "fields.delete",
        method: Method::Delete,
        path: "/crm/{v}/settings/fields/{id}",
        versions: Versions::since(ApiVersion::V6),
        scope: "settings.fields.DELETE",
        body: BodyKind::None,
        params: &[param::MODULE],
        outcomes: &[200, 400],
        summary: "Delete a custom field of a module",
        handler: write::delete,
    },
];

/// `include`: what of a field is shown besides.
const INCLUDE: Param = Param::new("include")
    .of(ParamKind::Words(&["allowed_permissions_to_update"]))
    .since(ApiVersion::V3);

/// Which fields `type` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Usage {
    Used,
    Unused,
    All,
}

impl Usage {
    /// Fields in a layout unless another word is given (v7 pages).
    fn of(call: &Call<'_>) -> Result<Self, ApiError> {
        match call.param("type") {
            None | Some("used") => Ok(Self::Used),
            Some("unused") => Ok(Self::Unused),
            Some("all") => Ok(Self::All),
            Some(_) => Err(ApiError::new(Kind::InvalidParam).with("param_name", "type")),
        }
    }

    fn takes(self, used: bool) -> bool {
        match self {
            Self::Used => used,
            Self::Unused => !used,
            Self::All => true,
        }
    }
}

/// What a call shows beyond the plain object.
fn form(call: &Call<'_>) -> Form {
    let permissions = call
        .param("include")
        .filter(|_| call.version.fields_take_include())
        .is_some_and(|words| {
            words
                .split(',')
                .any(|w| w == "allowed_permissions_to_update")
        });
    if permissions {
        Form::WithPermissions
    } else {
        Form::Plain
    }
}

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = settings::module(call, &state, Kind::ModuleNotSupportedInApi)?;
    let usage = Usage::of(call)?;
    let types: Option<Vec<DataType>> = call
        .param("data_type")
        .filter(|_| call.version.fields_take_data_type())
        .map(|words| words.split(',').filter_map(DataType::parse).collect());
    let renderer = Renderer::new(&state, module, call.version);
    let asked = |field: &&Field| {
        shown(field, call.version)
            && usage.takes(renderer.is_used(field))
            && types
                .as_ref()
                .is_none_or(|types| types.contains(&field.spec.data_type))
    };
    let form = form(call);
    // declarations stand in the order of the captured lists
    let fields = module.fields.iter().filter(asked);
    let items = fields.map(|field| renderer.field(field, form)).collect();
    Ok(settings::list("fields", items))
}

/// A field as the list of a module's fields shows it.
pub(super) fn plain_object(
    state: &OrgState,
    module: &Module,
    field: &Field,
    version: ApiVersion,
) -> Json {
    Renderer::new(state, module, version).field(field, Form::Plain)
}

/// The field with the id in the path.
fn find<'m>(call: &Call<'_>, fields: &'m [Field]) -> Result<Option<&'m Field>, ApiError> {
    let id = call.path_id("id")?;
    Ok(fields.iter().find(|f| f.id == id && shown(f, call.version)))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = settings::module(call, &state, Kind::ModuleNotSupportedInApi)?;
    let renderer = Renderer::new(&state, module, call.version);
    match find(call, &module.fields)? {
        Some(field) => Ok(settings::list(
            "fields",
            vec![renderer.field(field, form(call))],
        )),
        None if call.version.unknown_setting_is_no_content() => Ok(Response::no_content()),
        // without details in this family
        None => Err(Kind::UnknownSetting.into()),
    }
}

fn pick_list_values(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = settings::module(call, &state, Kind::ModuleNotSupportedInApi)?;
    let field = find(call, &module.fields)?.filter(|f| !f.pick_list.is_empty());
    let field = field.ok_or_else(|| settings::unknown_setting(call))?;
    let renderer = Renderer::new(&state, module, call.version);
    Ok(settings::list(
        "pick_list_values",
        renderer.values_with_layouts(field),
    ))
}

/// Whether `version` lists a field.
fn shown(field: &Field, version: ApiVersion) -> bool {
    field.exists_in(version) && version.lists_field(field.api_name(), field.spec.data_type)
}

#[cfg(test)]
mod tests;
