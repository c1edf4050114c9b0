//! A field as an object of `/settings/fields` and of layouts.

use serde_json::{Value as Json, json};

use super::form::FieldForm;
use super::keys::{IN_LAYOUTS, KEYS, LOOKUP_KEYS, NOT_IN_LAYOUTS, NOT_IN_LISTS};
use super::parts::{
    auto_number, computed, currency, customizable, email_parser, is_virtual, number_separator,
    operations, permissions, separator, sharing, show_type, textarea, unique, view_type,
};
use crate::api::settings::{self, Object};
use crate::ids::Id;
use crate::schema::spec::LookupSpec;
use crate::schema::{DataType, Field, Module, Slot};
use crate::store::OrgState;
use crate::version::ApiVersion;

/// Writes fields of one module under one version.
pub(in crate::api) struct Renderer<'a> {
    pub(super) state: &'a OrgState,
    pub(super) module: &'a Module,
    pub(super) version: ApiVersion,
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
        self.module.layouts.is_empty()
            || field.spec.custom_field
            // clients look for the key column; recorded of Leads, and one rule for all
            || field.slot == Slot::Id
            || self.module.layouts.iter().any(|l| l.holds(field.no))
    }

    /// The field's object.
    pub(in crate::api) fn field(&self, field: &Field, form: FieldForm) -> Json {
        let object = self.object(field, form);
        let said = &field.spec.attributes;
        match form {
            FieldForm::InLayout { .. } => {
                object
                    .without(NOT_IN_LAYOUTS)
                    .finish(said, &[KEYS, IN_LAYOUTS], self.version)
            }
            FieldForm::Plain | FieldForm::WithPermissions => {
                object.finish(said, &[KEYS, NOT_IN_LISTS], self.version)
            }
        }
    }

    /// Every key that the field has under any version, in the order of the v8 capture.
    fn object(&self, field: &Field, form: FieldForm) -> Object {
        let spec = &field.spec;
        let (section, place) = match form {
            FieldForm::InLayout { section, place } => (Some(section), Some(place)),
            FieldForm::Plain | FieldForm::WithPermissions => (None, None),
        };
        let usage = if self.is_used(field) {
            "used"
        } else {
            "unused"
        };
        let display_label = spec.display_label.as_ref().unwrap_or(&spec.field_label);
        let display_label = display_label.as_str();
        let many_users = spec.data_type == DataType::MultiUserLookup;
        let object = Object::default()
            .put("associated_module", self.associated_module(field))
            .put("webhook", field.flag('w'))
            .put("operation_type", operations(field))
            .put("colour_code_enabled_by_system", false)
            .put("field_label", spec.field_label.as_str())
            .put("tooltip", spec.tooltip.as_deref().cloned())
            .put_some("textarea", textarea(field))
            .put("display_format_properties", Json::Null)
            .put("type", usage)
            .put("field_read_only", spec.field_read_only)
            .put_some("allowed_permissions_to_update", permissions(field, form))
            .put("customizable_properties", customizable(field))
            .put("required", spec.required || spec.system_mandatory)
            .put("display_label", display_label)
            .put(
                "read_only",
                spec.read_only || self.allows(field) == "read_only",
            )
            .put("association_details", Json::Null)
            .put("businesscard_supported", field.flag('b'))
            .put_some("sharing_properties", sharing(field))
            .put("multi_module_lookup", json!({}))
            .put("id", field.id.json())
            .put("created_time", spec.created_time.as_deref())
            .put("filterable", field.flag('f'))
            .put("visible", self.allows(field) != "hidden")
            .put("mask_details", Json::Null)
            .put("refer_from_field", Json::Null)
            .put("profiles", self.permitted(field))
            .put("view_type", view_type(field))
            .put("subform", self.associated_module(field))
            .put("separator", separator(field))
            .put_some("number_separator", number_separator(field))
            .put("searchable", field.flag('s'))
            .put("history_tracking_enabled", false)
            .put("show_type", show_type(field))
            .put("external", spec.external.as_deref().cloned())
            .put("api_name", field.api_name())
            .put("parent_field", Json::Null)
            .put("unique", unique(field))
            .put("enable_colour_code", spec.enable_colour_code)
            .put("child_fields", Json::Null)
            .put("multiselectlookup", self.links(field, false))
            .put_some(
                "multiuserlookup",
                many_users.then(|| self.links(field, true)),
            )
            .put("pick_list_values", self.values(field))
            .put("system_mandatory", spec.system_mandatory)
            .put("private", spec.private.as_deref().cloned())
            .put("virtual_field", is_virtual(field));
        self.rest(object, field, section, place)
    }

    /// The second half of the keys.
    fn rest(
        &self,
        object: Object,
        field: &Field,
        section: Option<usize>,
        place: Option<usize>,
    ) -> Object {
        let spec = &field.spec;
        let ui_type = spec.ui_type.unwrap_or(spec.data_type.ui_and_length().0);
        let picklist = spec.data_type == DataType::Picklist;
        object
            .put("json_type", field.json_type_in(self.version).as_str())
            .put("crypt", spec.crypt.as_deref().cloned())
            .put("range", Json::Null)
            .put("created_source", "default")
            .put("available_in_user_layout", true)
            .put("display_type", -1)
            .put("ui_type", ui_type)
            .put("validation_rule", Json::Null)
            .put("modified_time", spec.modified_time.as_deref())
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
            .put(
                "rollup_summary",
                computed(field, DataType::RollupSummary, self.version),
            )
            .put_some("length", field.length())
            .put("column_name", self.column_name(field))
            .put("display_field", self.module.display == Some(field.no))
            .put(
                "pick_list_values_sorted_lexically",
                spec.pick_list_values_sorted_lexically,
            )
            .put("default_value", spec.default.as_deref().cloned())
            .put("sortable", field.flag('o'))
            .put("sequence_number", place)
            .put_some("layout_associations", self.layouts(field))
            .put("global_picklist", Json::Null)
            .put("display_format", Json::Null)
            .put_some("history_tracking", self.history_tracking(field))
            .put("data_type", field.data_type_in(self.version).as_str())
            .put("formula", computed(field, DataType::Formula, self.version))
            .put("additional_column", Json::Null)
            .put("category", self.category(field))
            .put("hipaa_compliance_enabled", spec.hipaa_compliance_enabled)
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
        self.profiles
            .iter()
            .map(|(name, id)| {
                let kind = field.permission(*id);
                json!({"permission_type": kind, "name": name, "id": id.json()})
            })
            .collect()
    }

    /// What the profile of the user who asks may do with it.
    fn allows<'f>(&self, field: &'f Field) -> &'f str {
        let profile = self.state.current().and_then(|user| user.profile);
        profile.map_or("read_write", |profile| field.permission(profile))
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
            // these say it under a key of their own
            (_, DataType::MultiSelectLookup | DataType::MultiUserLookup) => json!({}),
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
        let module = if self.version.modules_are_names() {
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
            .put(
                "query_details",
                lookup.query_details.clone().unwrap_or_else(|| json!({})),
            )
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
    pub(super) fn layouts(&self, field: &Field) -> Option<Json> {
        let layouts = &self.module.layouts;
        let holding = layouts.iter().enumerate().filter(|(n, layout)| {
            // what was made without a section was made in the standard layout
            layout.holds(field.no)
                || *n == 0 && field.spec.custom_field && field.spec.section.is_none()
        });
        let shown: Vec<Json> = holding
            .map(|(_, layout)| {
                json!({"api_name": layout.api_name(), "name": layout.name(), "id": layout.id.json()})
            })
            .collect();
        (!shown.is_empty()).then(|| shown.into())
    }

    /// The name that the field has in Zoho's tables (`COMPANY`; `LEADCF1` of custom fields).
    pub(in crate::api) fn column_name(&self, field: &Field) -> String {
        let plain = |text: &str| text.replace(['_', ' '], "").to_uppercase();
        if field.slot == Slot::Owner {
            "SMOWNERID".to_owned()
        } else if field.spec.custom_field {
            let n = 1 + self.module.custom_before(field.no);
            format!("{}CF{n}", plain(&self.module.spec.singular_label))
        } else {
            plain(field.api_name())
        }
    }
}
