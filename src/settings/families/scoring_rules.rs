//! Scoring rules: what records are worth, by the criteria that they meet.

use crate::error::{Code, Row};
use crate::settings::family::{Family, Filter, Gone, PAGES, What};
use crate::settings::key::{Default, Key, ReferenceTarget, TextPattern};
use crate::settings::scoring::{check_rule, settle_rule, show_rule};
use crate::version::ApiVersion::V3;
use crate::version::Versions;

/// Scoring rules (pages of v7, description of v8). What writes them is an operation of its own: their
/// criteria are checked as those of views are.
pub static SCORING_RULES: Family = Family::new(
    crate::settings::scoring::SCORING_RULES,
    "/settings/automation/scoring_rules",
    &[
        Key::any("layout"),
        Key::created_time("created_time"),
        Key::modified_time("modified_time"),
        Key::any("field_rules").or(Default::Empty),
        Key::reference("module", ReferenceTarget::Module).mandatory().fixed().refused(NO_MODULE),
        Key::text("name", 25).mandatory().unique_or(NAME_TAKEN).matching(&NAME),
        Key::modified_by("modified_by"),
        Key::boolean("active"),
        Key::text("description", 500),
        Key::id(),
        Key::any("signal_rules").or(Default::Empty),
        Key::created_by("created_by"),
    ],
)
.scope("settings.scoring_rules")
.title("scoring rules")
.can(&[What::List, What::Get, What::DeleteMany, What::Delete], V3)
.filters(&[
    Filter::Value("module", "module"),
    Filter::Value("layout_id", "layout"),
    Filter::Value("active", "active"),
    Filter::Value("name", "name"),
])
.info(PAGES, V3)
.says(
    "scoring rule created successfully",
    "scoring rule updated successfully",
    "scoring rule deleted successfully",
)
.gone(Gone { get: (Versions::NONE, GONE), path: GONE, item: GONE, ids: GONE, ..Gone::USUAL })
.check(check_rule)
.changed(settle_rule)
.shown(show_rule);

static NAME: TextPattern = TextPattern {
    regex: "[^`~#%^&*()+=\";<>\\[\\]{}|\\\\]+$",
    fits: |name| {
        !name.contains([
            '`', '~', '#', '%', '^', '&', '*', '(', ')', '+', '=', '"', ';', '<', '>', '[', ']',
            '{', '}', '|', '\\',
        ])
    },
    code: None,
};
const GONE: Code = Code::of(&Row::invalid("The id given seems to be invalid"));
const NO_MODULE: Code = Code::of(&Row::invalid("Module specified seems to be invalid"));
const NAME_TAKEN: Code =
    Code::of(&Row::new("DUPLICATE_DATA", 400, "The data is already given in the name"));
