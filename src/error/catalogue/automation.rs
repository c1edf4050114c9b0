//! Scoring rules and cadences.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A rule of people without conditions on fields or signals (v8 description).
    SCORING_RULES_EXPECTED => "EXPECTED_FIELD_MISSING", 400, "field_rules or signal_rules is expected";
    /// A rule of others without conditions on fields (v8 description).
    FIELD_RULES_EXPECTED => "EXPECTED_FIELD_MISSING", 400, "Field_Rules is expected";
    /// The same criteria twice in a rule (v8 description).
    CRITERIA_GIVEN_TWICE => "ALREADY_USED", 400, "The criteria is already given in the same rule under different index";
    /// Criteria that a rule has already (v8 description).
    CRITERIA_KNOWN => "DUPLICATE_DATA", 400, "The criteria is already available in the rule";
    /// A value of another type (v8 description).
    AUTOMATION_TYPE => "INVALID_DATA", 400, "Invalid data type";
    /// A part of a rule that it does not have (v8 description).
    RULE_PART_UNKNOWN => "INVALID_DATA", 400, "The id given seems to be invalid";
    /// A signal without an id (v8 description).
    SIGNAL_INVALID => "INVALID_DATA", 400, "Invalid or Unsupported signal id";
    /// A run of rules and of a layout at once (v7 page).
    SCORING_RUN_AMBIGUOUS => "AMBIGUITY_DURING_PROCESSING", 400, "Ambiguity while processing the request";
    /// A run of a rule or layout that is not there (v7 page).
    SCORING_RUN_UNKNOWN => "INVALID_DATA", 400, "Scoring Rule Id or Layout Id seems to be invalid";
    /// A run of a rule of another module (v7 page).
    SCORING_RUN_OTHER_MODULE => "INVALID_DATA", 400, "Given ID does not belong the specified module";
    /// A run of too many rules (v7 page).
    SCORING_RUN_TOO_MANY => "INVALID_DATA", 400, "More than 5 active scoring rules are given for execution";
    /// A run in a module without rules (v7 page).
    SCORING_RUN_OF_NOTHING => "CANNOT_PERFORM_ACTION", 400, "The specified module has no Scoring Rules for any layout";
    /// A run while another one is not done yet.
    SCORING_RUN_SCHEDULED => "ALREADY_SCHEDULED", 400, "Scoring rules are already scheduled to run for the module";
    /// Cadences of a module that is not there (v8 description).
    CADENCE_MODULE => "INVALID_DATA", 400, "the given module doesn't exist";
    /// No cadences (v7 page).
    CADENCES_MISSING => "MANDATORY_NOT_FOUND", 400, "Cadences ids not found";
    /// Cadences that are no list (v7 page).
    CADENCES_TYPE => "INVALID_DATA", 400, "Cadences ids not found";
    /// Too many cadences (v7 page).
    TOO_MANY_CADENCES => "LIMIT_EXCEEDED", 400, "Limit Exceeded, You cannot give more than 5 cadences ids";
    /// A cadence that is not there, or of another module (v7 page).
    CADENCE_UNKNOWN => "INVALID_DATA", 400, "the given id seems to be invalid";
    /// A cadence that takes its records from a view (v7 page).
    CADENCE_NOT_MANUAL => "NOT_ALLOWED", 400, "id given is not manual enrollment cadence";
    /// No records (v7 page).
    ENROLLED_IDS_MISSING => "MANDATORY_NOT_FOUND", 400, "Record ids not found";
    /// Records that are no list (v7 page).
    ENROLLED_IDS_TYPE => "INVALID_DATA", 400, "Record ids not found";
    /// Too many records (v7 page).
    TOO_MANY_ENROLLED => "LIMIT_EXCEEDED", 400, "Limit Exceeded, You cannot give more than 100 record ids";
    /// A record that is not there (v7 page).
    ENROLLED_ID_UNKNOWN => "INVALID_DATA", 400, "given id seems to be invalid";
}
