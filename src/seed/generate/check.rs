//! Checks that the records that are wanted can be made.

use super::error::{GenerateError, Missing};
use super::pairs::Pairing;
use super::plan::{Column, LinkPlan, Plan, Recipe, SHORT_DOMAIN};
use super::planner::Planner;
use crate::schema::{DataType, Module, ModuleNo, Storage};
use crate::version::ApiVersion;

impl Planner<'_> {
    /// Checks that the records that are wanted can be made.
    pub(super) fn check(
        &self,
        plans: &[Option<Plan>],
        pools: &[bool],
    ) -> Result<(), GenerateError> {
        let mut missing = Vec::new();
        for plan in plans.iter().flatten().filter(|plan| plan.count > 0) {
            let module = &plan.module;
            for field in module.fields.iter().filter(|f| f.spec.system_mandatory) {
                if !field.exists_in(ApiVersion::LATEST) {
                    continue;
                }
                let owner = match field.kind {
                    Storage::Rows(Some(rows)) => self.state.schema.module_at(rows),
                    _ => module,
                };
                let raw = matches!(field.kind, Storage::Raw | Storage::Links(_))
                    .then(|| self.raw_target(field))
                    .flatten();
                if let Some(target) = raw
                    && pools.get(usize::from(target)) != Some(&true)
                {
                    missing.push(Missing {
                        module: module.api_name().into(),
                        field: field.api_name().into(),
                        needs: vec![self.state.schema.module_at(target).api_name().into()],
                    });
                }
                let lacking = self.links(owner, pools).into_iter().find(|link| {
                    link.mandatory
                        && link.targets.is_empty()
                        && (owner.no != module.no || link.field == field.no)
                });
                if let Some(link) = lacking {
                    let field = if owner.no == module.no {
                        field.api_name().to_owned()
                    } else {
                        format!("{}.{}", field.api_name(), link.name)
                    };
                    missing.push(self.need(module, owner, &link, field));
                }
            }
            let room = plan.pairs.as_ref().map(Pairing::room);
            if let Some(room) = room.filter(|room| *room < plan.count) {
                return Err(GenerateError::NoPairs {
                    module: module.api_name().into(),
                    room,
                    count: plan.count,
                });
            }
            if let Some(column) = plan.columns.iter().find(|column| {
                column.mandatory
                    && column.unique.is_some()
                    && self.room(column, plan, plans) < plan.count
            }) {
                return Err(GenerateError::NoRoom {
                    module: module.api_name().into(),
                    field: column.name.to_string(),
                    count: plan.count,
                });
            }
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(GenerateError::Missing(missing))
        }
    }

    fn need(&self, module: &Module, owner: &Module, link: &LinkPlan, field: String) -> Missing {
        let declared = owner.field_at(link.field);
        let targets = match declared.kind {
            Storage::Lookup(Some(target)) => vec![target],
            _ => self.parents(owner, declared),
        };
        let name = |no: ModuleNo| self.state.schema.module_at(no).api_name().to_owned();
        Missing {
            module: module.api_name().into(),
            field,
            needs: targets.into_iter().map(name).collect(),
        }
    }

    /// How many records can have different values.
    fn room(&self, column: &Column, plan: &Plan, plans: &[Option<Plan>]) -> u64 {
        let power = |base: u64, digits: u32| base.checked_pow(digits).unwrap_or(u64::MAX);
        let length = column.length.unwrap_or(255);
        let taken = column.unique.as_ref().map_or(0, |taken| taken.len() as u64);
        let all = match &column.recipe {
            Recipe::Pick([all, ..]) => all.len() as u64,
            Recipe::Truth(_) => 2,
            Recipe::Number { .. } => power(10, length.min(15)) - 1,
            Recipe::Text(_) if column.data_type == DataType::Email => {
                power(36, length.saturating_sub(SHORT_DOMAIN.len() as u32))
            }
            Recipe::Text(_) => power(36, length),
            // as many days as there are since the year 1
            Recipe::Date(_) => 600_000,
            Recipe::User => self.state.users.len() as u64,
            Recipe::Link(link) => {
                let targets = plan.links.get(*link).map_or(&[][..], |link| &link.targets);
                let pools = targets
                    .iter()
                    .filter_map(|no| plans.get(usize::from(*no))?.as_ref());
                pools.map(Plan::pool).min().unwrap_or(0)
            }
            _ => return u64::MAX,
        };
        all.saturating_sub(taken)
    }
}
