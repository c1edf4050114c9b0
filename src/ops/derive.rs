//! Values that the CRM works out when a record is saved, module by module.
//!
//! Sources: recorded bodies of records made by the API, and Zoho's pages on the modules; the
//! rules for calls are partly assumed where those pages are silent.

mod appointments;
mod history;
mod participants;
mod ranges;
mod services;

pub(super) use history::MOST_MOVES;

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::input::{Draft, Mode, RecordReader, exceeded_length};
use crate::error::{ApiError, Code, place};
use crate::schema::Module;
use crate::store::{OrgState, Record};
use crate::value::{Number, Value, time};

/// A record that is about to be saved.
pub struct PendingRecord<'a> {
    /// The state.
    pub state: &'a OrgState,
    /// The module.
    pub module: &'a Module,
    /// The record before the change; `None` on insert.
    pub before: Option<&'a Record>,
    /// The changes, to which derived values are added.
    pub draft: &'a mut Draft,
    /// The time, in seconds since 1970.
    pub now: i64,
}

impl PendingRecord<'_> {
    /// The value that a field will have after the change.
    fn get(&self, api_name: &str) -> Value {
        let Some(field) = self.module.field(api_name) else {
            return Value::Null;
        };
        match self.draft.value(field.no) {
            Some(value) => value.clone(),
            None => self
                .before
                .map_or(Value::Null, |record| record.get(field, self.module)),
        }
    }

    /// Whether a field is given a value, which is not null.
    fn gives(&self, api_name: &str) -> bool {
        let field = self.module.field(api_name);
        let given = field.and_then(|field| self.draft.value(field.no));
        given.is_some_and(|value| !value.is_null())
    }

    /// An error about a field, and the other field that it depends on.
    fn dependent(
        reader: &RecordReader<'_>,
        code: Code,
        api_name: &str,
        dependee: &str,
    ) -> Vec<ApiError> {
        let path = format_args!("{}.{dependee}", reader.path);
        let dependee = place(reader.version, dependee, path);
        let error = ApiError::new(code).with("dependee", dependee);
        vec![reader.error(error, api_name)]
    }

    fn changed(&self, api_name: &str) -> bool {
        self.module
            .field(api_name)
            .is_some_and(|field| self.draft.value(field.no).is_some())
    }

    fn set(&mut self, api_name: &str, value: Value) {
        if let Some(field) = self.module.field(api_name) {
            self.draft.set(field.no, value);
        }
    }

    fn set_unless_given(&mut self, api_name: &str, value: Value) {
        if !self.changed(api_name) {
            self.set(api_name, value);
        }
    }

    /// Sets a number that was worked out. What Zoho answers to one that is too large for its field
    /// is not known; it is refused as a value of that size is (assumed).
    fn set_fitting(
        &mut self,
        reader: &RecordReader<'_>,
        api_name: &str,
        value: Value,
    ) -> Result<(), Vec<ApiError>> {
        let field = self.module.field(api_name);
        if let Some(most) = field.and_then(|field| exceeded_length(field, &value)) {
            let error = ApiError::new(Code::INVALID_DATA).with("maximum_length", most);
            return Err(vec![reader.error(error, api_name)]);
        }
        self.set(api_name, value);
        Ok(())
    }

    /// Adds the values that follow from the changes.
    ///
    /// # Errors
    /// The first rule of the module that the record breaks.
    pub fn derive(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        self.activity(reader.mode);
        match self.module.api_name() {
            "Deals" => self.deal(reader)?,
            "Tasks" => self.task(),
            "Events" => self.event(reader)?,
            "Calls" => self.call(reader)?,
            "Price_Books" => self.ranges(reader)?,
            "Notes" => self.note(reader)?,
            "Cases" | "Solutions" => self.comments(),
            "Services__s" => self.service(reader)?,
            "Appointments__s" => self.appointment(reader)?,
            "Appointments_Rescheduled_History__s" => self.history(reader)?,
            _ => {}
        }
        Ok(())
    }

    /// Sets the last activity: none after an insert, the time of the change after an update
    /// (recorded v2, May 2026: leads, accounts, deals, tasks, calls, events, products).
    fn activity(&mut self, mode: Mode) {
        let given = self.changed("Last_Activity_Time");
        let system = self.draft.system;
        let at = match mode {
            Mode::Insert => None,
            Mode::Update => Some(self.now),
            Mode::Seed if given => None,
            // a record of a seed that was changed since it was made
            Mode::Seed => system
                .modified_time
                .filter(|modified| *modified != system.created_time.unwrap_or(self.now)),
        };
        if let Some(at) = at {
            self.set("Last_Activity_Time", Value::DateTime(at));
        }
    }

    fn deal(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        let stage = self.get("Stage");
        let listed = self.module.field("Stage").and_then(|field| {
            let stage = stage.as_text()?;
            field.value_named(stage)
        });
        if self.changed("Stage") && !self.changed("Probability") {
            // a stage that is not listed leaves the probability alone, a new deal gets 10 (recorded)
            match (listed.and_then(|stage| stage.probability), self.before) {
                (Some(probability), _) => self.set("Probability", Value::Int(probability)),
                (None, None) => self.set("Probability", Value::Int(10)),
                (None, Some(_)) => {}
            }
        }
        let seeded = reader.mode == Mode::Seed;
        let given = seeded && self.changed("Expected_Revenue");
        if !given && (self.changed("Amount") || self.changed("Probability")) {
            let expected = match (self.get("Amount"), self.get("Probability")) {
                (Value::Double(amount), Value::Int(percent)) => {
                    let cents = amount.get() * Number::of_integer(percent).get();
                    Number::new(cents.round() / 100.0).map_or(Value::Null, Value::Double)
                }
                _ => Value::Null,
            };
            self.set_fitting(reader, "Expected_Revenue", expected)?;
        }
        self.sales_cycle();
        Ok(())
    }

    /// The days from a deal's creation to its closing date, none of them negative, and none known
    /// without a closing date (recorded v2, May 2026: 0 for a date in the past, whatever the stage;
    /// assumed for one to come). The days of the lead's conversion are a part of the whole.
    fn sales_cycle(&mut self) {
        if !self.changed("Closing_Date") {
            return;
        }
        let Value::Date(closing) = self.get("Closing_Date") else {
            self.set_unless_given("Sales_Cycle_Duration", Value::Null);
            self.set_unless_given("Overall_Sales_Duration", Value::Null);
            return;
        };
        let created = match self.before {
            Some(record) => record.created_time,
            None => self.draft.system.created_time.unwrap_or(self.now),
        };
        let cycle = i64::from(closing) - i64::from(time::day_of(created, &self.state.time_zone));
        let cycle = cycle.max(0);
        let before = match self.get("Lead_Conversion_Time") {
            Value::Int(days) => days,
            _ => 0,
        };
        let overall = cycle.saturating_add(before);
        self.set_unless_given("Sales_Cycle_Duration", Value::Int(cycle));
        self.set_unless_given("Overall_Sales_Duration", Value::Int(overall));
    }

    fn task(&mut self) {
        if self.changed("Status") && !self.changed("Closed_Time") {
            let done = self.get("Status").as_text() == Some("Completed");
            let was = self
                .before
                .map(|record| record.by_name("Status", self.module));
            let was_done = was.as_ref().and_then(Value::as_text) == Some("Completed");
            match (done, was_done) {
                (true, false) => self.set("Closed_Time", Value::DateTime(self.now)),
                (false, true) => self.set("Closed_Time", Value::Null),
                _ => {}
            }
        }
    }

    fn event(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        if let (Value::DateTime(start), Value::DateTime(end)) =
            (self.get("Start_DateTime"), self.get("End_DateTime"))
            && end < start
        {
            return Err(vec![
                reader.error(ApiError::new(Code::INVALID_DATA), "End_DateTime"),
            ]);
        }
        self.participants(reader)?;
        self.reminders(reader);
        self.recurrence(reader)
    }

    fn call(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        let start = match self.get("Call_Start_Time") {
            Value::DateTime(start) => start,
            _ => self.now,
        };
        let kind = self.get("Call_Type");
        let missed = kind.as_text() == Some("Missed");
        let scheduled =
            start > self.now || self.get("Outgoing_Call_Status").as_text() == Some("Scheduled");
        match self.get("Call_Duration").as_text() {
            None if !scheduled && !missed && reader.mode == Mode::Insert => {
                return Err(vec![
                    reader.error(Code::MANDATORY_NOT_FOUND.into(), "Call_Duration"),
                ]);
            }
            None => {}
            Some(duration) => {
                // two numbers with a colon, minutes and seconds in the recorded bodies
                let seconds = duration.split_once(':').and_then(|(minutes, seconds)| {
                    let (minutes, seconds): (i64, i64) =
                        (minutes.trim().parse().ok()?, seconds.trim().parse().ok()?);
                    (minutes >= 0 && (0..60).contains(&seconds))
                        .then_some(minutes.checked_mul(60)?.checked_add(seconds)?)
                });
                let Some(seconds) = seconds else {
                    return Err(vec![
                        reader.error(ApiError::new(Code::INVALID_DATA), "Call_Duration"),
                    ]);
                };
                if seconds == 0 && !missed && reader.mode != Mode::Seed {
                    return Err(vec![
                        reader.error(Code::CALL_DURATION_ZERO.into(), "Call_Duration"),
                    ]);
                }
                self.set_fitting(reader, "Call_Duration_in_seconds", Value::Int(seconds))?;
            }
        }
        self.call_status(scheduled);
        Ok(())
    }

    /// The status by the names that Zoho has for it (`Received`, `Scheduled` and `Attended Dialled`
    /// are recorded in bodies, the others in reports on calls).
    fn call_status(&mut self, scheduled: bool) {
        let causes = [
            "Call_Type",
            "Call_Start_Time",
            "Call_Duration",
            "Outgoing_Call_Status",
        ];
        let caused = self.before.is_none() || causes.iter().any(|cause| self.changed(cause));
        if self.changed("Call_Status") || !caused {
            return;
        }
        let talked = matches!(self.get("Call_Duration_in_seconds"), Value::Int(1..));
        let before = self
            .before
            .map(|call| call.by_name("Call_Status", self.module));
        let was_scheduled = before.as_ref().and_then(Value::as_text) == Some("Scheduled");
        let outgoing = self.get("Outgoing_Call_Status");
        let kind = self.get("Call_Type");
        let status = match (outgoing.as_text(), kind.as_text()) {
            (Some("Cancelled"), _) => "Cancelled",
            (_, Some("Missed")) => "Missed",
            _ if scheduled => "Scheduled",
            (_, Some("Inbound")) => "Received",
            // assumed: a call that was planned and is logged now
            _ if was_scheduled && talked => "Scheduled Attended",
            _ if was_scheduled => "Scheduled Unattended",
            _ if talked => "Attended Dialled",
            _ => "Unattended Dialled",
        };
        self.set("Call_Status", Value::Text(status.into()));
    }

    fn note(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        if self.get("Note_Title").is_null() && self.get("Note_Content").is_null() {
            let keys = ["Note_Content", "Note_Title"];
            let expected =
                keys.map(|key| place(reader.version, key, format_args!("{}.{key}", reader.path)));
            return Err(vec![
                ApiError::new(Code::NOTE_IS_EMPTY).with("expected_fields", expected.to_vec()),
            ]);
        }
        Ok(())
    }

    /// Appends `Add_Comment` to `Comments`; the field itself stays empty.
    fn comments(&mut self) {
        let Value::Text(comment) = self.get("Add_Comment") else {
            return;
        };
        let mut comments = match self.get("Comments") {
            Value::Json(list) => list.as_array().cloned().unwrap_or_default(),
            _ => Vec::new(),
        };
        let author = self.state.user_name(self.state.current_user);
        // ids of comments are not among those of records; the count tells them apart
        comments.push(json!({
            "commented_by": author,
            "commented_time": time::format_datetime(self.now, &self.state.time_zone),
            "comment_content": comment.as_str(),
            "id": (comments.len() + 1).to_string(),
        }));
        self.set(
            "No_of_comments",
            Value::Int(i64::try_from(comments.len()).unwrap_or(i64::MAX)),
        );
        self.set("Comments", Value::Json(Arc::new(Json::Array(comments))));
        self.set("Add_Comment", Value::Null);
    }
}
