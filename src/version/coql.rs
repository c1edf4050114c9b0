//! What versions of COQL can.

use super::number::ApiVersion::{self, V3, V4, V6, V7, V8};

/// How many lookups a COQL query may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joins {
    /// In all of its clauses together.
    Together(usize),
    /// In its columns, and in its other clauses.
    Apart {
        /// In its columns.
        select: usize,
        /// In its other clauses.
        base: usize,
    },
}

/// How much a COQL query may ask for (Zoho's pages on COQL and its limits).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoqlLimits {
    /// Columns.
    pub columns: usize,
    /// Conditions.
    pub conditions: usize,
    /// Values of one `in`.
    pub values: usize,
    /// Lookups to follow.
    pub joins: Joins,
    /// Fields to sort by.
    pub order_by: usize,
    /// Fields to group by; 0 where the version does not group.
    pub group_by: usize,
    /// Aggregates; 0 where the version has none.
    pub aggregates: usize,
    /// Rows of one answer.
    pub rows: usize,
    /// Rows that can be reached with an offset.
    pub reach: usize,
}

impl ApiVersion {
    /// What a COQL query may ask for. 200 rows up to v3 and 2,000 later, `group by` since v3 and
    /// aggregates since v4 (pages of the sister documentation); 500 columns in v8, a reach of
    /// 100,000 rows and joins counted apart since v7 (pages of v7 and v8).
    #[must_use]
    pub fn coql_limits(self) -> CoqlLimits {
        CoqlLimits {
            columns: if self >= V8 { 500 } else { 50 },
            conditions: 25,
            values: if self >= V7 { 100 } else { 50 },
            joins: if self >= V7 {
                Joins::Apart {
                    select: 15,
                    base: 5,
                }
            } else {
                Joins::Together(2)
            },
            order_by: 10,
            group_by: if self >= V3 { 4 } else { 0 },
            aggregates: if self >= V4 { 5 } else { 0 },
            rows: if self >= V4 { 2_000 } else { 200 },
            reach: if self >= V7 { 100_000 } else { 10_000 },
        }
    }

    /// COQL names the records that lookups lead to (v7 pages; recorded v8); before, ids alone.
    #[must_use]
    pub fn coql_names_lookups(self) -> bool {
        self >= V7
    }

    /// `include_meta` is a key of a COQL call (SDK tables, v6).
    #[must_use]
    pub fn coql_takes_meta(self) -> bool {
        self >= V6
    }
}
