//! A transaction that several calls share: each sees what those before it have written, and all of
//! it is published at once, or nothing.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::change::Changes;
use super::publish::Store;
use super::state::OrgState;
use super::tx::Tx;
use crate::ids::Id;

/// A transaction that is open. A part of it that fails leaves the others as they are.
#[derive(Debug)]
pub struct Shared {
    state: RefCell<Arc<OrgState>>,
    changes: RefCell<Changes>,
    /// Who has written last.
    by: Cell<Option<Id>>,
}

impl Shared {
    /// The state with what was written so far; it stays so for whoever holds it.
    #[must_use]
    pub fn read(&self) -> Arc<OrgState> {
        Arc::clone(&self.state.borrow())
    }

    /// Runs `change` on a copy of the state and keeps the copy if it returns `Ok`. `now` is in
    /// seconds since 1970.
    ///
    /// # Errors
    /// Those of `change`; nothing is kept then.
    pub fn write<T, E>(
        &self,
        now: i64,
        change: impl FnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        let changes = self.changes.borrow().like();
        let mut tx = Tx::telling(OrgState::clone(&self.read()), now, changes);
        let outcome = change(&mut tx)?;
        self.by.set(Some(tx.user()));
        let (state, changes) = tx.into_parts();
        *self.state.borrow_mut() = Arc::new(state);
        self.changes.borrow_mut().extend(changes);
        Ok(outcome)
    }

    /// Runs a part of the transaction. What it writes is taken back if it fails.
    ///
    /// # Errors
    /// Those of `run`.
    pub fn part<T, E>(&self, run: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let before = (self.read(), self.changes.borrow().len());
        let outcome = run();
        if outcome.is_err() {
            *self.state.borrow_mut() = before.0;
            self.changes.borrow_mut().truncate(before.1);
        }
        outcome
    }
}

impl Store {
    /// Runs `run` with a transaction that is published if it returns `Ok`. One writer at a time:
    /// whoever writes within must write to the transaction.
    ///
    /// # Errors
    /// Those of `run`; an error or a panic leaves everything as it was.
    pub fn share<T, E>(&self, now: i64, run: impl FnOnce(&Shared) -> Result<T, E>) -> Result<T, E> {
        let _only = self.writer.lock();
        let before = self.read();
        let shared = Shared {
            state: RefCell::new(Arc::clone(&before)),
            changes: RefCell::new(self.changes(&before)),
            by: Cell::default(),
        };
        let outcome = run(&shared)?;
        let by = shared.by.get().unwrap_or(before.current_user);
        let state = shared.state.into_inner();
        if !Arc::ptr_eq(&state, &before) {
            self.publish(&before, &state, shared.changes.into_inner(), (now, by));
        }
        Ok(outcome)
    }
}
