//! Data types of fields, and what each means for values, search and metadata.
//!
//! A data type is one row of the table below. Everything that depends on the type alone is a
//! column of it, so that a type cannot be half there.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::value::email::is_email;
use crate::value::phone::is_phone;
use crate::value::website::is_website;

/// The JSON type that a field's value has on the wire (`json_type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are Zoho's")]
pub enum JsonType {
    String,
    Integer,
    Double,
    Boolean,
    JsonObject,
    JsonArray,
}

impl JsonType {
    /// The word of the metadata.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Double => "double",
            Self::Boolean => "boolean",
            Self::JsonObject => "jsonobject",
            Self::JsonArray => "jsonarray",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [
            Self::String,
            Self::Integer,
            Self::Double,
            Self::Boolean,
            Self::JsonObject,
            Self::JsonArray,
        ]
        .into_iter()
        .find(|t| t.as_str() == text)
    }
}

/// What the values of a data type are to the store, before the field itself is known: its lookup,
/// its rows and what it returns make a [`Storage`](super::field::Storage) of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueClass {
    /// Text.
    Text,
    /// One value of a list.
    Picklist,
    /// Several values of a list.
    MultiPicklist,
    /// A whole number.
    Integer,
    /// A whole number that is a string on the wire.
    BigInt,
    /// A number with decimals.
    Double,
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// A record.
    Lookup,
    /// A user.
    User,
    /// Rows of a subform.
    Rows,
    /// Rows that point to records or users.
    Links,
    /// By the type that a formula or a roll-up returns.
    Computed,
    /// Files.
    Files,
    /// JSON that is kept as it came.
    Raw,
}

/// Every flag letter of [`FieldSpec::flags`](super::spec::FieldSpec::flags).
const ALL_FLAGS: &str = "msfobw";

macro_rules! data_types {
    ($($name:ident, $word:literal, $json:ident, $class:ident, $ui:literal, $length:expr, $decimals:expr, $flags:expr;)*) => {
        /// A field's `data_type`, in Zoho's own words.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "the names are Zoho's")]
        pub enum DataType {
            $($name,)*
        }

        impl DataType {
            /// Every type.
            pub const ALL: [Self; [$($word,)*].len()] = [$(Self::$name,)*];

            /// The word of the metadata (`data_type`).
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The usual `json_type`.
            #[must_use]
            pub const fn json_type(self) -> JsonType {
                match self { $(Self::$name => JsonType::$json,)* }
            }

            /// What its values are to the store.
            #[must_use]
            pub const fn class(self) -> ValueClass {
                match self { $(Self::$name => ValueClass::$class,)* }
            }

            /// `ui_type` and `length` of a field of this type that says nothing else.
            #[must_use]
            pub const fn ui_and_length(self) -> (u32, Option<u32>) {
                match self { $(Self::$name => ($ui, $length),)* }
            }

            /// Decimal places that a field of this type has when it says nothing else.
            #[must_use]
            pub const fn decimal_place(self) -> Option<u32> {
                match self { $(Self::$name => $decimals,)* }
            }

            /// The flag letters of a custom field of this type; see
            /// [`FieldSpec::flags`](super::spec::FieldSpec::flags).
            #[must_use]
            pub const fn flags(self) -> &'static str {
                match self { $(Self::$name => $flags,)* }
            }
        }
    };
}

// type, its word, json_type, class of values, ui_type, length, decimal places, flags of custom fields
data_types! {
    Text, "text", String, Text, 1, Some(255), None, ALL_FLAGS;
    Textarea, "textarea", String, Text, 3, Some(32_000), None, "sbw";
    Email, "email", String, Text, 25, Some(100), None, "sfobw";
    Phone, "phone", String, Text, 33, Some(30), None, ALL_FLAGS;
    Website, "website", String, Text, 21, Some(255), None, ALL_FLAGS;
    Picklist, "picklist", String, Picklist, 2, Some(120), None, ALL_FLAGS;
    MultiSelectPicklist, "multiselectpicklist", JsonArray, MultiPicklist, 100, Some(1000), None, ALL_FLAGS;
    Integer, "integer", Integer, Integer, 32, Some(9), None, ALL_FLAGS;
    BigInt, "bigint", String, BigInt, 52, Some(18), None, ALL_FLAGS;
    Double, "double", Double, Double, 38, Some(16), Some(2), ALL_FLAGS;
    Percent, "percent", Double, Double, 34, Some(5), Some(2), ALL_FLAGS;
    Currency, "currency", Double, Double, 36, Some(16), Some(2), ALL_FLAGS;
    Boolean, "boolean", Boolean, Boolean, 301, Some(5), None, ALL_FLAGS;
    Date, "date", String, Date, 24, Some(20), None, ALL_FLAGS;
    DateTime, "datetime", String, DateTime, 333, Some(120), None, "sfobw";
    Lookup, "lookup", JsonObject, Lookup, 133, Some(120), None, "sfobw";
    OwnerLookup, "ownerlookup", JsonObject, User, 8, Some(120), None, ALL_FLAGS;
    UserLookup, "userlookup", JsonObject, User, 221, Some(50), None, ALL_FLAGS;
    MultiSelectLookup, "multiselectlookup", JsonArray, Links, 444, Some(200), None, ALL_FLAGS;
    MultiUserLookup, "multiuserlookup", JsonArray, Links, 445, Some(50), None, ALL_FLAGS;
    MultiModuleLookup, "multi_module_lookup", JsonObject, Lookup, 132, Some(120), None, ALL_FLAGS;
    AutoNumber, "autonumber", String, Text, 52, Some(255), None, ALL_FLAGS;
    Formula, "formula", Double, Computed, 116, Some(16), None, ALL_FLAGS;
    RollupSummary, "rollup_summary", Double, Computed, 118, Some(9), None, ALL_FLAGS;
    Subform, "subform", JsonArray, Rows, 500, None, None, "w";
    FileUpload, "fileupload", JsonArray, Files, 555, Some(1), None, "w";
    ImageUpload, "imageupload", JsonArray, Files, 556, Some(10), None, "w";
    ProfileImage, "profileimage", String, Text, 66, Some(255), None, ALL_FLAGS;
    Layout, "layout", JsonObject, Raw, 208, Some(50), None, ALL_FLAGS;
    Territories, "territories", JsonArray, Raw, 999, Some(120), None, ALL_FLAGS;
    LineTax, "linetax", JsonArray, Raw, 1, None, None, ALL_FLAGS;
    TimeRange, "time_range", JsonArray, Raw, 1, None, None, "w";
    MultiReminder, "multireminder", JsonArray, Raw, 104, Some(100), None, ALL_FLAGS;
    EventReminder, "event_reminder", JsonArray, Raw, 104, Some(100), None, ALL_FLAGS;
    Alarm, "ALARM", JsonObject, Raw, 104, Some(100), None, ALL_FLAGS;
    RRule, "RRULE", JsonObject, Raw, 123, Some(100), None, ALL_FLAGS;
    Module, "module", String, Text, 2, Some(120), None, ALL_FLAGS;
}

impl Default for DataType {
    /// What a field is that says nothing.
    fn default() -> Self {
        Self::Text
    }
}

impl DataType {
    /// Reads the word of the metadata, without regard to case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|t| t.as_str().eq_ignore_ascii_case(text))
    }

    /// Whether the type came after v2, whose clients do not know it (SDK tables).
    #[must_use]
    pub const fn is_later(self) -> bool {
        matches!(
            self,
            Self::MultiModuleLookup
                | Self::Territories
                | Self::RollupSummary
                | Self::LineTax
                | Self::Layout
                | Self::Module
                | Self::EventReminder
        )
    }

    /// Whether a field of the type can hold a text: an address, a number, or any.
    #[must_use]
    pub fn holds(self, text: &str) -> bool {
        match self {
            Self::Email => is_email(text),
            Self::Phone => is_phone(text),
            Self::Website => is_website(text),
            _ => true,
        }
    }

    /// Whether values are computed by the service and never written by a client.
    #[must_use]
    pub const fn is_computed(self) -> bool {
        matches!(self, Self::Formula | Self::RollupSummary | Self::AutoNumber)
    }
}

impl<'de> Deserialize<'de> for DataType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format_args!("unknown data_type `{text}`")))
    }
}

impl<'de> Deserialize<'de> for JsonType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format_args!("unknown json_type `{text}`")))
    }
}
