//! Locks on records: whom they hold up, and from what, by the configuration of the module.

use serde_json::{Value as Json, json};

use super::family::SettingChange;
use super::refusal::{Refusal, Source};
use crate::error::{Code, Row};
use crate::ids::Id;
use crate::schema::{Module, ModuleNo};
use crate::store::{OrgState, Record, Setting, Tx};
use crate::value::Value;

/// The name of the family of configurations.
pub const CONFIGURATIONS: &str = "record_locking_configurations";
/// The module whose records are the locks.
pub const LOCKS: &str = "Locking_Information__s";
/// The field of a record that says that it is locked.
pub const LOCKED: &str = "Locked__s";
/// What a lock can forbid. Changes are forbidden always.
pub static ACTIONS: &[&str] = &["convert", "update", "delete", "change_owner", "tags"];

const EXCEPT_EXCLUDED: &str = "all_profiles_except_excluded_profiles";

/// The configuration of a module.
#[must_use]
pub fn configuration(state: &OrgState, module: ModuleNo) -> Option<&Setting> {
    let settings = state.settings_of(CONFIGURATIONS);
    if settings.is_empty() {
        return None;
    }
    settings
        .of_module(Some(module))
        .next()
        .map(|setting| &**setting)
}

/// Whether a record is locked, for whomever.
#[must_use]
pub fn is_locked(module: &Module, record: &Record) -> bool {
    let field = module.field(LOCKED).map(|field| field.no);
    field.and_then(|no| record.stored(no)) == Some(&Value::Bool(true))
}

/// Whether locks of a module hold up the current user: those with an excluded profile go free. A
/// lock without a configuration, which a seed may make, holds up everybody.
#[must_use]
pub fn hold_up_caller(state: &OrgState, module: ModuleNo) -> bool {
    let Some(setting) = configuration(state, module) else {
        return true;
    };
    if setting.text("locked_for") != Some(EXCEPT_EXCLUDED) {
        return true;
    }
    let profile = state.current().and_then(|user| user.profile);
    let excluded = named(setting, "lock_excluded_profiles");
    profile.is_none_or(|profile| {
        let name = state
            .settings_of("profiles")
            .get(profile)
            .map(|p| p.name.as_str());
        !excluded.iter().any(|said| {
            said.get("id").and_then(Id::from_json) == Some(profile)
                || said
                    .get("name")
                    .and_then(Json::as_str)
                    .is_some_and(|n| Some(n) == name)
        })
    })
}

/// Whether the locks of a module forbid something.
#[must_use]
pub fn forbids(state: &OrgState, module: ModuleNo, action: &str) -> bool {
    if action == "update" {
        return true;
    }
    let setting = configuration(state, module);
    let actions = setting.map(|setting| named(setting, "restricted_actions"));
    actions.is_some_and(|actions| actions.iter().any(|known| known.as_str() == Some(action)))
}

/// Whether a locked record may be changed in a field all the same.
#[must_use]
pub fn excludes(state: &OrgState, module: &Module, field: &str) -> bool {
    let Some(setting) = configuration(state, module.no) else {
        return false;
    };
    let id = module.field(field).map(|field| field.id.json());
    named(setting, "excluded_fields").iter().any(|said| {
        let name = said.get("api_name").and_then(Json::as_str);
        name == Some(field) || (said.get("id").is_some() && said.get("id") == id.as_ref())
    })
}

/// The items of a list of a configuration.
#[must_use]
pub fn named<'s>(setting: &'s Setting, key: &str) -> &'s [Json] {
    let list = setting.attributes.get(key).and_then(Json::as_array);
    list.map_or(&[], Vec::as_slice)
}

const NO_PROFILE: Code = Code::of(&Row::invalid("lock_excluded_profiles not found"));
const NO_PROFILES: Code = Code::of(&Row::new(
    "DEPENDENT_FIELD_MISSING",
    400,
    "lock_excluded_profiles should have been given when locked_for is given as all_profiles_except_excluded_profiles ",
));
const NO_RULES: Code = Code::of(&Row::new(
    "DEPENDENT_FIELD_MISSING",
    400,
    "locking_rules should have been given when lock_type is given as automatic or both",
));
const NO_BUTTON: Code = Code::of(&Row::invalid("custom button not found"));
const SAME_NAME: Code = Code::of(&Row::new(
    "DUPLICATE_DATA",
    400,
    "Duplicate rule name found, Enter unique rulename.",
));
const SAME_CRITERIA: Code = Code::of(&Row::new(
    "DUPLICATE_DATA",
    400,
    "Duplicate criteria found, Enter unique criteria.",
));

/// Refuses a configuration whose parts do not go together.
///
/// # Errors
/// `DEPENDENT_FIELD_MISSING` for rules and profiles that another key asks for, `INVALID_DATA` for
/// profiles and buttons that are not there, `DUPLICATE_DATA` for rules that are alike (newest
/// description of v8).
pub fn check_configuration(tx: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let Some(new) = change.new else { return Ok(()) };
    let rules = named(new, "locking_rules");
    if new.text("lock_type") != Some("manual") && rules.is_empty() {
        return Err(Refusal::at("locking_rules", NO_RULES).depending_on("lock_type"));
    }
    let profiles = named(new, "lock_excluded_profiles");
    if new.text("locked_for") == Some(EXCEPT_EXCLUDED) && profiles.is_empty() {
        let refusal = Refusal::at("lock_excluded_profiles", NO_PROFILES);
        return Err(refusal.depending_on("locked_for"));
    }
    let known = tx.state().settings_of("profiles");
    for (n, said) in profiles.iter().enumerate() {
        let id = said.get("id").and_then(Id::from_json);
        let name = said.get("name").and_then(Json::as_str);
        let found = match (id, name) {
            (Some(id), _) => known.get(id).is_some(),
            (None, Some(name)) => known.named(None, name).is_some(),
            (None, None) => false,
        };
        if !found {
            return Err(Refusal::at(
                format!("lock_excluded_profiles[{n}].id"),
                NO_PROFILE,
            ));
        }
    }
    // an org has no buttons of its own here
    if !named(new, "restricted_custom_buttons").is_empty() {
        return Err(Refusal::at("restricted_custom_buttons[0].id", NO_BUTTON));
    }
    for (key, code) in [("name", SAME_NAME), ("criteria", SAME_CRITERIA)] {
        let twice = |n: &usize| {
            rules[..*n]
                .iter()
                .any(|other| other.get(key) == rules[*n].get(key))
        };
        if let Some(n) = (0..rules.len()).find(twice) {
            return Err(Refusal::at(format!("locking_rules[{n}].{key}"), code));
        }
    }
    Ok(())
}

/// Gives ids to rules that have none, and has a change forbidden always. Locks go with the
/// configuration that they were made by (assumed).
pub fn follow_configuration(tx: &mut Tx, change: SettingChange<'_>) {
    match (change.old, change.new) {
        (_, Some(new)) => complete(tx, new),
        (Some(old), None) if change.source != Source::Seed => release_all(tx, old),
        _ => {}
    }
}

fn complete(tx: &mut Tx, setting: &Setting) {
    let mut rules = named(setting, "locking_rules").to_vec();
    for rule in &mut rules {
        if rule.get("id").is_none_or(Json::is_null) {
            rule["id"] = tx.next_id().json();
        }
        if rule.get("lock_existing_records").is_none_or(Json::is_null) {
            rule["lock_existing_records"] = false.into();
        }
    }
    let mut actions = named(setting, "restricted_actions").to_vec();
    if !actions.iter().any(|action| action == "update") {
        actions.insert(0, "update".into());
    }
    let mut changed = setting.clone();
    let mut put = |key: &str, items: Vec<Json>| {
        let items = if items.is_empty() {
            Json::Null
        } else {
            items.into()
        };
        changed.attributes.insert(key.into(), items);
    };
    put("locking_rules", rules);
    put("restricted_actions", actions);
    put("excluded_fields", fields(tx.state(), setting));
    put("lock_excluded_profiles", profiles(tx.state(), setting));
    if changed != *setting {
        tx.put_setting(CONFIGURATIONS, changed);
    }
}

/// The fields of a configuration with both of their names, as far as the module has them.
fn fields(state: &OrgState, setting: &Setting) -> Vec<Json> {
    let module = setting.module.map(|no| state.schema.module_at(no));
    let said = named(setting, "excluded_fields").iter();
    said.map(|said| {
        let name = said.get("api_name").and_then(Json::as_str);
        let id = said.get("id").and_then(Id::from_json);
        let field = module.and_then(|module| match name.and_then(|name| module.field(name)) {
            Some(field) => Some(field),
            None => module.fields.iter().find(|field| Some(field.id) == id),
        });
        match field {
            Some(field) => json!({"api_name": field.api_name(), "id": field.id.json()}),
            None => said.clone(),
        }
    })
    .collect()
}

/// The profiles of a configuration with name and id.
fn profiles(state: &OrgState, setting: &Setting) -> Vec<Json> {
    let known = state.settings_of("profiles");
    let said = named(setting, "lock_excluded_profiles").iter();
    said.map(|said| {
        let id = said.get("id").and_then(Id::from_json);
        let name = said.get("name").and_then(Json::as_str);
        let profile = match (id, name) {
            (Some(id), _) => known.get(id),
            (None, Some(name)) => known.named(None, name),
            (None, None) => None,
        };
        match profile {
            Some(profile) => json!({"name": profile.name.as_str(), "id": profile.id.json()}),
            None => said.clone(),
        }
    })
    .collect()
}

/// Takes all locks of a configuration away.
fn release_all(tx: &mut Tx, setting: &Setting) {
    let schema = std::sync::Arc::clone(&tx.state().schema);
    let (Some(locks), Some(module)) = (schema.module(LOCKS), setting.module) else {
        return;
    };
    let module = schema.module_at(module);
    let (Some(target), Some(by)) = (
        locks.field("Locked_For__s"),
        locks.field("Record_Locking_Configuration_Id__s"),
    ) else {
        return;
    };
    let id = i64::try_from(setting.id.0).ok().map(Value::Int);
    let of_it = |lock: &Record| lock.stored(by.no) == id.as_ref();
    let rows = tx.state().table(locks).rows().iter();
    let found: Vec<(Id, Id)> = rows
        .filter(|(_, lock)| of_it(lock))
        .filter_map(|(id, lock)| match lock.stored(target.no) {
            Some(Value::Lookup(_, record)) => Some((*id, *record)),
            _ => None,
        })
        .collect();
    for (lock, record) in found {
        tx.take(locks, lock);
        mark(tx, module, record, false);
    }
}

/// Notes in a record whether it is locked.
pub fn mark(tx: &mut Tx, module: &Module, record: Id, locked: bool) {
    let record = tx.state().table(module).get(record).cloned();
    if let (Some(record), Some(field)) = (record, module.field(LOCKED)) {
        let value = if locked {
            Value::Bool(true)
        } else {
            Value::Null
        };
        tx.put(module, record.with_values(vec![(field.no, value)]));
    }
}

/// Has the records that locks are about say so: those of a seed may not.
pub fn mark_locked(tx: &mut Tx) {
    let schema = std::sync::Arc::clone(&tx.state().schema);
    let Some(locks) = schema.module(LOCKS) else {
        return;
    };
    let Some(target) = locks.field("Locked_For__s") else {
        return;
    };
    let rows = tx.state().table(locks).rows().iter();
    let locked: Vec<(ModuleNo, Id)> = rows
        .filter_map(|(_, lock)| match lock.stored(target.no) {
            Some(Value::Lookup(module, record)) => Some((*module, *record)),
            _ => None,
        })
        .collect();
    for (module, id) in locked {
        let module = schema.module_at(module);
        let record = tx.state().table(module).get(id);
        if record.is_some_and(|record| !is_locked(module, record)) {
            mark(tx, module, id, true);
        }
    }
}
