//! How versions search.

use super::number::ApiVersion::{self, V2, V2_1, V3, V7, V8};

impl ApiVersion {
    /// `info` of a search carries `sort_by` and `sort_order` (v7 pages).
    #[must_use]
    pub fn search_info_has_sort(self) -> bool {
        self >= V7
    }

    /// A search without any of its parameters names all four (v7, v8 pages); older versions
    /// miss `criteria`.
    #[must_use]
    pub fn search_names_all_missing_params(self) -> bool {
        self >= V7
    }

    /// `sort_by` and `sort_order` are parameters of search (v8 description).
    #[must_use]
    pub fn search_sorts(self) -> bool {
        self >= V8
    }

    /// The page on search lists `in` and `not_equal` (v3 and later; the pages of v2 and v2.1 have
    /// fewer operators).
    #[must_use]
    pub fn documents_all_operators(self) -> bool {
        self >= V3
    }

    /// Text `equals` compares the whole value when it is the only condition, and finds parts
    /// otherwise (v2 page); later pages say it always finds parts.
    #[must_use]
    pub fn single_equals_is_exact(self) -> bool {
        self == V2
    }

    /// The message of `INVALID_QUERY` begins with a capital (recorded v8, July 2026; v8 description
    /// of 2025-26, for COQL, too). It did not in v2 (recorded 2020 and 2021); between the two it is
    /// assumed.
    #[must_use]
    pub fn query_message_has_capital(self) -> bool {
        self >= V2_1
    }

    /// Dates are compared in a search. v2 refuses every such operator but equality (recorded with
    /// `greater_equal`, February 2026; two more reports of that year). A page of 2023 compares them
    /// in v4; v2.1 and v3 are assumed.
    #[must_use]
    pub fn search_compares_dates(self) -> bool {
        self >= V2_1
    }
}
