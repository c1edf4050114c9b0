//! Profiles: what users may do.

use serde_json::{Map, Value as Json};

use crate::error::Code;
use crate::settings::family::{COUNT, Family, Gone, Info, MORE, PAGE, PER_PAGE, Shown, What};
use crate::settings::key::{Default, Key};
use crate::settings::{permissions};
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
        Key::text("name", 50).mandatory().unique(),
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
// the list is an operation of its own: it leaves some out unless asked
.can(&[What::Get], V2)
// an error in v8, too, unlike that of roles
.gone(Gone { get: (Versions::ALL, Code::UNKNOWN_SETTING), ..Gone::USUAL })
.info(&[PER_PAGE, COUNT, PAGE, MORE, Info::number("license_limit", 200, V8)], V8)
.stock(include_str!("../../../seed-data/schema/profiles.json"))
.shown(show);

fn show(shown: Shown<'_>, object: &mut Map<String, Json>) {
    if let Some(name) = object.get_mut("api_name").filter(|name| name.is_null()) {
        *name = shown.setting.name.as_str().replace(' ', "_").into();
    }
    for key in ["custom", "category"] {
        if let Some(custom) = object.get_mut(key).filter(|custom| custom.is_null()) {
            *custom = true.into();
        }
    }
    if shown.single {
        permissions::show(shown, object);
    }
}
