//! Faults on demand: which requests fail, and how.
//!
//! A [rule](RuleSpec) says which requests it looks at and what it does to them. It ends when it has
//! fired often enough or its time is over.

mod breakage;
mod delay;
mod rule;
mod rules;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value as Json;

pub use breakage::Breakage;
pub use delay::{Delay, Even, LogNormal};
pub use rule::{Effect, Match, OneOrMany, RecordFault, RuleSpec, ShownRule};

use super::clock::Clock;
use super::pattern::{Facts, Names, Pattern};
use crate::error::{AccountsError, Code};
use rule::Rule;
use rules::SharedRules;

/// What the rules that fire do to one request.
#[derive(Debug, Default)]
pub struct Hit {
    /// The rules.
    pub rules: Vec<u64>,
    /// How long the answer takes.
    pub delay: Duration,
    /// An answer in place of the service's.
    pub answer: Option<Planned>,
    /// What happens to the connection.
    pub connection: Option<Breakage>,
    /// Records of a batch that fail.
    pub records: Vec<RecordHit>,
}

/// Records of a batch that a rule lets fail.
#[derive(Debug)]
pub struct RecordHit {
    rule: u64,
    index: OneOrMany<usize>,
    kind: Code,
    /// Whether there was such a record.
    applied: AtomicBool,
}

/// An answer that a rule gives.
#[derive(Clone, Debug)]
pub enum Planned {
    /// One of Zoho's errors.
    Error(Code),
    /// One of its accounts server's.
    Accounts(AccountsError),
    /// Any other.
    Any {
        /// The status.
        status: u16,
        /// The body.
        body: Vec<u8>,
        /// Whether the body is JSON.
        json: bool,
        /// Further headers.
        headers: Vec<(String, String)>,
    },
}

impl Hit {
    /// The error with which the record at a position of the batch is to fail.
    #[must_use]
    pub fn record(&self, index: usize) -> Option<Code> {
        let mut found = self.records.iter().filter(|hit| hit.index.holds(&index));
        let hit = found.next()?;
        hit.applied.store(true, Ordering::Relaxed);
        Some(hit.kind)
    }

    /// The rules about records of which there was none in the request.
    #[must_use]
    pub fn in_vain(&self) -> Vec<u64> {
        let hits = self.records.iter();
        let hits = hits.filter(|hit| !hit.applied.load(Ordering::Relaxed));
        hits.map(|hit| hit.rule).collect()
    }
}

/// The rules of an org, or those for all orgs.
#[derive(Debug)]
pub struct Faults {
    seed: u64,
    rules: SharedRules,
}

impl Faults {
    /// No rules yet; chance is a function of `seed` and of the rule's number.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            rules: SharedRules::default(),
        }
    }

    /// Adds a rule in the form of [`RuleSpec`]; gives its id.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it, also if no request can ever match by `names`.
    pub fn add(&self, given: &Json, names: &Names, clock: &Clock) -> Result<u64, String> {
        let rule = Rule::new(given, names, clock)?;
        Ok(self.rules.change(|rules| {
            rules.prune(clock);
            rules.last_id += 1;
            let id = rules.last_id;
            rules.live.push(rule.numbered(id, self.seed));
            id
        }))
    }

    /// What happens to a request. Rules are asked in the order of their making; the first that
    /// gives an answer keeps later ones from giving theirs, delays add up.
    #[must_use]
    pub fn hit(&self, facts: &Facts<'_>, clock: &Clock) -> Option<Hit> {
        if !self.rules.may_fire() {
            return None;
        }
        // others do not wait until a large body has been searched
        let (live, over) = self.patterns(clock);
        let fits = live.iter().filter(|(_, pattern)| pattern.fits(facts));
        let fits: Vec<u64> = fits.map(|(id, _)| *id).collect();
        if fits.is_empty() && !over {
            return None;
        }
        self.rules.change(|rules| {
            let mut hit = Hit::default();
            for rule in &mut rules.live {
                // both are in the order of their making
                if fits.binary_search(&rule.id).is_ok() && rule.fires(clock, &hit) {
                    rules.fired += 1;
                    rule.add_to(&mut hit);
                }
            }
            rules.prune(clock);
            (!hit.rules.is_empty()).then_some(hit)
        })
    }

    /// The patterns of the rules that may fire, and whether there are others among them.
    fn patterns(&self, clock: &Clock) -> (Vec<(u64, Arc<Pattern>)>, bool) {
        let rules = self.rules.read();
        let (live, over): (Vec<&Rule>, Vec<&Rule>) =
            rules.live.iter().partition(|rule| rule.lives(clock));
        let live = live.iter().map(|rule| (rule.id, Arc::clone(&rule.pattern)));
        (live.collect(), !over.is_empty())
    }

    /// Undoes the last match of rules that had nothing to do in the request after all.
    pub fn take_back(&self, ids: &[u64], clock: &Clock) {
        if ids.is_empty() {
            return;
        }
        self.rules.change(|rules| {
            for id in ids {
                let mut all = rules.live.iter_mut().chain(&mut rules.ended);
                if let Some(rule) = all.find(|rule| rule.id == *id) {
                    rules.fired = rules.fired.saturating_sub(1);
                    rule.take_back();
                }
            }
            // one that was at its end may fire again
            let revived = |rule: &Rule| ids.contains(&rule.id) && rule.lives(clock);
            let ended = std::mem::take(&mut rules.ended).into_iter();
            let (revived, ended): (VecDeque<Rule>, _) = ended.partition(revived);
            rules.ended = ended;
            rules.live.extend(revived);
            rules.live.sort_by_key(|rule| rule.id);
        });
    }

    /// The rules with what became of them, in the order of their making: those that may fire, and
    /// the thousand that ended last.
    #[must_use]
    pub fn list(&self, clock: &Clock) -> Vec<ShownRule> {
        let rules = self.rules.read();
        let mut all: Vec<&Rule> = rules.all().collect();
        all.sort_by_key(|rule| rule.id);
        all.iter().map(|rule| rule.describe(clock)).collect()
    }

    /// One rule with what became of it.
    #[must_use]
    pub fn get(&self, id: u64, clock: &Clock) -> Option<ShownRule> {
        let rules = self.rules.read();
        let rule = rules.all().find(|rule| rule.id == id)?;
        Some(rule.describe(clock))
    }

    /// How often a rule has fired; 0 if there is none of that id.
    #[must_use]
    pub fn fired_of(&self, id: u64) -> u64 {
        let rules = self.rules.read();
        let rule = rules.all().find(|rule| rule.id == id);
        rule.map_or(0, |rule| rule.fired)
    }

    /// How often rules have fired in all, also those that are gone.
    #[must_use]
    pub fn fired(&self) -> u64 {
        self.rules.read().fired
    }

    /// Takes a rule away; false if there is none of that id.
    pub fn remove(&self, id: u64) -> bool {
        self.rules.change(|rules| {
            let before = rules.live.len() + rules.ended.len();
            rules.live.retain(|rule| rule.id != id);
            rules.ended.retain(|rule| rule.id != id);
            rules.live.len() + rules.ended.len() < before
        })
    }

    /// Takes all rules away. Ids are not used again.
    pub fn clear(&self) {
        self.rules.change(|rules| {
            rules.live.clear();
            rules.ended.clear();
        });
    }
}

#[cfg(test)]
mod tests;
