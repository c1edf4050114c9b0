//! Territories, to which records may belong. An org that has none has not switched the feature on.

use serde_json::{Map, Value as Json};

use crate::error::{Code, Row};
use crate::settings::family::{Disabled, Family, Gone, PAGES, READING, ShownSetting, What};
use crate::settings::key::{Default, Key, ReferenceTarget};
use crate::settings::naming::api_name;
use crate::version::ApiVersion::{V2, V2_1, V4, V8};
use crate::version::Versions;

/// Territories (page of v7, SDK tables).
pub static TERRITORIES: Family = Family::new(
    "territories",
    "/settings/territories",
    &[
        Key::created_time("created_time"),
        Key::word("permission_type", &["read_only", "read_write_delete"])
            .or(Default::Text("read_only"))
            .since(V4),
        Key::modified_time("modified_time"),
        Key::reference("manager", ReferenceTarget::User),
        Key::computed("api_name").since(V4),
        Key::text("name", 100).mandatory().unique(),
        Key::modified_by("modified_by"),
        Key::text("description", 3000),
        Key::id(),
        Key::reference("reporting_to", ReferenceTarget::Own).since(V4),
        Key::computed("parent_id").until(V2),
        Key::created_by("created_by"),
        Key::computed("account_rule_criteria").since(V4).single(),
        Key::computed("lead_rule_criteria").since(V4).single(),
        Key::computed("deal_rule_criteria").since(V4).single(),
        Key::computed("criteria").until(V2_1).single(),
    ],
)
.scope("settings.territories")
.composite(&[(What::List, 25), (What::Get, 25)])
.can(READING, V2)
.info(PAGES, V4)
.gone(Gone { get: (Versions::since(V8), Code::UNKNOWN_SETTING), ..Gone::USUAL })
.disabled(Disabled { read: NOT_ENABLED, create: NOT_ENABLED, update: NOT_ENABLED })
.shown(show_territory);

/// The feature is off (newest description of v8).
pub const NOT_ENABLED: Code =
    Code::of(&Row::new("TERRITORY_NOT_ENABLED", 403, "Territory Management is not enabled"));

fn show_territory(shown: ShownSetting<'_>, object: &mut Map<String, Json>) {
    let setting = shown.setting;
    for (key, value) in [
        ("api_name", Json::from(api_name(&setting.name))),
        ("parent_id", setting.attributes.get("reporting_to").cloned().unwrap_or_default()),
    ] {
        if let Some(place) = object.get_mut(key).filter(|place| place.is_null()) {
            *place = value;
        }
    }
}
