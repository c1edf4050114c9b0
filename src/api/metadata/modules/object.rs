//! A module as an object of lists, and by itself.

use serde_json::{Value as Json, json};

use crate::api::metadata::views;
use crate::api::settings::{self, Object, VersionedKey};
use crate::render::{self, Detail};
use crate::schema::{Module, Slot};
use crate::store::OrgState;
use crate::version::ApiVersion::{self, V2_1, V3, V5, V6, V7, V8};
use crate::version::Versions;

/// Keys of a module that not every version has (captures of v2, v3 times and v7, SDK tables).
const KEYS: &[VersionedKey] = &[
    ("inventory_template_supported", Versions::until(V6)),
    ("triggers_supported", Versions::until(V6)),
    ("emailTemplate_support", Versions::until(V6)),
    ("filter_supported", Versions::until(V6)),
    ("scoring_supported", Versions::until(V6)),
    ("webform_supported", Versions::until(V6)),
    ("isBlueprintSupported", Versions::since(V2_1)),
    ("visible", Versions::between(V2_1, V6)),
    ("access_type", Versions::since(V3)),
    ("has_more_profiles", Versions::since(V3)),
    ("profile_count", Versions::since(V3)),
    ("actual_plural_label", Versions::since(V3)),
    ("actual_singular_label", Versions::since(V3)),
    ("public_fields_configured", Versions::since(V3)),
    ("sub_menu_available", Versions::since(V5)),
    ("status", Versions::since(V5)),
    ("activity_badge", Versions::between(V5, V6)),
    ("zia_view", Versions::between(V5, V6)),
    ("recycle_bin_on_delete", Versions::since(V6)),
    ("chart_view", Versions::between(V6, V6)),
    ("lookupable", Versions::since(V7)),
    ("private_profile", Versions::since(V7)),
];

/// Keys of a module by itself (v2 tables, v8 capture).
const WHOLE: &[VersionedKey] = &[
    ("activity_badge", Versions::since(V5)),
    ("chart_view", Versions::since(V6)),
    ("chart_view_supported", Versions::since(V6)),
    ("territory", Versions::until(V2_1)),
    ("$field_states", Versions::since(V5)),
    ("$on_demand_properties", Versions::since(V8)),
    ("lookup_field_properties", Versions::since(V7)),
    ("masked_fields_count", Versions::since(V8)),
    ("showleadchainsync", Versions::since(V8)),
    ("show_social", Versions::since(V8)),
    ("show_visitor", Versions::since(V8)),
    ("show_googlesync", Versions::since(V8)),
    ("showtiktoksync", Versions::since(V8)),
    ("show_webform", Versions::since(V8)),
    ("showfacebooksync", Versions::since(V8)),
    ("show_emailparser", Versions::since(V8)),
    ("showlinkedinsync", Versions::since(V8)),
];

/// The order of `$properties` of a v8 lead (captured), and then of what other records have.
const PROPERTIES: &[&str] = &[
    "$approval_state",
    "$wizard_connection_path",
    "$converted_detail",
    "$cpq_executions",
    "$currency_symbol",
    "$zia_owner_assignment",
    "$review",
    "$review_process",
    "$state",
    "$approved",
    "$approval",
    "$in_merge",
    "$process_flow",
    "$orchestration",
    "$pathfinder",
    "$stop_processing",
    "$data_source_details",
    "$zia_visions",
    "$layout_id",
    "$editable",
    "$field_states",
    "$locked_for_me",
    "$sharing_permission",
];

/// Flags of the user interface that only a v8 module has.
const INTERFACE: &[&str] = &[
    "showleadchainsync",
    "show_social",
    "show_visitor",
    "show_googlesync",
    "showtiktoksync",
    "show_webform",
    "showfacebooksync",
    "show_emailparser",
    "showlinkedinsync",
];

/// The module as an item of the list.
pub(super) fn item(state: &OrgState, module: &Module, version: ApiVersion) -> Json {
    object(state, module, version).finish(&module.spec.attributes, &[KEYS], version)
}

/// The module by itself.
pub(super) fn whole(state: &OrgState, module: &Module, version: ApiVersion) -> Json {
    let spec = &module.spec;
    let view = views::default_view(module);
    let view = view.map(|v| views::object(state, module, v, views::Form::InModule, version));
    let mut object = object(state, module, version)
        .put("$field_states", field_states(module))
        .put("per_page", version.module_page_size())
        .put("$properties", properties(state, module, version))
        .put("$on_demand_properties", json!(["$blocked_reason"]))
        .put("kanban_view_supported", true)
        .put("lookup_field_properties", lookup_fields(module))
        .put("chart_view_supported", true)
        .put("custom_view", view)
        .put("kanban_view", false)
        .put("filter_status", true)
        .put("related_list_properties", related_list(module))
        .put("display_field", spec.display_field.as_deref())
        .put("search_layout_fields", search_layout_fields(module))
        .put("masked_fields_count", 0)
        .put("territory", Json::Null);
    for flag in INTERFACE {
        object = object.put(flag, false);
    }
    object.finish(&spec.attributes, &[KEYS, WHOLE], version)
}

/// Every key of a list item, in the order of the captures of v2 and v7.
fn object(state: &OrgState, module: &Module, version: ApiVersion) -> Object {
    let spec = &module.spec;
    let (singular, plural, name) = module.labels(version);
    let has_records = spec.api_supported && !module.fields.is_empty();
    let shared: Vec<Json> = settings::normal_profiles(state)
        .map(|p| settings::reference(&p.name, p.id))
        .collect();
    Object::default()
        .put("has_more_profiles", false)
        .put("access_type", "org_based")
        .put("private_profile", Json::Null)
        .put("global_search_supported", spec.global_search_supported)
        .put("activity_badge", "Enabled")
        .put("deletable", spec.deletable)
        .put("description", Json::Null)
        .put("creatable", spec.creatable)
        .put("inventory_template_supported", has_records)
        .put("recycle_bin_on_delete", spec.recycle_bin_on_delete)
        .put("modified_time", Json::Null)
        .put("plural_label", plural)
        .put("presence_sub_menu", spec.presence_sub_menu)
        .put("triggers_supported", spec.presence_sub_menu && has_records)
        .put("actual_plural_label", plural)
        .put("chart_view", false)
        .put("lookupable", spec.lookupable)
        .put("id", module.id.json())
        .put("isBlueprintSupported", spec.is_blueprint_supported)
        .put("visibility", spec.visibility.unwrap_or(1))
        .put("visible", spec.show_as_tab)
        .put("convertable", spec.convertable)
        .put("sub_menu_available", spec.presence_sub_menu)
        .put("editable", spec.editable)
        .put("emailTemplate_support", has_records)
        .put("actual_singular_label", singular)
        .put("profile_count", shared.len())
        .put("profiles", shared)
        .put("filter_supported", has_records)
        .put("show_as_tab", spec.show_as_tab)
        .put("web_link", Json::Null)
        .put_some("sequence_number", spec.sequence_number)
        .put("singular_label", singular)
        .put("viewable", spec.viewable)
        .put("api_supported", spec.api_supported)
        .put("api_name", module.api_name())
        .put("quick_create", spec.quick_create)
        .put("modified_by", Json::Null)
        .put("generated_type", module.generated_type())
        .put("feeds_required", spec.feeds_required)
        .put("scoring_supported", spec.show_as_tab && has_records)
        .put("webform_supported", spec.show_as_tab && has_records)
        .put("public_fields_configured", false)
        .put("arguments", json!([]))
        .put("module_name", name)
        .put("zia_view", false)
        .put("business_card_field_limit", 5)
        .put("parent_module", parent(state, module))
        .put("status", spec.status.as_deref().unwrap_or("visible"))
}

/// The module whose rows or history this one holds; an empty object for none.
fn parent(state: &OrgState, module: &Module) -> Json {
    let parent = module.spec.parent_module.as_deref();
    parent.map_or_else(|| json!({}), |name| settings::module_reference(state, name))
}

fn converts(module: &Module) -> bool {
    module.fields.iter().any(|f| f.slot == Slot::Converted)
}

fn field_states(module: &Module) -> Json {
    if converts(module) {
        json!(["convert_scheduler"])
    } else {
        json!([])
    }
}

/// The `$` keys of the module's records, those of a lead in the order of the capture.
fn properties(state: &OrgState, module: &Module, version: ApiVersion) -> Json {
    let mut keys = render::names(state, module, version, Detail::Single, None);
    keys.retain(|key| key.starts_with('$'));
    let place = |key: &String| PROPERTIES.iter().position(|known| known == key);
    keys.sort_by_key(|key| place(key).unwrap_or(PROPERTIES.len()));
    json!(keys)
}

/// The columns of a dialogue that looks a record up.
fn lookup_fields(module: &Module) -> Json {
    let names = module.spec.search_layout_fields.iter().zip(1..);
    let fields: Vec<Json> = names
        .map(|(name, number)| {
            let id = module.field(name).map(|f| f.id.json());
            json!({"sequence_number": number, "api_name": name, "id": id})
        })
        .collect();
    json!({"fields": fields})
}

/// The columns of a search: the owner first and the display field last (v8 capture of leads).
fn search_layout_fields(module: &Module) -> Json {
    let spec = &module.spec;
    let mut names: Vec<&str> = spec
        .search_layout_fields
        .iter()
        .map(|n| n.as_str())
        .collect();
    names.sort_by_key(|name| match *name {
        "Owner" => 0,
        name if spec.display_field.as_deref() == Some(name) => 2,
        _ => 1,
    });
    json!(names)
}

fn related_list(module: &Module) -> Json {
    json!({"sort_by": null, "fields": module.spec.related_list_fields, "sort_order": null})
}
