//! Record locking: which modules it is on for, what a lock forbids to whom, and which rules lock
//! records by themselves. A module has one configuration or none.

use crate::error::{Code, Row};
use crate::settings::family::{Family, Gone};
use crate::settings::key::{Default, Key, TextPattern};
use crate::settings::locking::{self, ACTIONS, check_configuration, follow_configuration};
use crate::version::ApiVersion::V7;
use crate::version::Versions;

/// Configurations of record locking (pages of v7, newest description of v8). Their operations are
/// beside those of other families, since criteria are checked against the module's fields.
pub static RECORD_LOCKING_CONFIGURATIONS: Family = Family::new(
    locking::CONFIGURATIONS,
    "/settings/record_locking_configurations",
    &[
        Key::created_time("created_time"),
        Key::word("locked_for", LOCKED_FOR)
            .or(Default::Text("all_profiles"))
            .refused(NO_LOCKED_FOR),
        Key::list("excluded_fields", FIELD, 15).or(Default::Null),
        Key::created_by("created_by"),
        Key::text("feature_type", 100).or(Default::Text("record_locking")).matching(&FEATURE_TYPE),
        Key::list("locking_rules", RULE, 10).merges().or(Default::Null),
        Key::words("restricted_actions", ACTIONS).refused(NO_ACTION),
        Key::boolean("lock_for_portal_users").or(Default::Boolean(true)),
        Key::modified_time("modified_time"),
        Key::words("restricted_communications", COMMUNICATIONS).refused(NO_COMMUNICATION),
        Key::boolean("system_defined").read_only(),
        Key::modified_by("modified_by"),
        Key::id(),
        Key::word("lock_type", LOCK_TYPES).mandatory().refused(NO_LOCK_TYPE),
        Key::list("restricted_custom_buttons", NAMED, 30).or(Default::Null),
        Key::list("lock_excluded_profiles", NAMED, 15).or(Default::Null),
    ],
)
.by_module()
.scope("settings.record_locking_configurations")
.title("configurations of record locking")
.label("lock_type")
.most(1)
.says(
    "record locking configuration created successfully",
    "record locking configuration updated successfully",
    "record locking configuration deleted",
)
.gone(Gone {
    get: (Versions::since(V7), Code::UNKNOWN_SETTING),
    ids: Code::UNKNOWN_SETTING,
    ..Gone::USUAL
})
.check(check_configuration)
.changed(follow_configuration);

static FEATURE_TYPE: TextPattern = TextPattern {
    regex: "",
    fits: |text| text == "record_locking",
    code: Some(Code::INVALID_DATA),
};
static LOCKED_FOR: &[&str] = &["all_profiles", "all_profiles_except_excluded_profiles"];
static COMMUNICATIONS: &[&str] = &["send_mail", "send_survey", "send_portal_invitation"];
static LOCK_TYPES: &[&str] = &["manual", "automatic", "both"];

static FIELD: &[Key] = &[Key::text("api_name", 100), Key::text("id", 20)];

/// A profile or a button.
static NAMED: &[Key] = &[Key::text("name", 100), Key::text("id", 20)];

static RULE: &[Key] = &[
    Key::text("name", 100).mandatory(),
    Key::text("id", 20).tells_apart(),
    Key::boolean("lock_existing_records"),
    Key::any("criteria").mandatory(),
];

const NO_LOCKED_FOR: Code = Code::of(&Row::invalid("locked_for not found"));
const NO_ACTION: Code = Code::of(&Row::invalid("action not found"));
const NO_COMMUNICATION: Code = Code::of(&Row::invalid("communications not found"));
const NO_LOCK_TYPE: Code = Code::of(&Row::invalid("lock_type not found"));
