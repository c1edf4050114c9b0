//! Meetings, appointments and services, in the words of the v7 pages on meetings and of the examples of
//! the v8 description.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A meeting to cancel that was cancelled.
    MEETING_CANCELLED => "NOT_ALLOWED", 400, "The event is already cancelled";
    /// A meeting to cancel to which nobody was invited.
    MEETING_OF_NOBODY => "NOT_ALLOWED", 400, "You cannot cancel the event without inviting participants";
    /// A meeting to cancel that is over.
    MEETING_OVER => "NOT_ALLOWED", 400, "You cannot cancel the meeting after the meeting end time";
    /// A value that another one asks for is absent.
    DEPENDENT_MISSING => "DEPENDENT_FIELD_MISSING", 400, "Dependent Field missing";
    /// A module of which nobody has appointments.
    APPOINTMENT_MODULE => "INVALID_DATA", 400, "the given module name is not exist in multimodulelookup";
    /// What is said of a cancellation that is none, without a status.
    CANCELLATION_STATUS_MISSING => "DEPENDENT_FIELD_MISSING", 400, "To Update the fields of Cancellation Information Section, value of Status should be Cancelled";
    /// The same with another status.
    CANCELLATION_STATUS => "DEPENDENT_MISMATCH", 400, "To Update the fields of Cancellation Information Section, value of Status should be Cancelled";
    /// An appointment that was moved, from nowhere.
    RESCHEDULED_FROM_MISSING => "DEPENDENT_FIELD_MISSING", 400, "Rescheduled_From cannot be empty";
    /// An appointment that is moved to where it is.
    RESCHEDULED_NOWHERE => "DEPENDENT_FIELD_UNCHANGED", 400, "Reschedule_From and Appointment_Start_Time cannot be same";
    /// What is said of a move that is none.
    NOT_RESCHEDULED => "DEPENDENT_FIELD_UNCHANGED", 400, "Reschedule the appointment atleast once to Update the fields of Reschedule Information Section";
    /// An appointment with somebody who does not do the service.
    OWNER_NO_MEMBER => "DEPENDENT_MISMATCH", 400, "Appointment Owner is not a part of Service Members";
    /// A time at which the service is not to be had.
    SERVICE_UNAVAILABLE_THEN => "NOT_ALLOWED", 400, "Service is not available on the given time";
    /// An appointment in the past that is yet to come.
    SCHEDULED_IN_THE_PAST => "DEPENDENT_MISMATCH", 400, "Appointment cannot be scheduled for past dates";
    /// An appointment that is done before its end.
    COMPLETED_TOO_EARLY => "DEPENDENT_MISMATCH", 400, "Appointment cannot be marked as completed before the appointment ends";
    /// An appointment that is missed before its end.
    OVERDUE_TOO_EARLY => "DEPENDENT_MISMATCH", 400, "Appointment cannot be marked as overdue before the appointment ends";
    /// An appointment that is done without the job sheet that its service wants.
    JOB_SHEET_MISSING => "NOT_ALLOWED", 400, "Appointment cannot be marked as completed without creating the jobsheet";
    /// A job sheet of what is not done.
    JOB_SHEET_TOO_EARLY => "DEPENDENT_MISMATCH", 400, "Job Sheet can be created only for completed appointment";
    /// An appointment that is over or was called off, and is to take place another time (page of v7; the
    /// words are assumed).
    APPOINTMENT_SETTLED => "NOT_ALLOWED", 403, "Completed or Cancelled appointment cannot be rescheduled";
    /// One that is to have another status (page of v7; the words are assumed).
    APPOINTMENT_STATUS_SETTLED => "NOT_ALLOWED", 403, "Status of a Completed or Cancelled appointment cannot be changed";
    /// A reminder without a key.
    REMINDER_KEY_MISSING => "MANDATORY_NOT_FOUND", 400, "mandatory key missing";
    /// A reminder of another type or word. The message is Zoho's.
    REMINDER_INVALID => "INVALID_DATA", 400, "INVALID_DATA";
    /// A reminder of too many minutes, hours or days.
    REMINDER_RANGE => "INVALID_DATA", 400, "Please check whether the input values are correct";
    /// A history of an appointment that was never moved (page of v7; the words are assumed).
    NEVER_RESCHEDULED => "NOT_ALLOWED", 403, "the appointment is not rescheduled";
    /// A history that is longer than is kept (page of v7; the words are assumed).
    TOO_MUCH_HISTORY => "IN_REQUEST_LIMIT_EXCEEDED", 400, "only 20 rescheduled history records can be created for an appointment";
    /// Days of a service that are none of the list.
    AVAILABILITY_TYPE => "INVALID_DATA", 400, "The given Availability Type is not in picklist";
    /// A service that takes too long, or no time.
    SERVICE_DURATION => "INVALID_DATA", 400, "Duration value should not be greater than 24hrs or less than 5mins";
    /// A service that takes longer than it is to be had.
    SERVICE_TIMING => "DEPENDENT_MISMATCH", 400, "Duration does not satisfy the service timing";
    /// An end before the beginning.
    SERVICE_ENDS_FIRST => "DEPENDENT_MISMATCH", 400, "To value must be Greater than From value";
    /// A time of day that is none. The blank is Zoho's.
    SERVICE_TIME => "INVALID_DATA", 400, " The given custom time is invalid";
    /// A service that is to be had and is not, at once.
    SERVICE_AVAILABLE_UNTIL => "DEPENDENT_MISMATCH", 400, "When the service status is available,  either both Unavailable From and Unavailable Till must be null, or only Unavailable From can have a value.";
    /// A service that was not to be had.
    SERVICE_BACK_ALREADY => "DEPENDENT_MISMATCH", 400, "Unavailable Till must be greater than current Time.";
    /// A service that is not in use from a day to come.
    SERVICE_IN_USE_YET => "DEPENDENT_MISMATCH", 400, "Services status cannot be marked as Not In Use when Unavailable From falls after the current Date";
    /// A service whose days are over.
    SERVICE_ENDED => "DEPENDENT_MISMATCH", 400, "End Date of service availability falls before the current Date, so service cannot be marked as Available or Scheduled or Temporarily Unavailable";
    /// A section of a job sheet for a service without one.
    SERVICE_JOB_SHEET => "DEPENDENT_MISMATCH", 400, "Job_Sheet_Section__s can have value only when value of Job_Sheet_Required is Yes";
    /// Somebody who has not confirmed an invitation does a service.
    MEMBER_UNCONFIRMED => "INVALID_DATA", 400, "Members is not Confirmed";
    /// Somebody who is not active does a service.
    MEMBER_INACTIVE => "INVALID_DATA", 400, "Members is not Active";
    /// More active services than an org has.
    TOO_MANY_SERVICES => "LIMIT_EXCEEDED", 400, "You cannot create more than 500 active services";
}
