//! The state of an org as readers see it, and the ways to put another in its place.

use std::sync::Arc;

use parking_lot::{Mutex, RwLock};

use super::change::{Changes, Listener, Listeners, Published};
use super::state::OrgState;
use super::tx::Tx;

/// The published state of an org, and the right to replace it.
#[derive(Debug)]
pub struct Store {
    pub(super) published: RwLock<Arc<OrgState>>,
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
            published: RwLock::new(state),
            writer: Mutex::new(()),
            listeners: Listeners::default(),
            long_jobs: Mutex::default(),
        }
    }

    /// The state as it is now; it stays so for whoever holds it.
    #[must_use]
    pub fn read(&self) -> Arc<OrgState> {
        Arc::clone(&self.published.read())
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
        let _only = self.writer.lock();
        let mut tx = Tx::telling(OrgState::clone(&self.read()), now, self.changes());
        let outcome = change(&mut tx)?;
        let (state, changes) = tx.into_parts();
        let by = state.current_user;
        *self.published.write() = Arc::new(state);
        self.listeners.tell(changes.published(now, by));
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
        let _only = self.writer.lock();
        self.listeners.add()
    }

    /// Where a transaction collects its changes, if anybody listens.
    pub(super) fn changes(&self) -> Changes {
        if self.listeners.any() {
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
        let (state, outcome) = change(&self.read())?;
        *self.published.write() = Arc::new(state);
        self.listeners.tell(Some(Published::Replaced));
        Ok(outcome)
    }

    /// Puts another state in place of the present one.
    pub fn replace(&self, state: Arc<OrgState>) {
        let _only = self.writer.lock();
        *self.published.write() = state;
        self.listeners.tell(Some(Published::Replaced));
    }
}
