//! Words of the command line that stand for values of the core, which does not know clap.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::error::Wording;
use crate::runtime::auth::AuthMode;
use crate::runtime::limits::Edition;
use crate::runtime::violation::Severity;

/// A type whose values are chosen by a word.
pub(super) trait Words: Copy + Send + Sync + 'static {
    /// Each value with its word and what it means.
    const WORDS: &'static [(Self, &'static str, &'static str)];
}

/// Reads a word.
pub(super) fn word<T: Words>() -> impl TypedValueParser<Value = T> {
    let known = T::WORDS.iter();
    let values = known.map(|(_, word, help)| PossibleValue::new(*word).help(*help));
    PossibleValuesParser::new(values).try_map(|given| {
        let mut known = T::WORDS.iter();
        let found = known.find(|(_, word, _)| *word == given);
        found
            .map(|(value, ..)| *value)
            .ok_or("no word that is known")
    })
}

impl Words for Wording {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Documented,
            "documented",
            "The words of the documented connector samples (\"Record updated successfully\")",
        ),
        (
            Self::Zoho,
            "zoho",
            "The words of the live REST API (\"record updated\")",
        ),
    ];
}

impl Words for AuthMode {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Off, "off", "None is asked for"),
        (Self::Any, "any", "Any that is not empty"),
        (
            Self::Strict,
            "strict",
            "Only those that the server issued, while they live, within their scopes",
        ),
    ];
}

impl Words for Edition {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Free,
            Self::Free.as_str(),
            "5,000 credits, 5 calls at once",
        ),
        (
            Self::Standard,
            Self::Standard.as_str(),
            "50,000 credits and 250 for each user, at most 100,000; 10 calls at once",
        ),
        (
            Self::Professional,
            Self::Professional.as_str(),
            "50,000 credits and 500 for each user, at most 3 million; 15 calls at once",
        ),
        (
            Self::Enterprise,
            Self::Enterprise.as_str(),
            "50,000 credits and 1,000 for each user, at most 5 million; 20 calls at once",
        ),
        (
            Self::Ultimate,
            Self::Ultimate.as_str(),
            "50,000 credits and 2,000 for each user; 25 calls at once",
        ),
    ];
}

impl Words for Severity {
    const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Info,
            Self::Info.as_str(),
            "It works; it could be better",
        ),
        (
            Self::Warning,
            Self::Warning.as_str(),
            "It works, but not as the documentation says, and need not always",
        ),
        (
            Self::Error,
            Self::Error.as_str(),
            "Zoho refuses it, or silently does something else",
        ),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_word() {
        let editions = Edition::WORDS.iter().map(|(edition, ..)| *edition);
        assert!(editions.eq(Edition::ALL));
        let severities = Severity::WORDS.iter().map(|(severity, ..)| *severity);
        assert!(severities.eq(Severity::ALL));
    }
}
