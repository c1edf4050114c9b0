//! The rows that a record will have, and the totals that follow from them.
//!
//! All of it is worked out before anything is written, since a total may not fit.

use super::ids;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::input::{Draft, RecordReader, RowDraft, RowPath};
use crate::ops::totals::{self, RowDiscount, TooLarge};
use crate::schema::dollar::dollar_no;
use crate::schema::{Field, FieldNo, Module, Storage};
use crate::store::{Record, Tx};
use crate::value::{SubformRow, Value};

/// A row as it will be.
#[derive(Debug)]
pub(super) struct PlannedRow {
    /// Its id; `None` for a new row, whose id is drawn when it is written.
    id: Option<Id>,
    created_time: i64,
    modified_time: i64,
    values: Vec<(FieldNo, Value)>,
    discount: RowDiscount,
    /// What the body changes in it.
    changed: Vec<FieldNo>,
    /// Its number in the body; `None` for a row that the body does not name.
    index: Option<usize>,
}

impl PlannedRow {
    fn new(id: Option<Id>, now: i64) -> Self {
        Self {
            id,
            created_time: now,
            modified_time: now,
            values: Vec::new(),
            discount: RowDiscount::Kept,
            changed: Vec::new(),
            index: None,
        }
    }

    /// The row as it is stored, with a new id where it has none.
    fn into_row(mut self, tx: &mut Tx) -> SubformRow {
        for (_, value) in &mut self.values {
            ids::give_to_files(tx, value);
        }
        SubformRow {
            id: self.id.unwrap_or_else(|| tx.next_id()),
            created_time: self.created_time,
            modified_time: self.modified_time,
            values: self.values.into(),
        }
    }

    fn change(&mut self, draft: RowDraft, index: usize, now: i64) {
        self.discount = match draft.discount_percent {
            Some(percent) => RowDiscount::Percent(percent),
            // one that is given goes before the price book's (assumed)
            None if draft.discount_given => RowDiscount::Kept,
            None => RowDiscount::OfBook,
        };
        self.changed = draft.values.iter().map(|(no, _)| *no).collect();
        for (no, value) in draft.values {
            self.values.retain(|(n, _)| *n != no);
            if !value.is_null() {
                self.values.push((no, value));
            }
        }
        self.values.sort_by_key(|(no, _)| *no);
        self.modified_time = now;
        self.index = Some(index);
    }
}

impl From<&SubformRow> for PlannedRow {
    fn from(row: &SubformRow) -> Self {
        Self {
            id: Some(row.id),
            created_time: row.created_time,
            modified_time: row.modified_time,
            values: row.values.to_vec(),
            discount: RowDiscount::Kept,
            changed: Vec::new(),
            index: None,
        }
    }
}

/// The rows of a subform as they will be.
#[derive(Debug)]
pub(super) struct PlannedRows {
    field: FieldNo,
    rows: Vec<PlannedRow>,
}

impl PlannedRows {
    /// The value of the field, with ids for new rows.
    pub(super) fn into_value(self, tx: &mut Tx) -> (FieldNo, Value) {
        let rows = self.rows.into_iter().map(|row| row.into_row(tx));
        let rows: Vec<SubformRow> = rows.collect();
        (self.field, Value::Rows(rows.into()))
    }
}

/// Plans the rows that a draft asks for, and sets the totals in it. `record` is the record as it
/// is, blank for a new one.
///
/// # Errors
/// `INVALID_DATA` for a total that does not fit its field, `MANDATORY_NOT_FOUND` for a mandatory
/// subform that would have no rows.
pub(super) fn plan(
    reader: &RecordReader<'_>,
    draft: &mut Draft,
    record: Option<&Record>,
    now: i64,
) -> Result<Vec<PlannedRows>, Vec<ApiError>> {
    let mut planned = Vec::with_capacity(draft.rows.len());
    for (no, rows) in std::mem::take(&mut draft.rows) {
        let field = reader.module.field_at(no);
        let mut rows = merge(field, record, rows, now);
        if rows.is_empty() && field.spec.system_mandatory {
            // the rows were deleted one by one; an empty list was refused before
            let error = reader.error(Code::MANDATORY_NOT_FOUND.into(), reader.wire_name(field));
            return Err(vec![error]);
        }
        if let Storage::Rows(Some(no)) = field.kind {
            let of_rows = reader.state.schema.module_at(no);
            // what stood in fields that are gone goes with the next write
            for row in rows.iter_mut().filter(|row| row.index.is_some()) {
                row.values.retain(|(no, _)| !of_rows.is_grave(*no));
            }
        }
        if let Some(items) = line_items(reader).filter(|items| items.field.no == no) {
            items.complete(reader, &mut rows)?;
        }
        planned.push(PlannedRows { field: no, rows });
    }
    if let Some(items) = line_items(reader) {
        items.set_totals(reader, draft, record, &planned)?;
    }
    Ok(planned)
}

/// The rows that a record has after a write: those named by id are changed or taken out, new
/// ones are appended, and those that are not mentioned stay; an empty list takes all of them out
/// (v5 and v7 pages on subforms: "will append the provided data"; assumed for the other versions).
fn merge(
    field: &Field,
    record: Option<&Record>,
    drafts: Vec<RowDraft>,
    now: i64,
) -> Vec<PlannedRow> {
    let keep = !drafts.is_empty();
    let mut rows: Vec<PlannedRow> = match record.and_then(|record| record.stored(field.no)) {
        Some(Value::Rows(rows)) if keep => rows.iter().map(PlannedRow::from).collect(),
        _ => Vec::new(),
    };
    for (index, draft) in drafts.into_iter().enumerate() {
        let known = draft
            .id
            .and_then(|id| rows.iter().position(|row| row.id == Some(id)));
        match known {
            Some(at) if draft.delete => {
                rows.remove(at);
            }
            None if draft.delete => {}
            Some(at) => rows[at].change(draft, index, now),
            None => {
                let mut row = PlannedRow::new(draft.id, now);
                row.change(draft, index, now);
                rows.push(row);
            }
        }
    }
    rows
}

/// The subform of a module that holds its line items.
struct LineItems<'a> {
    field: &'a Field,
    module: &'a Module,
}

fn line_items<'a>(reader: &RecordReader<'a>) -> Option<LineItems<'a>> {
    let field = reader.module.line_items()?;
    let Storage::Rows(Some(rows)) = field.kind else {
        return None;
    };
    let module = reader.state.schema.module_at(rows);
    Some(LineItems { field, module })
}

impl LineItems<'_> {
    /// Completes rows by what the service works out.
    fn complete(
        &self,
        reader: &RecordReader<'_>,
        rows: &mut [PlannedRow],
    ) -> Result<(), Vec<ApiError>> {
        for (n, row) in rows.iter_mut().enumerate() {
            let priced = ["Price_Book_Name", "Quantity"].iter().any(|name| {
                let field = self.module.field(name);
                field.is_some_and(|field| row.changed.contains(&field.no))
            });
            let discount = match row.discount {
                RowDiscount::OfBook if !priced => RowDiscount::Kept,
                discount => discount,
            };
            row.values = totals::row(reader.state, self.module, &row.values, discount, n + 1)
                .map_err(|too_large| vec![self.row_error(reader, row.index, too_large)])?;
        }
        Ok(())
    }

    fn row_error(
        &self,
        reader: &RecordReader<'_>,
        index: Option<usize>,
        too_large: TooLarge,
    ) -> ApiError {
        let error = ApiError::new(Code::INVALID_DATA).with("maximum_length", too_large.most);
        match index {
            Some(index) => {
                let path = RowPath::new(reader, self.field, index);
                path.error(error, path.cell_name(too_large.field))
            }
            None => reader.error(error, reader.wire_name(self.field)),
        }
    }

    /// Works out what the record comes to, from the rows that are planned or else from those that
    /// it has, and sets it in the draft.
    fn set_totals(
        &self,
        reader: &RecordReader<'_>,
        draft: &mut Draft,
        record: Option<&Record>,
        planned: &[PlannedRows],
    ) -> Result<(), Vec<ApiError>> {
        let net = |values: &[(FieldNo, Value)]| totals::net_total(values, self.module);
        let stored = record.and_then(|record| record.stored(self.field.no));
        let rows: Vec<Value> = match planned.iter().find(|rows| rows.field == self.field.no) {
            Some(planned) => planned.rows.iter().map(|row| net(&row.values)).collect(),
            None => match stored {
                Some(Value::Rows(rows)) => rows.iter().map(|row| net(&row.values)).collect(),
                _ => Vec::new(),
            },
        };
        let value = |name: &str| -> Value {
            let no = number_of(reader.module, name);
            let changed = no.and_then(|no| draft.value(no));
            let found = changed.or_else(|| record?.stored(no?));
            found.cloned().unwrap_or(Value::Null)
        };
        let totals = totals::record(
            reader.module,
            &totals::TotalParts {
                rows: &rows,
                discount: &value("Discount"),
                discount_percent: draft.discount_percent,
                adjustment: &value("Adjustment"),
                line_tax: &value("$line_tax"),
            },
        );
        let totals = totals.map_err(|too_large| {
            let error = ApiError::new(Code::INVALID_DATA).with("maximum_length", too_large.most);
            vec![reader.error(error, too_large.field)]
        })?;
        for (name, value) in totals {
            if let Some(no) = number_of(reader.module, name) {
                draft.set(no, value);
            }
        }
        Ok(())
    }
}

/// The number under which a record holds a field or a `$` key.
fn number_of(module: &Module, name: &str) -> Option<FieldNo> {
    if name.starts_with('$') {
        dollar_no(module, name)
    } else {
        module.field(name).map(|field| field.no)
    }
}
