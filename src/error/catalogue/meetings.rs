//! Meetings and appointments. Pages of v7 explain codes by sentences; those of meetings are messages in
//! their look, and are taken for such. Of appointments the codes are known and the words assumed.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A meeting to cancel that was cancelled.
    MEETING_CANCELLED => "NOT_ALLOWED", 400, "The event is already cancelled";
    /// A meeting to cancel to which nobody was invited.
    MEETING_OF_NOBODY => "NOT_ALLOWED", 400, "You cannot cancel the event without inviting participants";
    /// A meeting to cancel that is over.
    MEETING_OVER => "NOT_ALLOWED", 400, "You cannot cancel the meeting after the meeting end time";
    /// A value that another one asks for is absent.
    DEPENDENT_MISSING => "DEPENDENT_FIELD_MISSING", 400, "dependent field missing";
    /// A value that does not go with another one.
    DEPENDENT_UNLIKE => "DEPENDENT_MISMATCH", 400, "dependent field value mismatch";
    /// An appointment that is to be moved to where it is.
    DEPENDENT_UNCHANGED => "DEPENDENT_FIELD_UNCHANGED", 400, "dependent field unchanged";
    /// An appointment that is over or was called off, and is to take place another time.
    APPOINTMENT_SETTLED => "NOT_ALLOWED", 403, "cannot reschedule the completed or cancelled appointment";
    /// One that is to have another status.
    APPOINTMENT_STATUS_SETTLED => "NOT_ALLOWED", 403, "cannot change the status of the completed or cancelled appointment";
    /// A history of an appointment that was never moved.
    NEVER_RESCHEDULED => "NOT_ALLOWED", 403, "the appointment is not rescheduled";
    /// A history that is longer than is kept.
    TOO_MUCH_HISTORY => "IN_REQUEST_LIMIT_EXCEEDED", 400, "only 20 rescheduled history records can be added for an appointment";
    /// More active services than an org has.
    TOO_MANY_SERVICES => "LIMIT_EXCEEDED", 400, "the maximum number of active services has been reached";
}
