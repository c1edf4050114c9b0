//! The state of an org as readers see it, and the ways to put another in its place.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use parking_lot::Mutex;

use super::change::{Changes, Interest, Listener, Listeners, Published};
use super::state::OrgState;
use super::tx::Tx;
use crate::ids::Id;

/// The published state of an org, and the right to replace it.
#[derive(Debug)]
pub struct Store {
    pub(super) published: ArcSwap<OrgState>,
    pub(super) writer: Mutex<()>,
    pub(super) listeners: Listeners,
    long_jobs: Mutex<()>,
}

impl Store {
    /// A store with a first state.
    #[must_use]
    pub fn new(state: OrgState) -> Self {
        Self::sharing(Arc::new(state))
    }

    /// A store that begins with a state that others may hold, too.
    #[must_use]
    pub fn sharing(state: Arc<OrgState>) -> Self {
        Self {
            published: ArcSwap::new(state),
            writer: Mutex::new(()),
            listeners: Listeners::default(),
            long_jobs: Mutex::default(),
        }
    }

    /// The state as it is now; it stays so for whoever holds it.
    #[must_use]
    pub fn read(&self) -> Arc<OrgState> {
        self.published.load_full()
    }

    /// The same for a look: it counts no holder, so that workers do not meet at a count.
    #[must_use]
    pub fn look(&self) -> Guard<Arc<OrgState>> {
        self.published.load()
    }

    /// Runs `change` on a copy of the state and publishes the copy if it returns `Ok`. One
    /// writer at a time; an error or a panic leaves everything as it was.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn write<T, E>(
        &self,
        now: i64,
        change: impl FnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E> {
        // what goes with the old state is dropped when others may write
        let before;
        let _only = self.writer.lock();
        before = self.read();
        let mut tx = Tx::telling(OrgState::clone(&before), now, self.changes(&before));
        let outcome = change(&mut tx)?;
        let by = tx.user();
        let (state, changes) = tx.into_parts();
        self.publish(&before, &Arc::new(state), changes, (now, by));
        Ok(outcome)
    }

    /// The right to work at a long job, which is done in many transactions.
    #[must_use]
    pub fn long_jobs(&self) -> &Mutex<()> {
        &self.long_jobs
    }

    /// Hears from now on of everything that is published, in the order in which that happens: after
    /// readers can see it, and before the next writer begins. Nothing is lost and nothing waits for
    /// the listener.
    #[must_use]
    pub fn listen(&self) -> Listener {
        self.listen_while(|_| true, usize::MAX)
    }

    /// The same, but nothing is heard, and writes cost nothing more, while the state that is to be
    /// changed is of no interest. What is published while `most` publications wait is not heard, so
    /// that whoever cannot keep up does not hold all states that there ever were.
    #[must_use]
    pub fn listen_while(&self, interest: Interest, most: usize) -> Listener {
        let _only = self.writer.lock();
        self.listeners.add(interest, most)
    }

    /// Puts a state in place of `before` and tells of the changes, made at some time by some user.
    pub(super) fn publish(
        &self,
        before: &OrgState,
        state: &Arc<OrgState>,
        changes: Changes,
        made: (i64, Id),
    ) {
        self.published.store(Arc::clone(state));
        self.listeners.tell(before, changes.published(made, state));
    }

    /// Where a transaction collects its changes, if anybody listens.
    pub(super) fn changes(&self, before: &OrgState) -> Changes {
        if self.listeners.any(before) {
            Changes::collected()
        } else {
            Changes::default()
        }
    }

    /// Puts a state that is made from the present one in its place, if `change` returns `Ok`. One
    /// writer at a time.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn exchange<T, E>(
        &self,
        change: impl FnOnce(&OrgState) -> Result<(OrgState, T), E>,
    ) -> Result<T, E> {
        let _only = self.writer.lock();
        let before = self.read();
        let (state, outcome) = change(&before)?;
        self.published.store(Arc::new(state));
        self.listeners.tell(&before, Some(Published::Replaced));
        Ok(outcome)
    }

    /// Puts another state in place of the present one.
    pub fn replace(&self, state: Arc<OrgState>) {
        let _only = self.writer.lock();
        let before = self.read();
        self.published.store(state);
        self.listeners.tell(&before, Some(Published::Replaced));
    }
}
