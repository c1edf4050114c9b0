//! What blueprints must be, and the ids of their transitions.

use serde_json::Value as Json;

use super::family::SettingChange;
use super::refusal::Refusal;
use crate::error::Code;
use crate::ids::Id;
use crate::schema::Storage;
use crate::store::{Setting, Tx};

/// The name of the family of blueprints.
pub const BLUEPRINTS: &str = "blueprints";
/// Entries among the fields of a transition that are no fields.
pub const NOTES: &str = "Notes";

/// Refuses a blueprint over a field that is no picklist, and transitions that ask for fields which
/// the module does not have.
///
/// # Errors
/// `INVALID_DATA` at the place.
pub fn check_blueprint(tx: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let Some((new, no)) = change.new.and_then(|new| Some((new, new.module?))) else {
        return Ok(());
    };
    let module = tx.state().schema.module_at(no);
    let refused = |path: String| Err(Refusal::at(path, Code::INVALID_DATA));
    let field = new.text("field").and_then(|name| module.field(name));
    if field.is_none_or(|field| field.kind != Storage::Picklist) {
        return refused("field".to_owned());
    }
    for (n, transition) in transitions(new).enumerate() {
        let from = transition.get("from").unwrap_or(&Json::Null);
        let texts = |items: &Vec<Json>| items.iter().all(Json::is_string);
        if !(from.is_null() || from.is_string() || from.as_array().is_some_and(texts)) {
            return refused(format!("transitions[{n}].from"));
        }
        let list = transition.get("checklist").filter(|list| !list.is_null());
        if list.is_some_and(|list| !list.as_array().is_some_and(texts)) {
            return refused(format!("transitions[{n}].checklist"));
        }
        for (m, asked) in fields(transition).enumerate() {
            let name = asked.get("api_name").and_then(Json::as_str);
            let name = name.unwrap_or_default();
            let known = name == NOTES || module.field(name).is_some_and(|f| f.writable());
            if !known || Some(name) == new.text("field") {
                return refused(format!("transitions[{n}].fields[{m}].api_name"));
            }
        }
    }
    Ok(())
}

/// The transitions of a blueprint.
pub fn transitions(blueprint: &Setting) -> impl Iterator<Item = &Json> {
    let all = blueprint.attributes.get("transitions");
    all.and_then(Json::as_array).into_iter().flatten()
}

/// The fields that a transition asks for.
pub fn fields(transition: &Json) -> impl Iterator<Item = &Json> {
    let all = transition.get("fields").and_then(Json::as_array);
    all.into_iter().flatten()
}

/// Gives transitions ids that have none, and has records show anew whether they are in a process.
pub fn name_transitions(tx: &mut Tx, change: SettingChange<'_>) {
    let Some(new) = change.new else { return };
    let mut named = Setting::clone(new);
    let all = named.attributes.get_mut("transitions");
    for transition in all.and_then(Json::as_array_mut).into_iter().flatten() {
        let known = transition.get("id").and_then(Id::from_json);
        if let (None, Some(object)) = (known, transition.as_object_mut()) {
            object.insert("id".to_owned(), tx.next_id().json());
        }
    }
    tx.put_setting(BLUEPRINTS, named);
    let schema = tx.state().schema.restamped();
    tx.set_schema(schema);
}
