//! What an org prefers of appointments.

use crate::settings::family::{Family, What};
use crate::settings::key::{Default, Key};
use crate::settings::preferences::{
    AFTERWARDS, ANY_HOUR, ANY_TIME, AT_THE_END, DEAL, DEAL_KEYS, DEALS, OF_APPOINTMENTS,
    SHEET_NEEDED, SOMEBODY, check_appointments, show_deals,
};
use crate::version::ApiVersion::V6;

/// Preferences of appointments: every org has them (pages of v7; clients of v6 know them).
pub static APPOINTMENT_PREFERENCES: Family = Family::new(
    OF_APPOINTMENTS,
    "/settings/appointment_preferences",
    &[
        Key::boolean(ANY_HOUR),
        Key::object(DEALS, DEAL_KEYS).included(),
        Key::boolean(SHEET_NEEDED),
        Key::word(AT_THE_END, &[SOMEBODY, "mark_as_complete"]).or(Default::Text(SOMEBODY)),
        Key::word(AFTERWARDS, &["do_not_create_deal", DEAL])
            .or(Default::Text("do_not_create_deal")),
        Key::boolean(ANY_TIME),
    ],
)
.one()
.implied()
.scope("settings.modules")
.can(&[What::List, What::UpdateMany], V6)
.says("", "Appointments preferences updated successfully", "")
.check(check_appointments)
.shown(show_deals);
