//! Days and hours of work, and the rules about holidays.

use serde_json::{Map, Value as Json};

use super::family::{SettingChange, ShownSetting};
use super::key::Key;
use super::refusal::{Refusal, Source};
use crate::error::{Code, Row};
use crate::store::{Setting, Tx};
use crate::value::{fold, time};

/// The days of the week.
pub const DAYS: &[&str] = &[
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// The keys of hours that differ from day to day.
pub static CUSTOM_TIMING: &[Key] = &[
    Key::word("days", DAYS).mandatory().tells_apart(),
    Key::read("business_timing", times).mandatory(),
];

/// The form of a time of day, as errors write it (page of v7).
const TIME: &str = "^([0-1][0-9]|2[0-3]):[0-5][0-9]$";

/// Reads a beginning and an end, `["10:00","17:00"]`.
///
/// # Errors
/// The detail that tells what was expected: a list, two items, or the form of a time.
pub fn times(value: &Json) -> Result<Json, (&'static str, Json)> {
    let times = value.as_array();
    let times = times.ok_or(("expected_data_type", "jsonarray".into()))?;
    match times.len() {
        2 if times.iter().all(is_time) => Ok(value.clone()),
        2 => Err(("regex", TIME.into())),
        0 | 1 => Err(("minimum_length", 2.into())),
        _ => Err(("maximum_length", 2.into())),
    }
}

/// Whether a value is an hour and a minute, each of two digits.
fn is_time(value: &Json) -> bool {
    let number = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u8>().ok()).flatten()
    };
    let parts = value.as_str().and_then(|time| time.split_once(':'));
    parts.is_some_and(|(hour, minute)| {
        number(hour).is_some_and(|hour| hour < 24) && number(minute).is_some_and(|m| m < 60)
    })
}

const DEPENDENT_MISSING: Code =
    // the message is assumed
    Code::of(&Row::new(
        "DEPENDENT_FIELD_MISSING",
        400,
        "required field not found",
    ));

/// Days of a working week (page of v7).
const WORKING_DAYS: usize = 5;

/// What hours of work must say, by their type (page of v7). An end before the beginning is one on
/// the next day (assumed).
///
/// # Errors
/// `DEPENDENT_FIELD_MISSING` about what is missing, `INVALID_DATA` about a number of days other
/// than five, and about hours of a day without business (assumed).
pub fn check_business_hours(_: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let Some(new) = change.new else { return Ok(()) };
    let get = |key: &str| new.attributes.get(key).filter(|value| !value.is_null());
    let needed = |key: &'static str, by: &'static str| match get(key) {
        Some(Json::Array(items)) if items.is_empty() => {
            Err(Refusal::at(key, DEPENDENT_MISSING).depending_on(by))
        }
        Some(_) => Ok(()),
        None => Err(Refusal::at(key, DEPENDENT_MISSING).depending_on(by)),
    };
    let days = get("business_days").and_then(Json::as_array);
    match new.text("type") {
        Some("24_by_5") => {
            needed("business_days", "type")?;
            let bound = match days.map_or(0, Vec::len) {
                WORKING_DAYS => return Ok(()),
                0..WORKING_DAYS => "minimum_length",
                _ => "maximum_length",
            };
            let refusal = Refusal::at("business_days", Code::INVALID_DATA);
            Err(refusal.with(bound, WORKING_DAYS))
        }
        Some("custom") => {
            needed("business_days", "type")?;
            needed("same_as_everyday", "type")?;
            if same_every_day(new) {
                return needed("daily_timing", "same_as_everyday");
            }
            needed("custom_timing", "same_as_everyday")?;
            let mut said = timings(change.said);
            let kept = || timings(&new.attributes);
            // those that are taken out are no more
            let is_kept = |item: &Json| kept().any(|kept| kept.get("days") == item.get("days"));
            match said.position(|item| is_kept(item) && !is_open(new, item)) {
                Some(n) => {
                    let at = format!("custom_timing[{n}].days");
                    let refusal = Refusal::at(at, Code::INVALID_DATA);
                    Err(refusal.with("supported_values", days.cloned().unwrap_or_default()))
                }
                None if !kept().any(|item| is_open(new, item)) => {
                    let refusal = Refusal::at("custom_timing", DEPENDENT_MISSING);
                    Err(refusal.depending_on("business_days"))
                }
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn same_every_day(hours: &Setting) -> bool {
    hours.attributes.get("same_as_everyday") == Some(&Json::Bool(true))
}

/// The hours of single days.
fn timings(hours: &Map<String, Json>) -> impl Iterator<Item = &Json> {
    let timings = hours.get("custom_timing").and_then(Json::as_array);
    timings.into_iter().flatten()
}

/// Whether the day of such hours is one of business.
fn is_open(hours: &Setting, item: &Json) -> bool {
    let days = hours
        .attributes
        .get("business_days")
        .and_then(Json::as_array);
    days.zip(item.get("days"))
        .is_some_and(|(days, day)| days.contains(day))
}

/// Hours that do not apply any more go: those of another type, and of days without business
/// (assumed).
pub fn settle_business_hours(tx: &mut Tx, change: SettingChange<'_>) {
    let Some(new) = change.new else { return };
    let mut hours = new.clone();
    let custom = new.text("type") == Some("custom");
    let mut empty = |key: &str| hours.attributes.insert(key.to_owned(), Json::Null);
    if !custom || !same_every_day(new) {
        empty("daily_timing");
    }
    if !custom || same_every_day(new) {
        empty("custom_timing");
    }
    if let Some(Json::Array(kept)) = hours.attributes.get_mut("custom_timing") {
        kept.retain(|item| is_open(new, item));
    }
    if hours != *new {
        tx.put_setting(BUSINESS_HOURS, hours);
    }
}

/// The name of the family of business hours.
pub const BUSINESS_HOURS: &str = "business_hours";
/// The name of the family of holidays.
pub const HOLIDAYS: &str = "holidays";
/// Holidays of a type, and of a shift, in a year (page of v7).
const MOST_HOLIDAYS: usize = 52;

const NO_SHIFT: Code = Code::of(&Row::new(
    "DEPENDENT_FIELD_MISSING",
    400,
    "Shift id is required for shift holidays",
));
const TOO_MANY: Code = Code::of(&Row::new("LIMIT_EXCEEDED", 400, "Holidays limit exceeds"));
const DATE: Code = Code::of(&Row::invalid(
    "Date Should be between current and next financial year",
));

/// The year of a holiday.
fn year_of(holiday: &Setting) -> Option<i64> {
    holiday.text("date")?.get(..4)?.parse().ok()
}

/// Shows the year of a holiday.
pub fn show_year(shown: ShownSetting<'_>, object: &mut Map<String, Json>) {
    object.insert("year".into(), year_of(shown.setting).into());
}

/// What a holiday must be besides its keys: of this year or the next, of a shift if it is one of
/// shifts, of a name and a number that its year can hold (newer description of v8). Financial years
/// begin in January.
///
/// # Errors
/// The rule that it breaks.
pub fn check_holiday(tx: &Tx, change: SettingChange<'_>) -> Result<(), Refusal> {
    let Some(new) = change.new else { return Ok(()) };
    let year = year_of(new);
    let moved = change
        .old
        .is_none_or(|old| old.text("date") != new.text("date"));
    if moved && change.source != Source::Seed {
        let mut today = Vec::new();
        let zone = &tx.state().time_zone;
        time::write_date(&mut today, time::day_of(tx.now(), zone));
        let today = std::str::from_utf8(&today)
            .ok()
            .and_then(|day| day.get(..4)?.parse().ok());
        let fits = today.is_none_or(|now: i64| year == Some(now) || year == Some(now + 1));
        if !fits {
            return Err(Refusal::at("date", DATE));
        }
    }
    let shift = new
        .attributes
        .get("shift_hour")
        .filter(|shift| !shift.is_null());
    if new.text("type") == Some("shift_holiday") && shift.is_none() {
        return Err(Refusal::at("shift_hour", NO_SHIFT).depending_on("type"));
    }
    let others = || {
        tx.state().settings_of(HOLIDAYS).iter().filter(|other| {
            other.id != new.id
                && year_of(other) == year
                && other.text("type") == new.text("type")
                && other.attributes.get("shift_hour").filter(|s| !s.is_null()) == shift
        })
    };
    // in which holidays a name is unique is assumed
    if others().any(|other| fold(&other.name) == fold(&new.name)) {
        return Err(Refusal::at("name", Code::DUPLICATE_DATA));
    }
    if others().count() >= MOST_HOLIDAYS {
        return Err(Refusal::whole(TOO_MANY)
            .with("limit", MOST_HOLIDAYS)
            .due_to("type"));
    }
    Ok(())
}
