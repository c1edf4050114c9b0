//! Groups of users, made of users, roles and other groups.

use crate::error::{Code, Row};
use crate::settings::family::{Family, Filter, Gone, PAGES, What};
use crate::settings::key::Key;
use crate::settings::members::{self, check_members, leave_groups, show_members};
use crate::version::ApiVersion::{V4, V5};
use crate::version::Versions;

/// User groups (pages of v7, SDK tables, v8 description).
pub static USER_GROUPS: Family = Family::new(
    members::USER_GROUPS,
    "/settings/user_groups",
    &[
        Key::created_time("created_time"),
        Key::computed("sources_count").included(),
        Key::modified_time("modified_time").from_first_change(),
        Key::list("sources", SOURCE, 200).mandatory().merges().single(),
        Key::text("name", 250).mandatory().unique_or(NAME_TAKEN),
        Key::modified_by("modified_by").from_first_change(),
        Key::text("description", 250),
        Key::id(),
        Key::created_by("created_by"),
    ],
)
.scope("settings.user_groups")
.title("groups of users")
.can(&[What::List, What::Get, What::Create, What::Update, What::Delete], V4)
.later(&[What::UpdateMany.since(V5)])
.most(10)
.filters(&[Filter::Value("name", "name")])
.info(PAGES, V4)
.informs_one()
.says("User Group Created successfully", "User Group Updated successfully", "Group deleted")
.gone(Gone { get: (Versions::ALL, Code::UNKNOWN_SETTING), ..Gone::USUAL })
.check(check_members)
.changed(leave_groups)
.shown(show_members);

static SOURCE: &[Key] = &[
    Key::object("source", &[Key::text("id", 20).mandatory()]).mandatory().tells_apart(),
    Key::word("type", &["users", "roles", "territories", "groups"]).mandatory().tells_apart(),
    Key::boolean("subordinates"),
];

const NAME_TAKEN: Code = Code::of(&Row::new("DUPLICATE_DATA", 400, "Group name already exists."));
