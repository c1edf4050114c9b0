//! Groups of variables. They are made by variables that name them.

use crate::error::{Code, Row};
use crate::settings::family::{Family, Gone, READING, SettingChange, What};
use crate::settings::key::{API_NAME, Default, Key};
use crate::settings::naming::give_api_name;
use crate::settings::refusal::{Refusal, Source};
use crate::store::Tx;
use crate::version::ApiVersion::{V2, V4, V8};
use crate::version::Versions;

/// Groups of variables (SDK tables; sample of the v8 description).
pub static VARIABLE_GROUPS: Family = Family::new(
    "variable_groups",
    "/settings/variable_groups",
    &[
        Key::text("display_label", 50).or(Default::Key("name")).read_only(),
        Key::text("api_name", 100).unique().matching(&API_NAME),
        Key::text("name", 50).mandatory().unique(),
        Key::text("description", 3000),
        Key::id(),
        Key::text("source", 50).or(Default::Text("crm")).read_only().since(V4),
    ],
)
.scope("settings.variable_groups")
.title("groups of variables")
.composite(&[(What::List, usize::MAX), (What::Get, usize::MAX)])
.can(READING, V2)
.later(&[What::UpdateMany.since(V8), What::Update.since(V8)])
.path_key("api_name", None)
.most(10)
.says("", "variable group updated successfully", "")
.gone(Gone {
    get: (Versions::NONE, Code::INVALID_DATA),
    path: Code::INVALID_DATA,
    item: Code::UNKNOWN_SETTING,
    ..Gone::USUAL
})
.stock(r#"[{"id": 597005, "api_name": "General", "name": "General"}]"#)
.check(is_changeable)
.changed(|tx, change| give_api_name(tx, &VARIABLE_GROUPS, change));

/// The group that every org has (the message is that of the v8 description).
const SYSTEM_GROUP: Code = Code::of(&Row::new(
    "CANNOT_PERFORM_ACTION",
    400,
    "the given operation is not supported for system defined variable group",
));

fn is_changeable(_: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    match change.old {
        Some(old) if old.name == "General" && change.source != Source::Seed => {
            Err(Refusal::at("id", SYSTEM_GROUP))
        }
        _ => Ok(()),
    }
}
