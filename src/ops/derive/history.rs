//! What is kept of appointments that were moved.

use super::PendingRecord;
use crate::error::{ApiError, Code};
use crate::ops::children::pointing_to;
use crate::ops::input::{Mode, RecordReader};
use crate::value::Value;

/// Moves of an appointment that are kept (v7 page).
pub(in crate::ops) const MOST_MOVES: usize = 20;

impl PendingRecord<'_> {
    pub(super) fn history(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        const APPOINTMENT: &str = "Appointment_Name";
        if reader.mode == Mode::Seed {
            return Ok(());
        }
        let invalid = |name: &str| Err(vec![reader.error(Code::INVALID_DATA.into(), name)]);
        let appointment = self.get(APPOINTMENT);
        match self.before {
            // it belongs to one appointment for good (v7 page; the error is assumed)
            Some(before) if before.by_name(APPOINTMENT, self.module) != appointment => {
                return invalid(APPOINTMENT);
            }
            Some(_) => {}
            None => self.room_for_history(reader, &appointment)?,
        }
        if matches!(self.get("Rescheduled_Time"), Value::DateTime(at) if at > self.now) {
            return invalid("Rescheduled_Time");
        }
        let reason = self.get("Reschedule_Reason");
        let known = ["By Customer", "By Team", "-None-"];
        match reason.as_text() {
            Some(reason) if !known.contains(&reason) => invalid("Reschedule_Reason"),
            _ => Ok(()),
        }
    }

    /// An appointment that was moved has a history, up to a length.
    fn room_for_history(
        &self,
        reader: &RecordReader<'_>,
        appointment: &Value,
    ) -> Result<(), Vec<ApiError>> {
        let Value::Lookup(no, id) = appointment else {
            return Ok(());
        };
        let module = self.state.schema.module_at(*no);
        let moved = self.state.table(module).get(*id);
        let moved = moved.map(|record| record.by_name("Reschedule_Count", module));
        let refused = |code: Code| Err(vec![reader.error(code.into(), "Appointment_Name")]);
        if !matches!(moved, Some(Value::Int(1..))) {
            return refused(Code::NEVER_RESCHEDULED);
        }
        let field = self.module.field("Appointment_Name");
        let kept = field.map(|field| pointing_to(self.state, self.module, field, appointment));
        if kept.is_some_and(|kept| kept.len() >= MOST_MOVES) {
            return refused(Code::TOO_MUCH_HISTORY);
        }
        Ok(())
    }
}
