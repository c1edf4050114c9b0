//! The layout that a record names: what it makes mandatory, and what it leaves out.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::draft::{Draft, RecordInput};
use super::problem::Problem;
use super::reader::{Mode, RecordReader};
use crate::error::{ApiError, Code};
use crate::schema::{DataType, Field, Layout};
use crate::store::Record;
use crate::value::Value;

/// The key of a record's layout.
const KEY: &str = "Layout";

impl<'a> RecordReader<'a> {
    /// The layout that a record names by an id, in an object or bare. Seeds say what they mean
    /// without one.
    ///
    /// # Errors
    /// An id that is none, or that no layout of the module has.
    pub(super) fn named_layout(
        &self,
        input: &RecordInput<'_>,
    ) -> Result<Option<&'a Layout>, ApiError> {
        if self.mode == Mode::Seed || self.module.layouts.is_empty() {
            return Ok(None);
        }
        let given = match self.module.field(KEY) {
            Some(field) => {
                let mut fields = input.fields.iter();
                let found = fields.find(|(no, _)| *no == field.no);
                found.map(|(_, value)| *value)
            }
            None => input.other(KEY),
        };
        let id = match given.map_or(Ok(None), Self::reference) {
            Ok(Some(id)) => id,
            Ok(None) => return Ok(None),
            Err(problem) => return Err(self.layout_error(&problem)),
        };
        let found = self.module.layouts.iter().find(|layout| layout.id == id);
        found
            .map(Some)
            .ok_or_else(|| self.layout_error(&Problem::UnknownId))
    }

    /// The form of these errors is that of lookups (assumed).
    fn layout_error(&self, problem: &Problem) -> ApiError {
        match problem {
            Problem::MissingId => self.inner(Code::MANDATORY_NOT_FOUND.into(), KEY, "id"),
            Problem::Type(expected) => {
                let error = ApiError::new(Code::INVALID_DATA);
                self.error(error.with("expected_data_type", *expected), KEY)
            }
            _ if self.version.bad_lookup_names_the_id() => {
                self.inner(Code::UNKNOWN_ID.into(), KEY, "id")
            }
            _ => self.error(Code::INVALID_DATA.into(), KEY),
        }
    }

    /// Whether a layout leaves out a field that another layout of the module has. What is in no
    /// layout at all, such as the owner, belongs to every record.
    pub(super) fn is_left_out(&self, field: &Field, layout: Option<&Layout>) -> bool {
        layout.is_some_and(|layout| {
            !field.spec.system_mandatory
                && !layout.holds(field.no)
                && self
                    .module
                    .layouts
                    .iter()
                    .any(|other| other.holds(field.no))
        })
    }

    /// Whether a layout makes a field mandatory.
    pub(super) fn is_required(&self, field: &Field, layout: Option<&Layout>) -> bool {
        field.spec.required
            && layout.is_some_and(|layout| layout.holds(field.no))
            && self.may_set(field)
    }

    /// Whether a field that the record's layout makes mandatory has no value and gets none.
    pub(super) fn lacks(
        &self,
        field: &Field,
        value: Option<&Json>,
        existing: Option<&Record>,
    ) -> bool {
        match value {
            Some(value) => is_empty(value),
            None => match existing {
                Some(record) => record.get(field, self.module).is_null(),
                None => field.spec.default.is_none(),
            },
        }
    }

    /// Keeps the layout with the record, where the module has a field for it. False for any other
    /// field.
    pub(super) fn keep_layout(
        &self,
        field: &Field,
        layout: Option<&Layout>,
        draft: &mut Draft,
    ) -> bool {
        let (Some(layout), DataType::Layout) = (layout, field.spec.data_type) else {
            return false;
        };
        let kept = json!({"name": layout.name(), "id": layout.id.json()});
        draft.values.push((field.no, Value::Json(Arc::new(kept))));
        true
    }
}

/// Whether a value counts as none where one must be.
pub(super) fn is_empty(value: &Json) -> bool {
    value.is_null() || value.as_str() == Some("") || value.as_array().is_some_and(Vec::is_empty)
}
