//! Which records are in which cadences.

use super::cadences::CADENCES;
use crate::settings::family::Family;
use crate::settings::key::{Key, ReferenceTarget};
use crate::version::ApiVersion::V2;

/// Records in cadences, one for each pair.
pub static CADENCE_ENROLMENTS: Family = Family::new(
    "cadence_enrolments",
    "/settings/cadence_enrolments",
    &[
        Key::text("record", 20).mandatory().names_record(),
        Key::reference("cadence", ReferenceTarget::Family(&CADENCES)).mandatory(),
        Key::created_time("enrolled_time"),
        Key::created_by("enrolled_by"),
        Key::id(),
    ],
)
.label("record")
.can(&[], V2);
