//! The blueprint that a record goes through.

use std::sync::Arc;

use serde_json::Value as Json;

use super::view::criteria_expr;
use crate::schema::{Field, Module};
use crate::settings::process::{BLUEPRINTS, transitions};
use crate::store::{OrgState, Record, Setting};
use crate::value::{Value, equals_folded, fold};

/// A record in a blueprint: the value of the blueprint's field is its state.
#[derive(Clone, Debug)]
pub struct Process<'s> {
    /// The blueprint.
    pub blueprint: &'s Arc<Setting>,
    /// Its field.
    pub field: &'s Field,
    /// The state that the record is in.
    pub state: String,
}

impl<'s> Process<'s> {
    /// The transitions that lead out of the record's state.
    pub fn transitions(&self) -> impl Iterator<Item = &'s Json> {
        let state = fold(&self.state);
        let all = transitions(self.blueprint);
        all.filter(move |transition| leaves(transition, &state))
    }

    /// The transitions that would lead on from another state.
    pub fn next(&self, to: &str) -> impl Iterator<Item = &'s Json> {
        let to = fold(to);
        let all = transitions(self.blueprint);
        all.filter(move |transition| leaves(transition, &to))
    }
}

/// Whether a transition leads out of a state, whose name is folded; one that names none leads out of
/// all.
fn leaves(transition: &Json, state: &str) -> bool {
    let is_it = |from: &Json| from.as_str().is_some_and(|from| equals_folded(from, state));
    match transition.get("from") {
        None | Some(Json::Null) => true,
        Some(Json::Array(all)) => all.iter().any(is_it),
        Some(one) => is_it(one),
    }
}

/// Whether any records of a module may be in a blueprint.
#[must_use]
pub fn has_blueprints(state: &OrgState, module: &Module) -> bool {
    let all = state.settings_of(BLUEPRINTS);
    !all.is_empty() && all.of_module(Some(module.no)).next().is_some()
}

/// The blueprint that a record is in: it meets the blueprint's criteria, and there is a way out of its
/// state. That a record leaves the blueprint with its last state is assumed.
#[must_use]
pub fn process_of<'s>(
    state: &'s OrgState,
    module: &'s Module,
    record: &Record,
) -> Option<Process<'s>> {
    let mut all = state.settings_of(BLUEPRINTS).of_module(Some(module.no));
    all.find_map(|blueprint| {
        let field = module.field(blueprint.text("field")?)?;
        let value = record.with(field, module, Value::clone);
        let process = Process {
            blueprint,
            field,
            state: value.as_text()?.to_owned(),
        };
        process.transitions().next()?;
        let criteria = blueprint.attributes.get("criteria");
        let criteria = criteria.filter(|criteria| !criteria.is_null());
        let enters = criteria.is_none_or(|criteria| {
            // it enters by a write, and days count from that
            let expr = criteria_expr(criteria, module, state, record.modified_time);
            expr.matches(record, module, state)
        });
        enters.then_some(process)
    })
}
