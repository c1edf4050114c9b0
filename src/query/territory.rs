//! The records of a territory.

use serde_json::Value as Json;

use super::expr::{Expr, Test};
use crate::ids::Id;
use crate::schema::{Field, Module};
use crate::settings::families::territories::TERRITORIES;
use crate::store::{OrgState, Record};
use crate::value::Value;

/// The field of a module that holds territories: those of a record, or the one of a deal. Orgs
/// without the feature have none.
#[must_use]
pub fn field(module: &Module) -> Option<&Field> {
    module
        .field("Territories")
        .or_else(|| module.field("Territory"))
}

/// The territories of a record.
#[must_use]
pub fn of(record: &Record, field: &Field) -> Vec<Id> {
    let Some(Value::Json(kept)) = record.stored(field.no) else {
        return Vec::new();
    };
    let id = |said: &Json| Id::from_json(said.get("id").unwrap_or(said));
    match kept.as_array() {
        Some(all) => all.iter().filter_map(id).collect(),
        None => id(kept).into_iter().collect(),
    }
}

/// The condition that a record is in a territory, or in one below it.
#[must_use]
pub fn within(state: &OrgState, module: &Module, territory: Id, children: bool) -> Expr {
    let (Some(field), Some(id)) = (field(module), module.field("id")) else {
        return Expr::Any(Vec::new());
    };
    let mut wanted = vec![territory];
    let mut n = 0;
    while let Some(&above) = wanted.get(n).filter(|_| children) {
        for below in TERRITORIES.of(state).iter() {
            let superior = below.attributes.get("reporting_to").and_then(Id::from_json);
            if superior == Some(above) && !wanted.contains(&below.id) {
                wanted.push(below.id);
            }
        }
        n += 1;
    }
    let rows = state.table(module).rows().iter().map(|(_, record)| record);
    let inside = rows.filter(|record| of(record, field).iter().any(|own| wanted.contains(own)));
    let ids = inside.filter_map(|record| i64::try_from(record.id.0).ok().map(Value::Int));
    Expr::Test(id.no, Test::OneOf(ids.collect()))
}
