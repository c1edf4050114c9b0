//! A field as an object of `/settings/fields` and of layouts.

use serde_json::{Map, Value as Json, json};

use crate::api::settings::{self, Key, NEVER, Object};
use crate::ids::Id;
use crate::schema::spec::LookupSpec;
use crate::schema::{DataType, Field, Module, PickValue, Slot};
use crate::store::OrgState;
use crate::version::ApiVersion::{self, V2_1, V4, V6, V7, V8};
use crate::version::Versions;

/// Keys of a field that not every version has. v2, v7 and v8 are captured; the rows between
/// follow the SDK tables and a dump of the time of v4 and v5.
const KEYS: &[Key] = &[
    ("display_field", Versions::since(V2_1)),
    ("display_type", Versions::since(V2_1)),
    ("external", Versions::since(V2_1)),
    ("filterable", Versions::since(V2_1)),
    ("multiuserlookup", Versions::since(V2_1)),
    ("pick_list_values_sorted_lexically", Versions::since(V2_1)),
    ("profiles", Versions::since(V2_1)),
    ("sortable", Versions::since(V2_1)),
    ("type", Versions::since(V2_1)),
    ("ui_type", Versions::since(V2_1)),
    ("convert_mapping", Versions::since(V2_1)),
    ("associated_module", Versions::since(V4)),
    ("operation_type", Versions::since(V4)),
    ("virtual_field", Versions::since(V4)),
    ("searchable", Versions::since(V4)),
    ("separator", Versions::since(V4)),
    ("enable_colour_code", Versions::since(V4)),
    ("email_parser", Versions::since(V4)),
    ("global_picklist", Versions::since(V4)),
    ("hipaa_compliance", Versions::since(V4)),
    ("hipaa_compliance_enabled", Versions::since(V4)),
    ("rollup_summary", Versions::since(V4)),
    ("created_time", Versions::since(V4)),
    ("modified_time", Versions::since(V4)),
    ("sharing_properties", Versions::since(V4)),
    ("refer_from_field", Versions::between(V4, V6)),
    ("show_type", Versions::between(V4, V6)),
    ("available_in_user_layout", Versions::between(V4, V6)),
    ("category", Versions::between(V4, V6)),
    ("colour_code_enabled_by_system", Versions::since(V6)),
    ("customizable_properties", Versions::since(V6)),
    ("textarea", Versions::since(V6)),
    ("subform", Versions::until(V6)),
    ("layout_associations", Versions::since(V7)),
    ("column_name", Versions::between(V4, V6)),
    ("column_name", Versions::since(V8)),
    ("additional_column", Versions::between(V4, V6)),
    ("additional_column", Versions::since(V8)),
    ("private", Versions::until(V6)),
    ("private", Versions::since(V8)),
    ("display_format_properties", Versions::since(V8)),
    ("history_tracking_enabled", Versions::since(V8)),
    ("parent_field", Versions::since(V8)),
    ("child_fields", Versions::since(V8)),
    ("range", Versions::since(V8)),
    ("public", Versions::since(V8)),
    ("address", Versions::since(V8)),
    ("display_format", Versions::since(V8)),
];

/// Keys that only fields of a layout have.
const NOT_IN_LISTS: &[Key] = &[
    ("required", NEVER),
    ("validation_rule", NEVER),
    ("section_id", NEVER),
    ("default_value", NEVER),
    ("sequence_number", NEVER),
    ("mask_details", NEVER),
    ("element_type", NEVER),
];

/// What a layout's fields have and lack (v7 and v8 captures).
const IN_LAYOUTS: &[Key] = &[
    ("validation_rule", Versions::since(V7)),
    ("section_id", Versions::since(V7)),
    ("mask_details", Versions::since(V8)),
    ("refer_from_field", Versions::since(V8)),
    ("show_type", Versions::since(V8)),
    ("category", Versions::since(V8)),
    ("element_type", Versions::since(V8)),
];

/// Keys of lists that a layout's fields lack; privacy keys stand there only when it is on.
const NOT_IN_LAYOUTS: &[&str] = &[
    "layout_associations",
    "private",
    "hipaa_compliance",
    "hipaa_compliance_enabled",
];

/// Keys of a picklist value: v2 and v7 captures, the SDK tables between.
const VALUE_KEYS: &[Key] = &[
    ("maps", Versions::until(V6)),
    ("id", Versions::since(V2_1)),
    ("type", Versions::since(V2_1)),
    ("reference_value", Versions::since(V4)),
    ("colour_code", Versions::since(V4)),
];

/// Parts of a lookup.
const LOOKUP_KEYS: &[Key] = &[
    ("revalidate_filter_during_edit", Versions::since(V2_1)),
    ("query_details", Versions::since(V2_1)),
];

/// What a field's designer may change (v8 capture).
const CUSTOMIZABLE: &[&str] = &[
    "mandatory",
    "unique",
    "removal",
    "private_field",
    "tooltip",
    "hipaa_field",
    "add_to_other_layouts",
];

/// Where a field is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum Form {
    /// In `/settings/fields`.
    Plain,
    /// There, with `include=allowed_permissions_to_update`.
    WithPermissions,
    /// In the section and at the place of a layout, counted from 1.
    InLayout {
        /// The section's number.
        section: usize,
        /// The field's number in it.
        place: usize,
    },
}

/// Writes fields of one module under one version.
pub(in crate::api) struct Renderer<'a> {
    state: &'a OrgState,
    module: &'a Module,
    version: ApiVersion,
    profiles: Vec<(&'a str, Id)>,
}

impl<'a> Renderer<'a> {
    /// For the fields of `module`.
    pub(in crate::api) fn new(
        state: &'a OrgState,
        module: &'a Module,
        version: ApiVersion,
    ) -> Self {
        let profiles = settings::normal_profiles(state)
            .map(|p| (p.name.as_str(), p.id))
            .collect();
        Self {
            state,
            module,
            version,
            profiles,
        }
    }

    /// Whether the field stands in a layout. A module without layouts counts all of its fields as
    /// used, and so does a custom field that names no section: it was made in the layout.
    pub(in crate::api) fn is_used(&self, field: &Field) -> bool {
        match &self.module.layout {
            None => true,
            Some(layout) => {
                field.spec.custom_field
                    || layout.sections.iter().any(|s| s.fields.contains(&field.no))
            }
        }
    }

    /// The field's object.
    pub(in crate::api) fn field(&self, field: &Field, form: Form) -> Json {
        let object = self.object(field, form);
        let said = &field.spec.attributes;
        match form {
            Form::InLayout { .. } => {
                object
                    .without(NOT_IN_LAYOUTS)
                    .finish(said, &[KEYS, IN_LAYOUTS], self.version)
            }
            Form::Plain | Form::WithPermissions => {
                object.finish(said, &[KEYS, NOT_IN_LISTS], self.version)
            }
        }
    }

    /// Every key that the field has under any version, in the order of the v8 capture.
    fn object(&self, field: &Field, form: Form) -> Object {
        let spec = &field.spec;
        let (section, place) = match form {
            Form::InLayout { section, place } => (Some(section), Some(place)),
            Form::Plain | Form::WithPermissions => (None, None),
        };
        let usage = if self.is_used(field) {
            "used"
        } else {
            "unused"
        };
        let display_label = spec.display_label.as_ref().unwrap_or(&spec.field_label);
        let display_label = display_label.as_str();
        let ui_type = spec.ui_type.unwrap_or(spec.data_type.ui_and_length().0);
        let picklist = spec.data_type == DataType::Picklist;
        let many_users = spec.data_type == DataType::MultiUserLookup;
        let separated = spec.custom_field && spec.data_type == DataType::Integer;
        Object::default()
            .put("associated_module", self.associated_module(field))
            .put("webhook", field.flag('w'))
            .put("operation_type", operations(field))
            .put("colour_code_enabled_by_system", false)
            .put("field_label", spec.field_label.as_str())
            .put("tooltip", Json::Null)
            .put_some("textarea", textarea(field))
            .put("display_format_properties", Json::Null)
            .put("type", usage)
            .put("field_read_only", spec.field_read_only)
            .put_some("allowed_permissions_to_update", permissions(field, form))
            .put("customizable_properties", customizable(field))
            .put("required", spec.required || spec.system_mandatory)
            .put("display_label", display_label)
            .put("read_only", spec.read_only)
            .put("association_details", Json::Null)
            .put("businesscard_supported", field.flag('b'))
            .put_some("sharing_properties", sharing(field))
            .put("multi_module_lookup", json!({}))
            .put("id", field.id.json())
            .put("created_time", Json::Null)
            .put("filterable", field.flag('f'))
            .put("visible", true)
            .put("mask_details", Json::Null)
            .put("refer_from_field", Json::Null)
            .put("profiles", self.permitted(field))
            .put("view_type", view_type(field))
            .put("subform", self.associated_module(field))
            .put("separator", separated)
            .put("searchable", field.flag('s'))
            .put("history_tracking_enabled", false)
            .put("show_type", show_type(field))
            .put("external", Json::Null)
            .put("api_name", field.api_name())
            .put("parent_field", Json::Null)
            .put("unique", unique(field))
            .put("enable_colour_code", false)
            .put("child_fields", Json::Null)
            .put("multiselectlookup", json!({}))
            .put_some("multiuserlookup", many_users.then(|| json!({})))
            .put("pick_list_values", self.values(field))
            .put("system_mandatory", spec.system_mandatory)
            .put("private", Json::Null)
            .put("virtual_field", is_virtual(field))
            .put("json_type", field.json_type().as_str())
            .put("crypt", Json::Null)
            .put("range", Json::Null)
            .put("created_source", "default")
            .put("available_in_user_layout", true)
            .put("display_type", -1)
            .put("ui_type", ui_type)
            .put("validation_rule", Json::Null)
            .put("modified_time", Json::Null)
            .put("section_id", section)
            .put("public", false)
            .put_some("quick_sequence_number", spec.quick.map(|n| n.to_string()))
            .put("email_parser", email_parser(field))
            .put("currency", currency(field))
            .put("custom_field", spec.custom_field)
            .put("lookup", self.lookup(field))
            .put("hipaa_compliance", Json::Null)
            .put_some("convert_mapping", self.convert_mapping(field))
            .put("address", Json::Null)
            .put("rollup_summary", computed(field, DataType::RollupSummary))
            .put_some("length", field.length())
            .put("column_name", self.column_name(field))
            .put("display_field", self.module.display == Some(field.no))
            .put("pick_list_values_sorted_lexically", false)
            .put("default_value", spec.default.clone())
            .put("sortable", field.flag('o'))
            .put("sequence_number", place)
            .put_some("layout_associations", self.layouts(field))
            .put("global_picklist", Json::Null)
            .put("display_format", Json::Null)
            .put_some("history_tracking", self.history_tracking(field))
            .put("data_type", spec.data_type.as_str())
            .put("formula", computed(field, DataType::Formula))
            .put("additional_column", Json::Null)
            .put("category", self.category(field))
            .put("hipaa_compliance_enabled", false)
            .put("decimal_place", field.decimal_place())
            .put("mass_update", field.flag('m'))
            .put_some("blueprint_supported", picklist.then_some(true))
            .put("auto_number", auto_number(field))
            .put("element_type", "field")
    }

    /// The module of a subform's rows, with its id.
    fn associated_module(&self, field: &Field) -> Json {
        let module = field.spec.subform.as_deref();
        module.map_or(Json::Null, |name| {
            let id = self.state.schema.module(name).map(|m| m.id.json());
            json!({"module": name, "id": id})
        })
    }

    /// What each profile may do with the field.
    fn permitted(&self, field: &Field) -> Json {
        let kind = if field.spec.read_only {
            "read_only"
        } else {
            "read_write"
        };
        self.profiles
            .iter()
            .map(|(name, id)| json!({"permission_type": kind, "name": name, "id": id.json()}))
            .collect()
    }

    /// Whether changes are recorded: a flag of picklists in v2, an object or null later.
    fn history_tracking(&self, field: &Field) -> Option<Json> {
        if !self.version.history_tracking_is_flag() {
            return Some(Json::Null);
        }
        (field.spec.data_type == DataType::Picklist).then_some(Json::Bool(false))
    }

    /// The target of a lookup and the related list that mirrors it.
    fn lookup(&self, field: &Field) -> Json {
        match (&field.spec.lookup, field.spec.data_type) {
            (Some(lookup), _) => self.target(lookup),
            (None, DataType::UserLookup) => json!({"revalidate_filter_during_edit": false}),
            (None, _) => json!({}),
        }
    }

    fn target(&self, lookup: &LookupSpec) -> Json {
        let target = self.state.schema.module(&lookup.module);
        let list = target
            .zip(lookup.relation.as_ref())
            .and_then(|(module, relation)| {
                module
                    .related_lists
                    .iter()
                    .find(|l| l.spec.api_name == *relation)
            });
        let module = if self.version.lookup_module_is_name() {
            json!(lookup.module)
        } else {
            json!({"api_name": lookup.module, "crypt": false, "id": target.map(|m| m.id.json())})
        };
        Object::default()
            .put("display_label", lookup.label.as_deref())
            .put("revalidate_filter_during_edit", false)
            .put("api_name", lookup.relation.as_deref())
            .put("module", module)
            .put("id", list.map(|l| l.id.json()))
            .put("query_details", json!({}))
            .shown(&[LOOKUP_KEYS], self.version)
    }

    /// Where a lead's value goes on conversion: in modules whose records are converted.
    fn convert_mapping(&self, field: &Field) -> Option<Json> {
        let converted = self.module.fields.iter().any(|f| f.slot == Slot::Converted);
        converted.then(|| {
            let target = |module: &str| field.spec.convert_mapping.get(module).map(|f| f.as_str());
            json!({
                "Contacts": target("Contacts"),
                "Deals": target("Deals"),
                "Accounts": target("Accounts"),
            })
        })
    }

    /// 1 for the field that names the record, 2 for those of the system, else 0.
    fn category(&self, field: &Field) -> u8 {
        if self.module.display == Some(field.no) {
            1
        } else if field.slot == Slot::Stored || field.slot == Slot::Owner {
            0
        } else {
            2
        }
    }

    /// The layouts that hold the field; none if no layout does.
    fn layouts(&self, field: &Field) -> Option<Json> {
        let layout = self.module.layout.as_ref()?;
        self.is_used(field).then(|| {
            json!([{"api_name": layout.api_name(), "name": layout.name(), "id": layout.id.json()}])
        })
    }

    /// The name that the field has in Zoho's tables (`COMPANY`; `LEADCF1` of custom fields).
    fn column_name(&self, field: &Field) -> String {
        let plain = |text: &str| text.replace(['_', ' '], "").to_uppercase();
        if field.spec.custom_field {
            let before = self.module.fields.iter().take(usize::from(field.no));
            let n = 1 + before.filter(|f| f.spec.custom_field).count();
            format!("{}CF{n}", plain(&self.module.spec.singular_label))
        } else {
            plain(field.api_name())
        }
    }

    /// The values of a picklist.
    fn values(&self, field: &Field) -> Json {
        let values = field.pick_list.iter().enumerate();
        values
            .map(|(n, value)| {
                self.value(Object::default(), field, n, value)
                    .shown(&[VALUE_KEYS], self.version)
            })
            .collect()
    }

    /// The values of a picklist, each with the layouts that offer it.
    pub(super) fn values_with_layouts(&self, field: &Field) -> Vec<Json> {
        let layouts = self.layouts(field);
        let values = field.pick_list.iter().enumerate();
        values
            .map(|(n, value)| {
                // a list of values has them in this order (v8 capture)
                let start = Object::default().put("sequence_number", position(n, value));
                self.value(start, field, n, value)
                    .put("layout_associations", layouts.clone())
                    .shown(&[VALUE_KEYS], self.version)
            })
            .collect()
    }

    /// The value's keys in the order of lists of fields, after those that `object` begins with.
    fn value(&self, object: Object, field: &Field, n: usize, value: &PickValue) -> Object {
        object
            .put("display_value", value.display_value.as_str())
            .put("sequence_number", position(n, value))
            .put_some("probability", value.probability)
            .put_some("forecast_category", self.forecast_category(value))
            .put_some("deal_category", value.deal_category.as_deref())
            .put("reference_value", value.display_value.as_str())
            .put("colour_code", value.colour_code.as_deref())
            .put_some("forecast_type", value.forecast_type.as_deref())
            .put("maps", json!([]))
            .put("actual_value", value.actual_value.as_str())
            .put("id", self.value_id(field, n, value).json())
            .put("type", "used")
    }

    /// The category of a stage: its name in v2, an object later.
    fn forecast_category(&self, value: &PickValue) -> Option<Json> {
        let mut category = value.forecast_category.clone()?;
        if self.version.stages_name_their_forecast() {
            return category.get("name").cloned().or(Some(category));
        }
        if let Some(id) = category.get_mut("id")
            && let Some(tail) = id.as_u64()
        {
            *id = self.state.info.prefix.id(tail).json();
        }
        Some(category)
    }

    /// A value's id: declared, or one of those set aside for the field.
    fn value_id(&self, field: &Field, n: usize, value: &PickValue) -> Id {
        let aside = 10_000_000 + u64::from(self.module.no) * 200_000 + u64::from(field.no) * 500;
        self.state
            .info
            .prefix
            .id(value.id.unwrap_or(aside + n as u64))
    }
}

/// A value's place in its list, counted from 1.
fn position(n: usize, value: &PickValue) -> usize {
    let declared = value.sequence_number.and_then(|n| usize::try_from(n).ok());
    declared.unwrap_or(n + 1)
}

/// What the API and the forms may do. System fields allow nothing (v7 capture), tags everything,
/// subforms nothing although records carry them.
fn operations(field: &Field) -> Json {
    let free = field.writable() && field.spec.data_type != DataType::Subform;
    json!({"web_update": free, "api_create": free, "web_create": free, "api_update": free})
}

fn customizable(field: &Field) -> Json {
    if field.writable() {
        json!(CUSTOMIZABLE)
    } else {
        json!([])
    }
}

fn email_parser(field: &Field) -> Json {
    let free = field.writable();
    json!({"fields_update_supported": free, "record_operations_supported": free})
}

/// A number without known meaning: 17 on ids (v8 captures).
fn show_type(field: &Field) -> u8 {
    if field.slot == Slot::Id { 17 } else { 7 }
}

fn unique(field: &Field) -> Json {
    if field.spec.unique {
        json!({"case_sensitive": false})
    } else {
        json!({})
    }
}

fn view_type(field: &Field) -> Json {
    json!({
        "view": field.view('V'),
        "edit": field.view('E'),
        "quick_create": field.view('Q'),
        "create": field.view('C'),
    })
}

fn textarea(field: &Field) -> Option<Json> {
    let kind = field.spec.textarea.as_deref();
    (field.spec.data_type == DataType::Textarea).then(|| json!({"type": kind.unwrap_or("large")}))
}

fn permissions(field: &Field, form: Form) -> Option<Json> {
    (form == Form::WithPermissions).then(|| {
        let editable = !field.spec.read_only && !field.spec.field_read_only;
        let hidden = editable && !field.spec.system_mandatory;
        json!({"read_only": editable, "read_write": editable, "hidden": hidden})
    })
}

fn sharing(field: &Field) -> Option<Json> {
    (field.spec.data_type == DataType::UserLookup).then(|| {
        json!({
            "scheduler_status": "completed",
            "share_permission": "full-access",
            "share_preference_enabled": true,
        })
    })
}

fn currency(field: &Field) -> Json {
    match field.spec.data_type {
        DataType::Currency => {
            json!({"rounding_option": "normal", "precision": field.decimal_place()})
        }
        _ => json!({}),
    }
}

/// What a formula or roll-up returns, if the field is of the type asked for.
fn computed(field: &Field, data_type: DataType) -> Json {
    if field.spec.data_type != data_type {
        return json!({});
    }
    let mut parts = match &field.spec.formula {
        Some(Json::Object(parts)) => parts.clone(),
        _ => Map::new(),
    };
    if data_type == DataType::Formula {
        parts.entry("assume_default").or_insert(Json::Bool(false));
    }
    Json::Object(parts)
}

fn auto_number(field: &Field) -> Json {
    match field.spec.data_type {
        DataType::AutoNumber => json!({"prefix": "", "start_number": 1, "suffix": ""}),
        _ => json!({}),
    }
}

/// Values of these types are rows of their own (v7 capture).
fn is_virtual(field: &Field) -> bool {
    matches!(
        field.spec.data_type,
        DataType::Subform | DataType::MultiSelectLookup | DataType::MultiUserLookup
    )
}
