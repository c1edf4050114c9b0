//! How versions describe modules, fields, layouts, views and related lists.

use super::number::ApiVersion::{self, V2, V2_1, V3, V5, V6, V8};

impl ApiVersion {
    /// The `Activities` union module exists (changelog of v3 removes it).
    #[must_use]
    pub fn has_activities_module(self) -> bool {
        self <= V2_1
    }

    /// Modules are found whatever the case of their names (recorded v2; a connector of v6 says that
    /// case matters there).
    #[must_use]
    pub fn reads_module_names_loosely(self) -> bool {
        self == V2
    }

    /// Line items of quotes, orders and invoices are `Product_Details` with lower-case row keys
    /// (SDK tables: renamed in v2.1).
    #[must_use]
    pub fn has_product_details(self) -> bool {
        self == V2
    }

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

    /// `status` of a layout is the number 0 (tables of v2 and v2.1; a word later).
    #[must_use]
    pub fn layout_status_is_number(self) -> bool {
        self <= V2_1
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

    /// A related list shows its id before the address (capture of v2; the other way round in v7).
    #[must_use]
    pub fn related_list_id_is_first(self) -> bool {
        self == V2
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

    /// Lookups and related lists name their module by a plain string (tables of v2 and v2.1, whose
    /// SDKs go on to ask for that module; an object later).
    #[must_use]
    pub fn modules_are_names(self) -> bool {
        self <= V2_1
    }

    /// A multi-select lookup names modules by plain strings (objects with id later; metadata of v5).
    #[must_use]
    pub fn linked_modules_are_names(self) -> bool {
        self <= V5
    }

    /// `history_tracking` is a flag, and stands on picklists alone (v2 tables).
    #[must_use]
    pub fn history_tracking_is_flag(self) -> bool {
        self == V2
    }

    /// A stage's `forecast_category` is a number (tables of v2.1 and v3; an object since v4, says a
    /// note of change there).
    #[must_use]
    pub fn stages_number_their_forecast(self) -> bool {
        self <= V3
    }

    /// Formulas of stock fields have their expression (sheet of v2; captures of v7 have none).
    #[must_use]
    pub fn shows_expressions(self) -> bool {
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

    /// The fields of a module are listed with `id` (shown since v3), and with those of the data
    /// types that v2 did not have: Zoho's v2 SDK writes nothing to a module that lists one.
    #[must_use]
    pub fn lists_later_types(self) -> bool {
        self >= V3
    }
}
