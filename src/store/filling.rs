//! A change that announces records before it stores them, so that others may point to them.

use std::sync::Arc;

use super::record::Record;
use super::state::OrgState;
use super::tx::Tx;
use crate::ids::Id;
use crate::schema::ModuleNo;

/// A change under way, and the blanks that stand for announced records. Other changes cannot
/// announce any, and this one gives its state only when no blank is left in it.
#[derive(Debug)]
pub struct Filling {
    tx: Tx,
    blanks: Vec<(ModuleNo, Arc<Record>)>,
}

/// Records were announced and never stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{count} records of {module} were announced and never stored; the first is {first}")]
pub struct Unfilled {
    /// The API name of their module.
    pub module: String,
    /// The id of the first.
    pub first: Id,
    /// How many there are.
    pub count: usize,
}

impl Filling {
    /// A change of `state` at `now` (seconds since 1970), made by its current user.
    #[must_use]
    pub fn new(state: OrgState, now: i64) -> Self {
        let mut tx = Tx::new(state, now);
        tx.forget_history();
        Self {
            tx,
            blanks: Vec::new(),
        }
    }

    /// The change, by which records are stored.
    pub fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// Has records of a module be there, blank, until they are stored. The ids ascend.
    pub fn announce(&mut self, module: ModuleNo, ids: &[Id]) {
        let tx = &mut self.tx;
        let blank = Arc::new(Record::new(Id(0), tx.user(), tx.now(), Vec::new()));
        tx.announce(module, ids, &blank);
        self.blanks.push((module, blank));
    }

    /// The state with all changes.
    ///
    /// # Errors
    /// If announced records were not stored.
    pub fn into_state(self) -> Result<OrgState, Unfilled> {
        let state = self.tx.into_state();
        for (no, blank) in self.blanks {
            // only a table holds it besides: that no table does is seen without a look at them
            if Arc::strong_count(&blank) == 1 {
                continue;
            }
            let module = state.schema.module_at(no);
            let rows = state.table(module).rows().iter();
            let mut left = rows.filter(|(_, record)| Arc::ptr_eq(record, &blank));
            if let Some((first, _)) = left.next() {
                return Err(Unfilled {
                    module: module.api_name().to_owned(),
                    first: *first,
                    count: 1 + left.count(),
                });
            }
        }
        Ok(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Builder;

    #[test]
    fn no_blank_leaves_the_change() {
        let world = Builder::default().empty().build_world().expect("empty");
        let state = world.default_org().read();
        let leads = Arc::clone(state.schema.module("Leads").expect("Leads"));
        let ids: Vec<Id> = (1..=100).map(Id).collect();
        let record = |id: &Id| Arc::new(Record::new(*id, Id(7), 0, Vec::new()));

        let mut filling = Filling::new(OrgState::clone(&state), 0);
        filling.announce(leads.no, &ids);
        // a copy that others took, and that is gone again
        let copy = filling.tx().state().clone();
        let all = ids.iter().map(record).collect();
        filling.tx().put_all(&leads, all);
        drop(copy);
        assert!(filling.into_state().is_ok());

        for missing in [1, 40, 100] {
            let mut filling = Filling::new(OrgState::clone(&state), 0);
            filling.announce(leads.no, &ids);
            let most = ids.iter().filter(|id| id.0 != missing).map(record);
            filling.tx().put_all(&leads, most.collect());
            let unfilled = filling.into_state().expect_err("a blank");
            assert_eq!((unfilled.first, unfilled.count), (Id(missing), 1));
        }
    }
}
