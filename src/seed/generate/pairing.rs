//! Which records linking modules pair.

use super::chance::Stream;
use super::pairs::Pairing;
use super::plan::Plan;
use super::planner::Planner;
use crate::ids::Id;
use crate::schema::{FieldNo, Module, ModuleNo};
use crate::value::Value;

impl Planner<'_> {
    /// Plans the pairs of the linking modules that records are wanted of.
    pub(super) fn pair(&self, plans: &mut [Option<Plan>]) {
        let pairings: Vec<Option<Pairing>> = plans
            .iter()
            .map(|plan| self.pairing(plan.as_ref()?, plans))
            .collect();
        for (plan, pairing) in plans.iter_mut().zip(pairings) {
            if let Some(plan) = plan {
                plan.pairs = pairing;
            }
        }
    }

    fn pairing(&self, plan: &Plan, plans: &[Option<Plan>]) -> Option<Pairing> {
        if plan.count == 0 || !plan.module.is_linking() {
            return None;
        }
        let ends = plan.links.iter().enumerate();
        let mut ends = ends.filter(|(_, link)| link.mandatory && !link.targets.is_empty());
        let ((one, own), (two, other)) = (ends.next()?, ends.next()?);
        let pool = |targets: &[ModuleNo]| {
            let target = plans.get(usize::from(*targets.first()?))?;
            target.as_ref()
        };
        let (left, right) = (pool(&own.targets)?, pool(&other.targets)?);
        let taken = self.taken_pairs(&plan.module, (own.field, left), (other.field, right));
        let stream = Stream::new(self.seed, &[plan.module.api_name(), "(pairs)"]);
        let pools = (left.pool(), right.pool());
        Some(Pairing::new((one, two), pools, stream, taken))
    }

    /// The pairs of records of the seed that it has already.
    fn taken_pairs(
        &self,
        module: &Module,
        (own, left): (FieldNo, &Plan),
        (other, right): (FieldNo, &Plan),
    ) -> Vec<u64> {
        if left.count > 0 || right.count > 0 {
            return Vec::new();
        }
        let place = |pool: &[Id], value: Option<&Value>| match value {
            Some(Value::Lookup(_, id)) => pool.binary_search(id).ok().map(|at| at as u64),
            _ => None,
        };
        let width = right.held.len() as u64;
        let pairs = self.state.table(module).rows().iter();
        let taken = pairs.filter_map(|(_, pair)| {
            let (a, b) = (
                place(&left.held, pair.stored(own))?,
                place(&right.held, pair.stored(other))?,
            );
            a.checked_mul(width)?.checked_add(b)
        });
        taken.collect()
    }
}
