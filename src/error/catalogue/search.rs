//! Search and counting.

use super::row::{Code, Row, codes, documented};

codes! {
    /// None of `criteria`, `email`, `phone`, `word`.
    EXPECTED_PARAM_MISSING => "EXPECTED_PARAM_MISSING", 400, "one of the expected parameter is missing";
    /// Criteria that cannot be read, or do not fit their fields.
    INVALID_QUERY => "INVALID_QUERY", 400, "Invalid query formed";
    /// The same in v2.
    INVALID_QUERY_V2 => "INVALID_QUERY", 400, "invalid query formed";
    /// More than a hundred values.
    TOO_MANY_IN_VALUES => "INVALID_QUERY", 400, "Only 100 values are allowed in \"IN\" criteria";
    /// More conditions than are allowed.
    CRITERIA_LIMIT => "CRITERIA_LIMIT_EXCEEDED", 400, "no of criterium that can be given exceed the limit 15";
    /// A word of one letter.
    WORD_TOO_SHORT => "INVALID_DATA", 400, "provide atleast 2 letters for search";
    /// A phone number of fewer than three digits.
    PHONE_TOO_SHORT => "INVALID_DATA", 400, "provide atleast 3 digits for search";
    /// Beyond the first 2,000 hits.
    LIMIT_REACHED => "LIMIT_REACHED", 400, "maximum response iteration limit reached";
    /// A module that is not searched (the misspelling is Zoho's).
    SEARCH_NOT_SUPPORTED => "NOT_SUPPORTED", 400, "module not suppoted for search";
    /// `email` or `phone` on a module without such a field.
    FIELD_TYPE_UNAVAILABLE => "FIELD_TYPE_UNAVAILABLE", 400, "this data type is not found in this module";
    /// A module whose records are not counted.
    COUNT_NOT_SUPPORTED => "NOT_SUPPORTED", 400, "the given module is not supported for count";
    /// `cvid` with search parameters.
    COUNT_AMBIGUITY => "AMBIGUITY_DURING_PROCESSING", 400, "Please use either Cvid or Search Params. Combination of both the params is not allowed";
}
