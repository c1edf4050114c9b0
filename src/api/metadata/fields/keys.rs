//! Which keys of a field each version has.

use crate::api::settings::{NEVER, VersionedKey};
use crate::version::ApiVersion::{V2_1, V4, V6, V7, V8};
use crate::version::Versions;

/// Keys of a field that not every version has. v2, v7 and v8 are captured; the rows between
/// follow the SDK tables and a dump of the time of v4 and v5.
pub(super) const KEYS: &[VersionedKey] = &[
    ("display_field", Versions::since(V2_1)),
    ("display_type", Versions::since(V2_1)),
    ("filterable", Versions::since(V2_1)),
    ("multiuserlookup", Versions::since(V2_1)),
    ("pick_list_values_sorted_lexically", Versions::since(V2_1)),
    ("profiles", Versions::since(V2_1)),
    ("sortable", Versions::since(V2_1)),
    ("type", Versions::since(V2_1)),
    ("associated_module", Versions::since(V4)),
    ("operation_type", Versions::since(V4)),
    ("virtual_field", Versions::since(V4)),
    ("searchable", Versions::since(V4)),
    ("separator", Versions::since(V4)),
    ("enable_colour_code", Versions::since(V4)),
    ("email_parser", Versions::since(V4)),
    ("global_picklist", Versions::since(V4)),
    ("hipaa_compliance", Versions::since(V4)),
    ("hipaa_compliance_enabled", Versions::since(V4)),
    ("rollup_summary", Versions::since(V4)),
    ("created_time", Versions::since(V4)),
    ("modified_time", Versions::since(V4)),
    ("sharing_properties", Versions::since(V4)),
    ("refer_from_field", Versions::between(V4, V6)),
    ("show_type", Versions::between(V4, V6)),
    ("available_in_user_layout", Versions::between(V4, V6)),
    ("category", Versions::between(V4, V6)),
    ("colour_code_enabled_by_system", Versions::since(V6)),
    ("customizable_properties", Versions::since(V6)),
    ("textarea", Versions::since(V6)),
    ("number_separator", Versions::since(V6)),
    ("subform", Versions::until(V6)),
    ("layout_associations", Versions::since(V7)),
    ("column_name", Versions::between(V4, V6)),
    ("column_name", Versions::since(V8)),
    ("additional_column", Versions::between(V4, V6)),
    ("additional_column", Versions::since(V8)),
    ("private", Versions::until(V6)),
    ("private", Versions::since(V8)),
    ("display_format_properties", Versions::since(V8)),
    ("history_tracking_enabled", Versions::since(V8)),
    ("parent_field", Versions::since(V8)),
    ("child_fields", Versions::since(V8)),
    ("range", Versions::since(V8)),
    ("public", Versions::since(V8)),
    ("address", Versions::since(V8)),
    ("display_format", Versions::since(V8)),
];

/// Keys that only fields of a layout have.
pub(super) const NOT_IN_LISTS: &[VersionedKey] = &[
    ("required", NEVER),
    ("validation_rule", NEVER),
    ("section_id", NEVER),
    ("default_value", NEVER),
    ("sequence_number", NEVER),
    ("mask_details", NEVER),
    ("element_type", NEVER),
];

/// What a layout's fields have and lack (v7 and v8 captures).
pub(super) const IN_LAYOUTS: &[VersionedKey] = &[
    ("validation_rule", Versions::since(V7)),
    ("section_id", Versions::since(V7)),
    ("mask_details", Versions::since(V8)),
    ("refer_from_field", Versions::since(V8)),
    ("show_type", Versions::since(V8)),
    ("category", Versions::since(V8)),
    ("element_type", Versions::since(V8)),
];

/// Keys of lists that a layout's fields lack; privacy keys stand there only when it is on.
pub(super) const NOT_IN_LAYOUTS: &[&str] = &[
    "layout_associations",
    "private",
    "hipaa_compliance",
    "hipaa_compliance_enabled",
];

/// Keys of a picklist value: v2 and v7 captures, the SDK tables between.
pub(super) const VALUE_KEYS: &[VersionedKey] = &[
    ("maps", Versions::until(V6)),
    ("id", Versions::since(V2_1)),
    ("type", Versions::since(V2_1)),
    // recorded for v2, too, by a client that keeps shapes of answers
    ("reference_value", Versions::ALL),
    ("colour_code", Versions::since(V4)),
];

/// Parts of a lookup.
pub(super) const LOOKUP_KEYS: &[VersionedKey] = &[
    ("revalidate_filter_during_edit", Versions::since(V2_1)),
    ("query_details", Versions::since(V2_1)),
];

/// What a field's designer may change (v8 capture).
pub(super) const CUSTOMIZABLE: &[&str] = &[
    "mandatory",
    "unique",
    "removal",
    "private_field",
    "tooltip",
    "hipaa_field",
    "add_to_other_layouts",
];
