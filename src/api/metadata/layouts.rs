//! `GET /settings/layouts`: the layouts of a module, with their sections and fields.

use serde_json::{Value as Json, json};

use crate::api::call::Call;
use crate::api::endpoint::{Endpoint, Param};
use crate::api::metadata::fields::{FieldForm, Renderer};
use crate::api::param;
use crate::api::settings::{self, Object, VersionedKey};
use crate::error::{ApiError, Code};
use crate::response::Response;
use crate::schema::{Layout, Module, Section, Slot};
use crate::store::OrgState;
use crate::version::ApiVersion::{self, V2_1, V4, V5, V7, V8};
use crate::version::Versions;

/// The rows.
pub const ENDPOINTS: &[&Endpoint] = &[&LIST, &GET];

pub(crate) static LIST: Endpoint = Endpoint::get("layouts.list", "/crm/{v}/settings/layouts")
    .scope("settings.layouts.READ")
    .params(&[
        param::MODULE,
        Param::new("mode").since(V8),
        Param::new("include").since(V8),
        Param::new("include_inner_details").since(V8),
    ])
    .composite_freely()
    .outcomes(&[200, 204, 400])
    .kept()
    .does("The layouts of a module", list);

pub(crate) static GET: Endpoint = Endpoint::get("layouts.get", "/crm/{v}/settings/layouts/{id}")
    .scope("settings.layouts.READ")
    .params(&[
        param::MODULE,
        Param::new("mode").since(V8),
        Param::new("include").since(V8),
        Param::new("include_inner_details").since(V8),
    ])
    .composite_freely()
    .outcomes(&[200, 204, 400])
    .kept()
    .does("A layout of a module", get);

/// Keys of a layout that not every version has (SDK tables, v7 capture).
const KEYS: &[VersionedKey] = &[
    ("show_business_card", Versions::since(V2_1)),
    ("actions_allowed", Versions::since(V4)),
    ("api_name", Versions::since(V4)),
    ("display_label", Versions::since(V4)),
    ("generated_type", Versions::since(V4)),
    ("has_more_profiles", Versions::since(V4)),
    ("source", Versions::since(V4)),
];

/// Keys of a section (SDK tables, v7 capture, v8 example).
const SECTION_KEYS: &[VersionedKey] = &[
    ("type", Versions::since(V2_1)),
    ("id", Versions::since(V4)),
    ("mode", Versions::since(V7)),
    ("parent_section", Versions::since(V8)),
    ("actions_allowed", Versions::since(V8)),
    ("is_parent_section", Versions::since(V8)),
];

/// Keys of a profile (v2 tables, v7 capture).
const PROFILE_KEYS: &[VersionedKey] = &[
    ("_default_assignment_view", Versions::since(V5)),
    ("_default_view", Versions::since(V5)),
];

/// Fields of a deal that the conversion of a lead asks for (v7 capture; the pipeline, v8).
const CONVERSION_FIELDS: &[&str] = &["Amount", "Deal_Name", "Closing_Date", "Stage"];

fn list(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = settings::module(call, &state, Code::MODULE_NOT_SUPPORTED_FOR_API)?;
    let layouts = module.layouts.iter();
    let items = layouts
        .map(|layout| object(&state, module, layout, call.version))
        .collect();
    Ok(settings::list("layouts", items))
}

fn get(call: &Call<'_>) -> Result<Response, ApiError> {
    let state = call.read();
    let module = settings::module(call, &state, Code::MODULE_NOT_SUPPORTED_FOR_API)?;
    let id = call.path_id("id")?;
    match module.layouts.iter().find(|layout| layout.id == id) {
        Some(layout) => Ok(settings::list(
            "layouts",
            vec![object(&state, module, layout, call.version)],
        )),
        None => settings::unknown_id(call),
    }
}

fn object(state: &OrgState, module: &Module, layout: &Layout, version: ApiVersion) -> Json {
    let standard = module.standard_layout().is_some_and(|s| s.id == layout.id);
    Object::default()
        .put("has_more_profiles", false)
        .put("created_time", Json::Null)
        .put_some("convert_mapping", convert_mapping(state, module, version))
        .put("visible", true)
        .put("created_for", Json::Null)
        .put("profiles", profiles(state, module, standard, version))
        .put("source", "crm")
        .put("created_by", Json::Null)
        .put("sections", sections(state, module, layout, version))
        .put("display_label", layout.name())
        .put("show_business_card", true)
        .put("actions_allowed", actions_allowed(standard))
        .put("modified_time", Json::Null)
        .put("api_name", layout.api_name())
        .put("name", layout.name())
        .put("modified_by", Json::Null)
        .put("generated_type", if standard { "system" } else { "custom" })
        .put("id", layout.id.json())
        .put("status", status(version))
        .finish(&layout.spec.attributes, &[KEYS], version)
}

fn status(version: ApiVersion) -> Json {
    if version.layout_status_is_number() {
        json!(0)
    } else {
        json!("active")
    }
}

/// What may be done with a layout: the standard one stays (v7 capture; of others assumed).
fn actions_allowed(standard: bool) -> Json {
    json!({"edit": true, "rename": true, "clone": true, "downgrade": false, "delete": !standard,
        "deactivate": !standard, "set_layout_permissions": true})
}

/// Who sees the layout. What a profile begins with is the standard one.
fn profiles(state: &OrgState, module: &Module, standard: bool, version: ApiVersion) -> Json {
    let view = module
        .standard_layout()
        .map(|layout| json!({"name": layout.name(), "id": layout.id.json(), "type": "layout"}));
    settings::normal_profiles(state)
        .map(|profile| {
            Object::default()
                .put("_default_assignment_view", view.clone())
                .put("default", standard)
                .put("name", profile.name.as_str())
                .put("id", profile.id.json())
                .put("_default_view", view.clone())
                .shown(&[PROFILE_KEYS], version)
        })
        .collect()
}

fn sections(state: &OrgState, module: &Module, layout: &Layout, version: ApiVersion) -> Json {
    let renderer = Renderer::new(state, module, version);
    let mut sections: Vec<(&Section, Vec<Json>)> = Vec::with_capacity(layout.sections.len());
    for (n, section) in layout.sections.iter().enumerate() {
        let fields = section.fields.iter().map(|&no| module.field_at(no));
        let era = state.info.era;
        let fields = fields.filter(|field| field.known_in(era, version)).zip(1..);
        let fields = fields.map(|(field, place)| {
            let section = n + 1;
            renderer.field(field, FieldForm::InLayout { section, place })
        });
        sections.push((section, fields.collect()));
    }
    sections
        .into_iter()
        .enumerate()
        .map(|(n, (section, fields))| self::section(section, n + 1, fields, version))
        .collect()
}

fn section(section: &Section, number: usize, fields: Vec<Json>, version: ApiVersion) -> Json {
    let spec = &section.spec;
    Object::default()
        .put("isSubformSection", false)
        .put("parent_section", Json::Null)
        .put("type", "used")
        .put("display_label", spec.display_label.as_str())
        .put("mode", version.section_mode())
        .put("sequence_number", number)
        .put("actions_allowed", section_actions())
        .put("tab_traversal", "left_to_right")
        .put("api_name", spec.api_name.as_str())
        .put("column_count", spec.column_count)
        .put("is_parent_section", false)
        .put(
            "name",
            spec.name.as_ref().unwrap_or(&spec.display_label).as_str(),
        )
        .put("generated_type", "default")
        .put("id", section.id.json())
        .put("fields", fields)
        .put("properties", Json::Null)
        .shown(&[SECTION_KEYS], version)
}

/// What may be done with a section (keys: v8 example; values assumed for a stock one).
fn section_actions() -> Json {
    json!({"add_field": true, "rename": true, "change_tab_traversal": true, "reorder": true,
        "delete": false, "remove_field": true, "change_column_count": true})
}

/// Layouts that the records made of a converted one get: in the layout of leads alone.
fn convert_mapping(state: &OrgState, module: &Module, version: ApiVersion) -> Option<Json> {
    if !module.fields.iter().any(|f| f.slot == Slot::Converted) {
        return None;
    }
    let mut mapping = Object::default();
    for name in ["Contacts", "Deals", "Accounts"] {
        let target = state.schema.module(name).and_then(|target| {
            let fields = (name == "Deals").then(|| conversion_fields(target, version));
            conversion_target(target, fields, version)
        });
        mapping = mapping.put_some(name, target);
    }
    Some(mapping.shown(&[], version))
}

fn conversion_target(
    target: &Module,
    fields: Option<Vec<Json>>,
    version: ApiVersion,
) -> Option<Json> {
    let layout = target.standard_layout()?;
    let label = version
        .layout_conversion_has_labels()
        .then(|| layout.name());
    let object = Object::default()
        .put_some("display_label", label)
        .put("name", layout.name())
        .put("id", layout.id.json())
        .put_some("fields", fields);
    Some(object.shown(&[], version))
}

fn conversion_fields(deals: &Module, version: ApiVersion) -> Vec<Json> {
    let pipeline = version.layout_conversion_has_labels().then_some("Pipeline");
    CONVERSION_FIELDS
        .iter()
        .copied()
        .chain(pipeline)
        .filter_map(|name| deals.field(name))
        .map(|field| {
            let required = field.spec.required || field.spec.system_mandatory;
            json!({"api_name": field.api_name(), "field_label": field.spec.field_label,
                "id": field.id.json(), "required": required})
        })
        .collect()
}
