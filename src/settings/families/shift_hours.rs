//! Shift hours, to which holidays may belong. Seeds alone make them so far: the operations on them
//! are not there yet.

use crate::error::{Code, Row};
use crate::settings::calendar::{CUSTOM_TIMING, DAYS, times};
use crate::settings::family::Family;
use crate::settings::key::Key;

/// Shift hours (page of v7).
pub static SHIFT_HOURS: Family = Family::new(
    "shift_hours",
    "/settings/business_hours/shift_hours",
    &[
        Key::list("custom_timing", CUSTOM_TIMING, 7),
        Key::read("daily_timing", times),
        Key::text("timezone", 100).mandatory(),
        Key::text("name", 50).mandatory().unique_or(NAME_TAKEN),
        Key::words("shift_days", DAYS).mandatory(),
        Key::boolean("same_as_everyday").mandatory(),
        Key::id(),
    ],
)
.scope("settings.business_hours");

const NAME_TAKEN: Code = Code::of(&Row::new("DUPLICATE_DATA", 400, "Shift Name already exists"));
