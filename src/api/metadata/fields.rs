//! `/settings/fields`: fields and their values, and the writing of fields.

mod check;
mod form;
mod keys;
mod links;
mod names;
mod object;
mod parts;
mod pick_list;
mod types;
mod write;

use serde_json::Value as Json;

use crate::api::call::Call;
use crate::api::endpoint::{BodySpec, Endpoint, Items, Param, ParamKind};
use crate::api::param;
use crate::api::records;
use crate::api::settings;
use crate::error::{ApiError, Code};
use crate::response::Response;
use crate::schema::{DataType, Field, Module, Slot};
use crate::store::OrgState;
use crate::version::ApiVersion;

pub(in crate::api) use form::FieldForm;
pub(in crate::api) use object::Renderer;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[
    &LIST,
    &GET,
    &PICK_LIST_VALUES,
    &CREATE,
    &UPDATE_MANY,
    &UPDATE,
    &DELETE,
];

pub(crate) static LIST: Endpoint = Endpoint::get("fields.list", "/crm/{v}/settings/fields")
    .scope("settings.fields.READ")
    .params(&[
        param::MODULE,
        TYPE,
        INCLUDE,
        Param::new("component").since(ApiVersion::V4),
        DATA_TYPE,
        Param::new("feature_name").since(ApiVersion::V4),
        Param::new("layout_id")
            .of(ParamKind::Id)
            .since(ApiVersion::V4),
    ])
    .composite_freely()
    .outcomes(&[200, 204, 400])
    .kept()
    .does("The fields of a module", list);

pub(crate) static GET: Endpoint = Endpoint::get("fields.get", "/crm/{v}/settings/fields/{id}")
    .scope("settings.fields.READ")
    .params(&[param::MODULE, INCLUDE])
    .composite_freely()
    .outcomes(&[200, 204, 400])
    .kept()
    .does("A field of a module", get);

pub(crate) static PICK_LIST_VALUES: Endpoint = Endpoint::get(
    "fields.pick_list_values",
    "/crm/{v}/settings/fields/{id}/pick_list_values",
)
.since(ApiVersion::V7)
.scope("settings.fields.READ")
.params(&[param::MODULE])
.outcomes(&[200, 204, 400])
.kept()
.does("The values of a picklist", pick_list_values);

/// Fields that one call takes (page of v7; the newer description of v8 has more).
static BODY: BodySpec = BodySpec::list(write::ROOT, 5, Items::Own);
static BODY_OF_ONE: BodySpec = BodySpec::list(write::ROOT, 1, Items::Own);

pub(crate) static CREATE: Endpoint = Endpoint::post("fields.create", "/crm/{v}/settings/fields")
    .since(ApiVersion::V6)
    .scope("settings.fields.CREATE")
    .body(&BODY)
    .params(&[param::MODULE])
    .outcomes(&[201, 207, 400])
    .does("Makes custom fields of a module", write::create);

pub(crate) static UPDATE_MANY: Endpoint =
    Endpoint::patch("fields.update_many", "/crm/{v}/settings/fields")
        .since(ApiVersion::V6)
        .scope("settings.fields.UPDATE")
        .body(&BODY)
        .params(&[param::MODULE])
        .outcomes(&[200, 207, 400])
        .does(
            "Changes fields of a module by the ids in the body",
            write::update,
        );

pub(crate) static UPDATE: Endpoint =
    Endpoint::patch("fields.update", "/crm/{v}/settings/fields/{id}")
        .since(ApiVersion::V6)
        .scope("settings.fields.UPDATE")
        .body(&BODY_OF_ONE)
        .params(&[param::MODULE])
        .outcomes(&[200, 400])
        .does("Changes a field of a module", write::update);

pub(crate) static DELETE: Endpoint =
    Endpoint::delete("fields.delete", "/crm/{v}/settings/fields/{id}")
        .since(ApiVersion::V6)
        .scope("settings.fields.DELETE")
        .params(&[param::MODULE])
        .outcomes(&[200, 400])
        .does("Deletes a custom field of a module", write::delete);

/// The data types of the fields that are listed, separated by commas.
const DATA_TYPE: Param = Param::new("data_type").since(ApiVersion::V4);
/// Whether the fields that are listed stand in a layout.
const TYPE: Param = Param::new("type").of(ParamKind::Word(&["all", "used", "unused"]));
/// What of a field is shown besides.
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
        match call.get(TYPE) {
            None | Some("used") => Ok(Self::Used),
            Some("unused") => Ok(Self::Unused),
            Some("all") => Ok(Self::All),
            Some(_) => Err(ApiError::new(Code::INVALID_PARAM).with("param_name", "type")),
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
fn form(call: &Call<'_>) -> FieldForm {
    let permissions = call.get(INCLUDE).is_some_and(|words| {
        words
            .split(',')
            .any(|w| w == "allowed_permissions_to_update")
    });
    if permissions {
        FieldForm::WithPermissions
    } else {
        FieldForm::Plain
    }
}

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = settings::module(call, &state, Code::MODULE_NOT_SUPPORTED_IN_API)?;
    let usage = Usage::of(call)?;
    let types: Option<Vec<DataType>> = call
        .get(DATA_TYPE)
        .map(|words| words.split(',').filter_map(DataType::parse).collect());
    let renderer = Renderer::new(&state, module, call.version);
    let asked = |field: &&Field| {
        shown(&state, field, call.version)
            && usage.takes(renderer.is_used(field))
            && types
                .as_ref()
                .is_none_or(|types| types.contains(&field.spec.data_type))
    };
    let form = form(call);
    // declarations stand in the order of the captured lists
    let fields = module.fields.iter().filter(asked);
    let mut items: Vec<Json> = fields.map(|field| renderer.field(field, form)).collect();
    // a view of several modules has the fields of all
    let mut seen: Vec<&str> = Vec::new();
    for part in records::parts(&state, module) {
        let renderer = Renderer::new(&state, part, call.version);
        for field in part.fields.iter().filter(|field| {
            shown(&state, field, call.version) && usage.takes(renderer.is_used(field))
        }) {
            if !seen.contains(&field.api_name()) && field.api_name() != "Event_Title" {
                seen.push(field.api_name());
                items.push(renderer.field(field, form));
            }
        }
    }
    Ok(settings::list("fields", items))
}

/// A field as the list of a module's fields shows it.
pub(in crate::api) fn plain_object(
    state: &OrgState,
    module: &Module,
    field: &Field,
    version: ApiVersion,
) -> Json {
    Renderer::new(state, module, version).field(field, FieldForm::Plain)
}

/// The field with the id in the path.
fn find<'m>(
    call: &Call<'_>,
    state: &OrgState,
    fields: &'m [Field],
) -> Result<Option<&'m Field>, ApiError> {
    let id = call.path_id("id")?;
    Ok(fields
        .iter()
        .find(|f| f.id == id && shown(state, f, call.version)))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = settings::module(call, &state, Code::MODULE_NOT_SUPPORTED_IN_API)?;
    let renderer = Renderer::new(&state, module, call.version);
    match find(call, &state, &module.fields)? {
        Some(field) => Ok(settings::list(
            "fields",
            vec![renderer.field(field, form(call))],
        )),
        None if call.version.unknown_setting_is_no_content() => Ok(Response::no_content()),
        // without details in this family
        None => Err(Code::UNKNOWN_SETTING.into()),
    }
}

fn pick_list_values(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = settings::module(call, &state, Code::MODULE_NOT_SUPPORTED_IN_API)?;
    let field = find(call, &state, &module.fields)?.filter(|f| !f.pick_list.is_empty());
    let field = field.ok_or_else(|| settings::unknown_setting(call))?;
    let renderer = Renderer::new(&state, module, call.version);
    Ok(settings::list(
        "pick_list_values",
        renderer.values_with_layouts(field),
    ))
}

/// Whether `version` lists a field.
fn shown(state: &OrgState, field: &Field, version: ApiVersion) -> bool {
    let later = field.slot == Slot::Id || field.spec.data_type.is_later();
    field.known_in(state.info.era, version) && (version.lists_later_types() || !later)
}
