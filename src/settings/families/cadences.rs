//! Cadences: follow-ups of records. A seed declares them.

use crate::settings::family::{Family, Filter, PAGES};
use crate::settings::key::{Default, Key, ReferenceTarget};
use crate::version::ApiVersion::V7;

/// Cadences (page of v7, description of v8). Their list is an operation of its own.
pub static CADENCES: Family = Family::new(
    "cadences",
    "/settings/automation/cadences",
    &[
        Key::object("summary", SUMMARY),
        Key::created_time("created_time"),
        Key::reference("module", ReferenceTarget::Module).mandatory(),
        Key::boolean("active").or(Default::Boolean(true)),
        Key::any("execution_details"),
        Key::boolean("published").or(Default::Boolean(true)),
        Key::word("type", &["custom_view", "manual_enrollment"]).or(Default::Text(MANUAL)),
        Key::created_by("created_by"),
        Key::modified_time("modified_time"),
        Key::text("name", 100).mandatory(),
        Key::modified_by("modified_by"),
        Key::id(),
        Key::any("custom_view"),
        Key::text("status", 50).or(Default::Text("active")),
    ],
)
.title("cadences")
.can(&[], V7)
.filters(&[Filter::Value("module", "module")])
.info(PAGES, V7);

/// The type of cadences in which records are put one by one.
pub const MANUAL: &str = "manual_enrollment";

static SUMMARY: &[Key] = &[
    Key::integer("task_follow_up_count", 0, 1000),
    Key::integer("call_follow_up_count", 0, 1000),
    Key::integer("email_follow_up_count", 0, 1000),
];
