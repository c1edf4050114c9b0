//! Notifications.

use super::row::{Code, Row, codes, documented};

codes! {
    /// No channel of that number (recorded v8).
    NOT_SUBSCRIBED => "NOT_SUBSCRIBED", 400, "Not subscribed for actions-watch of the given channel";
    /// A channel that does not watch the module (tables of the SDKs).
    MODULE_NOT_SUBSCRIBED => "NOT_SUBSCRIBED", 400, "Not subscribed for actions-watch of the given module/channel";
    /// More channels than a user can have. The code is of the tables of v2, the rest is assumed.
    CHANNEL_LIMIT => "LIMIT_EXCEEDED", 400, "channel limit exceeded";
    /// A module of a condition without name and id (v8 description).
    CONDITION_MODULE_MISSING => "EXPECTED_FIELD_MISSING", 400, "Specify atleast one field";
    /// A module of a condition whose name and id are those of two modules (v8 description).
    CONDITION_MODULE_AMBIGUOUS => "AMBIGUITY_DURING_PROCESSING", 400, "AMBIGUITY_DURING_PROCESSING";
    /// A condition without what its type asks for (v8 description).
    CONDITION_INCOMPLETE => "DEPENDENT_FIELD_MISSING", 400, "DEPENDENT_FIELD_MISSING";
}
