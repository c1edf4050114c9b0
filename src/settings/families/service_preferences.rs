//! What an org prefers of services.

use crate::settings::family::{Family, What};
use crate::settings::key::{Default, Key};
use crate::settings::preferences::{JOB_SHEETS, OF_SERVICES, check_services};
use crate::version::ApiVersion::V6;

/// Preferences of services: every org has them (pages of v7; clients of v6 know them).
pub static SERVICE_PREFERENCES: Family = Family::new(
    OF_SERVICES,
    "/settings/service_preferences",
    &[Key::boolean(JOB_SHEETS).or(Default::Boolean(true))],
)
.one()
.implied()
.scope("settings.modules")
.can(&[What::List, What::UpdateMany], V6)
.says("", "Services preferences updated successfully", "")
.check(check_services);
