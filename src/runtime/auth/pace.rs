//! How often access tokens are made.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

/// So many access tokens are given …
const MOST: usize = 10;
/// … in so many seconds (Zoho's page on limits; the answer to one more is recorded in several
/// clients).
const SPAN: i64 = 600;

/// When the latest access tokens were made, by what they were made from: a refresh token, or a
/// client with its credentials (that it holds for those is assumed).
#[derive(Debug, Default)]
pub(super) struct Pace(FxHashMap<String, VecDeque<i64>>);

impl Pace {
    /// Whether a source has given as many as it gives.
    pub(super) fn is_spent(&self, source: &str, now: i64) -> bool {
        self.0.get(source).is_some_and(|made| {
            let oldest = made.front().is_some_and(|at| now - at < SPAN);
            made.len() >= MOST && oldest
        })
    }

    /// Notes that a token was made.
    pub(super) fn note(&mut self, source: &str, now: i64) {
        if !self.0.contains_key(source) {
            self.0.insert(source.to_owned(), VecDeque::new());
        }
        if let Some(made) = self.0.get_mut(source) {
            made.push_back(now);
            if made.len() > MOST {
                made.pop_front();
            }
        }
    }

    /// Forgets a source that is gone.
    pub(super) fn forget(&mut self, source: &str) {
        self.0.remove(source);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_has_to_wait() {
        let mut pace = Pace::default();
        for second in 0..10 {
            assert!(!pace.is_spent("a", second));
            pace.note("a", second);
        }
        assert!(pace.is_spent("a", 10) && !pace.is_spent("b", 10));
        assert!(pace.is_spent("a", 599) && !pace.is_spent("a", 600));
        pace.note("a", 600);
        assert!(pace.is_spent("a", 600) && !pace.is_spent("a", 601));
        pace.forget("a");
        assert!(!pace.is_spent("a", 600));
    }
}
