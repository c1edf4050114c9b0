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
    /// When the last access tokens were made, by their refresh token.
    pub refreshed: Latest<i64>,
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
    fn a_run_is_told_of_once_and_ends_with_another_module() {
        let mut run = Run::default();
        let told = (0..10).filter(|_| run.count(Some(1), 3)).count();
        assert_eq!((told, run.length), (1, 10));
        assert!(!run.count(Some(2), 3));
        assert!(!run.count(None, 3));
        assert_eq!(run.length, 0);
    }
}
