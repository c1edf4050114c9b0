//! What was found so far.

use super::rules::Rule;
use crate::runtime::violation::Violation;

/// What was found so far.
#[derive(Default)]
pub(super) struct Findings {
    violations: Vec<Violation>,
    /// Rules that were broken more often than is told, and how often more.
    more: Vec<(&'static str, usize)>,
}

impl Findings {
    /// Violations of one rule that one request is told of: a hundred records with the same wrong
    /// key are one mistake.
    const MOST: usize = 5;

    /// Takes note that a rule is broken: where, and how.
    pub(super) fn add(&mut self, rule: &Rule, path: impl Into<String>, message: impl Into<String>) {
        self.tell(rule, || (path.into(), message.into()));
    }

    /// Takes note that a rule is broken. Where and how is worked out only if it is told, so that a
    /// request full of mistakes costs little more than one without any.
    pub(super) fn tell(&mut self, rule: &Rule, told: impl FnOnce() -> (String, String)) {
        let known = self.violations.iter().filter(|known| known.rule == rule.id);
        if known.count() < Self::MOST {
            let (path, message) = told();
            self.violations.push(rule.broken(path, message));
            return;
        }
        match self.more.iter_mut().find(|(id, _)| *id == rule.id) {
            Some((_, count)) => *count += 1,
            None => self.more.push((rule.id, 1)),
        }
    }

    /// The violations; the last one of a rule says how many more there were.
    pub(super) fn finish(mut self) -> Vec<Violation> {
        for (rule, count) in &self.more {
            let last = self
                .violations
                .iter_mut()
                .rfind(|known| known.rule == *rule);
            if let Some(last) = last {
                last.message
                    .push_str(&format!(" (and {count} more of this rule)"));
            }
        }
        self.violations
    }
}
