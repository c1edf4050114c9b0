//! Those who wait for requests to come.
//!
//! Whoever waits is not asked at every request. One look compares the entries that came since the
//! last one with the patterns of all who wait, and tells those whose number is reached.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

use super::{Entry, Journal};
use crate::runtime::pattern::{Facts, Pattern};

/// All who wait.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    waiting: Vec<Waiting>,
    last_number: u64,
    /// The number of the latest entry that was looked at.
    looked_at: u64,
    /// Somebody looks from time to time, as long as anybody waits.
    looked_after: bool,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    pattern: Pattern,
    /// Entries up to this one are counted.
    after: u64,
    wanted: usize,
    found: usize,
    reached: watch::Sender<bool>,
}

impl Waiting {
    fn look_at(&mut self, entry: &Entry, facts: &Facts<'_>) {
        if entry.id <= self.after {
            return;
        }
        self.after = entry.id;
        if self.pattern.fits(facts) {
            self.found += 1;
        }
        if self.found >= self.wanted {
            self.reached.send_replace(true);
        }
    }

    fn look_at_all(&mut self, entries: &[Arc<Entry>]) {
        for entry in entries {
            self.look_at(entry, &entry.facts());
        }
    }
}

/// Somebody who waits; whoever drops this waits no longer.
#[derive(Debug)]
pub struct Waiter {
    number: u64,
    waiters: Arc<Mutex<Waiters>>,
    reached: watch::Receiver<bool>,
}

impl Waiter {
    /// Whether as many requests as wanted have come.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        *self.reached.borrow()
    }

    /// Waits until they have come.
    pub async fn reached(&mut self) {
        if self.reached.wait_for(|reached| *reached).await.is_err() {
            // it is not waited for any more: nobody will tell
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        let mut waiters = self.waiters.lock();
        waiters
            .waiting
            .retain(|waiting| waiting.number != self.number);
    }
}

impl Journal {
    /// Waits for so many entries that fit a pattern, those included that are there.
    #[must_use]
    pub fn wait_for(&self, pattern: &Pattern, wanted: usize) -> Waiter {
        let reached = watch::Sender::new(false);
        let receiver = reached.subscribe();
        let mut waiting = Waiting {
            number: 0,
            pattern: pattern.clone(),
            after: 0,
            wanted,
            found: 0,
            reached,
        };
        // most of the work is done before anybody else has to wait for it
        waiting.look_at_all(&self.entries());
        let mut waiters = self.waiters.lock();
        waiting.look_at_all(&self.entries_since(waiting.after));
        waiters.last_number += 1;
        waiting.number = waiters.last_number;
        let number = waiting.number;
        if waiters.waiting.is_empty() {
            waiters.looked_at = waiting.after;
        }
        waiters.waiting.push(waiting);
        Waiter {
            number,
            waiters: Arc::clone(&self.waiters),
            reached: receiver,
        }
    }

    /// Looks at the entries that came since the last look, on behalf of all who wait.
    ///
    /// False if nobody waits, after which somebody else has to [look after](Self::look_after) those
    /// who come.
    pub fn look(&self) -> bool {
        let mut waiters = self.waiters.lock();
        let Waiters {
            waiting,
            looked_at,
            looked_after,
            ..
        } = &mut *waiters;
        if waiting.is_empty() {
            *looked_after = false;
            return false;
        }
        for entry in self.entries_since(*looked_at) {
            let facts = entry.facts();
            for one in waiting.iter_mut() {
                one.look_at(&entry, &facts);
            }
            *looked_at = entry.id;
        }
        true
    }

    /// Whether the caller has to [`look`](Self::look) at every change from now on until nobody waits
    /// any more: true for one caller at a time.
    #[must_use]
    pub fn look_after(&self) -> bool {
        !std::mem::replace(&mut self.waiters.lock().looked_after, true)
    }

    /// Those who wait begin to count anew.
    pub(super) fn forget_found(&self) {
        for waiting in &mut self.waiters.lock().waiting {
            waiting.found = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::entry;
    use super::*;

    fn pattern(operation: &str) -> Pattern {
        Pattern {
            operation: Some(operation.to_owned()),
            ..Pattern::default()
        }
    }

    #[test]
    fn a_look_tells_those_whose_number_is_reached() {
        let journal = Journal::new(10);
        journal.note(entry("records.get", ""));
        let one = journal.wait_for(&pattern("records.get"), 1);
        let two = journal.wait_for(&pattern("records.get"), 2);
        let other = journal.wait_for(&pattern("records.insert"), 1);
        assert!(one.is_reached() && !two.is_reached());
        journal.note(entry("records.get", ""));
        assert!(!two.is_reached(), "nobody has looked");
        assert!(journal.look());
        assert!(two.is_reached() && !other.is_reached());
        journal.clear();
        journal.note(entry("records.insert", ""));
        drop((one, two));
        assert!(journal.look());
        assert!(other.is_reached());
        drop(other);
        assert!(!journal.look(), "nobody waits");
    }

    #[test]
    fn what_leaves_the_journal_has_been_counted() {
        let journal = Journal::new(1);
        let three = journal.wait_for(&pattern("records.get"), 3);
        for _ in 0..3 {
            journal.note(entry("records.get", ""));
            assert!(journal.look());
        }
        assert!(three.is_reached());
    }

    #[test]
    fn one_looks_after_all() {
        let journal = Journal::new(1);
        let waiter = journal.wait_for(&pattern("records.get"), 1);
        assert!(journal.look_after() && !journal.look_after());
        drop(waiter);
        assert!(!journal.look());
        assert!(journal.look_after(), "the one before has ended");
    }
}
