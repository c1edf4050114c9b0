//! Data types of fields, and what each means for values, search and metadata.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A field's `data_type`, in Zoho's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "the names are Zoho's")]
pub enum DataType {
    #[default]
    Text,
    Textarea,
    Email,
    Phone,
    Website,
    Picklist,
    MultiSelectPicklist,
    Integer,
    BigInt,
    Double,
    Percent,
    Currency,
    Boolean,
    Date,
    DateTime,
    Lookup,
    OwnerLookup,
    UserLookup,
    MultiSelectLookup,
    MultiUserLookup,
    MultiModuleLookup,
    AutoNumber,
    Formula,
    RollupSummary,
    Subform,
    FileUpload,
    ImageUpload,
    ProfileImage,
    Layout,
    Territories,
    LineTax,
    MultiReminder,
    EventReminder,
    Alarm,
    RRule,
    Module,
}

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

impl DataType {
    /// Every type.
    pub const ALL: [Self; 36] = [
        Self::Text,
        Self::Textarea,
        Self::Email,
        Self::Phone,
        Self::Website,
        Self::Picklist,
        Self::MultiSelectPicklist,
        Self::Integer,
        Self::BigInt,
        Self::Double,
        Self::Percent,
        Self::Currency,
        Self::Boolean,
        Self::Date,
        Self::DateTime,
        Self::Lookup,
        Self::OwnerLookup,
        Self::UserLookup,
        Self::MultiSelectLookup,
        Self::MultiUserLookup,
        Self::MultiModuleLookup,
        Self::AutoNumber,
        Self::Formula,
        Self::RollupSummary,
        Self::Subform,
        Self::FileUpload,
        Self::ImageUpload,
        Self::ProfileImage,
        Self::Layout,
        Self::Territories,
        Self::LineTax,
        Self::MultiReminder,
        Self::EventReminder,
        Self::Alarm,
        Self::RRule,
        Self::Module,
    ];

    /// The word of the metadata (`data_type`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Textarea => "textarea",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Website => "website",
            Self::Picklist => "picklist",
            Self::MultiSelectPicklist => "multiselectpicklist",
            Self::Integer => "integer",
            Self::BigInt => "bigint",
            Self::Double => "double",
            Self::Percent => "percent",
            Self::Currency => "currency",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Lookup => "lookup",
            Self::OwnerLookup => "ownerlookup",
            Self::UserLookup => "userlookup",
            Self::MultiSelectLookup => "multiselectlookup",
            Self::MultiUserLookup => "multiuserlookup",
            Self::MultiModuleLookup => "multi_module_lookup",
            Self::AutoNumber => "autonumber",
            Self::Formula => "formula",
            Self::RollupSummary => "rollup_summary",
            Self::Subform => "subform",
            Self::FileUpload => "fileupload",
            Self::ImageUpload => "imageupload",
            Self::ProfileImage => "profileimage",
            Self::Layout => "layout",
            Self::Territories => "territories",
            Self::LineTax => "linetax",
            Self::MultiReminder => "multireminder",
            Self::EventReminder => "event_reminder",
            Self::Alarm => "ALARM",
            Self::RRule => "RRULE",
            Self::Module => "module",
        }
    }

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

    /// The usual `json_type`.
    #[must_use]
    pub const fn json_type(self) -> JsonType {
        match self {
            Self::Text
            | Self::Textarea
            | Self::Email
            | Self::Phone
            | Self::Website
            | Self::Picklist
            | Self::BigInt
            | Self::Date
            | Self::DateTime
            | Self::AutoNumber
            | Self::ProfileImage
            | Self::Module => JsonType::String,
            Self::Integer => JsonType::Integer,
            Self::Double | Self::Percent | Self::Currency | Self::Formula | Self::RollupSummary => {
                JsonType::Double
            }
            Self::Boolean => JsonType::Boolean,
            Self::Lookup
            | Self::OwnerLookup
            | Self::UserLookup
            | Self::MultiModuleLookup
            | Self::Layout
            | Self::Alarm
            | Self::RRule => JsonType::JsonObject,
            Self::MultiSelectPicklist
            | Self::MultiSelectLookup
            | Self::MultiUserLookup
            | Self::Subform
            | Self::FileUpload
            | Self::ImageUpload
            | Self::Territories
            | Self::LineTax
            | Self::MultiReminder
            | Self::EventReminder => JsonType::JsonArray,
        }
    }

    /// `ui_type` and `length` of a field of this type that says nothing else.
    #[must_use]
    pub const fn ui_and_length(self) -> (u32, Option<u32>) {
        match self {
            Self::Text => (1, Some(255)),
            Self::Textarea => (3, Some(32_000)),
            Self::Email => (25, Some(100)),
            Self::Phone => (33, Some(30)),
            Self::Website => (21, Some(255)),
            Self::Picklist | Self::Module => (2, Some(120)),
            Self::MultiSelectPicklist => (100, Some(1000)),
            Self::Integer => (32, Some(9)),
            Self::BigInt => (52, Some(18)),
            Self::Double => (38, Some(16)),
            Self::Percent => (34, Some(5)),
            Self::Currency => (36, Some(16)),
            Self::Boolean => (301, Some(5)),
            Self::Date => (24, Some(20)),
            Self::DateTime => (333, Some(120)),
            Self::Lookup => (133, Some(120)),
            Self::OwnerLookup => (8, Some(120)),
            Self::UserLookup => (221, Some(50)),
            Self::MultiSelectLookup => (444, Some(200)),
            Self::MultiUserLookup => (445, Some(50)),
            Self::MultiModuleLookup => (132, Some(120)),
            Self::AutoNumber => (52, Some(255)),
            Self::Formula => (116, Some(16)),
            Self::RollupSummary => (118, Some(9)),
            Self::Subform => (500, None),
            Self::FileUpload => (555, Some(1)),
            Self::ImageUpload => (556, Some(10)),
            Self::ProfileImage => (66, Some(255)),
            Self::Layout => (208, Some(50)),
            Self::Territories => (999, Some(120)),
            Self::LineTax => (1, None),
            Self::MultiReminder | Self::EventReminder | Self::Alarm => (104, Some(100)),
            Self::RRule => (123, Some(100)),
        }
    }

    /// Decimal places that a field of this type has when it says nothing else.
    #[must_use]
    pub const fn decimal_place(self) -> Option<u32> {
        match self {
            Self::Double | Self::Percent | Self::Currency => Some(2),
            _ => None,
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
