//! Blueprints of modules: the states that a picklist stands for, and the transitions between them.
//! Zoho has no operations on them; a seed declares them.

use crate::settings::family::Family;
use crate::settings::key::{Default, Key};
use crate::settings::process::{check_blueprint, name_transitions};
use crate::version::ApiVersion::V2;

/// Blueprints.
pub static BLUEPRINTS: Family = Family::new(
    crate::settings::process::BLUEPRINTS,
    "/settings/blueprints",
    &[
        Key::text("name", 120).mandatory(),
        Key::text("field", 100).mandatory(),
        Key::boolean("continuous"),
        Key::any("criteria"),
        Key::list("transitions", TRANSITION, 500).mandatory(),
        Key::id(),
    ],
)
.by_module()
.can(&[], V2)
.check(check_blueprint)
.changed(name_transitions);

static TRANSITION: &[Key] = &[
    Key::text("id", 20),
    Key::text("name", 120).mandatory(),
    Key::any("from"),
    Key::text("to", 120).mandatory(),
    Key::word("type", &["manual", "automatic"]).or(Default::Text("manual")),
    Key::any("criteria"),
    Key::text("criteria_message", 250),
    Key::text("color_code", 7),
    Key::text("text_color_code", 7),
    Key::list("fields", FIELD, 50),
    Key::any("checklist"),
];

static FIELD: &[Key] = &[
    Key::text("api_name", 100).mandatory(),
    Key::boolean("mandatory"),
    Key::any("validation"),
    Key::text("validation_message", 250),
];
