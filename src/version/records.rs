//! What versions say of records, and of their conversion.

use super::number::ApiVersion::{self, V2, V2_1, V3, V4, V5, V6, V7, V8};

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

impl ApiVersion {
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
        if self >= V4 {
            ListInfo::TokensAndSort
        } else if self >= V3 {
            ListInfo::Tokens
        } else {
            ListInfo::Plain
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

    /// Lists cut rich text (page of v7; `fetch_full_data`, which gives the rest, is in the tables of
    /// v7 and v8 alone).
    #[must_use]
    pub fn lists_cut_rich_text(self) -> bool {
        self >= V7
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

    /// So do those of the records that an upsert inserts (recorded v6, July 2024; no example of
    /// another version has it).
    #[must_use]
    pub fn upsert_has_approval_state(self) -> bool {
        self == V6
    }

    /// `If-Unmodified-Since` holds for an upsert, too (pages of v2.1 and later).
    #[must_use]
    pub fn upsert_has_precondition(self) -> bool {
        self >= V2_1
    }

    /// The error of a lookup that leads nowhere names its `id`, and by its path the lookup; in v2
    /// it names the lookup alone (reported, January 2026).
    #[must_use]
    pub fn bad_lookup_names_the_id(self) -> bool {
        self.has_json_path()
    }

    /// The error of a user who is nobody tells the type that was expected (recorded v8); in v2 it
    /// names the field alone (recorded 2021).
    #[must_use]
    pub fn bad_user_has_expected_type(self) -> bool {
        self >= V2_1
    }

    /// The error of a bad date tells the length of its field (recorded v2).
    #[must_use]
    pub fn bad_date_has_length(self) -> bool {
        self == V2
    }

    /// A mass update of deals may give the pipeline and the layout with the stage (captured v8,
    /// November 2025); the v7 page excludes layouts.
    #[must_use]
    pub fn mass_updates_pipelines(self) -> bool {
        self >= V8
    }

    /// What a mass update lacks is told in `data`, without details (captured v8).
    #[must_use]
    pub fn mass_update_lacks_in_data(self) -> bool {
        self >= V8
    }

    /// Records carry `$approved`, `$state` and, in Leads, `$converted`; list answers carry every
    /// `$` key (recorded v2 bodies of 2020 to 2026).
    #[must_use]
    pub fn shows_classic_system_keys(self) -> bool {
        self <= V2_1
    }

    /// The details of an unknown id in a body name the key (recorded v8; `{}` in v2).
    #[must_use]
    pub fn unknown_id_names_the_key(self) -> bool {
        self >= V2_1
    }

    /// An unknown id in the path is answered at top level (`PUT` recorded v8, October 2026;
    /// `DELETE` by the v8 description); v2 wraps it in `data` (recorded 2023; older pages). Where
    /// it changed is assumed.
    #[must_use]
    pub fn unknown_path_id_fails_at_top_level(self) -> bool {
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

    /// A change of a price book's ranges keeps those that it does not mention (assumed, from
    /// subforms).
    #[must_use]
    pub fn ranges_are_merged(self) -> bool {
        self >= V2_1
    }

    /// Rows of multi-user lookups name the module of what they point to (recorded v8, January 2026;
    /// the samples of v7 do not).
    #[must_use]
    pub fn links_name_their_module(self) -> bool {
        self >= V8
    }

    /// Quotes and sales orders are converted, one or several (SDK tables).
    #[must_use]
    pub fn converts_inventory(self) -> bool {
        self >= V7
    }

    /// The conversion of a lead with a great many related records is done later (v8 description).
    #[must_use]
    pub fn long_conversions_are_scheduled(self) -> bool {
        self >= V8
    }

    /// Deals that match a lead are among its conversion options (v8 description; the page of v7 shows
    /// contacts and accounts alone).
    #[must_use]
    pub fn conversion_options_have_deals(self) -> bool {
        self >= V8
    }

    /// `add_to_existing_record` is a key of a conversion (SDK tables).
    #[must_use]
    pub fn conversion_adds_to_existing(self) -> bool {
        self >= V6
    }
}
