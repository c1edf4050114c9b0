//! Roles, which stand above one another.

use serde_json::{Map, Value as Json};

use crate::error::{Code, Row};
use crate::settings::family::{Family, READING, Shown};
use crate::settings::key::{Default, Key, Target};
use crate::version::ApiVersion::{V2, V4, V8};

/// Roles (SDK tables, v4 capture, v8 description).
pub static ROLES: Family = Family::new(
    "roles",
    "/settings/roles",
    &[
        Key::text("display_label", 200).or(Default::Key("name")).read_only(),
        Key::created_by("created_by__s").since(V4),
        Key::modified_by("modified_by__s").since(V4),
        Key::reference("forecast_manager", Target::User),
        Key::boolean("share_with_peers"),
        Key::modified_time("modified_time__s").since(V4),
        Key::text("description", 250),
        Key::computed("admin_user").until(V2),
        Key::computed("api_name").since(V8),
        Key::text("name", 200).mandatory().unique(),
        Key::reference("reporting_to", Target::Own).refused(SUPERIOR_GONE),
        Key::id(),
        Key::created_time("created_time__s").since(V4),
    ],
)
.scope("settings.roles")
.can(READING, V2)
.taken(NAME_TAKEN)
.stock(include_str!("../../../seed-data/schema/roles.json"))
.shown(show);

const NAME_TAKEN: Code = Code::of(&Row::new(
    "DUPLICATE_DATA",
    400,
    "Failed to add role since role with same name is already exist",
));
const SUPERIOR_GONE: Code = Code::of(&Row::invalid("the id given seems to be invalid or already deleted"));

fn show(shown: Shown<'_>, object: &mut Map<String, Json>) {
    // nobody stands above the administrators' role
    let first = object.get("reporting_to").is_none_or(Json::is_null);
    for (key, value) in [
        ("admin_user", Json::Bool(first)),
        ("api_name", shown.setting.name.as_str().replace(' ', "_").into()),
    ] {
        if let Some(shown) = object.get_mut(key).filter(|shown| shown.is_null()) {
            *shown = value;
        }
    }
}
