//! A custom view as an object of lists, by itself, and within its module.

use serde_json::{Value as Json, json};

use crate::api::settings::{self, NEVER, Object, VersionedKey};
use crate::schema::{Module, View};
use crate::store::OrgState;
use crate::version::ApiVersion::{self, V2, V2_1, V5, V6, V7, V8};
use crate::version::Versions;

/// Where a view is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum Form {
    /// In a list.
    Item,
    /// By itself.
    Single,
    /// As the `custom_view` of its module.
    InModule,
}

/// Keys of a view that not every version has (SDK tables).
const KEYS: &[VersionedKey] = &[
    ("created_by", Versions::since(V2_1)),
    ("created_time", Versions::since(V2_1)),
    ("last_accessed_time", Versions::since(V2_1)),
    ("modified_by", Versions::since(V2_1)),
    ("modified_time", Versions::since(V2_1)),
    ("locked", Versions::since(V5)),
];

/// What lists have and lack (v2 key list, v7 capture, v8 example).
const IN_LISTS: &[VersionedKey] = &[
    ("offline", Versions::until(V2)),
    ("offline", Versions::between(V5, V6)),
    ("access_type", Versions::since(V8)),
    ("favorite", Versions::until(V7)),
    ("module", NEVER),
    ("wrap_text", NEVER),
    ("criteria", NEVER),
    ("$modified_criteria", NEVER),
    ("cross_filters", NEVER),
    ("sort_by", NEVER),
    ("sort_order", NEVER),
    ("shared_to", NEVER),
    ("shared_type", NEVER),
    ("shared_details", NEVER),
    ("fields", NEVER),
];

/// What a whole view has (SDK tables, v8 capture).
const WHOLE: &[VersionedKey] = &[
    ("access_type", Versions::since(V2_1)),
    ("shared_to", Versions::since(V2_1)),
    ("shared_type", Versions::until(V2)),
    ("shared_details", Versions::until(V2)),
];

/// What it has by itself. With all of them an object has the 25 keys for which the captured order
/// is that of a hash map.
const BY_ITSELF: &[VersionedKey] = &[
    ("offline", Versions::until(V2)),
    ("offline", Versions::since(V5)),
    ("module", Versions::since(V5)),
    ("wrap_text", Versions::since(V8)),
    ("$modified_criteria", Versions::since(V8)),
    ("cross_filters", Versions::since(V8)),
];

/// What it lacks within a module (v8 capture).
const IN_MODULES: &[VersionedKey] = &[
    ("offline", Versions::until(V2)),
    ("module", NEVER),
    ("wrap_text", NEVER),
    ("$modified_criteria", NEVER),
    ("cross_filters", NEVER),
];

/// The view's object.
pub(in crate::api) fn object(
    state: &OrgState,
    module: &Module,
    view: &View,
    form: Form,
    version: ApiVersion,
) -> Json {
    let spec = &view.spec;
    let tables: &[&[VersionedKey]] = match form {
        Form::Item => &[KEYS, IN_LISTS],
        Form::Single => &[KEYS, WHOLE, BY_ITSELF],
        Form::InModule => &[KEYS, WHOLE, IN_MODULES],
    };
    let writer = Writer {
        module,
        version,
        stateful: form == Form::Single && version.view_criteria_have_state(),
    };
    let display_value = spec.display_value.as_ref().unwrap_or(&spec.name);
    Object::default()
        .put("display_value", display_value.as_str())
        .put("offline", false)
        .put("shared_type", "all_users")
        .put("created_time", Json::Null)
        .put("access_type", "public")
        .put(
            "criteria",
            spec.criteria.as_ref().map(|c| writer.criteria(c)),
        )
        .put("system_name", spec.system_name.as_deref())
        .put(
            "sort_by",
            spec.sort_by.as_ref().map(|name| writer.field(name)),
        )
        .put("$modified_criteria", Json::Null)
        .put("created_by", Json::Null)
        .put("shared_to", Json::Null)
        .put("shared_details", Json::Null)
        .put("cross_filters", Json::Null)
        .put("default", spec.default)
        .put("modified_time", Json::Null)
        .put("name", spec.name.as_str())
        .put("system_defined", spec.system_name.is_some())
        .put("modified_by", Json::Null)
        .put("id", view.id.json())
        .put("fields", writer.columns(view))
        .put("category", "public_views")
        .put("last_accessed_time", Json::Null)
        .put("locked", false)
        .put("sort_order", spec.sort_order.as_deref())
        .put("favorite", Json::Null)
        .put(
            "module",
            settings::module_reference(state, module.api_name()),
        )
        .put("wrap_text", false)
        .known(&spec.made)
        .finish(&spec.attributes, tables, version)
}

/// Writes what names fields.
struct Writer<'a> {
    module: &'a Module,
    version: ApiVersion,
    /// Conditions say whether they are broken, and the look of their field.
    stateful: bool,
}

impl Writer<'_> {
    /// A field: its name in v2, an object later.
    fn field(&self, name: &str) -> Json {
        if self.version.views_use_plain_names() {
            name.into()
        } else {
            settings::field_reference(self.module, name)
        }
    }

    fn columns(&self, view: &View) -> Json {
        let pinned = self.version.view_columns_have_pin();
        let column = |name: &lean_string::LeanString| {
            let mut column = self.field(name);
            if let Some(object) = column.as_object_mut().filter(|_| pinned) {
                object.insert("_pin".to_owned(), Json::Bool(false));
            }
            column
        };
        view.spec.fields.iter().map(column).collect()
    }

    /// Criteria as declared: a condition, or a group of them.
    fn criteria(&self, declared: &Json) -> Json {
        let operator = declared.get("group_operator").and_then(Json::as_str);
        let group = declared.get("group").and_then(Json::as_array);
        match (operator, group) {
            (Some(operator), Some(group)) => {
                let group: Vec<Json> = group.iter().map(|part| self.criteria(part)).collect();
                json!({"group_operator": self.operator(operator), "group": group})
            }
            _ => self.condition(declared),
        }
    }

    fn operator(&self, operator: &str) -> String {
        if self.version.views_use_plain_names() {
            operator.to_lowercase()
        } else {
            operator.to_uppercase()
        }
    }

    fn condition(&self, declared: &Json) -> Json {
        let name = declared
            .get("field")
            .and_then(Json::as_str)
            .unwrap_or_default();
        let mut field = self.field(name);
        if let Some(object) = field.as_object_mut().filter(|_| self.stateful) {
            object.insert("ui_type".to_owned(), self.ui_type(name));
        }
        let typed = !self.version.views_use_plain_names();
        let object = Object::default()
            .put("comparator", declared.get("comparator").cloned())
            .put("field", field)
            .put_some("type", typed.then_some("value"))
            .put("value", declared.get("value").cloned())
            .put_some("$disrupted", self.stateful.then_some(false));
        object.shown(&[], self.version)
    }

    fn ui_type(&self, name: &str) -> Json {
        let field = self.module.field(name);
        let number =
            |f: &crate::schema::Field| f.spec.ui_type.unwrap_or(f.spec.data_type.ui_and_length().0);
        field.map(number).into()
    }
}
