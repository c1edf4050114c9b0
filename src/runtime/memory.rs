//! What is remembered of an org's requests, so that rules over several of them can be judged: a few
//! numbers, however many requests there are. The rules are in `contract::history`.

use crate::schema::ModuleNo;
use crate::store::index::hash_text;
use crate::version::ApiVersion;

/// Tokens and codes that are remembered.
const LATEST: usize = 32;

/// What is remembered of an org's requests.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Old versions that were told of.
    pub versions: Vec<ApiVersion>,
    /// When access tokens were made, by their refresh token.
    pub refreshed: Latest<Moments>,
    /// The latest grant codes.
    pub codes: Latest<()>,
    /// The hash of the last request that could not be answered for the time being, and when that
    /// was, in microseconds.
    pub failed: Option<(u64, i64)>,
    /// Records that were read one by one.
    pub reads: Run,
    /// Records that were inserted one by one.
    pub writes: Run,
    /// The hash of the list that was asked for last, and how often in a row.
    pub polls: Option<(u64, u32)>,
}

/// Values by a text, of the latest texts alone. Of the texts only hashes are kept.
#[derive(Clone, Debug)]
pub struct Latest<T>(Vec<(u64, T)>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Latest<T> {
    /// Sets the value of a text; gives the one before.
    pub fn replace(&mut self, text: &str, value: T) -> Option<T> {
        let hash = hash_text(text);
        let known = self.0.iter().position(|(known, _)| *known == hash);
        let before = known.map(|at| self.0.remove(at).1);
        if self.0.len() == LATEST {
            self.0.remove(0);
        }
        self.0.push((hash, value));
        before
    }
}

impl<T: Default> Latest<T> {
    /// The value of a text, from now on the latest one.
    pub fn of(&mut self, text: &str) -> &mut T {
        let before = self.replace(text, T::default()).unwrap_or_default();
        // `replace` has put it there
        let at = self.0.len().saturating_sub(1);
        let (_, value) = &mut self.0[at];
        *value = before;
        value
    }
}

/// Times at which something happened: the last one, and how many there were lately.
#[derive(Clone, Debug, Default)]
pub struct Moments {
    /// The last one.
    pub last: Option<i64>,
    lately: Vec<i64>,
}

impl Moments {
    /// Moments that are kept, so that many of them cost no more than a few.
    const MOST: usize = 12;

    /// Adds a time, and gives how many there were within a span that ends with it. The number stays
    /// at its end when there are more than are kept.
    pub fn count(&mut self, at: i64, span: i64) -> usize {
        self.last = Some(at);
        self.lately.retain(|before| at - before < span);
        self.lately.push(at);
        if self.lately.len() > Self::MOST {
            self.lately.remove(0);
        }
        self.lately.len()
    }
}

/// Consecutive requests of one sort to one module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    module: Option<ModuleNo>,
    length: u32,
}

impl Run {
    /// Counts a request to a module; one to another, or of another sort (`None`), begins anew.
    /// True when the run has just reached `most`.
    pub fn count(&mut self, module: Option<ModuleNo>, most: u32) -> bool {
        if module.is_none() || module != self.module {
            self.module = module;
            self.length = 0;
        }
        if module.is_some() {
            self.length = self.length.saturating_add(1);
        }
        self.length == most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_are_remembered_alone() {
        let mut latest = Latest::default();
        for n in 0..100 {
            assert_eq!(latest.replace(&n.to_string(), n), None);
        }
        assert_eq!(latest.0.len(), LATEST);
        assert_eq!(latest.replace("99", 1), Some(99));
        assert_eq!(latest.replace("0", 1), None);
    }

    #[test]
    fn moments_are_counted_within_a_span() {
        let mut latest: Latest<Moments> = Latest::default();
        let counts: Vec<usize> = (0..5).map(|at| latest.of("a").count(at, 3)).collect();
        assert_eq!(counts, [1, 2, 3, 3, 3]);
        assert_eq!(latest.of("a").last, Some(4));
        assert_eq!(latest.of("b").last, None);
        let many = (0..100).map(|_| latest.of("b").count(9, 3)).max();
        assert_eq!(many, Some(Moments::MOST));
    }

    #[test]
    fn a_run_is_told_of_once_and_ends_with_another_module() {
        let mut run = Run::default();
        let told = (0..10).filter(|_| run.count(Some(1), 3)).count();
        assert_eq!((told, run.length), (1, 10));
        assert!(!run.count(Some(2), 3));
        assert!(!run.count(None, 3));
        assert_eq!(run.length, 0);
    }
}
