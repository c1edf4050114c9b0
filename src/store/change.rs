//! What a transaction has changed, told to whoever listens once it is published.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::record::Record;
use super::setting::Setting;
use super::state::OrgState;
use super::user::User;
use crate::ids::Id;
use crate::schema::ModuleNo;

/// A change of one thing.
#[derive(Clone, Debug)]
pub enum Change {
    /// A record.
    Record(RecordChange),
    /// A user; none before for a new one.
    User {
        /// As it was.
        before: Option<Arc<User>>,
        /// As it is.
        after: Arc<User>,
    },
    /// A setting: none before for a new one, none after for one that is gone.
    Setting {
        /// Its family.
        family: &'static str,
        /// As it was.
        before: Option<Arc<Setting>>,
        /// As it is.
        after: Option<Arc<Setting>>,
    },
    /// The metadata of a module.
    Metadata(ModuleNo),
}

/// A change of a record.
#[derive(Clone, Debug)]
pub struct RecordChange {
    /// Its module.
    pub module: ModuleNo,
    /// Its id.
    pub id: Id,
    /// What was done.
    pub event: RecordEvent,
}

/// What was done to a record.
#[derive(Clone, Debug)]
pub enum RecordEvent {
    /// It is new.
    Created(Arc<Record>),
    /// It was changed.
    Updated {
        /// As it was.
        before: Arc<Record>,
        /// As it is.
        after: Arc<Record>,
    },
    /// It went into the recycle bin.
    Deleted(Arc<Record>),
    /// It is gone altogether.
    Removed(Arc<Record>),
}

/// What was published.
#[derive(Clone, Debug)]
pub enum Published {
    /// The changes of a transaction, in the order in which they were made.
    Changes {
        /// Seconds since 1970 on the org's clock.
        at: i64,
        /// The user who made them.
        by: Id,
        /// What came of them.
        state: Arc<OrgState>,
        /// The changes; at least one.
        changes: Vec<Change>,
    },
    /// Another state in place of the one before: a seed was added, or the org was reset or restored.
    Replaced,
}

/// The changes of a transaction, while somebody listens; nothing is collected otherwise.
#[derive(Debug, Default)]
pub(super) struct Changes(Option<Vec<Change>>);

impl Changes {
    /// Collects from now on.
    pub(super) fn collected() -> Self {
        Self(Some(Vec::new()))
    }

    /// The same for a transaction that is a part of this one.
    pub(super) fn like(&self) -> Self {
        Self(self.0.as_ref().map(|_| Vec::new()))
    }

    /// Notes a change, which is made only if somebody listens.
    pub(super) fn note(&mut self, change: impl FnOnce() -> Change) {
        if let Some(changes) = &mut self.0 {
            changes.push(change());
        }
    }

    /// Notes that a record is gone. Of one that the transaction itself has made nothing remains to
    /// be told.
    pub(super) fn note_removed(&mut self, module: ModuleNo, record: &Arc<Record>) {
        let Some(changes) = &mut self.0 else { return };
        let of_it = |change: &Change| match change {
            Change::Record(change) if change.module == module && change.id == record.id => {
                Some(matches!(change.event, RecordEvent::Created(_)))
            }
            _ => None,
        };
        if changes.iter().any(|change| of_it(change) == Some(true)) {
            changes.retain(|change| of_it(change).is_none());
            return;
        }
        changes.push(Change::Record(RecordChange {
            module,
            id: record.id,
            event: RecordEvent::Removed(Arc::clone(record)),
        }));
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, Vec::len)
    }

    /// Forgets all but the first ones.
    pub(super) fn truncate(&mut self, first: usize) {
        if let Some(changes) = &mut self.0 {
            changes.truncate(first);
        }
    }

    /// Adds those of a transaction that was a part of this one.
    pub(super) fn extend(&mut self, part: Self) {
        if let (Some(changes), Some(more)) = (&mut self.0, part.0) {
            changes.extend(more);
        }
    }

    /// What is told of a transaction at `at` that came to `state`, if there is anything.
    pub(super) fn published(self, (at, by): (i64, Id), state: &Arc<OrgState>) -> Option<Published> {
        let changes = self.0.filter(|changes| !changes.is_empty())?;
        Some(Published::Changes {
            at,
            by,
            state: Arc::clone(state),
            changes,
        })
    }
}

/// Hears what a store publishes. Whoever does not ask for it holds all of it; dropping it ends that.
#[derive(Debug)]
pub struct Listener(UnboundedReceiver<Arc<Published>>);

impl Listener {
    /// Waits for the next publication; none once the store is gone.
    pub async fn next(&mut self) -> Option<Arc<Published>> {
        self.0.recv().await
    }

    /// What was published since it was last asked for.
    pub fn heard(&mut self) -> impl Iterator<Item = Arc<Published>> {
        std::iter::from_fn(|| self.0.try_recv().ok())
    }
}

/// Whether somebody wants to hear of changes of an org. Asked at every write.
pub type Interest = fn(&OrgState) -> bool;

/// Those who listen to a store, and when they do.
#[derive(Debug, Default)]
pub(super) struct Listeners(Mutex<Vec<(Interest, UnboundedSender<Arc<Published>>)>>);

impl Listeners {
    /// Whether anybody wants to hear of changes of a state.
    pub(super) fn any(&self, state: &OrgState) -> bool {
        let all = self.0.lock();
        all.iter().any(|(interest, _)| interest(state))
    }

    /// One more.
    pub(super) fn add(&self, interest: Interest) -> Listener {
        let (sender, receiver) = unbounded_channel();
        self.0.lock().push((interest, sender));
        Listener(receiver)
    }

    /// Tells those of them that want to hear of changes of `before`, the state until now; those that
    /// have gone are forgotten.
    pub(super) fn tell(&self, before: &OrgState, published: Option<Published>) {
        let Some(published) = published.map(Arc::new) else {
            return;
        };
        let mut all = self.0.lock();
        all.retain(|(interest, listener)| {
            if interest(before) {
                listener.send(Arc::clone(&published)).is_ok()
            } else {
                !listener.is_closed()
            }
        });
    }
}
