//! How versions list notes, and name their parents.

use super::number::ApiVersion::{self, V2_1, V4, V6};
use super::records::ListInfo;

impl ApiVersion {
    /// A note's parent is `{module, id}` (recorded v6; an id string with `se_module` before).
    #[must_use]
    pub fn note_parent_has_module(self) -> bool {
        self >= V6
    }

    /// `sort_by` and `sort_order` are parameters of the list of notes (SDK tables).
    #[must_use]
    pub fn sorts_notes(self) -> bool {
        self >= V2_1
    }

    /// `ids` is a parameter of the list of notes (SDK tables).
    #[must_use]
    pub fn finds_notes_by_ids(self) -> bool {
        self >= V6
    }

    /// Keys of `info` in the list of notes (SDK tables).
    #[must_use]
    pub fn notes_info(self) -> ListInfo {
        if self >= V4 {
            ListInfo::TokensAndSort
        } else {
            ListInfo::Plain
        }
    }
}
