//! Roles, which stand above one another.

use crate::error::{Code, Row};
use crate::settings::family::{Family, Gone, READING, What};
use crate::settings::hierarchy::{check_superior, find_superior, show_role};
use crate::settings::key::{Default, Key, ReferenceTarget, TextPattern};
use crate::settings::members;
use crate::version::ApiVersion::{V2, V3, V4, V5, V8};
use crate::version::Versions;

/// Roles (SDK tables, v4 capture, v8 description). Their deletion is an operation of its own: users
/// and subordinate roles move.
pub static ROLES: Family = Family::new(
    members::ROLES,
    "/settings/roles",
    &[
        Key::text("display_label", 200).or(Default::Key("name")).read_only(),
        Key::created_by("created_by__s").since(V4),
        Key::modified_by("modified_by__s").since(V4),
        Key::reference("forecast_manager", ReferenceTarget::User).refused(Code::UNKNOWN_SETTING),
        Key::boolean("share_with_peers"),
        Key::modified_time("modified_time__s").since(V4),
        Key::text("description", 250),
        Key::computed("admin_user").until(V2),
        Key::computed("api_name").since(V8),
        Key::text("name", 200).mandatory().unique().matching(&NAME),
        Key::reference("reporting_to", ReferenceTarget::Own).refused(SUPERIOR_GONE),
        Key::id(),
        Key::created_time("created_time__s").since(V4),
    ],
)
.scope("settings.roles")
.composite(&[
    (What::List, usize::MAX),
    (What::Get, usize::MAX),
    (What::Create, usize::MAX),
    (What::UpdateMany, usize::MAX),
    (What::Update, usize::MAX),
])
.can(READING, V2)
.later(&[What::Create.since(V3), What::UpdateMany.since(V3), What::Update.since(V3)])
.most(1)
.taken(NAME_TAKEN)
.says("Role added", "Role updated", "Role Deleted")
// Zoho's SDKs of v6 and v7 cannot read an error here, and v8's description has 204
.gone(Gone { get: (Versions::until(V5), Code::UNKNOWN_SETTING), item: NO_ROLE, ..Gone::USUAL })
.stock(include_str!("../../../seed-data/schema/roles.json"))
.check(check_superior)
.changed(find_superior)
.shown(show_role);

static NAME: TextPattern =
    TextPattern { regex: "", fits: |name| !name.contains('#'), code: Some(SPECIAL) };
const SPECIAL: Code =
    Code::of(&Row::invalid("Role name should not contain the following special character(s):#"));
const NAME_TAKEN: Code = Code::of(&Row::new(
    "DUPLICATE_DATA",
    400,
    "Failed to add role since role with same name is already exist",
));
const SUPERIOR_GONE: Code =
    Code::of(&Row::invalid("the id given seems to be invalid or already deleted"));
const NO_ROLE: Code = Code::of(&Row::invalid("the given role id seems invalid"));
