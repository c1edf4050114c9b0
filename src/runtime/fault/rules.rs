//! The list of rules, which requests need not lock while it is empty.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::{Mutex, MutexGuard};

use super::rule::Rule;
use crate::runtime::clock::Clock;

/// So many rules that have ended are kept, to be shown.
pub(super) const MOST_ENDED: usize = 1_000;

/// Rules and what they have done.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// Those that may fire, in the order of their making.
    pub(super) live: Vec<Rule>,
    /// Those that have fired often enough or whose time was over when they were last looked at.
    pub(super) ended: VecDeque<Rule>,
    pub(super) last_id: u64,
    /// How often any rule has fired, also those that are gone.
    pub(super) fired: u64,
}

impl Rules {
    /// Puts rules that have ended out of the way of requests.
    pub(super) fn prune(&mut self, clock: &Clock) {
        let over = self.live.extract_if(.., |rule| !rule.lives(clock));
        self.ended.extend(over);
        let surplus = self.ended.len().saturating_sub(MOST_ENDED);
        self.ended.drain(..surplus);
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Rule> {
        self.ended.iter().chain(&self.live)
    }
}

/// Rules, and a flag that says whether any may fire. The flag is written by [`change`](Self::change)
/// alone, while the rules are locked: whoever adds or takes away a rule cannot be overtaken by
/// somebody else's flag.
#[derive(Debug, Default)]
pub(super) struct SharedRules {
    any: AtomicBool,
    rules: Mutex<Rules>,
}

impl SharedRules {
    /// Whether any rule may fire.
    pub(super) fn may_fire(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// The rules, not to be changed by this.
    pub(super) fn read(&self) -> impl std::ops::Deref<Target = Rules> + '_ {
        // without a way to change them past the flag
        ReadGuard(self.rules.lock())
    }

    /// Changes the rules.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Rules) -> T) -> T {
        let mut rules = self.rules.lock();
        let done = change(&mut rules);
        self.any.store(!rules.live.is_empty(), Ordering::Release);
        done
    }
}

struct ReadGuard<'a>(MutexGuard<'a, Rules>);

impl std::ops::Deref for ReadGuard<'_> {
    type Target = Rules;

    fn deref(&self) -> &Rules {
        &self.0
    }
}
