//! The ranges of a price book.

use serde_json::{Map, Value as Json};

use super::PendingRecord;
use crate::error::{ApiError, Code};
use crate::ops::input::{Mode, RecordReader, RowPath};
use crate::value::Value;

impl PendingRecord<'_> {
    /// Checks the ranges of a price book. From v2.1 on a change keeps those that it does not
    /// mention, as subforms do; in v2 it replaces them (assumed).
    pub(super) fn ranges(&mut self, reader: &RecordReader<'_>) -> Result<(), Vec<ApiError>> {
        let Some(field) = self.module.field("Pricing_Details") else {
            return Ok(());
        };
        let Some(Value::Json(given)) = self.draft.value(field.no) else {
            return Ok(());
        };
        let given = given.as_array().cloned().unwrap_or_default();
        let before = match self.before.and_then(|record| record.stored(field.no)) {
            Some(Value::Json(before)) => before.as_array().cloned().unwrap_or_default(),
            _ => Vec::new(),
        };
        let merges = reader.version.ranges_are_merged();
        let mut ranges = if merges { before.clone() } else { Vec::new() };
        let mut errors = Vec::new();
        for (index, item) in given.iter().enumerate() {
            let path = RowPath::new(reader, field, index);
            let Some(item) = item.as_object() else {
                let error = ApiError::new(Code::INVALID_DATA);
                let error = error.with("expected_data_type", "jsonobject");
                errors.push(reader.error(error, field.api_name()));
                continue;
            };
            let id = item.get("id").filter(|id| !id.is_null());
            let named = |range: &Json| id.is_some() && range.get("id") == id;
            if id.is_some() && reader.mode != Mode::Seed && !before.iter().any(named) {
                errors.push(path.error(Code::UNKNOWN_ID.into(), "id"));
                continue;
            }
            if item.contains_key("_delete") {
                ranges.retain(|range| !named(range));
                continue;
            }
            if let Err(error) = check(item, id.is_none(), &path) {
                errors.push(error);
                continue;
            }
            match ranges.iter_mut().find(|range| named(range)) {
                Some(Json::Object(range)) => range.extend(item.clone()),
                _ => ranges.push(item.clone().into()),
            }
        }
        if errors.is_empty() && ranges.is_empty() && field.spec.system_mandatory {
            let error = Code::MANDATORY_NOT_FOUND.into();
            errors.push(reader.error(error, field.api_name()));
        }
        if errors.is_empty() {
            self.draft
                .set(field.no, Value::Json(Json::Array(ranges).into()));
            Ok(())
        } else {
            Err(errors)
        }
    }
}

/// A range is made of numbers; a new one has both its ends.
fn check(item: &Map<String, Json>, new: bool, path: &RowPath<'_>) -> Result<(), ApiError> {
    for key in ["from_range", "to_range", "discount"] {
        match item.get(key).filter(|value| !value.is_null()) {
            Some(value) if !value.is_number() => {
                let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "double");
                return Err(path.error(error, key));
            }
            None if new && key != "discount" => {
                return Err(path.error(Code::MANDATORY_NOT_FOUND.into(), key));
            }
            _ => {}
        }
    }
    Ok(())
}
