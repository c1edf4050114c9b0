//! Profiles: what users may do.

use crate::error::{Code, Row};
use crate::settings::family::{COUNT, Family, Gone, Info, MORE, PAGE, PER_PAGE, What};
use crate::settings::key::{Default, Key, TextPattern};
use crate::settings::permissions::show_profile;
use crate::version::ApiVersion::{V2, V2_1, V4, V8};
use crate::version::Versions;

/// Profiles (SDK tables, v8 capture).
pub static PROFILES: Family = Family::new(
    "profiles",
    "/settings/profiles",
    &[
        Key::text("display_label", 50).or(Default::Key("name")).read_only(),
        Key::created_time("created_time"),
        Key::modified_time("modified_time"),
        Key::computed("api_name").since(V8),
        Key::boolean("custom").or(Default::Key("category")).read_only().since(V2_1),
        Key::text("name", 50).mandatory().unique().matching(&NAME),
        Key::modified_by("modified_by"),
        Key::text("description", 250),
        Key::id(),
        Key::boolean("category").or(Default::Key("custom")).read_only().until(V2),
        Key::text("type", 50).or(Default::Text("normal_profile")).read_only().since(V4),
        Key::created_by("created_by"),
        Key::computed("permissions_details").single(),
        Key::computed("sections").single(),
    ],
)
.scope("settings.profiles")
// the list leaves some out unless asked, and profiles only come by copying others: operations of
// their own
.composite(&[(What::List, usize::MAX), (What::Get, usize::MAX)])
.can(&[What::Get], V2)
.says("profile created successfully", "profile updated successfully", "Profile deleted")
// an error in v8, too, unlike that of roles
.gone(Gone { get: (Versions::ALL, Code::UNKNOWN_SETTING), ..Gone::USUAL })
.info(&[PER_PAGE, COUNT, PAGE, MORE, Info::number("license_limit", 200, V8)], V8)
.stock(include_str!("../../../seed-data/schema/profiles.json"))
.shown(show_profile);

static NAME: TextPattern = TextPattern {
    regex: "",
    fits: |name| !name.contains(['#', '%', '&', '(', ')', '*', '^']),
    code: Some(SPECIAL),
};
const SPECIAL: Code = Code::of(&Row::invalid(
    "Profile name should not contain the following special character(s) : #, %, &, (, ), *, ^",
));
