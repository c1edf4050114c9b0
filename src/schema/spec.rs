//! The form in which modules and fields are declared: in `seed-data/schema/` for the standard
//! ones, in seeds for custom ones and for changes to standard ones.

use std::collections::BTreeMap;
use std::fmt;

use lean_string::LeanString;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value as Json};

use super::data_type::{DataType, JsonType};
use super::link::LinkSpec;
use crate::ids::Id;
use crate::value::fold;
use crate::version::{ApiVersion, Versions};

/// Whether a range that a declaration gives by two optional ends holds a version.
#[must_use]
pub fn in_range(since: Option<ApiVersion>, until: Option<ApiVersion>, version: ApiVersion) -> bool {
    Versions::declared(since, until).contains(version)
}

/// An id as declared: the digits after the org's prefix, or a whole id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredId {
    /// The last twelve digits.
    Tail(u64),
    /// All of it.
    Whole(Id),
}

impl<'de> Deserialize<'de> for DeclaredId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DeclaredIdVisitor;
        impl Visitor<'_> for DeclaredIdVisitor {
            type Value = DeclaredId;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the last digits of an id, or a whole id as a string")
            }
            fn visit_u64<E: serde::de::Error>(self, tail: u64) -> Result<DeclaredId, E> {
                Ok(DeclaredId::Tail(tail))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<DeclaredId, E> {
                Id::parse(text).map(DeclaredId::Whole).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(DeclaredIdVisitor)
    }
}

/// A module, as declared.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the keys of Zoho's answers")]
pub struct ModuleSpec {
    pub api_name: LeanString,
    pub module_name: Option<LeanString>,
    pub singular_label: LeanString,
    pub plural_label: LeanString,
    /// Labels and name under v2, where they differ.
    pub v2: Option<OldLabels>,
    pub id: Option<DeclaredId>,
    pub sequence_number: Option<u32>,
    pub generated_type: Option<LeanString>,
    pub creatable: bool,
    pub editable: bool,
    pub deletable: bool,
    pub viewable: bool,
    pub convertable: bool,
    pub api_supported: bool,
    /// Clients read its records and write none: which fields it has, or what Zoho checks in them, is
    /// not known.
    pub read_only: bool,
    /// It holds what other answers are made of, and clients do not see it as a module.
    pub internal: bool,
    pub show_as_tab: bool,
    pub quick_create: bool,
    pub global_search_supported: bool,
    #[serde(rename = "isBlueprintSupported")]
    pub is_blueprint_supported: bool,
    pub lookupable: bool,
    pub presence_sub_menu: bool,
    pub feeds_required: bool,
    pub recycle_bin_on_delete: bool,
    pub visibility: Option<i32>,
    pub status: Option<LeanString>,
    pub parent_module: Option<LeanString>,
    pub display_field: Option<LeanString>,
    pub search_layout_fields: Vec<LeanString>,
    pub related_list_fields: Vec<LeanString>,
    pub duplicate_check_field: Option<LeanString>,
    pub since: Option<ApiVersion>,
    pub until: Option<ApiVersion>,
    /// The feature of the org without which the module is not there.
    pub when: Option<LeanString>,
    /// The standard layout.
    pub layout: Option<LayoutSpec>,
    /// Further layouts.
    pub layouts: Vec<LayoutSpec>,
    pub fields: Vec<FieldSpec>,
    pub related_lists: Vec<RelatedListSpec>,
    pub custom_views: Vec<ViewSpec>,
    /// Further `$` keys of its records, with the value where a record gives none.
    pub record_keys: Map<String, Json>,
    /// Keys of a `/settings/modules` answer that override the derived ones.
    pub attributes: Map<String, Json>,
}

/// Labels that a module had under v2.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the keys of Zoho's answers")]
pub struct OldLabels {
    /// Another API name under which v2 knows the module.
    pub also_called: Option<LeanString>,
    pub module_name: Option<LeanString>,
    pub singular_label: Option<LeanString>,
    pub plural_label: Option<LeanString>,
}

/// A layout of a module.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the keys of Zoho's answers")]
pub struct LayoutSpec {
    pub id: Option<DeclaredId>,
    pub name: Option<LeanString>,
    pub api_name: Option<LeanString>,
    /// Its sections; a further layout without any has those of the standard one.
    pub sections: Vec<SectionSpec>,
    /// Keys of a `/settings/layouts` answer that override the derived ones.
    pub attributes: Map<String, Json>,
}

/// A section of a layout.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the keys of Zoho's answers")]
pub struct SectionSpec {
    /// The name by which fields refer to the section.
    pub key: LeanString,
    pub id: Option<DeclaredId>,
    pub api_name: LeanString,
    pub display_label: LeanString,
    pub name: Option<LeanString>,
    pub column_count: u32,
    /// API names of its fields; where absent, those fields that name the section.
    pub fields: Option<Vec<LeanString>>,
    /// The feature of the org without which the section is not there.
    pub when: Option<LeanString>,
}

/// A field, as declared.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the keys of Zoho's answers")]
pub struct FieldSpec {
    pub api_name: LeanString,
    pub field_label: LeanString,
    pub display_label: Option<LeanString>,
    pub data_type: DataType,
    pub json_type: Option<JsonType>,
    /// The type that the field had in older versions.
    pub earlier: Option<EarlierType>,
    pub length: Option<u32>,
    pub decimal_place: Option<u32>,
    pub ui_type: Option<u32>,
    pub id: Option<DeclaredId>,
    pub system_mandatory: bool,
    pub required: bool,
    pub read_only: bool,
    pub field_read_only: bool,
    /// `view_type` as letters: View, Create, Edit, Quick create.
    pub view: Option<LeanString>,
    /// `m`ass_update, `s`earchable, `f`ilterable, s`o`rtable, `b`usinesscard_supported, `w`ebhook.
    pub flags: Option<LeanString>,
    pub since: Option<ApiVersion>,
    pub until: Option<ApiVersion>,
    /// The feature of the org without which the field is not there.
    pub when: Option<LeanString>,
    /// Where the key stands when all fields of a record are returned: nowhere (`-`), in orgs of
    /// an era (`2023`, `2026`) or from one on (`2023+`), from a version on (`v6`); everywhere when
    /// absent.
    pub body: Option<LeanString>,
    pub section: Option<LeanString>,
    pub sequence: Option<u32>,
    /// `quick_sequence_number`.
    pub quick: Option<u32>,
    /// What an insert stores when it does not name the field.
    pub default: Option<Box<Json>>,
    pub unique: bool,
    pub textarea: Option<LeanString>,
    pub pick_list: Option<PickListSpec>,
    pub lookup: Option<Box<LookupSpec>>,
    /// The module of the rows of a subform.
    pub subform: Option<LeanString>,
    pub formula: Option<Box<Json>>,
    /// Fields of the target modules that a lead's value goes to on conversion.
    pub convert_mapping: BTreeMap<LeanString, LeanString>,
    pub custom_field: bool,
    /// Takes a standard field away.
    pub hidden: bool,
    /// The API name of a custom field that was deleted. Such an entry has no `api_name`: it keeps
    /// the field's number from being given to another one.
    pub grave: Option<LeanString>,
    pub tooltip: Option<Box<Json>>,
    pub external: Option<Box<Json>>,
    pub crypt: Option<Box<Json>>,
    pub private: Option<Box<Json>>,
    pub hipaa_compliance_enabled: bool,
    /// What profiles may do with the field, where that is not everything.
    pub profiles: Vec<ProfileSpec>,
    pub auto_number: Option<Box<AutoNumberSpec>>,
    pub currency: Option<Box<Json>>,
    pub separator: Option<bool>,
    pub number_separator: Option<bool>,
    pub pick_list_values_sorted_lexically: bool,
    pub enable_colour_code: bool,
    pub sharing_properties: Option<Box<Json>>,
    pub created_time: Option<LeanString>,
    pub modified_time: Option<LeanString>,
    /// Keys of a `/settings/fields` answer that override the derived ones.
    pub attributes: Map<String, Json>,
}

/// The type of a field in older versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierType {
    /// The last version that has it.
    pub until: ApiVersion,
    /// The type.
    pub data_type: DataType,
}

/// What a profile may do with a field.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileSpec {
    /// The profile.
    pub id: LeanString,
    /// `read_write`, `read_only` or `hidden`.
    pub permission_type: LeanString,
}

/// How an auto-number counts.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AutoNumberSpec {
    /// What stands before the number.
    pub prefix: LeanString,
    /// What stands behind it.
    pub suffix: LeanString,
    /// The first number.
    pub start_number: u64,
}

/// The target of a lookup.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LookupSpec {
    /// API name of the target module; `se_module` where each record names its own.
    pub module: LeanString,
    /// API name of the related list that shows this module under the target.
    pub relation: Option<LeanString>,
    /// Label of that related list.
    pub label: Option<LeanString>,
    /// Id of that related list.
    pub id: Option<DeclaredId>,
    /// Of a multi-select lookup: the module of its rows.
    pub linking_module: Option<LeanString>,
    /// Of a multi-select lookup: the field of the linking module that leads to the target; where
    /// absent, the first that does.
    pub connectedlookup_apiname: Option<LeanString>,
    /// Which records of the target are offered: `{"criteria": …}`.
    pub query_details: Option<Json>,
}

/// The values of a picklist: a list shared by its name, or the values themselves.
#[derive(Clone, Debug)]
pub enum PickListSpec {
    /// A list of `picklists.json`.
    Shared(LeanString),
    /// The values.
    Values(Vec<PickValueSpec>),
}

/// A value of a picklist: its text, or an object where display and stored value differ or more is
/// known.
#[derive(Clone, Debug)]
pub enum PickValueSpec {
    /// Displayed and stored alike.
    Plain(LeanString),
    /// With more facts.
    Full(Box<PickValue>),
}

impl<'de> Deserialize<'de> for PickListSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PickListSpecVisitor;
        impl<'de> Visitor<'de> for PickListSpecVisitor {
            type Value = PickListSpec;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a shared pick list, or a list of values")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<PickListSpec, E> {
                Ok(PickListSpec::Shared(name.into()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<PickListSpec, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(PickListSpec::Values)
            }
        }
        deserializer.deserialize_any(PickListSpecVisitor)
    }
}

impl<'de> Deserialize<'de> for PickValueSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PickValueSpecVisitor;
        impl<'de> Visitor<'de> for PickValueSpecVisitor {
            type Value = PickValueSpec;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or an object with display_value and actual_value")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<PickValueSpec, E> {
                Ok(PickValueSpec::Plain(text.into()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PickValueSpec, A::Error> {
                let value = PickValue::deserialize(MapAccessDeserializer::new(map))?;
                Ok(PickValueSpec::Full(Box::new(value)))
            }
        }
        deserializer.deserialize_any(PickValueSpecVisitor)
    }
}

/// A value of a picklist.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the keys of Zoho's answers")]
pub struct PickValue {
    pub display_value: LeanString,
    /// The other name of the value; the display value where absent.
    pub actual_value: LeanString,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence_number: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deal_category: Option<LeanString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast_category: Option<Box<Json>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast_type: Option<LeanString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_category: Option<LeanString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour_code: Option<LeanString>,
}

impl PickValue {
    /// The names of the value, folded: the display value, and the actual value if that is another.
    #[must_use]
    pub fn names(&self) -> Vec<LeanString> {
        let mut names = vec![fold(&self.display_value).into()];
        let actual = fold(&self.actual_value);
        if names[0] != actual {
            names.push(actual.into());
        }
        names
    }
}

impl From<PickValueSpec> for PickValue {
    fn from(spec: PickValueSpec) -> Self {
        match spec {
            PickValueSpec::Plain(text) => Self {
                display_value: text.clone(),
                actual_value: text,
                ..Self::default()
            },
            PickValueSpec::Full(mut value) => {
                if value.actual_value.is_empty() {
                    value.actual_value = value.display_value.clone();
                }
                if value.display_value.is_empty() {
                    value.display_value = value.actual_value.clone();
                }
                *value
            }
        }
    }
}

/// A related list of a module.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the keys of Zoho's answers")]
pub struct RelatedListSpec {
    pub id: Option<DeclaredId>,
    pub sequence_number: u32,
    pub api_name: LeanString,
    pub display_label: LeanString,
    pub name: Option<LeanString>,
    pub module: Option<LeanString>,
    #[serde(rename = "type")]
    pub kind: Option<LeanString>,
    /// Absent: `{module}/{ENTITYID}/{api_name}`; null: null.
    #[serde(deserialize_with = "present")]
    pub href: Option<Json>,
    pub status: Option<LeanString>,
    pub since: Option<ApiVersion>,
    pub until: Option<ApiVersion>,
    pub when: Option<LeanString>,
    /// How its records are found; where absent, nothing is known of them.
    pub link: Option<LinkSpec>,
    /// Keys of a `/settings/related_lists` answer that override the derived ones.
    pub attributes: Map<String, Json>,
}

/// A custom view of a module.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the keys of Zoho's answers")]
pub struct ViewSpec {
    pub id: Option<DeclaredId>,
    pub name: LeanString,
    pub display_value: Option<LeanString>,
    pub system_name: Option<LeanString>,
    pub criteria: Option<Json>,
    pub fields: Vec<LeanString>,
    pub default: bool,
    pub sort_by: Option<LeanString>,
    pub sort_order: Option<LeanString>,
    pub when: Option<LeanString>,
    /// Keys of a `/settings/custom_views` answer that override the derived ones.
    pub attributes: Map<String, Json>,
    /// What is known of a view that was made through the API, by the keys of an answer.
    pub made: Map<String, Json>,
}

impl ViewSpec {
    /// The form in which a seed declares the view, under an id.
    #[must_use]
    pub fn declaration(&self, id: Id) -> Json {
        let mut object = Map::new();
        let mut put = |key: &str, value: Json| object.insert(key.to_owned(), value);
        put("id", id.json());
        put("name", self.name.as_str().into());
        for (key, text) in [
            ("display_value", &self.display_value),
            ("system_name", &self.system_name),
            ("sort_by", &self.sort_by),
            ("sort_order", &self.sort_order),
            ("when", &self.when),
        ] {
            if let Some(text) = text {
                put(key, text.as_str().into());
            }
        }
        if let Some(criteria) = &self.criteria {
            put("criteria", criteria.clone());
        }
        put("fields", self.fields.iter().map(|f| f.as_str()).collect());
        if self.default {
            put("default", true.into());
        }
        for (key, object) in [("attributes", &self.attributes), ("made", &self.made)] {
            if !object.is_empty() {
                put(key, Json::Object(object.clone()));
            }
        }
        Json::Object(object)
    }
}

/// Tells a key that is null from one that is absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for ApiVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom(format_args!("unknown version `{text}`")))
    }
}
