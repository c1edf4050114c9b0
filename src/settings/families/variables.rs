//! Variables of the org: values by name that templates and functions use.

use super::variable_groups::VARIABLE_GROUPS;
use crate::error::{Code, Row};
use crate::settings::family::{ALL, Family, Filter, Gone, What};
use crate::settings::key::{API_NAME, Default, Key, ReferenceTarget};
use crate::settings::typed::{TYPES, show_value, value_fits};
use crate::version::ApiVersion::{V2, V2_1, V3, V4};
use crate::version::Versions;

/// Variables (pages of v7, SDK tables, v8 description).
pub static VARIABLES: Family = Family::new(
    "variables",
    "/settings/variables",
    &[
        Key::boolean("read_only").read_only().since(V4),
        Key::text("api_name", 100).mandatory().unique().matching(&API_NAME),
        Key::text("name", 50).mandatory().unique(),
        Key::text("description", 250),
        Key::id(),
        Key::text("source", 50).or(Default::Text("crm")).read_only().since(V2_1),
        Key::word("type", TYPES).mandatory().fixed().refused(Code::PATTERN_NOT_MATCHED),
        Key::reference("variable_group", ReferenceTarget::Family(&VARIABLE_GROUPS))
            .labelled("api_name")
            .mandatory()
            .fixed()
            .makes()
            .refused(Code::UNKNOWN_SETTING),
        // an empty text where none is set, whatever the type (captures of v7 and v8)
        Key::any("value").or(Default::Text("")),
    ],
)
.scope("settings.variables")
.composite(&[
    (What::List, usize::MAX),
    (What::Get, usize::MAX),
    (What::Create, 1),
    (What::Delete, 1),
])
.can(ALL, V2)
.path_key("api_name", Some("group"))
.filters(&[Filter::Value("group", "variable_group")])
.says("variable added", "variable updated", "variable deleted")
.gone(Gone {
    get: (Versions::since(V3), Code::INVALID_DATA),
    path: Code::INVALID_DATA,
    item: Code::UNKNOWN_SETTING,
    ids: NOT_DELETED,
    ..Gone::USUAL
})
.check(value_fits)
.shown(show_value);

const NOT_DELETED: Code = Code::of(&Row::invalid("variable not deleted"));
