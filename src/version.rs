//! API versions, and everything that older versions do otherwise.
//!
//! The newest behaviour is written once, in the handlers. What an earlier version does
//! differently is a question with a name in this file, so a new version is one more variant and
//! a look at each answer. No other file compares versions.

use std::fmt;

/// A version of the REST API, as it stands in the path (`/crm/{version}/…`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it all")]
pub enum ApiVersion {
    V2,
    V2_1,
    V3,
    V4,
    V5,
    V6,
    V7,
    V8,
}

use ApiVersion::{V2, V2_1, V3, V4, V5, V6, V7, V8};

/// How the failure of *some* or *all* records of a write shows in the HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchStatus {
    /// Some records failed, others did not.
    pub mixed: u16,
    /// Every record failed.
    pub all_failed: u16,
}

/// The shape of the `details` of `DUPLICATE_DATA`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DuplicateDetails {
    /// `api_name` and the `id` of the record that holds the value.
    IdOnly,
    /// Also a `duplicate_record` object with owner and module.
    DuplicateRecord,
}

/// The keys of `info` in a list of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListInfo {
    /// `per_page`, `count`, `page`, `more_records`.
    Plain,
    /// Also the two tokens, their expiry, `call` and `email`.
    Tokens,
    /// Also `sort_by` and `sort_order`.
    TokensAndSort,
}

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
    /// Every version, oldest first.
    pub const ALL: [Self; 8] = [V2, V2_1, V3, V4, V5, V6, V7, V8];
    /// The newest version.
    pub const LATEST: Self = V8;

    /// Reads the path segment (`v2`, `v2.1`, …); anything else is not a version.
    #[must_use]
    pub fn parse(segment: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.as_str() == segment)
    }

    /// The path segment.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            V2 => "v2",
            V2_1 => "v2.1",
            V3 => "v3",
            V4 => "v4",
            V5 => "v5",
            V6 => "v6",
            V7 => "v7",
            V8 => "v8",
        }
    }

    /// Answers use the words of the documented connector samples unless told otherwise: those
    /// samples were taken from v2.
    #[must_use]
    pub fn speaks_documented(self) -> bool {
        self == V2
    }

    /// Zoho's pages tell users of the version to move to a newer one.
    #[must_use]
    pub fn is_superseded(self) -> bool {
        self <= V2_1
    }

    /// `crm.zoho.com` serves the version, too; later ones have a host of their own (v2.1 page on
    /// differences).
    #[must_use]
    pub fn is_served_by_old_host(self) -> bool {
        self == V2
    }

    // ---- records -------------------------------------------------------------------------

    /// Lists of records refuse a call without `fields` (changelog of v3; the v5 to v8 pages).
    #[must_use]
    pub fn requires_fields_param(self) -> bool {
        self >= V3
    }

    /// `page_token` is known, and more than 2,000 records cannot be reached without it
    /// (type tables of the SDKs of v3 and later; recorded error of 2023).
    #[must_use]
    pub fn has_page_tokens(self) -> bool {
        self >= V3
    }

    /// Keys of `info` (type tables of the SDKs).
    #[must_use]
    pub fn list_info(self) -> ListInfo {
        match self {
            V2 | V2_1 => ListInfo::Plain,
            V3 => ListInfo::Tokens,
            V4 | V5 | V6 | V7 | V8 => ListInfo::TokensAndSort,
        }
    }

    /// v7 and v8 sort lists by `id`, `Created_Time` and `Modified_Time` alone (recorded, v8).
    #[must_use]
    pub fn sorts_only_by_system_fields(self) -> bool {
        self >= V7
    }

    /// Statuses of writes in which records fail. v2 clients, Zoho's own v2 SDK among them, expect
    /// 202; 207 and 400 are recorded from v6 on and assumed for v3 to v5.
    #[must_use]
    pub fn batch_status(self) -> BatchStatus {
        if self <= V2_1 {
            BatchStatus {
                mixed: 202,
                all_failed: 202,
            }
        } else {
            BatchStatus {
                mixed: 207,
                all_failed: 400,
            }
        }
    }

    /// `json_path` stands in the details of field errors (SDK tables: 4 classes in v2, 18 in
    /// v2.1, 70 in v8).
    #[must_use]
    pub fn has_json_path(self) -> bool {
        self >= V2_1
    }

    /// `resource_path_index` stands in the details of errors about the path (SDK tables).
    #[must_use]
    pub fn has_resource_path_index(self) -> bool {
        self >= V2_1
    }

    /// Details of `DUPLICATE_DATA`: `duplicate_record` appears in the tables of v5 and is
    /// recorded for v6.
    #[must_use]
    pub fn duplicate_details(self) -> DuplicateDetails {
        if self >= V5 {
            DuplicateDetails::DuplicateRecord
        } else {
            DuplicateDetails::IdOnly
        }
    }

    /// Several errors of one record are reported together as `MULTIPLE_OR_MULTI_ERRORS`
    /// (recorded v6; older versions report the first).
    #[must_use]
    pub fn reports_all_field_errors(self) -> bool {
        self >= V6
    }

    /// Success details of insert and update carry `$approval_state` (v8 examples; a recorded v3
    /// body and the v7 pages do not).
    #[must_use]
    pub fn success_has_approval_state(self) -> bool {
        self >= V8
    }

    /// Records carry `$approved`, `$state` and, in Leads, `$converted`; list answers carry every
    /// `$` key (recorded v2 bodies of 2020 to 2026).
    #[must_use]
    pub fn shows_classic_system_keys(self) -> bool {
        self <= V2_1
    }

    /// The details of an update of an unknown id name the key (recorded v8; `{}` in v2).
    #[must_use]
    pub fn unknown_id_names_the_key(self) -> bool {
        self >= V2_1
    }

    /// A single `DELETE` of an unknown id is answered at top level (v8 description); v2 wraps it
    /// in `data` (older pages). Where it changed is assumed.
    #[must_use]
    pub fn single_delete_fails_at_top_level(self) -> bool {
        self >= V3
    }

    /// The key that names a missing parameter of a record call: `param` in v2 pages.
    #[must_use]
    pub fn record_param_key(self) -> &'static str {
        if self == V2 { "param" } else { "param_name" }
    }

    /// An id in `ids` that is no number fails its item (v8 description); v2 refuses the call.
    #[must_use]
    pub fn malformed_delete_id_fails_item(self) -> bool {
        self >= V2_1
    }

    /// The key that names a missing parameter: `param` in the settings family up to v6,
    /// `param_name` later (v8 description has both).
    #[must_use]
    pub fn settings_param_key(self) -> &'static str {
        if self >= V7 { "param_name" } else { "param" }
    }

    /// The `Activities` union module exists (changelog of v3 removes it).
    #[must_use]
    pub fn has_activities_module(self) -> bool {
        self <= V2_1
    }

    /// Line items of quotes, orders and invoices are `Product_Details` with lower-case row keys
    /// (SDK tables: renamed in v2.1).
    #[must_use]
    pub fn has_product_details(self) -> bool {
        self == V2
    }

    /// A record's tags carry `color_code` (SDK tables).
    #[must_use]
    pub fn tags_have_colour(self) -> bool {
        self >= V2_1
    }

    /// A tag may have any colour (captures of v8); before, one of a list (page of v7).
    #[must_use]
    pub fn tags_have_any_colour(self) -> bool {
        self >= V8
    }

    /// A note's parent is `{module, id}` (recorded v6; an id string with `se_module` before).
    #[must_use]
    pub fn note_parent_has_module(self) -> bool {
        self >= V6
    }

    // ---- conversion ----------------------------------------------------------------------

    /// A conversion is answered with a success that holds objects (message of the v3 tables); by
    /// the ids alone before.
    #[must_use]
    pub fn conversion_has_details(self) -> bool {
        self >= V3
    }

    /// An unknown lead to convert is invalid data (recorded v8); the v2 SDK lists a message of its
    /// own.
    #[must_use]
    pub fn unknown_lead_is_invalid_data(self) -> bool {
        self >= V3
    }

    /// `move_attachments_to` is a key of a conversion (SDK tables).
    #[must_use]
    pub fn conversion_moves_attachments(self) -> bool {
        self >= V5
    }

    /// `add_to_existing_record` is a key of a conversion (SDK tables).
    #[must_use]
    pub fn conversion_adds_to_existing(self) -> bool {
        self >= V6
    }

    // ---- search --------------------------------------------------------------------------

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

    /// `INVALID_QUERY` carries details (v2: a bare object, assumed from the smaller SDK class).
    #[must_use]
    pub fn query_errors_have_details(self) -> bool {
        self >= V2_1
    }

    // ---- COQL ----------------------------------------------------------------------------

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

    // ---- users, roles, profiles ----------------------------------------------------------

    /// The name that a new user must have: `last_name` up to v4, `first_name` later.
    #[must_use]
    pub fn mandatory_user_name(self) -> &'static str {
        if self >= V5 {
            "first_name"
        } else {
            "last_name"
        }
    }

    /// How many users one `PUT /users` takes.
    #[must_use]
    pub fn max_users_per_update(self) -> usize {
        if self >= V8 { 10 } else { 1 }
    }

    /// An unknown id in the path of a settings `GET` is 204 (v8 description); before, 400
    /// `INVALID_DATA` (assumed by analogy, v2 tables have the message).
    #[must_use]
    pub fn unknown_setting_is_no_content(self) -> bool {
        self >= V8
    }

    /// `GET /users/{unknown}` is 204 (v8 description); v2 answers `INVALID_DATA` with a message
    /// of its own (v2 SDK).
    #[must_use]
    pub fn unknown_user_is_no_content(self) -> bool {
        self >= V2_1
    }

    /// `GET /settings/profiles` has `info` (v8 description).
    #[must_use]
    pub fn profiles_have_info(self) -> bool {
        self >= V8
    }

    /// The `decimal_separator` of a user is a locale instead of a word (captured v2).
    #[must_use]
    pub fn decimal_separator_is_locale(self) -> bool {
        self <= V2_1
    }

    /// A deleted user's success details hold the id (v8 schema; the v7 sample is empty).
    #[must_use]
    pub fn deleted_user_has_id(self) -> bool {
        self >= V8
    }

    /// A deleted profile's success details hold the id (newer description of v8; the page of v7 has
    /// none).
    #[must_use]
    pub fn deleted_profile_has_id(self) -> bool {
        self >= V8
    }

    /// The success of a role's deletion stands in a list, and an error about the role that takes
    /// over says what is wrong with it (newer description of v8; page of v7).
    #[must_use]
    pub fn deleted_role_is_listed(self) -> bool {
        self >= V8
    }

    /// The fields of a module are listed with `id` (shown since v3), and with those of the data
    /// types that v2 did not have: Zoho's v2 SDK writes nothing to a module that lists one.
    #[must_use]
    pub fn lists_later_types(self) -> bool {
        self >= V3
    }

    /// To switch on several currencies a second time is an error about the home currency (v8; about
    /// the feature before).
    #[must_use]
    pub fn names_the_base_currency(self) -> bool {
        self >= V8
    }

    // ---- metadata ------------------------------------------------------------------------

    /// Settings errors about the module parameter carry `resource_path_index` or `param_name`.
    #[must_use]
    pub fn unknown_module_has_path_index(self) -> bool {
        self >= V6
    }

    /// Events are labelled and named Meetings (note of change in the pages of v3).
    #[must_use]
    pub fn events_are_meetings(self) -> bool {
        self >= V3
    }

    /// `status` of a layout is the number 0 (v2 tables; a word later).
    #[must_use]
    pub fn layout_status_is_number(self) -> bool {
        self == V2
    }

    /// Views name fields, sort field and criteria fields by plain strings (v2 tables).
    #[must_use]
    pub fn views_use_plain_names(self) -> bool {
        self == V2
    }

    /// The page size of a list of views when none is asked for: their number (v7 capture), 200
    /// in the v8 example.
    #[must_use]
    pub fn default_view_page(self, count: usize) -> usize {
        if self >= V8 { 200 } else { count.max(1) }
    }

    /// The spelling of a group of views: `Other User's Views` in v8, `Other Users' Views` before.
    #[must_use]
    pub fn other_views_label(self) -> &'static str {
        if self >= V8 {
            "Other User's Views"
        } else {
            "Other Users' Views"
        }
    }

    /// An unknown id in the path of a settings `GET` is pointed at (assumed from v3 on; v2 shows
    /// empty details).
    #[must_use]
    pub fn unknown_setting_has_path_index(self) -> bool {
        self >= V3
    }

    /// Related lists name the parameter in errors about the module (v8 description).
    #[must_use]
    pub fn related_lists_name_the_param(self) -> bool {
        self >= V8
    }

    /// `per_page` of a module: 10 in the v2 sample, 50 in the v8 one.
    #[must_use]
    pub fn module_page_size(self) -> u32 {
        if self == V2 { 10 } else { 50 }
    }

    /// A lookup names its module by a plain string (v2 tables; an object later).
    #[must_use]
    pub fn lookup_module_is_name(self) -> bool {
        self == V2
    }

    /// `history_tracking` is a flag, and stands on picklists alone (v2 tables).
    #[must_use]
    pub fn history_tracking_is_flag(self) -> bool {
        self == V2
    }

    /// A stage's `forecast_category` is its name (v2 tables; `{name, id}` later).
    #[must_use]
    pub fn stages_name_their_forecast(self) -> bool {
        self == V2
    }

    /// The conversion in a layout shows labels and the pipeline (v8 description).
    #[must_use]
    pub fn layout_conversion_has_labels(self) -> bool {
        self >= V8
    }

    /// The `mode` of a layout's section: `default_create` in the v7 capture, `all` in v8.
    #[must_use]
    pub fn section_mode(self) -> &'static str {
        if self >= V8 { "all" } else { "default_create" }
    }

    /// The criteria of a single view say whether they are broken (v8 capture).
    #[must_use]
    pub fn view_criteria_have_state(self) -> bool {
        self >= V8
    }

    /// Columns of a view can be pinned (SDK tables).
    #[must_use]
    pub fn view_columns_have_pin(self) -> bool {
        self >= V5
    }

    /// A permission says whether it can be changed and what it depends on, and names its module by
    /// `{api_name, id}` (v8 description; a plain name before).
    #[must_use]
    pub fn permissions_are_described(self) -> bool {
        self >= V8
    }

    /// The org's `currency` ends with the ISO code (`US Dollar - USD`; a plain name in v2).
    #[must_use]
    pub fn org_currency_has_code(self) -> bool {
        self >= V2_1
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A range of versions: from one, until another (both included).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    from: ApiVersion,
    until: ApiVersion,
}

impl Versions {
    /// Every version.
    pub const ALL: Self = Self {
        from: V2,
        until: V8,
    };

    /// No version.
    pub const NONE: Self = Self {
        from: V8,
        until: V2,
    };

    /// From `version` on.
    #[must_use]
    pub const fn since(version: ApiVersion) -> Self {
        Self {
            from: version,
            until: V8,
        }
    }

    /// Up to `version`.
    #[must_use]
    pub const fn until(version: ApiVersion) -> Self {
        Self {
            from: V2,
            until: version,
        }
    }

    /// Between two versions, both included.
    #[must_use]
    pub const fn between(from: ApiVersion, until: ApiVersion) -> Self {
        Self { from, until }
    }

    /// Whether `version` lies in the range.
    #[must_use]
    pub fn contains(self, version: ApiVersion) -> bool {
        self.from <= version && version <= self.until
    }

    /// The first version of the range.
    #[must_use]
    pub const fn first(self) -> ApiVersion {
        self.from
    }

    /// The last version of the range.
    #[must_use]
    pub const fn last(self) -> ApiVersion {
        self.until
    }

    /// Reads `v2`, `v2-v2.1`, `v3-` or `-v4`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let Some((from, until)) = text.split_once('-') else {
            return ApiVersion::parse(text).map(|v| Self { from: v, until: v });
        };
        let bound = |s: &str, default| {
            if s.is_empty() {
                Some(default)
            } else {
                ApiVersion::parse(s)
            }
        };
        Some(Self {
            from: bound(from, V2)?,
            until: bound(until, V8)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_round_trip() {
        for v in ApiVersion::ALL {
            assert_eq!(ApiVersion::parse(v.as_str()), Some(v));
        }
        for bad in ["v1", "v9", "V2", "v2.0", "", "2"] {
            assert_eq!(ApiVersion::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn ranges() {
        assert!(Versions::parse("v2-v2.1").is_some_and(|r| r.contains(V2_1) && !r.contains(V3)));
        assert!(Versions::parse("v3-").is_some_and(|r| r.contains(V8) && !r.contains(V2_1)));
        assert!(Versions::parse("v9").is_none());
    }
}
