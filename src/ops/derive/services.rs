//! Services: when they are to be had, and who does them.

use std::sync::Arc;

use serde_json::Value as Json;

use super::PendingRecord;
use crate::error::{ApiError, Code};
use crate::ops::input::{Mode, RecordReader, RowPath};
use crate::schema::field::LINK;
use crate::schema::{Field, Module};
use crate::settings::preferences::books_any_time;
use crate::store::{OrgState, Record};
use crate::value::{Value, time};

/// Minutes that a service takes (v8 description; the page of v7 has 15 for the first).
const DURATION: std::ops::RangeInclusive<i64> = 5..=1440;
/// Times of a day that a service has of its own (v7 page).
const MOST_TIMINGS: usize = 2;
/// Days that a service names one by one (v7 page).
const MOST_DATES: usize = 20;
/// Services that an org has in use (v7 page).
const MOST_ACTIVE: usize = 500;

const NOT_IN_USE: &str = "Not In Use";
const AWAY: &str = "Temporarily Unavailable";

/// Minutes of the day at `HH:MM`.
fn minutes(text: &str) -> Option<i64> {
    let number = |text: &str| {
        let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<i64>().ok()).flatten()
    };
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (number(hour)?, number(minute)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// The times of day at which a service is to be had, in minutes; none if it has no own ones.
fn timings(value: &Value) -> Vec<(i64, i64)> {
    let Value::Json(items) = value else {
        return Vec::new();
    };
    let items = items.as_array().into_iter().flatten();
    let edge = |item: &Json, key: &str| minutes(item.get(key)?.as_str()?);
    items
        .filter_map(|item| Some((edge(item, "From")?, edge(item, "To")?)))
        .collect()
}

/// Whether a service is to be had from an instant on, for so many seconds. Hours of business count
/// where it has no times of its own, and are not looked at (assumed).
#[must_use]
pub(super) fn is_available(
    state: &OrgState,
    module: &Module,
    service: &Record,
    (start, end): (i64, i64),
) -> bool {
    let get = |name: &str| service.by_name(name, module);
    let status = get("Status");
    let is = |word: &str| {
        status
            .as_text()
            .is_some_and(|text| text.eq_ignore_ascii_case(word))
    };
    let away = match (get("Unavailable_From"), get("Unavailable_Till")) {
        (Value::DateTime(from), Value::DateTime(till)) => start < till && end > from,
        (Value::DateTime(from), _) => end > from,
        _ => true,
    };
    if is(NOT_IN_USE) || (is(AWAY) && away) {
        return false;
    }
    if books_any_time(state) {
        return true;
    }
    let zone = &state.time_zone;
    let day = time::day_of(start, zone);
    let kind = get("Availability_Type");
    let on_the_day = match kind.as_text() {
        Some("Specific Date Range") => {
            let after = !matches!(get("Available_From"), Value::Date(from) if day < from);
            after && !matches!(get("Available_Till"), Value::Date(till) if day > till)
        }
        Some("Specific Date(s)") => match get("Available_Dates") {
            Value::Json(dates) => {
                let mut dates = dates.as_array().into_iter().flatten();
                dates.any(|date| date.as_str().and_then(time::parse_date) == Some(day))
            }
            _ => true,
        },
        Some("Specific Day(s)") => match get("Available_Days") {
            Value::List(days) => days.iter().any(|name| name.as_str() == weekday(day)),
            _ => true,
        },
        _ => true,
    };
    let timings = timings(&get("Available_Timings"));
    let midnight = time::start_of_day(day, zone);
    let within = timings
        .iter()
        .any(|(from, to)| start - midnight >= from * 60 && end - midnight <= to * 60);
    on_the_day && (timings.is_empty() || within)
}

/// The day of the week of a day since 1970, which began with a Thursday.
fn weekday(day: i32) -> &'static str {
    let from_sunday = (day + 4).rem_euclid(7);
    let at = usize::try_from(from_sunday).unwrap_or_default();
    crate::settings::calendar::DAYS
        .get(at)
        .copied()
        .unwrap_or_default()
}

impl PendingRecord<'_> {
    pub(super) fn service(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        if reader.mode == Mode::Seed {
            return Ok(());
        }
        self.service_members(reader)?;
        if self.changed("Duration")
            && !matches!(self.get("Duration"), Value::Int(n) if DURATION.contains(&n))
        {
            let error = ApiError::new(Code::SERVICE_DURATION);
            return Err(vec![reader.error(error, "Duration")]);
        }
        self.service_days(reader)?;
        self.service_times(reader)?;
        self.service_status(reader)?;
        self.service_job_sheet(reader)
    }

    /// Whoever does a service is active, and has confirmed to belong to the org.
    fn service_members(&self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        let Some(field) = self.module.field("Members") else {
            return Ok(());
        };
        let given = self.draft.rows.iter().find(|(no, _)| *no == field.no);
        let rows = given.into_iter().flat_map(|(_, rows)| rows);
        for (index, row) in rows.enumerate() {
            let user = row.values.iter().find(|(no, _)| *no == LINK);
            let Some((_, Value::User(user))) = user else {
                continue;
            };
            let user = self.state.users.get(user);
            // a user of whom nothing else is said is active
            let status = user.and_then(|user| user.text("status"));
            let active = status.is_none_or(|status| status == "active");
            let confirmed = user.and_then(|user| user.attributes.get("confirm"));
            let (code, status) = match (active, confirmed == Some(&Json::Bool(false))) {
                (_, true) => (Code::MEMBER_UNCONFIRMED, "unconfirmed"),
                (false, false) => (Code::MEMBER_INACTIVE, "inactive"),
                (true, false) => continue,
            };
            let path = RowPath::new(reader, field, index);
            let error = ApiError::new(code).with("user_status", status);
            let key = format!("{}.id", field.link_key());
            return Err(vec![path.error(error, &key).with("api_name", "id")]);
        }
        Ok(())
    }

    /// The days at which a service is to be had.
    fn service_days(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        const TYPE: &str = "Availability_Type";
        let kind = self.get(TYPE);
        let kind = kind.as_text().unwrap_or_default();
        let listed = self
            .module
            .field(TYPE)
            .and_then(|field| field.value_named(kind));
        let needed: &[&str] = match kind {
            _ if listed.is_none() => {
                let error = ApiError::new(Code::AVAILABILITY_TYPE);
                return Err(vec![reader.error(error, TYPE)]);
            }
            "Specific Date Range" => &["Available_From", "Available_Till"],
            "Specific Date(s)" => &["Available_Dates"],
            "Specific Day(s)" => &["Available_Days"],
            _ => &[],
        };
        let empty = |value: Value| match value {
            Value::Null => true,
            Value::Json(json) => json.as_array().is_some_and(Vec::is_empty),
            Value::List(items) => items.is_empty(),
            _ => false,
        };
        if let Some(missing) = needed.iter().find(|name| empty(self.get(name))) {
            let code = Code::DEPENDENT_MISSING;
            return Err(Self::dependent(reader, code, missing, TYPE));
        }
        let (from, till) = ("Available_From", "Available_Till");
        if let (Value::Date(start), Value::Date(end)) = (self.get(from), self.get(till))
            && end <= start
        {
            return Err(Self::dependent(
                reader,
                Code::SERVICE_ENDS_FIRST,
                till,
                from,
            ));
        }
        self.service_dates(reader)
    }

    /// The dates that a service names one by one.
    fn service_dates(&self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        const DATES: &str = "Available_Dates";
        let Value::Json(dates) = self.get(DATES) else {
            return Ok(());
        };
        let dates = dates.as_array().map(Vec::as_slice).unwrap_or_default();
        let invalid = |key: &str, value: Json| {
            let error = ApiError::new(Code::INVALID_DATA).with(key, value);
            Err(vec![reader.error(error, DATES)])
        };
        let is_date = |date: &Json| date.as_str().and_then(time::parse_date).is_some();
        if dates.len() > MOST_DATES {
            return invalid("maximum_length", MOST_DATES.into());
        }
        if !dates.iter().all(is_date) {
            return invalid("expected_data_type", "date".into());
        }
        Ok(())
    }

    /// The times of day at which a service is to be had. The longest of them is as long as the service.
    fn service_times(&self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        const TIMES: &str = "Available_Timings";
        let value = self.get(TIMES);
        let Value::Json(given) = &value else {
            return Ok(());
        };
        let given = given.as_array().map(Vec::as_slice).unwrap_or_default();
        if given.len() > MOST_TIMINGS {
            let error = ApiError::new(Code::INVALID_DATA).with("maximum_length", MOST_TIMINGS);
            return Err(vec![reader.error(error, TIMES)]);
        }
        for item in given {
            for key in ["From", "To"] {
                let text = item.get(key).and_then(Json::as_str);
                if text.and_then(minutes).is_none() {
                    let error = ApiError::new(Code::SERVICE_TIME);
                    return Err(vec![reader.error(error, TIMES).with("api_name", key)]);
                }
            }
        }
        let timings = timings(&value);
        if let Some(n) = timings.iter().position(|(from, to)| to <= from) {
            let path = format!("{}.{TIMES}[{n}]", reader.path);
            let from = crate::error::place(reader.version, "From", format_args!("{path}.From"));
            let error = ApiError::new(Code::SERVICE_ENDS_FIRST).with("dependee", from);
            return Err(vec![error.about(
                reader.version,
                "To",
                format_args!("{path}.To"),
            )]);
        }
        let longest = timings.iter().map(|(from, to)| to - from).max();
        if let (Some(longest), Value::Int(duration)) = (longest, self.get("Duration"))
            && duration > longest
        {
            let code = Code::SERVICE_TIMING;
            return Err(Self::dependent(reader, code, "Duration", "Status"));
        }
        Ok(())
    }

    fn service_status(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        const STATUS: &str = "Status";
        let (from, till) = ("Unavailable_From", "Unavailable_Till");
        let status = self.get(STATUS);
        let field = self.module.field(STATUS);
        let listed = field.and_then(|field| field.value_named(status.as_text()?));
        let Some(listed) = listed.map(|listed| listed.display_value.clone()) else {
            let error = ApiError::new(Code::INVALID_DATA);
            let supported: Vec<Json> = field.map(values).unwrap_or_default();
            return Err(vec![
                reader.error(error.with("supported_values", supported), STATUS),
            ]);
        };
        let needed: &[&str] = match listed.as_str() {
            AWAY => &[from, till],
            NOT_IN_USE => &[from],
            _ => &[],
        };
        if let Some(missing) = needed.iter().find(|name| self.get(name).is_null()) {
            let code = Code::DEPENDENT_MISSING;
            return Err(Self::dependent(reader, code, missing, STATUS));
        }
        let wrong = match (listed.as_str(), self.get(from), self.get(till)) {
            (AWAY, _, Value::DateTime(end)) if end <= self.now => {
                Some((Code::SERVICE_BACK_ALREADY, till, STATUS))
            }
            (NOT_IN_USE, Value::DateTime(start), _) if start > self.now => {
                Some((Code::SERVICE_IN_USE_YET, STATUS, from))
            }
            ("Available", Value::Null, Value::DateTime(_)) => {
                Some((Code::SERVICE_AVAILABLE_UNTIL, STATUS, till))
            }
            ("Available", Value::DateTime(_), Value::DateTime(end)) if end > self.now => {
                Some((Code::SERVICE_AVAILABLE_UNTIL, STATUS, till))
            }
            _ => None,
        };
        if let Some((code, about, dependee)) = wrong {
            return Err(Self::dependent(reader, code, about, dependee));
        }
        let today = time::day_of(self.now, &self.state.time_zone);
        let ends = self.get("Available_Till");
        if listed != NOT_IN_USE && matches!(ends, Value::Date(end) if end < today) {
            let code = Code::SERVICE_ENDED;
            return Err(Self::dependent(reader, code, STATUS, "Available_Till"));
        }
        self.service_count(reader, listed != NOT_IN_USE)
    }

    /// An org has so many services in use.
    fn service_count(&self, reader: &RecordReader<'_>, active: bool) -> Result<(), Vec<ApiError>> {
        if self.before.is_some() || !active {
            return Ok(());
        }
        let others = self.state.table(self.module).rows().iter();
        let others = others.filter(|(_, other)| {
            let status = other.by_name("Status", self.module);
            !status
                .as_text()
                .is_some_and(|text| text.eq_ignore_ascii_case(NOT_IN_USE))
        });
        if others.count() < MOST_ACTIVE {
            return Ok(());
        }
        let error = ApiError::new(Code::TOO_MANY_SERVICES).with("limit", MOST_ACTIVE);
        Err(vec![reader.error(error, "Status")])
    }

    fn service_job_sheet(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        let (required, section) = ("Job_Sheet_Required", "Job_Sheet_Section__s");
        let wanted = self.get(required).as_text() == Some("Yes");
        if !wanted && self.gives(section) {
            let code = Code::SERVICE_JOB_SHEET;
            return Err(Self::dependent(reader, code, section, required));
        }
        if !wanted && self.changed(required) {
            self.set(section, Value::Null);
        }
        Ok(())
    }
}

/// The words of a picklist.
fn values(field: &Field) -> Vec<Json> {
    let values = field.pick_list.iter();
    values
        .map(|value| value.display_value.as_str().into())
        .collect()
}

/// The service that a record is about, with its module.
#[must_use]
pub(super) fn service_of<'s>(
    state: &'s OrgState,
    value: &Value,
) -> Option<(&'s Arc<Module>, &'s Arc<Record>)> {
    let Value::Lookup(no, id) = value else {
        return None;
    };
    let module = state.schema.module_at(*no);
    Some((module, state.table(module).get(*id)?))
}
