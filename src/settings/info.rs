//! The `info` beside a list.

use crate::version::{ApiVersion, Versions};

/// A key of the `info` beside a list.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// The key.
    pub key: &'static str,
    /// Its value.
    pub value: InfoValue,
    /// The versions that have it.
    pub versions: Versions,
}

/// What a key of `info` holds.
#[derive(Clone, Copy, Debug)]
pub enum InfoValue {
    /// The number of the page.
    Page,
    /// Objects on a page, at most.
    PerPage,
    /// Objects in this answer.
    Count,
    /// Whether there are further pages.
    More,
    /// A number that is always the same.
    Number(u32),
}

impl Info {
    const fn new(key: &'static str, value: InfoValue) -> Self {
        Self {
            key,
            value,
            versions: Versions::ALL,
        }
    }

    /// A key with a number that is always the same, from a version on.
    #[must_use]
    pub const fn number(key: &'static str, number: u32, since: ApiVersion) -> Self {
        Self {
            key,
            value: InfoValue::Number(number),
            versions: Versions::since(since),
        }
    }
}

/// `per_page`.
pub const PER_PAGE: Info = Info::new("per_page", InfoValue::PerPage);
/// `count`.
pub const COUNT: Info = Info::new("count", InfoValue::Count);
/// `page`.
pub const PAGE: Info = Info::new("page", InfoValue::Page);
/// `more_records`.
pub const MORE: Info = Info::new("more_records", InfoValue::More);
/// The `info` of lists that have pages.
pub const PAGES: &[Info] = &[PER_PAGE, COUNT, PAGE, MORE];
