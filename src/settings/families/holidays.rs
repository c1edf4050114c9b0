//! Holidays of the business, and of shifts.

use super::shift_hours::SHIFT_HOURS;
use crate::error::{Code, Row};
use crate::settings::calendar::{self, check_holiday, show_year};
use crate::settings::family::{Family, Filter, Gone, PAGES, What};
use crate::settings::key::{Key, ReferenceTarget, TextPattern};
use crate::version::ApiVersion::{V2_1, V5};
use crate::version::Versions;

/// Holidays (pages, which name v2.1 as the first version; newer description of v8). Their scope is that of business hours.
pub static HOLIDAYS: Family = Family::new(
    calendar::HOLIDAYS,
    "/settings/holidays",
    &[
        Key::date("date").mandatory(),
        Key::integer("year", 1, 9999).read_only(),
        Key::text("name", 80).mandatory().matching(&NAME),
        Key::id(),
        Key::word("type", &["business_holiday", "shift_holiday"]).mandatory().refused(TYPE),
        Key::reference("shift_hour", ReferenceTarget::Family(&SHIFT_HOURS)).refused(SHIFT),
    ],
)
.scope("settings.business_hours")
.can(&[What::List, What::Create, What::UpdateMany, What::Delete], V2_1)
.later(&[What::Get.since(V5), What::Update.since(V5)])
.filters(&[
    Filter::Value("year", "year"),
    Filter::Value("type", "type"),
    Filter::Value("shift_id", "shift_hour"),
])
.order("date")
.info(PAGES, V2_1)
.informs_one()
.says(
    "Holiday created successfully",
    "Holidays updated successfully",
    "Holiday deleted successfully",
)
.gone(Gone {
    get: (Versions::NONE, GONE),
    path: GONE,
    item: NO_HOLIDAY,
    expects: Some("long"),
    ..Gone::USUAL
})
.check(check_holiday)
.shown(show_year);

static NAME: TextPattern = TextPattern {
    regex: "",
    fits: |name| !name.contains(['#', '%', '^', '&', '*']),
    code: Some(SPECIAL),
};
const SPECIAL: Code =
    Code::of(&Row::invalid("Holiday Name should not contain special characters:#, %, ^, &, *"));
const TYPE: Code = Code::of(&Row::invalid("Invalid type"));
const SHIFT: Code = Code::of(&Row::invalid("Invalid shift id"));
const GONE: Code = Code::of(&Row::invalid("Invalid ID"));
const NO_HOLIDAY: Code = Code::of(&Row::invalid("Invalid holiday id"));
