//! What is wrong with a record.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::error::{ApiError, Wording};

/// A key, as the end of a path within the record, and a reason.
pub(super) type Flaw = (String, String);

/// Everything that is wrong with a record, which is at least one thing: a record cannot be refused
/// without anybody being told why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaws {
    first: Flaw,
    more: Vec<Flaw>,
}

impl Flaws {
    /// One flaw of the record as a whole.
    pub(super) fn whole(reason: impl Into<String>) -> Self {
        Self {
            first: (String::new(), reason.into()),
            more: Vec::new(),
        }
    }

    /// The errors with which the record at a position cannot be inserted.
    pub(super) fn described(errors: &[ApiError], index: usize) -> Self {
        let flaws = errors.iter().map(|error| describe(error, index)).collect();
        let flaws = Self::check(flaws).err();
        flaws.unwrap_or_else(|| Self::whole("it cannot be inserted"))
    }

    /// An error if something was found.
    ///
    /// # Errors
    /// What was found.
    pub(super) fn check(found: Vec<Flaw>) -> Result<(), Self> {
        let mut found = found.into_iter();
        match found.next() {
            None => Ok(()),
            Some(first) => Err(Self {
                first,
                more: found.collect(),
            }),
        }
    }
}

impl IntoIterator for Flaws {
    type Item = Flaw;
    type IntoIter = std::iter::Chain<std::iter::Once<Flaw>, std::vec::IntoIter<Flaw>>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self.first).chain(self.more)
    }
}

/// An API error as a place within a record and a sentence.
fn describe(error: &ApiError, index: usize) -> Flaw {
    let path = error.path().unwrap_or_default();
    let key = path
        .strip_prefix(&format!("$.data[{index}]"))
        .unwrap_or_default()
        .to_owned();
    let facts: BTreeMap<&String, &Json> = error.facts().collect();
    let facts: Vec<String> = facts.iter().map(|(k, v)| format!("{k} {v}")).collect();
    let message = error.kind.message(Wording::Zoho);
    let reason = format!("{} {message}", error.kind.code());
    (
        key,
        if facts.is_empty() {
            reason
        } else {
            format!("{reason} ({})", facts.join(", "))
        },
    )
}
