//! What a transaction has changed, told to whoever listens once it is published.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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

/// Hears what a store publishes. What was not asked for yet is held; dropping it ends that.
#[derive(Debug)]
pub struct Listener {
    receiver: UnboundedReceiver<Arc<Published>>,
    backlog: Arc<Backlog>,
}

/// What a listener has not asked for yet.
#[derive(Debug, Default)]
struct Backlog {
    waiting: AtomicUsize,
    missed: AtomicUsize,
}

impl Listener {
    /// Waits for the next publication; none once the store is gone.
    pub async fn next(&mut self) -> Option<Arc<Published>> {
        let next = self.receiver.recv().await;
        self.took(next)
    }

    /// What was published since it was last asked for.
    pub fn heard(&mut self) -> impl Iterator<Item = Arc<Published>> {
        std::iter::from_fn(|| {
            let next = self.receiver.try_recv().ok();
            self.took(next)
        })
    }

    fn took(&self, next: Option<Arc<Published>>) -> Option<Arc<Published>> {
        if next.is_some() {
            self.backlog.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        next
    }

    /// How many publications it did not hear since it was last asked, since too many waited.
    pub fn missed(&self) -> usize {
        self.backlog.missed.swap(0, Ordering::Relaxed)
    }
}

/// Whether somebody wants to hear of changes of an org. Asked at every write.
pub type Interest = fn(&OrgState) -> bool;

/// Somebody who listens.
#[derive(Debug)]
struct Ear {
    interest: Interest,
    /// Publications that may wait for it.
    most: usize,
    backlog: Arc<Backlog>,
    sender: UnboundedSender<Arc<Published>>,
}

/// Those who listen to a store.
#[derive(Debug, Default)]
pub(super) struct Listeners(Mutex<Vec<Ear>>);

impl Listeners {
    /// Whether anybody wants to hear of changes of a state.
    pub(super) fn any(&self, state: &OrgState) -> bool {
        let all = self.0.lock();
        all.iter().any(|ear| (ear.interest)(state))
    }

    /// One more, for which at most so many publications wait.
    pub(super) fn add(&self, interest: Interest, most: usize) -> Listener {
        let (sender, receiver) = unbounded_channel();
        let backlog = Arc::new(Backlog::default());
        self.0.lock().push(Ear {
            interest,
            most,
            backlog: Arc::clone(&backlog),
            sender,
        });
        Listener { receiver, backlog }
    }

    /// Tells those of them that want to hear of changes of `before`, the state until now; those that
    /// have gone are forgotten.
    pub(super) fn tell(&self, before: &OrgState, published: Option<Published>) {
        let Some(published) = published.map(Arc::new) else {
            return;
        };
        let mut all = self.0.lock();
        all.retain(|ear| {
            if !(ear.interest)(before) {
                return !ear.sender.is_closed();
            }
            if ear.backlog.waiting.load(Ordering::Relaxed) >= ear.most {
                ear.backlog.missed.fetch_add(1, Ordering::Relaxed);
                return !ear.sender.is_closed();
            }
            ear.backlog.waiting.fetch_add(1, Ordering::Relaxed);
            ear.sender.send(Arc::clone(&published)).is_ok()
        });
    }
}
