//! Whose names the texts of a plan show.

use super::plan::{Part, Plan};
use crate::schema::{FieldNo, Linked, Module, Storage};
use crate::store::names::NamedModules;
use crate::store::{OrgState, Record};
use crate::value::Value;

/// The modules whose records' names the texts of a plan show: those that its lookups, and the
/// lookups of its rows, lead to.
pub(super) fn of(parts: &[Part], module: &Module, state: &OrgState) -> NamedModules {
    let mut modules = Vec::new();
    for part in parts {
        let (Part::Field(no) | Part::ProductDetails(no)) = part else {
            continue;
        };
        let kinds = match &module.field_at(*no).kind {
            Storage::Rows(Some(rows)) => {
                let columns = state.schema.module_at(*rows).fields.iter();
                columns.map(|column| &column.kind).collect()
            }
            Storage::Links(Linked::Record(target)) => {
                modules.push(*target);
                continue;
            }
            kind => vec![kind],
        };
        for kind in kinds {
            match kind {
                Storage::Lookup(None) => return NamedModules::Any,
                Storage::Lookup(Some(target)) => modules.push(*target),
                _ => {}
            }
        }
    }
    modules.sort_unstable();
    modules.dedup();
    NamedModules::Of(modules)
}

impl Plan {
    /// Whether a record's lookups lead where its fields say: those of an export may lead anywhere.
    pub(super) fn knows_names(&self, record: &Record) -> bool {
        let known = |value: &Value| match value {
            Value::Lookup(module, _) => self.shown.has(*module),
            _ => true,
        };
        let shows = |no: FieldNo| {
            self.parts.iter().any(|part| match part {
                Part::Field(field) | Part::ProductDetails(field) | Part::Dollar(field, _) => {
                    *field == no
                }
                Part::Text(_)
                | Part::Beginning(_)
                | Part::SeModule(_)
                | Part::ProcessFlow(_)
                | Part::Layout(..)
                | Part::Converted
                | Part::Gap(_)
                | Part::Participants(_)
                | Part::Attachments(_)
                | Part::HasMore
                | Part::Sharing(..)
                | Part::Editable(..)
                | Part::LockedForMe(..)
                | Part::Approved(_)
                | Part::Approval(..)
                | Part::Territories(_) => false,
            })
        };
        // files come and go without any name being changed
        if self
            .parts
            .iter()
            .any(|part| matches!(part, Part::Attachments(_)))
        {
            return false;
        }
        // participants show addresses, too, whose changes are no changes of names
        let people = self.parts.iter().any(|part| match part {
            Part::Participants(no) => match record.stored(*no) {
                Some(Value::Json(people)) => people.as_array().is_some_and(|all| !all.is_empty()),
                _ => false,
            },
            _ => false,
        });
        if people {
            return false;
        }
        record.values().iter().all(|(no, value)| {
            let known = match value {
                Value::Rows(rows) => {
                    let mut values = rows.iter().flat_map(|row| row.values.iter());
                    values.all(|(_, value)| known(value))
                }
                value => known(value),
            };
            known || !shows(no)
        })
    }
}
