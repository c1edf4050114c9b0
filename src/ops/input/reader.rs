//! What records are read for, and by which names their fields go.

use std::fmt;

use crate::schema::{Field, Module};
use crate::store::OrgState;
use crate::version::ApiVersion;

/// The JSON path of a record in the body. Most records are right, and nobody asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordPath {
    /// An item of `data`, or the record under a key of it (`Deals` of a conversion).
    Item {
        /// Its position.
        index: usize,
        /// The key.
        key: Option<&'static str>,
    },
    /// Any other, spelt out.
    Of(String),
}

impl fmt::Display for RecordPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item { index, key: None } => write!(f, "$.data[{index}]"),
            Self::Item {
                index,
                key: Some(key),
            } => write!(f, "$.data[{index}].{key}"),
            Self::Of(path) => f.write_str(path),
        }
    }
}

/// Why a record is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is a new record: mandatory fields must be there, defaults are filled in.
    Insert,
    /// It is a change: fields that are absent stay as they are.
    Update,
    /// It is a record of a seed: a new one, but system and read-only fields may be set.
    Seed,
}

/// Reads records of one module.
pub struct RecordReader<'a> {
    /// The state that lookups are checked against.
    pub state: &'a OrgState,
    /// The module.
    pub module: &'a Module,
    /// The version, which decides about names of fields and details of errors.
    pub version: ApiVersion,
    /// Why records are read.
    pub mode: Mode,
    /// Where the record stands in the body.
    pub path: RecordPath,
}

impl RecordReader<'_> {
    /// The field that a key of a record means.
    #[must_use]
    pub fn field_named(&self, key: &str) -> Option<&Field> {
        let items = self.module.line_items();
        match key {
            // another name of the line items, which only v2 knows
            "Product_Details" if items.is_some() => items.filter(|f| self.wire_name(f) == key),
            // written under this name in Zoho's own sample
            "Outbound_Call_Status" => self.module.field("Outgoing_Call_Status"),
            name => self
                .module
                .field(name)
                .filter(|f| self.wire_name(f) == name),
        }
    }

    /// The name under which this version knows a field.
    pub(in crate::ops) fn wire_name<'f>(&self, field: &'f Field) -> &'f str {
        let items = self.module.line_items();
        if self.version.has_product_details()
            && self.mode != Mode::Seed
            && items.is_some_and(|i| i.no == field.no)
        {
            "Product_Details"
        } else {
            field.api_name()
        }
    }
}
