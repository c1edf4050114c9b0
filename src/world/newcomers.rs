//! Whoever wants to know of orgs that are made.

use std::sync::Arc;

use parking_lot::Mutex;

use super::Org;

type Tell = Box<dyn Fn(&Arc<Org>) + Send + Sync>;

/// Those who are told of each new org.
#[derive(Default)]
pub(super) struct Newcomers(Mutex<Vec<Tell>>);

impl Newcomers {
    /// One more to be told.
    pub(super) fn told_by(&self, tell: impl Fn(&Arc<Org>) + Send + Sync + 'static) {
        self.0.lock().push(Box::new(tell));
    }

    /// Tells of an org.
    pub(super) fn tell(&self, org: &Arc<Org>) {
        for tell in self.0.lock().iter() {
            tell(org);
        }
    }
}

impl std::fmt::Debug for Newcomers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Newcomers").finish_non_exhaustive()
    }
}
