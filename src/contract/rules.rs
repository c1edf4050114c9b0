//! The rules: every id, severity and advice.

use crate::runtime::violation::{Severity, Violation};

/// A rule of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id: a family and a name.
    pub id: &'static str,
    /// How bad it is to break it.
    pub severity: Severity,
    /// What breaks it, in a sentence.
    pub summary: &'static str,
    /// What to do, in a sentence.
    pub advice: &'static str,
}

impl Rule {
    /// A violation of the rule.
    #[must_use]
    pub fn broken(&self, path: impl Into<String>, message: impl Into<String>) -> Violation {
        Violation {
            rule: self.id,
            severity: self.severity,
            path: path.into(),
            message: message.into(),
            advice: self.advice,
        }
    }
}

/// The rule with an id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

macro_rules! rules {
    ($($name:ident => $id:literal, $severity:ident, $summary:literal, $advice:literal;)*) => {
        $(
            #[doc = $summary]
            pub(super) const $name: Rule = Rule {
                id: $id,
                severity: Severity::$severity,
                summary: $summary,
                advice: $advice,
            };
        )*

        /// Every rule.
        pub const RULES: &[Rule] = &[$($name,)*];
    };
}

rules! {
    // the path
    UNKNOWN_OPERATION => "path.unknown_operation", Error,
        "No operation has this path.",
        "Compare the path, segment by segment, with the documentation of the version.";
    WRONG_METHOD => "path.wrong_method", Error,
        "The path exists, but not with this method.",
        "Send the request with a method that the path has.";
    OTHER_VERSION => "path.other_version", Error,
        "The operation exists, but not in this version.",
        "Call a version that has the operation, or do without it.";
    UNKNOWN_VERSION => "path.unknown_version", Error,
        "There is no such version of the API.",
        "Put a version into the path as it is spelt there: v2, v2.1, v3 … v8.";
    EMPTY_SEGMENT => "path.empty_segment", Error,
        "The path has a segment without anything in it.",
        "Look for a variable that was empty when the path was put together, or a slash too many.";
    TRAILING_SLASH => "path.trailing_slash", Warning,
        "The path ends with a slash.",
        "Leave out the last slash.";
    PATH_ID => "path.id", Error,
        "What stands where an id belongs is no number.",
        "Put an id there as answers give it: a string of digits.";
    UNKNOWN_MODULE => "module.unknown", Error,
        "The org has no such module, or none whose records this version reaches.",
        "Take the API name from GET /settings/modules.";
    MODULE_NAME => "module.name", Error,
        "A module is called by its label, or in other letters than its API name has.",
        "Use the API name from GET /settings/modules, letter for letter.";

    // the request as a whole
    HOST => "request.host", Error,
        "The host is not the one that serves the operation.",
        "Send API calls to the api_domain of the token's answer, and OAuth calls to the accounts \
         server.";
    METHOD_OVERRIDE => "request.method_override", Error,
        "Another method is asked for by a header or parameter, which Zoho does not look at.",
        "Send the request with the method that is meant.";
    BODY_UNUSED => "request.body_unused", Warning,
        "The request has a body that the operation does not read.",
        "Leave out the body; what it says belongs into the query.";
    BODY_MISSING => "request.body_missing", Error,
        "The operation reads a body, and there is none.",
        "Send a JSON object.";
    NO_FILE => "request.no_file", Error,
        "The form has no file in a part that the operation reads.",
        "Send each file as a part \"file\" of multipart/form-data, with its name.";
    BODY_NOT_JSON => "request.body_not_json", Error,
        "The body is no JSON object.",
        "Send a JSON object, encoded as UTF-8, without anything before or after it.";
    BODY_TOO_LARGE => "request.body_too_large", Error,
        "The body is larger than the service takes.",
        "Send fewer records in a call, or use bulk write.";
    CONTENT_TYPE => "request.content_type", Info,
        "A JSON body comes under another media type, or under none.",
        "Send Content-Type: application/json.";

    // who calls
    NO_TOKEN => "auth.missing", Error,
        "The request has no token.",
        "Send the header Authorization: Zoho-oauthtoken, and the access token behind it.";
    BEARER => "auth.scheme", Warning,
        "The token comes under the scheme Bearer, which not every path of Zoho's takes.",
        "Write Zoho-oauthtoken before the token.";
    UNKNOWN_SCHEME => "auth.unknown_scheme", Error,
        "The Authorization header has no scheme that Zoho takes.",
        "Write Zoho-oauthtoken and a blank before the token.";
    TOKEN_MISPLACED => "auth.token_misplaced", Error,
        "A token or secret stands in the query or body, where Zoho does not look and logs do.",
        "Send the token in the Authorization header alone, and revoke this one.";
    TOKEN_IN_PATH => "auth.token_in_path", Error,
        "A token stands in the path, where every log keeps it.",
        "Send the token in the Authorization header alone, and revoke this one.";

    // headers
    HEADER_DATE => "headers.date", Error,
        "A header with a time is not in the form that Zoho reads, and is ignored.",
        "Write the time as 2026-11-16T09:00:00+01:00: ISO 8601, to the second, with an offset.";
    HEADER_EXTERNAL => "headers.x_external", Error,
        "X-EXTERNAL names no field of the module in the path.",
        "Write it as Module.Field, with the API names of the module in the path and of the \
         external field, or as Module.Lookup.Field; commas separate several.";

    // parameters
    UNKNOWN_PARAM => "query.unknown_param", Error,
        "The operation has no such parameter, and ignores it.",
        "Leave it out, or spell it as the documentation of the operation does.";
    PARAM_OF_OTHER_VERSION => "query.param_of_other_version", Error,
        "The operation has the parameter in other versions, and ignores it in this one.",
        "Call a version that has the parameter, or do without it.";
    REPEATED_PARAM => "query.repeated_param", Warning,
        "A parameter is given more than once; the first one counts.",
        "Give it once, with its values separated by commas where it takes several.";
    EMPTY_PARAM => "query.empty_param", Info,
        "A parameter without a value counts as absent.",
        "Leave it out where there is nothing to say.";
    MISSING_PARAM => "query.missing_param", Error,
        "A parameter that the operation requires is missing.",
        "Give the parameter; in v3 and later a list of records says which fields it wants.";
    PARAM_VALUE => "query.value", Error,
        "The value of a parameter is not of its form, or none of its words.",
        "Give a value of the documented form.";
    VALUE_CASE => "query.value_case", Warning,
        "A word is written in other letters than the documentation has it.",
        "Write the word as it is documented.";
    WITHOUT_EFFECT => "query.without_effect", Info,
        "A parameter says nothing about records of this module.",
        "Leave it out for modules that it does not concern.";
    EXCLUSIVE_PARAMS => "query.exclusive_params", Error,
        "Parameters that exclude each other: the call is refused, or all but one are ignored.",
        "Give one of them.";
    PER_PAGE => "query.per_page", Error,
        "A page has 200 records at most; more are silently not given.",
        "Ask for 200 at most, and for further pages while info.more_records is true.";
    PAGE_DEPTH => "query.page_depth", Error,
        "More than 2,000 records cannot be reached by page.",
        "Go on with page_token from info.next_page_token; a search has to be narrowed down.";
    UNKNOWN_FIELD => "query.unknown_field", Error,
        "The module has no such field, and the parameter that names it is ignored or refused.",
        "Take API names from GET /settings/fields.";
    FIELD_LABEL => "query.field_label", Error,
        "A field is called by its label, or in other letters than its API name has.",
        "Use the API name from GET /settings/fields, letter for letter.";
    DUPLICATE_FIELD => "query.duplicate_field", Warning,
        "A field is named twice.",
        "Name every field once.";
    TOO_MANY_FIELDS => "query.too_many_fields", Error,
        "A call takes 50 fields at most.",
        "Ask for the fields that are used, in several calls if they are more.";
    TOO_MANY_IDS => "query.too_many_ids", Error,
        "A call takes 100 ids at most.",
        "Send the ids in several calls.";
    UNENCODED_PLUS => "query.unencoded_plus", Error,
        "The plus of an offset was not encoded, and has arrived as a blank.",
        "Encode the value of a parameter as a whole: + is %2B.";
    TIME_FORM => "query.time_form", Warning,
        "A time is not quite in the documented form.",
        "Write it as 2026-11-16T09:00:00+01:00: seconds, no fraction, an offset with a colon.";

    FIELD_OF_OTHER_VERSION => "field.other_version", Warning,
        "The metadata of this version does not list the field.",
        "Call a version that lists the field, or do without it.";

    // criteria
    CRITERIA_MALFORMED => "criteria.malformed", Error,
        "The criteria cannot be read.",
        "Write it as ((Field:operator:value)and(Field:operator:value)), and escape brackets and \
         commas in values with a backslash.";
    CRITERIA_FIELD => "criteria.field", Error,
        "The criteria names a field that the module does not have, or that cannot be searched.",
        "Use the API name of a searchable field from GET /settings/fields.";
    CRITERIA_OPERATOR => "criteria.operator", Error,
        "The field's type does not take the operator.",
        "Use an operator that the documentation lists for the type.";
    CRITERIA_UNDOCUMENTED_OPERATOR => "criteria.undocumented_operator", Warning,
        "The documentation of this version does not list the operator for the type.",
        "Call a newer version, or use an operator that is listed.";
    CRITERIA_VALUE => "criteria.value", Error,
        "A value of the criteria is not of the field's type.",
        "Write dates as 2026-11-16, times with an offset, lookups as ids, and booleans as true or \
         false.";
    CRITERIA_LIMIT => "criteria.limit", Error,
        "The criteria has more conditions or values than a search takes.",
        "Use fewer conditions, or COQL.";
    CRITERIA_DOUBLE_ENCODED => "criteria.double_encoded", Error,
        "The criteria is still encoded after it was decoded once.",
        "Encode the criteria once: give it in plain to a client that encodes by itself.";
    CRITERIA_UNESCAPED => "criteria.unescaped", Warning,
        "A comma in a value is not escaped.",
        "Put a backslash before brackets, commas and backslashes in values.";
    CRITERIA_QUOTED => "criteria.quoted_value", Warning,
        "A value stands in quotation marks, which become part of it.",
        "Write the value without quotation marks.";

    // bodies of writes
    UNKNOWN_KEY => "body.unknown_key", Error,
        "The operation has no such key beside the records, and ignores it.",
        "Leave it out, or spell it as the documentation does; fields belong into the records.";
    DATA => "body.data", Error,
        "The records are missing, no list, or none.",
        "Send them as a list of objects under the key that the operation reads.";
    TOO_MANY_RECORDS => "body.too_many_records", Error,
        "There are more items than a call takes.",
        "Send them in several calls.";
    TRIGGER => "body.trigger", Error,
        "trigger is no list of the words that it knows.",
        "Send a list of workflow, approval, blueprint, pathfinder and orchestration; an empty one \
         runs nothing.";
    REPEATED_ID => "body.repeated_id", Error,
        "Two records of one call have the same id; the last one wins.",
        "Put all changes to a record into one object.";
    SAME_RECORD => "body.same_record", Warning,
        "Two records of one call are alike in a field by which duplicates are found.",
        "Merge them before they are sent.";
    CHECK_FIELD_UNKNOWN => "upsert.unknown_check_field", Error,
        "duplicate_check_fields names a field that the module does not have.",
        "Use API names from GET /settings/fields.";
    CHECK_FIELD_NOT_UNIQUE => "upsert.check_field_not_unique", Warning,
        "duplicate_check_fields names a field that is neither unique nor the module's own.",
        "Mark the field as unique, or use the one by which the module finds duplicates.";

    // records
    RECORD_UNKNOWN_FIELD => "record.unknown_field", Error,
        "The module has no such field: the value is silently lost.",
        "Take API names from GET /settings/fields.";
    RECORD_LABEL => "record.label", Error,
        "A field is called by its label, or in other letters than its API name has: the value is \
         silently lost.",
        "Use the API name from GET /settings/fields, letter for letter.";
    RECORD_LINE_ITEMS => "record.line_items", Error,
        "The line items come under the name of another version: they are silently lost.",
        "Send them as Product_Details in v2, and as the subform of the module (Quoted_Items, \
         Ordered_Items, Purchase_Items, Invoiced_Items) later.";
    RECORD_READ_ONLY => "record.read_only_field", Warning,
        "A value is given to a field that the service sets itself: it is silently ignored.",
        "Send the fields that change, not the record as it was read.";
    RECORD_MANDATORY => "record.mandatory", Error,
        "A mandatory field is missing, null or empty.",
        "Give it a value; system_mandatory in GET /settings/fields tells which they are.";
    RECORD_WITHOUT_ID => "record.without_id", Error,
        "A record to update has no id.",
        "Put the id into the record.";
    VALUE_TYPE => "value.type", Error,
        "A value is of another type than its field: it is refused.",
        "Send what json_type and data_type of the field say.";
    VALUE_LENGTH => "value.length", Error,
        "A value is longer than its field.",
        "Cut it to the length of the field.";
    VALUE_TOLERATED => "value.tolerated", Warning,
        "A value is not in the documented form, but taken.",
        "Send the documented form.";
    VALUE_NUMBER_ID => "value.number_id", Info,
        "An id is a JSON number: beyond 2^53 many JSON libraries lose its last digits.",
        "Send ids as strings.";
    VALUE_ROUNDED_ID => "value.rounded_id", Error,
        "An id is a JSON number that has been rounded: nothing has it.",
        "Keep ids as strings from the answer to the request; a floating-point number has 53 bits.";
    VALUE_PICK_LIST => "value.not_in_pick_list", Warning,
        "The value is none of the picklist's, and is stored as given.",
        "Use a value of pick_list_values, or add it to the picklist.";
    VALUE_LOOKUP_NAME => "value.lookup_by_name", Error,
        "A lookup is given by name.",
        "Give it as {\"id\": …}; search for the id first.";
    VALUE_ACCOUNT_NAME => "value.account_by_name", Warning,
        "An account is given by name: if none has it, one is made.",
        "Give it as {\"id\": …} where the account is known.";
    VALUE_TIME_FORM => "value.time_form", Warning,
        "A time is not quite in the documented form.",
        "Write it as 2026-11-16T09:00:00+01:00: seconds, no fraction, an offset with a colon.";

    CREDENTIALS_IN_QUERY => "oauth.credentials_in_query", Info,
        "Credentials stand in the query, where logs keep them.",
        "Send the parameters as the form body of the request.";
    OAUTH_JSON => "oauth.json_body", Error,
        "The accounts server reads no JSON.",
        "Send the parameters as a form (application/x-www-form-urlencoded).";

    // answers
    REFUSED => "answer.refused", Warning,
        "The request was refused.",
        "Look at code and details of the answer; a request that is refused should not be sent.";
    FAULT => "answer.fault", Info,
        "The service could not answer, or asked for fewer calls.",
        "Wait, longer every time, and send the request again.";
    PARTIAL_FAILURE => "answer.partial_failure", Info,
        "Some records of the call were refused, others not.",
        "Look at the status of every item of the answer.";
    COQL => "coql.invalid", Error,
        "The query cannot be read, or asks for what there is not.",
        "Try the query against the fields of the modules that it names; COQL wants a where clause, \
         and brackets around pairs of conditions.";
    OAUTH_REFUSED => "oauth.refused", Error,
        "The accounts server gave no token, with status 200 and the key error.",
        "Look for the key error in every answer of the accounts server.";
    PAST_THE_END => "pages.past_the_end", Info,
        "A page past the last one was asked for.",
        "Stop when info.more_records is false.";

    // several requests
    SUPERSEDED => "version.superseded", Info,
        "The version is an old one.",
        "Move to the newest version.";
    REFRESH_TOO_OFTEN => "oauth.refresh_too_often", Warning,
        "A new access token is asked for while the last one is fresh.",
        "Keep an access token for the hour that it lives, and share it between processes; ten in \
         ten minutes are the limit.";
    TOO_MANY_TOKENS => "oauth.too_many_tokens", Warning,
        "A refresh token is used for the eleventh time in ten minutes, which Zoho refuses.",
        "Keep an access token for the hour that it lives, and share it between processes; wait \
         when the answer has the error Access Denied.";
    CONSENT_NOT_PROMPTED => "oauth.consent_not_prompted", Warning,
        "Offline access is asked for without prompt=consent: only a user's first consent gives a \
         refresh token then.",
        "Send prompt=consent with access_type=offline.";
    CODE_TWICE => "oauth.code_twice", Error,
        "A grant code is used a second time: it works once.",
        "Keep the refresh token that came for it, and use that from then on.";
    RETRY => "retry.without_backoff", Warning,
        "A request is sent again at once after the service was busy or failed.",
        "Wait a second before the first retry, and twice as long before each further one.";
    READS_ONE_BY_ONE => "reads.one_by_one", Info,
        "Many records are read in a call each.",
        "Read them with one list (ids takes 100), a search or COQL; every call costs a credit.";
    WRITES_ONE_BY_ONE => "writes.one_by_one", Info,
        "Many records are inserted in a call each.",
        "Insert up to 100 records with one call; every call costs a credit.";
    POLLING => "polls.unconditional", Info,
        "The same list is read again and again, changed or not.",
        "Send If-Modified-Since, which is answered with 304 while nothing changes.";
}
