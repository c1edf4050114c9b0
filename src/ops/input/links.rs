//! Rows of multi-select lookups, each of which points to a record or a user.

use serde_json::{Map, Value as Json};

use super::draft::RowDraft;
use super::problem::Problem;
use super::reader::RecordReader;
use super::rows::{RowPath, deletes, items_of, most_rows, row_id, stored_rows};
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::field::LINK;
use crate::schema::{Field, Linked};
use crate::store::Record;
use crate::value::Value;

impl RecordReader<'_> {
    /// Reads the rows of a multi-select lookup. `existing` is the record that is changed.
    pub(super) fn links(
        &self,
        field: &Field,
        linked: Linked,
        value: &Json,
        existing: Option<&Record>,
    ) -> Result<Vec<RowDraft>, Problem> {
        let items = items_of(value)?;
        let mut present: Vec<(Option<Id>, Value)> = stored_rows(existing, field)
            .iter()
            .map(|row| (Some(row.id), row.value(LINK).clone()))
            .collect();
        most_rows(self.module, field, items, present.len())?;
        let mut drafts = Vec::with_capacity(items.len());
        let mut errors = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let reader = LinkReader {
                record: self,
                field,
                linked,
                path: RowPath::new(self, field, index),
            };
            match reader.read(item, &mut present) {
                Ok(row) => drafts.push(row),
                Err(more) => errors.extend(more),
            }
        }
        if errors.is_empty() {
            Ok(drafts)
        } else {
            Err(Problem::Inner(errors))
        }
    }
}

/// Reads one row.
struct LinkReader<'a> {
    record: &'a RecordReader<'a>,
    field: &'a Field,
    linked: Linked,
    path: RowPath<'a>,
}

impl LinkReader<'_> {
    /// Reads the row. `present` are those that the record has by then: ids, and what they point to.
    fn read(
        &self,
        item: &Json,
        present: &mut Vec<(Option<Id>, Value)>,
    ) -> Result<RowDraft, Vec<ApiError>> {
        let Some(row) = item.as_object() else {
            let error = ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject");
            return Err(vec![
                self.record.error(error, self.record.wire_name(self.field)),
            ]);
        };
        let known = |id: Id| present.iter().any(|(present, _)| *present == Some(id));
        let id = row_id(self.record.mode, &self.path, row, known).map_err(|error| vec![error])?;
        let mut draft = RowDraft {
            id,
            delete: deletes(row),
            ..RowDraft::default()
        };
        if draft.delete {
            present.retain(|(present, _)| *present != id);
            return Ok(draft);
        }
        if let Some(target) = self.target(row, id)? {
            let own = |present: Option<Id>| present.is_some() && present == id;
            let again =
                |(present, other): &&(Option<Id>, Value)| *other == target && !own(*present);
            if let Some((present, _)) = present.iter().find(again) {
                return Err(vec![self.duplicate(*present)]);
            }
            present.retain(|(present, _)| !own(*present));
            present.push((id, target.clone()));
            draft.values.push((LINK, target));
        }
        Ok(draft)
    }

    /// What the row is to point to; `None` for a row that goes on pointing where it does.
    fn target(
        &self,
        row: &Map<String, Json>,
        id: Option<Id>,
    ) -> Result<Option<Value>, Vec<ApiError>> {
        let key = self.field.link_key();
        let missing = || vec![self.path.error(Code::MANDATORY_NOT_FOUND.into(), key)];
        let Some(value) = row.get(key) else {
            return if id.is_some() {
                Ok(None)
            } else {
                Err(missing())
            };
        };
        let target = match self.linked {
            Linked::Record(module) => self.record.lookup(module, value),
            Linked::User => {
                let user = self.record.user(value);
                user.map(|user| user.map_or(Value::Null, Value::User))
            }
        };
        match target {
            Ok(Value::Null) => Err(missing()),
            Ok(target) => Ok(Some(target)),
            Err(problem) => Err(self.path.problems(self.record, key, problem)),
        }
    }

    /// The record points there already (v8 description; one client meets it on updates of the
    /// parent, with the name of the field in `api_name`).
    fn duplicate(&self, row: Option<Id>) -> ApiError {
        let key = self.field.link_key();
        let mut error = ApiError::new(Code::DUPLICATE_LINKING_DATA)
            .with("linking_fields", vec![Json::from(key)]);
        if let Some(row) = row {
            error = error.with("id", row.json());
        }
        self.record.error(error, self.record.wire_name(self.field))
    }
}
