//! The hours in which the business is open.

use crate::error::{Code, Row};
use crate::settings::calendar::{
    self, CUSTOM_TIMING, DAYS, check_business_hours, settle_business_hours, times,
};
use crate::settings::family::{Family, Gone, What};
use crate::settings::key::{Default, Key};
use crate::version::ApiVersion::V4;
use crate::version::Versions;

/// Business hours: an org has one object of them, or none (pages of v7, captures of v8).
pub static BUSINESS_HOURS: Family = Family::new(
    calendar::BUSINESS_HOURS,
    "/settings/business_hours",
    &[
        Key::words("business_days", DAYS),
        Key::list("custom_timing", CUSTOM_TIMING, 7).or(Default::Null).merges(),
        Key::read("daily_timing", times),
        Key::word("week_starts_on", DAYS).mandatory(),
        Key::boolean("same_as_everyday").or(Default::Null),
        Key::id(),
        Key::word("type", &["24_by_7", "24_by_5", "custom"]).mandatory(),
    ],
)
.one()
.scope("settings.business_hours")
.can(&[What::List, What::Create, What::UpdateMany], V4)
.limit(1, ONLY_ONE)
.says("Business Hours saved successfully", "Business Hours saved successfully", "")
.gone(Gone { get: (Versions::NONE, Code::UNKNOWN_SETTING), ..Gone::USUAL })
.check(check_business_hours)
.changed(settle_business_hours);

const ONLY_ONE: Code =
    Code::of(&Row::new("NOT_ALLOWED", 400, "Organization can have only one Business Hour"));
