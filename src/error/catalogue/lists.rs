//! Lists and their pages.

use super::row::{Code, Row, codes, documented};

codes! {
    /// More values in a parameter than it takes.
    LIMIT_EXCEEDED => "LIMIT_EXCEEDED", 400, "limit exceeded";
    /// A field by which a list cannot be sorted.
    SORT_NOT_SUPPORTED => "INVALID_DATA", 400, "This field is not supported in sorting";
    /// Beyond the first 2,000 records without a token.
    DISCRETE_PAGINATION => "DISCRETE_PAGINATION_LIMIT_EXCEEDED", 400, "You can only get the first 2000 records without using page_token param";
    /// Beyond 100,000 records with a token.
    PAGINATION => "PAGINATION_LIMIT_EXCEEDED", 400, "You can only get upto 100000 records using page_token param";
    /// A token of another list, or with other parameters.
    TOKEN_MISMATCH => "TOKEN_BOUND_DATA_MISMATCH", 400, "The page_token given seems to be invalid or input param is added or altered or deleted";
    /// No token at all.
    PAGE_TOKEN_INVALID => "INVALID_DATA", 400, "The token given seems to be invalid";
    /// A token older than a day.
    PAGE_TOKEN_EXPIRED => "EXPIRED_VALUE", 400, "Page token expired";
}
