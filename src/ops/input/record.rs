//! The reading of one record, field by field.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::draft::{Draft, RecordInput};
use super::layout::is_empty;
use super::problem::Problem;
use super::reader::{Mode, RecordReader};
use super::value::percent;
use crate::error::{ApiError, Code};
use crate::schema::dollar::dollar_no;
use crate::schema::{DataType, Field, FieldNo, Layout, Slot, Storage};
use crate::store::Record;
use crate::value::Value;

impl RecordReader<'_> {
    /// Reads a record. `existing` is the one it changes.
    ///
    /// # Errors
    /// All errors of the record, in the order of the fields.
    pub fn read(
        &self,
        json: &Map<String, Json>,
        existing: Option<&Record>,
    ) -> Result<Draft, Vec<ApiError>> {
        let mut input = RecordInput::default();
        for (key, value) in json {
            match self.field_named(key) {
                Some(field) => input.fields.push((field.no, value)),
                None => input.others.push((key, value)),
            }
        }
        self.read_input(&input, existing)
    }

    /// Reads a record whose fields are known. `existing` is the one it changes.
    ///
    /// # Errors
    /// All errors of the record, in the order of the fields.
    pub fn read_input(
        &self,
        input: &RecordInput<'_>,
        existing: Option<&Record>,
    ) -> Result<Draft, Vec<ApiError>> {
        let mut draft = Draft::default();
        draft.values.reserve(input.fields.len());
        let mut errors = Vec::new();
        let layout = self.named_layout(input).unwrap_or_else(|error| {
            errors.push(error);
            None
        });
        for (no, value) in self.expected(input, layout) {
            let field = self.module.field_at(no);
            if self.is_left_out(field, layout) || self.keep_layout(field, layout, &mut draft) {
                continue;
            }
            let missing = if self.is_required(field, layout) {
                self.lacks(field, value, existing)
            } else {
                self.is_missing(field, value, existing)
            };
            if missing {
                errors.push(self.error(Code::MANDATORY_NOT_FOUND.into(), self.wire_name(field)));
                continue;
            }
            match value {
                Some(value) if self.may_set(field) => {
                    if let Err(problem) = self.field(field, value, input, existing, &mut draft) {
                        self.report(field, problem, &mut errors);
                    }
                }
                Some(_) => {}
                None if self.mode != Mode::Update => self.default(field, &mut draft),
                None => {}
            }
        }
        self.check_pipeline(input, &mut errors);
        for (key, value) in input.others.iter().filter(|(key, _)| key.starts_with('$')) {
            self.dollar(key, value, &mut draft);
        }
        if errors.is_empty() {
            Ok(draft)
        } else {
            Err(errors)
        }
    }

    /// The fields to look at, in their order, each with its value in the record: those that the
    /// record names, and those that must be there or have a default.
    fn expected<'j>(
        &self,
        input: &RecordInput<'j>,
        layout: Option<&Layout>,
    ) -> Vec<(FieldNo, Option<&'j Json>)> {
        let expected = &self.module.expected;
        let mut fields = Vec::with_capacity(input.fields.len() + expected.len());
        fields.extend(input.fields.iter().map(|(no, value)| (*no, Some(*value))));
        fields.extend(expected.iter().map(|no| (*no, None)));
        if layout.is_some() {
            let required = self.module.fields.iter();
            let required = required.filter(|field| self.is_required(field, layout));
            fields.extend(required.map(|field| (field.no, None)));
        }
        // what is named goes before what is only expected
        fields.sort_by_key(|(no, value)| (*no, value.is_none()));
        fields.dedup_by_key(|(no, _)| *no);
        fields
    }

    /// Whether a mandatory field is absent or empty.
    fn is_missing(&self, field: &Field, value: Option<&Json>, existing: Option<&Record>) -> bool {
        if !field.spec.system_mandatory || field.api_name() == "Product_Details" {
            return false;
        }
        match value {
            Some(value) => is_empty(value),
            None => existing.is_none() && self.mode != Mode::Update && field.spec.default.is_none(),
        }
    }

    pub(super) fn may_set(&self, field: &Field) -> bool {
        match self.mode {
            Mode::Seed => field.slot != Slot::Id && field.slot != Slot::FullName,
            Mode::Insert | Mode::Update => field.writable(),
        }
    }

    fn default(&self, field: &Field, draft: &mut Draft) {
        if let Some(default) = &field.spec.default
            && field.slot == Slot::Stored
            && !field.has_rows()
            && field.kind != Storage::Tags
            && let Ok(value) = self.plain(field, default)
        {
            draft.values.push((field.no, value));
        }
    }

    /// Keeps the value of a `$` key with the record. Outside of seeds that is done for
    /// `$line_tax` and `$send_notification` alone; the others are ignored.
    fn dollar(&self, key: &str, value: &Json, draft: &mut Draft) {
        if self.mode == Mode::Seed && key == "$converted" {
            draft.system.converted = value == true;
        }
        let kept = self.mode == Mode::Seed && !matches!(key, "$se_module" | "$converted")
            || matches!(key, "$line_tax" | "$send_notification");
        if let (true, Some(no)) = (kept, dollar_no(self.module, key)) {
            draft
                .values
                .push((no, Value::Json(Arc::new(value.clone()))));
        }
    }

    /// Reads the value of a field into the draft.
    fn field(
        &self,
        field: &Field,
        value: &Json,
        input: &RecordInput<'_>,
        existing: Option<&Record>,
        draft: &mut Draft,
    ) -> Result<(), Problem> {
        match field.slot {
            Slot::Owner => draft.owner = self.user(value)?,
            Slot::CreatedBy => draft.system.created_by = self.user(value)?,
            Slot::ModifiedBy => draft.system.modified_by = self.user(value)?,
            Slot::CreatedTime => draft.system.created_time = self.instant(value)?,
            Slot::ModifiedTime => draft.system.modified_time = self.instant(value)?,
            Slot::Converted => draft.system.converted = value == true,
            Slot::Id | Slot::FullName => {}
            Slot::Stored => self.stored(field, value, input, existing, draft)?,
        }
        Ok(())
    }

    fn stored(
        &self,
        field: &Field,
        value: &Json,
        input: &RecordInput<'_>,
        existing: Option<&Record>,
        draft: &mut Draft,
    ) -> Result<(), Problem> {
        let by_name = account_name(field, value);
        let percent = if field.api_name() == "Discount" {
            percent(value)
        } else {
            None
        };
        let value = match (&field.kind, by_name, percent) {
            (Storage::Tags, ..) => {
                draft.tags = Some(self.tags(field, value)?);
                return Ok(());
            }
            (Storage::Rows(Some(rows)), ..) => {
                let rows = self.rows(field, *rows, value, existing)?;
                draft.rows.push((field.no, rows));
                return Ok(());
            }
            (Storage::Links(linked), ..) => {
                let rows = self.links(field, *linked, value, existing)?;
                draft.rows.push((field.no, rows));
                return Ok(());
            }
            (Storage::Lookup(Some(_)), Some(name), _) => {
                draft.account = Some((field.no, name.into()));
                return Ok(());
            }
            (Storage::Double, _, Some(percent)) => {
                draft.discount_percent = Some(percent);
                return Ok(());
            }
            (Storage::Lookup(None), ..) if self.is_note_parent(field) => {
                self.note_parent(value, input, field, existing)?
            }
            (Storage::Lookup(None), ..) => self.open_lookup(field, value, input, existing)?,
            (Storage::Files, ..) => {
                let held = existing.and_then(|record| record.stored(field.no));
                self.files(field, value, held.map_or(&[], Value::files))?
            }
            (Storage::Text, ..) if field.spec.data_type == DataType::ProfileImage => {
                self.photo(value, existing.and_then(|record| record.stored(field.no)))?
            }
            _ => self.plain(field, value)?,
        };
        draft.values.push((field.no, value));
        Ok(())
    }
}

/// The name in a lookup of an account that has no id: an account of that name is found or made
/// (recorded).
fn account_name<'j>(field: &Field, value: &'j Json) -> Option<&'j str> {
    let name = value.as_object()?.get("name").and_then(Json::as_str)?;
    let by_name = field.api_name() == "Account_Name" && value.get("id").is_none();
    (by_name && !name.is_empty()).then_some(name)
}
