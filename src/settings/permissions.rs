//! What profiles permit. Every profile has the same permissions and all of them: this service does
//! not restrict anybody.

use serde_json::{Map, Value as Json, json};

use super::family::ShownSetting;
use crate::ids::Id;
use crate::schema::{Module, in_range};
use crate::store::OrgState;
use crate::version::ApiVersion;

/// The tail of the first permission's id (v7 capture); the others follow at odd numbers.
const FIRST_PERMISSION: u64 = 26_113;

/// A word of a permission's name, and whether a module has the permission.
type Action = (&'static str, fn(&Module) -> bool);

/// What a profile may permit with a module, in the order of a capture.
const ACTIONS: [Action; 4] = [
    ("View", |m| m.spec.viewable),
    ("Create", |m| m.spec.creatable),
    ("Edit", |m| m.spec.editable),
    ("Delete", |m| m.spec.deletable),
];

/// A permission on one module.
struct Permission<'a> {
    id: Id,
    action: &'static str,
    module: &'a Module,
}

/// Shows what is not kept of a profile.
pub fn show_profile(shown: ShownSetting<'_>, object: &mut Map<String, Json>) {
    if let Some(name) = object.get_mut("api_name").filter(|name| name.is_null()) {
        *name = shown.setting.name.as_str().replace(' ', "_").into();
    }
    for key in ["custom", "category"] {
        if let Some(custom) = object.get_mut(key).filter(|custom| custom.is_null()) {
            *custom = true.into();
        }
    }
    if shown.single {
        show(shown, object);
    }
}

/// Puts the permissions of a profile into its object: one by one, and by module.
fn show(shown: ShownSetting<'_>, object: &mut Map<String, Json>) {
    let permissions = all(shown.state, shown.version);
    let details = permissions.iter().map(|p| p.detail(shown.version));
    object.insert("permissions_details".to_owned(), details.collect());
    let sections = sections(&permissions, shown.version);
    object.insert("sections".to_owned(), sections);
}

/// Whether a version has a permission of an id.
#[must_use]
pub fn has(state: &OrgState, version: ApiVersion, id: Id) -> bool {
    let permissions = all(state, version);
    permissions.iter().any(|permission| permission.id == id)
}

/// The permission that a call lacks whose scope is given. That of records is the one to view them
/// whatever the call does (v8 examples); those of settings are by the v8 description.
#[must_use]
pub fn lacking(scope: &str, module: &str) -> Option<String> {
    if scope.contains("{module}") {
        return Some(format!("Crm_Implied_View_{module}"));
    }
    if scope.starts_with("change_owner.") {
        return Some(format!("Crm_Implied_Change_Owner_{module}"));
    }
    let name = match scope.split('.').take(2).collect::<Vec<_>>()[..] {
        ["users", ..] => "Manage_Users",
        ["settings", "profiles" | "roles"] => "Manage_Profiles",
        ["settings", "tags"] => "Edit_Tags",
        ["settings", ..] => "Customize_Zoho_CRM",
        _ => return None,
    };
    Some(format!("Crm_Implied_{name}"))
}

/// The permissions on the modules that a version has.
fn all(state: &OrgState, version: ApiVersion) -> Vec<Permission<'_>> {
    let mut permissions = Vec::with_capacity(128);
    let mut tail = FIRST_PERMISSION;
    for module in state.schema.modules().filter(|m| is_permitted(m)) {
        for (action, applies) in ACTIONS {
            // ids do not depend on the version
            if applies(module) && in_range(module.spec.since, module.spec.until, version) {
                let id = state.info.prefix.id(tail);
                permissions.push(Permission { id, action, module });
            }
            tail += 2;
        }
    }
    permissions
}

/// Modules whose records profiles permit: not rows, links and histories.
fn is_permitted(module: &Module) -> bool {
    module.spec.api_supported && matches!(module.generated_type(), "default" | "custom")
}

/// The permissions by module. Sections other than `modules` are not kept.
fn sections(permissions: &[Permission<'_>], version: ApiVersion) -> Json {
    let modules = permissions.chunk_by(|a, b| a.module.no == b.module.no);
    let categories = modules.filter_map(|of_module| {
        let module = of_module.first()?.module;
        let ids = of_module.iter().map(|p| p.id.json());
        Some(json!({"display_label": module.labels(version).1,
            "permissions_details": ids.collect::<Json>(), "name": module.api_name(),
            "module": module.api_name()}))
    });
    json!([{"name": "modules", "categories": categories.collect::<Json>()}])
}

impl Permission<'_> {
    fn detail(&self, version: ApiVersion) -> Json {
        let name = self.module.api_name();
        let mut detail = Map::new();
        let mut put = |key: &str, value: Json| detail.insert(key.to_owned(), value);
        put("display_label", self.action.into());
        if version.permissions_are_described() {
            put("customizable", true.into());
            put("parent_permissions", Json::Null);
            put(
                "module",
                json!({"api_name": name, "id": self.module.id.json()}),
            );
        } else {
            put("module", name.into());
        }
        put("name", format!("Crm_Implied_{}_{name}", self.action).into());
        if version.permissions_are_described() {
            put("tooltip_msg", Json::Null);
        }
        put("id", self.id.json());
        put("enabled", true.into());
        Json::Object(detail)
    }
}
