//! Appointments: when they end, and what moving, cancelling and completing them takes.

use serde_json::{Value as Json, json};

use super::PendingRecord;
use super::services::{is_available, service_of};
use crate::error::{ApiError, Code};
use crate::ops::input::{Mode, RecordReader};
use crate::schema::Storage;
use crate::settings::preferences::needs_job_sheet;
use crate::value::Value;

const START: &str = "Appointment_Start_Time";
const END: &str = "Appointment_End_Time";
const STATUS: &str = "Status";
const FROM: &str = "Rescheduled_From";

/// Who moves or cancels appointments where nothing is said (v7 page).
const USUAL_REASON: &str = "By Customer";

/// What is said of a cancellation, and of a move.
const CANCELLATION: [&str; 2] = ["Cancellation_Reason", "Cancellation_Note"];
const MOVE: [&str; 2] = ["Reschedule_Reason", "Reschedule_Note"];

impl PendingRecord<'_> {
    pub(super) fn appointment(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        let seeded = reader.mode == Mode::Seed;
        self.length();
        if seeded {
            let status = if self.ended() { "Overdue" } else { "Scheduled" };
            if self.get(STATUS).is_null() {
                self.set(STATUS, Value::Text(status.into()));
            }
            return Ok(());
        }
        self.service_stays(reader)?;
        self.reminder_keys(reader)?;
        let was = self
            .before
            .map(|before| before.by_name(STATUS, self.module));
        let was = was.as_ref().and_then(Value::as_text).unwrap_or_default();
        let settled = matches!(was, "Cancelled" | "Completed");
        let moved = self.moves(reader, settled)?;
        self.status(reader, was, moved)?;
        self.cancellation(reader)?;
        self.job_sheet(reader)?;
        if self.before.is_none() || moved || self.draft.owner.is_some() || self.changed("Location")
        {
            self.fits_service(reader)?;
        }
        Ok(())
    }

    /// The end follows from the service.
    fn length(&mut self) {
        if self.before.is_some() && !self.changed(START) && !self.changed("Duration") {
            return;
        }
        let service = self.get("Service_Name");
        let taken = service_of(self.state, &service);
        let taken = taken.map(|(module, service)| service.by_name("Duration", module));
        if self.get("Duration").is_null()
            && let Some(taken @ Value::Int(_)) = taken
        {
            self.set("Duration", taken);
        }
        if let (Value::DateTime(start), Value::Int(minutes)) =
            (self.get(START), self.get("Duration"))
        {
            let end = start.saturating_add(minutes.saturating_mul(60));
            self.set(END, Value::DateTime(end));
        }
    }

    fn ended(&self) -> bool {
        matches!(self.get(END), Value::DateTime(end) if end <= self.now)
    }

    /// The service of an appointment does not change (v7 page; the error is assumed).
    fn service_stays(&self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        const SERVICE: &str = "Service_Name";
        let before = self
            .before
            .map(|before| before.by_name(SERVICE, self.module));
        match before {
            Some(before) if before != self.get(SERVICE) => {
                let error = ApiError::new(Code::INVALID_DATA);
                Err(vec![reader.error(error, SERVICE)])
            }
            _ => Ok(()),
        }
    }

    /// Reminders are numbers of minutes, hours or days.
    fn reminder_keys(&self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        const REMINDERS: &str = "Remind_At";
        const PERIODS: [&str; 3] = ["minutes", "hours", "days"];
        const MOST: u64 = 100;
        let Value::Json(given) = self.get(REMINDERS) else {
            return Ok(());
        };
        for (n, item) in given.as_array().into_iter().flatten().enumerate() {
            let error = |error: ApiError, key: &str| {
                let path = format_args!("{}.{REMINDERS}[{n}].{key}", reader.path);
                Err(vec![error.about(reader.version, key, path)])
            };
            let part = |key: &str| item.get(key).filter(|part| !part.is_null());
            let keys = ["unit", "period"];
            if let Some(missing) = keys.into_iter().find(|key| part(key).is_none()) {
                return error(Code::REMINDER_KEY_MISSING.into(), missing);
            }
            let unit = part("unit");
            if !unit.is_some_and(|unit| unit.is_u64() || unit.is_i64()) {
                let wrong = ApiError::new(Code::REMINDER_INVALID);
                return error(wrong.with("expected_data_type", "integer"), "unit");
            }
            if unit.and_then(Json::as_u64).is_none_or(|unit| unit > MOST) {
                let wrong = ApiError::new(Code::REMINDER_RANGE);
                return error(wrong.with("range", json!({"from": 0, "to": MOST})), "unit");
            }
            let period = part("period").and_then(Json::as_str);
            if !period.is_some_and(|period| PERIODS.contains(&period)) {
                let wrong = ApiError::new(Code::REMINDER_INVALID);
                return error(wrong.with("supported_values", PERIODS.to_vec()), "period");
            }
        }
        Ok(())
    }

    /// Notes that the appointment takes place another time than before. Gives whether it does.
    fn moves(&mut self, reader: &RecordReader<'_>, settled: bool) -> Result<bool, Vec<ApiError>> {
        let start = self.get(START);
        let before = self.before.map(|before| before.by_name(START, self.module));
        let told = MOVE.into_iter().find(|name| self.gives(name));
        let given = self.gives(FROM);
        let count = match self.get("Reschedule_Count") {
            Value::Int(count) => count,
            _ => 0,
        };
        let moved = match &before {
            Some(before) => *before != start,
            None => given,
        };
        if moved && settled {
            let error = ApiError::new(Code::APPOINTMENT_SETTLED);
            return Err(vec![reader.error(error, START)]);
        }
        if given && self.get(FROM) == start {
            let code = Code::RESCHEDULED_NOWHERE;
            return Err(Self::dependent(reader, code, FROM, START));
        }
        if !moved {
            return match (told, before) {
                (Some(told), None) => {
                    let code = Code::RESCHEDULED_FROM_MISSING;
                    Err(Self::dependent(reader, code, FROM, told))
                }
                (Some(told), Some(_)) if count == 0 => {
                    let code = Code::NOT_RESCHEDULED;
                    Err(Self::dependent(reader, code, FROM, told))
                }
                _ => Ok(false),
            };
        }
        if !given {
            self.set(FROM, before.unwrap_or(Value::Null));
        }
        if !self.gives(MOVE[0]) {
            self.set(MOVE[0], Value::Text(USUAL_REASON.into()));
        }
        self.set_unless_given(MOVE[1], Value::Null);
        self.set("Rescheduled_To", start);
        self.set("Rescheduled_By", Value::User(self.state.current_user));
        self.set("Rescheduled_Time", Value::DateTime(self.now));
        self.set("Reschedule_Count", Value::Int(count.saturating_add(1)));
        Ok(true)
    }

    /// The status that is given, or that follows from the time.
    fn status(
        &mut self,
        reader: &RecordReader<'_>,
        was: &str,
        moved: bool,
    ) -> Result<(), Vec<ApiError>> {
        let settled = matches!(was, "Cancelled" | "Completed");
        if !self.gives(STATUS) {
            if self.before.is_none() || moved {
                let status = if self.ended() { "Overdue" } else { "Scheduled" };
                self.set(STATUS, Value::Text(status.into()));
                if moved && self.ended() {
                    let code = Code::SCHEDULED_IN_THE_PAST;
                    return Err(Self::dependent(reader, code, STATUS, START));
                }
            }
            return Ok(());
        }
        let status = self.get(STATUS);
        let field = self.module.field(STATUS);
        let listed = field.and_then(|field| field.value_named(status.as_text()?));
        let Some(listed) = listed.map(|listed| listed.display_value.clone()) else {
            return Err(vec![reader.error(Code::INVALID_DATA.into(), STATUS)]);
        };
        if settled && listed != was {
            let error = ApiError::new(Code::APPOINTMENT_STATUS_SETTLED);
            return Err(vec![reader.error(error, STATUS)]);
        }
        let past = matches!(self.get(START), Value::DateTime(start) if start < self.now);
        let wrong = match listed.as_str() {
            "Scheduled" if past && (listed != was || moved) => Some(Code::SCHEDULED_IN_THE_PAST),
            "Completed" if !self.ended() => Some(Code::COMPLETED_TOO_EARLY),
            "Overdue" if !self.ended() => Some(Code::OVERDUE_TOO_EARLY),
            _ => None,
        };
        match wrong {
            Some(code) => Err(Self::dependent(reader, code, STATUS, START)),
            None => Ok(()),
        }
    }

    fn cancellation(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        let cancelled = self.get(STATUS).as_text() == Some("Cancelled");
        let told = CANCELLATION.into_iter().find(|name| self.gives(name));
        match (cancelled, told) {
            (false, Some(told)) => {
                let code = match self.module.field(STATUS).map(|field| field.no) {
                    Some(no) if reader.mode == Mode::Update && self.draft.value(no).is_some() => {
                        Code::CANCELLATION_STATUS
                    }
                    _ => Code::CANCELLATION_STATUS_MISSING,
                };
                Err(Self::dependent(reader, code, STATUS, told))
            }
            (true, _) if self.changed(STATUS) && self.get("Cancelled_Time").is_null() => {
                if !self.gives(CANCELLATION[0]) {
                    self.set(CANCELLATION[0], Value::Text(USUAL_REASON.into()));
                }
                self.set("Cancelled_By", Value::User(self.state.current_user));
                self.set("Cancelled_Time", Value::DateTime(self.now));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What was done is told of an appointment that is completed, and has to be where the service says so.
    fn job_sheet(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        const SHEET: [&str; 2] = ["Job_Sheet_Name__s", "Job_Sheet_Description__s"];
        let completed = self.get(STATUS).as_text() == Some("Completed");
        let told = SHEET.into_iter().find(|name| self.gives(name));
        if let (false, Some(told)) = (completed, told) {
            let code = Code::JOB_SHEET_TOO_EARLY;
            return Err(Self::dependent(reader, code, told, STATUS));
        }
        let service = self.get("Service_Name");
        let service = service_of(self.state, &service);
        let of_service = |name: &str| {
            service.map_or(Value::Null, |(module, service)| {
                service.by_name(name, module)
            })
        };
        let wanted = of_service("Job_Sheet_Required").as_text() == Some("Yes")
            || needs_job_sheet(self.state);
        let missing = SHEET.into_iter().any(|name| self.get(name).is_null());
        if completed && wanted && missing && self.changed(STATUS) {
            let error = ApiError::new(Code::JOB_SHEET_MISSING);
            return Err(vec![reader.error(error, STATUS)]);
        }
        if completed && told.is_some() {
            self.set("Job_Sheet_Created__s", Value::Bool(true));
            self.set_unless_given("Job_Sheet_Section__s", of_service("Job_Sheet_Section__s"));
        }
        Ok(())
    }

    /// The service is to be had there and then, by the owner.
    fn fits_service(&self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        let service = self.get("Service_Name");
        let Some((module, service)) = service_of(self.state, &service) else {
            return Ok(());
        };
        let owner = self.draft.owner.or(self.before.map(|before| before.owner));
        let Some(owner) = owner else {
            return Err(vec![
                reader.error(Code::MANDATORY_NOT_FOUND.into(), "Owner"),
            ]);
        };
        let members = module
            .field("Members")
            .filter(|f| matches!(f.kind, Storage::Links(_)));
        let members = members.and_then(|field| service.stored(field.no));
        let is_member = match members {
            Some(Value::Rows(rows)) => {
                let mut rows = rows.iter().flat_map(|row| row.values.iter());
                rows.any(|(_, value)| *value == Value::User(owner))
            }
            _ => false,
        };
        if !is_member {
            let error = Self::dependent(reader, Code::OWNER_NO_MEMBER, "Owner", "Services.Members");
            let told = |error: ApiError| {
                let error = error.with("api_name", "id");
                error.located(reader.version, format_args!("{}.Owner.id", reader.path))
            };
            return Err(error.into_iter().map(told).collect());
        }
        let (location, offered) = (self.get("Location"), service.by_name("Location", module));
        let fits = |place: &str| {
            offered
                .as_text()
                .is_some_and(|offered| offered.contains(place))
        };
        match location.as_text() {
            Some(place @ ("Client Address" | "Business Address")) if fits(place) => {}
            _ => return Err(vec![reader.error(Code::INVALID_DATA.into(), "Location")]),
        }
        if location.as_text() == Some("Client Address") && self.get("Address").is_null() {
            let code = Code::DEPENDENT_MISSING;
            return Err(Self::dependent(reader, code, "Address", "Location"));
        }
        let span = match (self.get(START), self.get(END)) {
            (Value::DateTime(start), Value::DateTime(end)) => (start, end),
            _ => return Ok(()),
        };
        let cancelled = self.get(STATUS).as_text() == Some("Cancelled");
        if !cancelled && !is_available(self.state, module, service, span) {
            let error = ApiError::new(Code::SERVICE_UNAVAILABLE_THEN);
            return Err(vec![reader.error(error, START)]);
        }
        Ok(())
    }
}
