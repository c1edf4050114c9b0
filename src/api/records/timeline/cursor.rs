//! Pages of a timeline. The first one may say how long pages are; the others follow by tokens.

use crate::api::call::Call;
use crate::api::paging::{MOST_PER_PAGE, Page};
use crate::api::param;
use crate::error::{ApiError, Code};
use crate::store::index::hash_text;

/// A page of a timeline. What happens later does not move what is on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Entries with this number and later ones are on no page.
    pub(super) before: u64,
    /// Entries on a page.
    pub(super) per_page: usize,
    /// Counted from 1.
    pub(super) page: usize,
}

impl Cursor {
    /// The page that a call asks for; `next` is the number of the next entry.
    ///
    /// # Errors
    /// `INVALID_DATA` for what is no number, and for a token of another list.
    pub(super) fn of(call: &Call<'_>, next: u64) -> Result<Self, ApiError> {
        if let Some(token) = call.get(param::PAGE_TOKEN) {
            let cursor = Self::parse(token, list_of(call));
            return cursor.ok_or_else(|| {
                ApiError::new(Code::PAGE_TOKEN_INVALID).with("param_name", param::PAGE_TOKEN.name)
            });
        }
        let page = Page::plain(call)?;
        Ok(Self {
            before: next,
            per_page: page.per_page,
            page: page.number,
        })
    }

    /// Entries before the page.
    pub(super) fn skip(self) -> usize {
        (self.page - 1).saturating_mul(self.per_page)
    }

    /// Another page of the same list.
    pub(super) fn at_page(self, page: usize) -> Self {
        Self { page, ..self }
    }

    /// The token that leads to the page.
    pub(super) fn text(self, call: &Call<'_>) -> String {
        self.written(list_of(call))
    }

    fn written(self, list: u64) -> String {
        let Self {
            before,
            per_page,
            page,
        } = self;
        let check = self.check(list);
        format!("{before:016x}{per_page:016x}{page:016x}{check:016x}")
    }

    fn check(self, list: u64) -> u64 {
        let words = [self.before, self.per_page as u64, self.page as u64, list];
        words.iter().fold(0x7469_6d65, |check: u64, word| {
            (check.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        })
    }

    fn parse(text: &str, list: u64) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let word = |n: usize| u64::from_str_radix(text.get(n * 16..n * 16 + 16)?, 16).ok();
        let cursor = Self {
            before: word(0)?,
            per_page: usize::try_from(word(1)?).ok()?,
            page: usize::try_from(word(2)?).ok()?,
        };
        let whole = cursor.check(list) == word(3)?;
        let fits = (1..=MOST_PER_PAGE).contains(&cursor.per_page) && cursor.page > 0;
        (whole && fits).then_some(cursor)
    }
}

/// What a token is bound to: the record, and what narrows and orders its list.
fn list_of(call: &Call<'_>) -> u64 {
    let parts = [
        call.path("module"),
        call.path("id"),
        call.get(super::FILTERS).unwrap_or_default(),
        call.get(param::SORT_ORDER).unwrap_or_default(),
    ];
    parts
        .iter()
        .fold(0, |hash: u64, part| hash.rotate_left(17) ^ hash_text(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_round_trip_and_belong_to_their_list() {
        let cursor = Cursor {
            before: 77,
            per_page: 3,
            page: 2,
        };
        let text = cursor.written(5);
        assert_eq!(Cursor::parse(&text, 5), Some(cursor));
        assert_eq!(Cursor::parse(&text, 6), None);
        assert_eq!(Cursor::parse(&text.replacen('4', "5", 1), 5), None);
        for bad in ["", "x", &"z".repeat(64), &"é".repeat(32)] {
            assert_eq!(Cursor::parse(bad, 5), None);
        }
        assert_eq!(cursor.skip(), 3);
    }
}
