//! What scoring rules must be.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::family::{SettingChange, ShownSetting};
use super::refusal::Refusal;
use crate::error::{Code, Row};
use crate::ids::Id;
use crate::schema::{Layout, Module, Schema};
use crate::store::{OrgState, Record, Setting, Tx};
use crate::value::Value;

/// The name of the family of scoring rules.
pub const SCORING_RULES: &str = "scoring_rules";
/// The module of scores.
pub const SCORES: &str = "Entity_Scores__s";
/// Rules that a layout has at most.
const MOST: usize = 10;
/// Active rules that a layout has at most.
const MOST_ACTIVE: usize = 5;

const NO_LAYOUT: Code = Code::of(&Row::invalid("Layout id seems to be invalid"));
const NO_MODULE: Code = Code::of(&Row::invalid("Module specified seems to be invalid"));
const TOO_MANY: Code = Code::of(&Row::new(
    "LIMIT_EXCEEDED",
    400,
    "More than 10 scoring rules cannot be created for a layout",
));
const TOO_MANY_ACTIVE: Code = Code::of(&Row::new(
    "ACTIVE_STATE_LIMIT_EXCEEDED",
    400,
    "More than 5 active scoring rules cannot be created for a layout",
));

/// The module that a rule is about.
#[must_use]
pub fn module_of<'s>(schema: &'s Schema, rule: &Setting) -> Option<&'s Module> {
    let id = rule.attributes.get("module").and_then(Id::from_json)?;
    let mut modules = schema.modules();
    modules.find(|module| module.id == id).map(AsRef::as_ref)
}

/// The layout that a rule is about: the standard one unless it says so.
#[must_use]
pub fn layout_of<'m>(module: &'m Module, rule: &Setting) -> Option<&'m Layout> {
    let said = rule.attributes.get("layout").filter(|said| !said.is_null());
    match said {
        None => module.standard_layout(),
        Some(said) => {
            let id = Id::from_json(said.get("id").unwrap_or(said));
            module.layouts.iter().find(|layout| Some(layout.id) == id)
        }
    }
}

/// Whether a rule is in force.
#[must_use]
pub fn is_active(rule: &Setting) -> bool {
    rule.attributes.get("active") == Some(&Json::Bool(true))
}

/// Whether records of a module are people, who leave signals besides what their fields hold.
#[must_use]
pub fn is_people(module: &Module) -> bool {
    matches!(module.api_name(), "Leads" | "Contacts")
}

/// Whether records of a module are scored (page of v7).
fn is_scored(module: &Module) -> bool {
    is_people(module)
        || matches!(module.api_name(), "Accounts" | "Deals")
        || module.generated_type() == "custom"
}

/// Refuses rules of modules that are not scored, of layouts that their module lacks, and more of them
/// than a layout has.
///
/// # Errors
/// As the description of v8 has them.
pub fn check_rule(tx: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let Some(new) = change.new else { return Ok(()) };
    let state = tx.state();
    let module = module_of(&state.schema, new).filter(|module| is_scored(module));
    let module = module.ok_or_else(|| Refusal::at("module.api_name", NO_MODULE))?;
    let layout = layout_of(module, new).ok_or_else(|| Refusal::at("layout.id", NO_LAYOUT))?;
    let others = || {
        rules_of(state, module).filter(|rule| {
            let same = layout_of(module, rule).is_some_and(|other| other.id == layout.id);
            same && rule.id != new.id
        })
    };
    let limit = |code: Code, most: usize| Err(Refusal::at("layout.id", code).with("limit", most));
    if change.old.is_none() && others().count() >= MOST {
        return limit(TOO_MANY, MOST);
    }
    if is_active(new) && others().filter(|rule| is_active(rule)).count() >= MOST_ACTIVE {
        return limit(TOO_MANY_ACTIVE, MOST_ACTIVE);
    }
    Ok(())
}

/// The rules of a module.
pub fn rules_of<'s>(state: &'s OrgState, module: &Module) -> impl Iterator<Item = &'s Setting> {
    let id = module.id;
    let rules = state.settings_of(SCORING_RULES).iter();
    let rules = rules.map(AsRef::as_ref);
    rules.filter(move |rule| rule.attributes.get("module").and_then(Id::from_json) == Some(id))
}

/// The rule that has given a score.
#[must_use]
pub fn rule_of(scores: &Module, score: &Record) -> Option<Id> {
    match score.stored(scores.field("Scoring_Rule")?.no)? {
        Value::Json(rule) => Id::from_json(rule.get("id")?),
        _ => None,
    }
}

/// Takes away all that a rule has given, if it is not in force any more.
pub fn settle_rule(tx: &mut Tx, change: SettingChange<'_>) {
    let schema = Arc::clone(&tx.state().schema);
    let (Some(old), Some(scores)) = (change.old, schema.module(SCORES)) else {
        return;
    };
    if change.new.is_some_and(is_active) {
        return;
    }
    let all = tx.state().table(scores).rows().iter();
    let given = all.filter(|(_, score)| rule_of(scores, score) == Some(old.id));
    let given: Vec<Id> = given.map(|(id, _)| *id).collect();
    for id in given {
        tx.take(scores, id);
    }
}

/// Shows the layout by its names.
pub fn show_rule(shown: ShownSetting<'_>, object: &mut Map<String, Json>) {
    let module = module_of(&shown.state.schema, shown.setting);
    let layout = module.and_then(|module| layout_of(module, shown.setting));
    if let (Some(layout), Some(value)) = (layout, object.get_mut("layout")) {
        *value = json!({"api_name": layout.api_name(), "id": layout.id.json()});
    }
}
