//! Fields: pages of v7 and v8 on custom fields, unless marked.

use super::row::{Code, Row, codes, documented};

codes! {
    /// A label that the service keeps for itself (reported by a client).
    FIELD_LABEL_RESERVED => "INVALID_DATA", 400, "System keyword not allowed in field label";
    /// A label with letters that labels do not have.
    FIELD_LABEL_SPECIAL => "INVALID_DATA", 400, "Special characters have been found in the field label";
    /// The label of a field that was not made by the org.
    FIELD_LABEL_FIXED => "NOT_ALLOWED", 400, "The field label for system-defined fields cannot be updated";
    /// A field that the service keeps.
    FIELD_FIXED => "NOT_ALLOWED", 400, "System-defined fields cannot be updated";
    /// An API name that the service keeps for itself.
    FIELD_NAME_RESERVED => "RESERVED_KEYWORD_NOT_ALLOWED", 400, "System-defined keywords not allowed in the API name";
    /// An API name that another field has (reported by a client).
    FIELD_NAME_TAKEN => "DUPLICATE_DATA", 400, "API NAME DUPLICATE";
    /// A length that the type does not have.
    FIELD_LENGTH => "DEPENDENT_MISMATCH", 400, "The given length value seems to be invalid";
    /// A value that does not go with another one.
    FIELD_DEPENDENT => "DEPENDENT_MISMATCH", 400, "The dependent fields seems to be invalid or missing";
    /// A key that the type needs.
    FIELD_DEPENDENT_MISSING => "DEPENDENT_FIELD_MISSING", 400, "One or more dependent fields are missing";
    /// A picklist without values.
    PICK_LIST_EXPECTED => "EXPECTED_DEPENDENT_FIELD_MISSING", 400, "Either global_picklist or picklist values is expected";
    /// A picklist with values of its own and those of a global one.
    PICK_LIST_AMBIGUITY => "AMBIGUITY_DURING_PROCESSING", 400, "Cannot provide both picklist options and global set";
    /// A value that a picklist keeps (assumed).
    PICK_VALUE_FIXED => "NOT_ALLOWED", 400, "The picklist option cannot be deleted";
    /// A module given by a name and the id of another one.
    LOOKUP_AMBIGUITY => "AMBIGUITY_DURING_PROCESSING", 400, "The ID given in the request body does not belong to the respective module";
    /// Another target for a lookup.
    LOOKUP_MODULE_FIXED => "NOT_ALLOWED", 400, "Lookup module cannot be updated";
    /// A type that filters do not take.
    FILTERABLE_NOT_ALLOWED => "NOT_ALLOWED", 400, "The filterable key is not allowed for the field datatype you create.";
    /// An external field where there may be none.
    EXTERNAL_NOT_ALLOWED => "NOT_ALLOWED", 400, "External field is not allowed for module Calls.";
    /// Another external attribute for a field that is there.
    EXTERNAL_FIXED => "NOT_ALLOWED", 400, "External attribute cannot be updated";
    /// A private field in an org without privacy settings.
    PRIVATE_NOT_ALLOWED => "NOT_ALLOWED", 400, "Private is not allowed";
    /// A health field in an org without privacy settings (assumed).
    HIPAA_NOT_ALLOWED => "NOT_ALLOWED", 400, "HIPAA compliance is not allowed";
    /// A type without unique values; its name follows (reported by a client).
    UNIQUE_NOT_SUPPORTED => "NOT_ALLOWED", 400, "unique is not supported for data type";
    /// A type that is not encrypted.
    CRYPT_NOT_SUPPORTED => "NOT_SUPPORTED", 403, "Encryptions is not supported for the requested data type";
    /// A property that stays as it was made (assumed).
    FIELD_PROPERTY_FIXED => "NOT_ALLOWED", 400, "The given property cannot be updated";
    /// Another type for a formula.
    FORMULA_TYPE_FIXED => "NOT_ALLOWED", 400, "Formula field does not support updating the return type";
    /// A formula that cannot be read (newer description of v8).
    FORMULA_SYNTAX => "SYNTAX_ERROR", 400, "Formula expression has syntax error";
    /// A formula whose brackets do not close (newer description of v8).
    FORMULA_BRACES => "MISSING_BRACES", 400, "Some of brace is missing in given expression";
    /// A formula of a field that there is not (newer description of v8; the message is assumed).
    FORMULA_FIELD => "PARTICIPATING_FIELD_NOT_FOUND", 400, "Participating field not found";
    /// What Zoho has and this server does not (newer description of v8; the message is assumed).
    FEATURE_NOT_SUPPORTED => "FEATURE_NOT_SUPPORTED", 400, "the feature is not supported";
    /// A field to delete that views, formulas or lookups need.
    FIELD_IN_USE => "NOT_ALLOWED", 400, "The custom field has already used in other places";
    /// A field to delete that was not made by the org.
    FIELD_NOT_CUSTOM => "NOT_ALLOWED", 400, "Only the custom fields can be deleted";
}
