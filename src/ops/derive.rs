//! Values that the CRM works out when a record is saved, module by module.
//!
//! Sources: recorded bodies of records made by the API, and Zoho's pages on the modules; the
//! rules for calls are partly assumed where those pages are silent.

mod participants;
mod ranges;

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
        if self.before.is_none() && reader.mode == Mode::Insert {
            self.activity();
        }
        match self.module.api_name() {
            "Deals" => self.deal(reader)?,
            "Tasks" => self.task(),
            "Events" => self.event(reader)?,
            "Calls" => self.call(reader)?,
            "Price_Books" => self.ranges(reader)?,
            "Notes" => self.note(reader)?,
            "Cases" | "Solutions" => self.comments(),
            _ => {}
        }
        Ok(())
    }

    /// Sets the last activity to the time of creation (recorded for leads and accounts; it is null
    /// on deals).
    fn activity(&mut self) {
        if matches!(self.module.api_name(), "Leads" | "Accounts" | "Contacts")
            && !self.changed("Last_Activity_Time")
        {
            self.set("Last_Activity_Time", Value::DateTime(self.now));
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
        if self.changed("Stage") && !self.changed("Sales_Cycle_Duration") && !seeded {
            let created = self.before.map_or(self.now, |record| record.created_time);
            let forecast = listed.and_then(|stage| stage.forecast_type.as_ref());
            let days = if forecast.is_some_and(|kind| kind.starts_with("Closed")) {
                Value::Int(self.now.saturating_sub(created) / 86_400)
            } else {
                Value::Null
            };
            self.set("Sales_Cycle_Duration", days.clone());
            self.set("Overall_Sales_Duration", days);
        }
        Ok(())
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
        if !self.changed("Call_Status") && (self.before.is_none() || self.changed("Call_Type")) {
            let status = match (scheduled, kind.as_text()) {
                (true, _) => "Scheduled",
                (false, Some("Inbound")) => "Received",
                (false, Some("Missed")) => "Missed",
                (false, _) => "Completed",
            };
            self.set("Call_Status", Value::Text(status.into()));
        }
        Ok(())
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
