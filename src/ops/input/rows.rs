//! Rows of subforms, line items among them.

use serde_json::{Map, Value as Json};

use super::draft::RowDraft;
use super::problem::Problem;
use super::reader::{Mode, RecordPath, RecordReader};
use super::value::percent;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::{Field, Module, ModuleNo, Storage};
use crate::store::Record;
use crate::value::{RecordFile, SubformRow, Value};
use crate::version::ApiVersion;

/// Rows that a record has in its line items (assumed).
const MOST_ITEMS: usize = 200;
/// Rows that a record has in another subform, or in a multi-select lookup (documented).
const MOST_ROWS: usize = 100;

/// Names that v2 has for the cells of a line item.
const V2_CELLS: &[(&str, &str)] = &[
    ("Product_Name", "product"),
    ("Price_Book_Name", "book"),
    ("Description", "product_description"),
    ("Quantity", "quantity"),
    ("List_Price", "list_price"),
    ("Line_Tax", "line_tax"),
    ("Total", "total"),
    ("Total_After_Discount", "total_after_discount"),
    ("Net_Total", "net_total"),
];

/// Where a row stands in a body.
#[derive(Clone, Debug)]
pub(in crate::ops) struct RowPath<'a> {
    /// The version, which decides about names of cells and details of errors.
    version: ApiVersion,
    /// The name under which the body has the subform.
    subform: &'a str,
    /// The number of the row in it, from 0.
    index: usize,
    /// The JSON path of the row (`$.data[0].Quoted_Items[1]`).
    path: String,
}

impl<'a> RowPath<'a> {
    /// The path of a row in the record that a reader reads.
    #[must_use]
    pub(in crate::ops) fn new(reader: &RecordReader<'_>, subform: &'a Field, index: usize) -> Self {
        let name = reader.wire_name(subform);
        Self {
            version: reader.version,
            subform: name,
            index,
            path: format!("{}.{name}[{index}]", reader.path),
        }
    }

    /// The name under which the body has a cell.
    #[must_use]
    pub(in crate::ops) fn cell_name<'f>(&self, api_name: &'f str) -> &'f str {
        let old = V2_CELLS.iter().find(|(new, _)| *new == api_name);
        match old {
            Some((_, old)) if self.subform == "Product_Details" => old,
            _ => api_name,
        }
    }

    /// A problem in the words of the version: v2 asks for a `long` where the product or price book
    /// of a line item is no id (recorded 2019).
    fn typed(&self, problem: Problem, field: &Field) -> Problem {
        let of_items = self.subform == "Product_Details";
        match problem {
            Problem::MissingId | Problem::Type("bigint")
                if of_items && matches!(field.kind, Storage::Lookup(_)) =>
            {
                Problem::Type("long")
            }
            other => other,
        }
    }

    /// An error about a key of the row.
    #[must_use]
    pub(in crate::ops) fn error(&self, error: ApiError, name: &str) -> ApiError {
        let error = error.about(self.version, name, format_args!("{}.{name}", self.path));
        self.numbered(error)
    }

    /// The errors that a problem with what stands under a key of the row comes to.
    #[must_use]
    pub(super) fn problems(
        &self,
        reader: &RecordReader<'_>,
        name: &str,
        problem: Problem,
    ) -> Vec<ApiError> {
        let of_row = RecordReader {
            path: RecordPath::Of(self.path.clone()),
            ..*reader
        };
        let mut found = Vec::new();
        of_row.report_as(name, problem, &mut found);
        found
            .into_iter()
            .map(|error| self.numbered(error))
            .collect()
    }

    /// An error that names its key already. Without a `json_path` it tells the row by its number
    /// and subform.
    fn numbered(&self, error: ApiError) -> ApiError {
        if self.version.has_json_path() {
            error
        } else {
            error
                .with("index", self.index)
                .with("parent_api_name", self.subform)
        }
    }
}

/// The rows that a record has in a field.
pub(super) fn stored_rows<'r>(record: Option<&'r Record>, field: &Field) -> &'r [SubformRow] {
    match record.and_then(|record| record.stored(field.no)) {
        Some(Value::Rows(rows)) => rows,
        _ => &[],
    }
}

/// Whether a row is to be deleted.
pub(super) fn deletes(row: &Map<String, Json>) -> bool {
    row.contains_key("_delete") || row.get("delete") == Some(&Json::Bool(true))
}

/// Refuses a list with which a record would have too many rows; it has `present` already.
pub(super) fn most_rows(
    module: &Module,
    field: &Field,
    items: &[Json],
    present: usize,
) -> Result<(), Problem> {
    let of_items = module.line_items().is_some_and(|f| f.no == field.no);
    let most = if of_items { MOST_ITEMS } else { MOST_ROWS };
    let named = |item: &&Json| item.get("id").is_some_and(|id| !id.is_null() && *id != "");
    let new = items.iter().filter(|item| !named(item)).count();
    let rows = items.iter().filter_map(Json::as_object);
    let deleted = rows.filter(|row| deletes(row)).count();
    let all = if items.is_empty() { 0 } else { present + new };
    if items.len() > most || all.saturating_sub(deleted) > most {
        return Err(Problem::Length(u32::try_from(most).unwrap_or(u32::MAX)));
    }
    Ok(())
}

/// The id of the row that is named; `None` if the row is new. Ids are given by Zoho, so an id
/// that no row of the record has is refused; only a seed may bring its own.
pub(super) fn row_id(
    mode: Mode,
    path: &RowPath<'_>,
    row: &Map<String, Json>,
    known: impl Fn(Id) -> bool,
) -> Result<Option<Id>, ApiError> {
    let Some(value) = row.get("id").filter(|id| !id.is_null() && *id != "") else {
        return Ok(None);
    };
    Id::from_json(value)
        .filter(|id| mode == Mode::Seed || known(*id))
        .map(Some)
        .ok_or_else(|| path.error(Code::UNKNOWN_ID.into(), "id"))
}

/// The items of a list; null has none.
pub(super) fn items_of(value: &Json) -> Result<&[Json], Problem> {
    match value {
        Json::Array(items) => Ok(items),
        Json::Null => Ok(&[]),
        _ => Err(Problem::Type("jsonarray")),
    }
}

impl RecordReader<'_> {
    /// Reads the rows of a subform. `existing` is the record that is changed.
    pub(super) fn rows(
        &self,
        subform: &Field,
        rows: ModuleNo,
        value: &Json,
        existing: Option<&Record>,
    ) -> Result<Vec<RowDraft>, Problem> {
        let items = items_of(value)?;
        let mut present: Vec<Id> = stored_rows(existing, subform)
            .iter()
            .map(|row| row.id)
            .collect();
        most_rows(self.module, subform, items, present.len())?;
        let mut drafts = Vec::with_capacity(items.len());
        let mut errors = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let path = RowPath::new(self, subform, index);
            let Some(row) = item.as_object() else {
                errors.push(self.error(
                    ApiError::new(Code::INVALID_DATA).with("expected_data_type", "jsonobject"),
                    self.wire_name(subform),
                ));
                continue;
            };
            let reader = RowReader {
                stored: stored_rows(existing, subform),
                cells: RecordReader {
                    path: RecordPath::Of(path.path.clone()),
                    module: self.state.schema.module_at(rows),
                    ..*self
                },
                path,
            };
            match reader.read(row, &present) {
                Ok(row) => {
                    if row.delete {
                        // what was deleted cannot be changed by a later item of the list
                        present.retain(|id| Some(*id) != row.id);
                    }
                    drafts.push(row);
                }
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
struct RowReader<'a> {
    /// The rows that the record has.
    stored: &'a [SubformRow],
    /// Reads its cells.
    cells: RecordReader<'a>,
    path: RowPath<'a>,
}

impl RowReader<'_> {
    /// Reads the row, which may name one of those that are `present` in the record.
    fn read(&self, json: &Map<String, Json>, present: &[Id]) -> Result<RowDraft, Vec<ApiError>> {
        let mut row = RowDraft {
            id: row_id(self.cells.mode, &self.path, json, |id| {
                present.contains(&id)
            })
            .map_err(|error| vec![error])?,
            delete: deletes(json),
            ..RowDraft::default()
        };
        if row.delete {
            return Ok(row);
        }
        let mut errors = Vec::new();
        for field in &self.cells.module.fields {
            self.cell(field, json, &mut row, &mut errors);
        }
        if errors.is_empty() {
            Ok(row)
        } else {
            Err(errors)
        }
    }

    /// The files that a row of the record holds in a cell.
    fn files(&self, row: Option<Id>, field: &Field) -> &[RecordFile] {
        let found = self.stored.iter().find(|stored| Some(stored.id) == row);
        found.map_or(&[], |stored| stored.value(field.no).files())
    }

    /// Reads a cell into the row.
    fn cell(
        &self,
        field: &Field,
        json: &Map<String, Json>,
        row: &mut RowDraft,
        errors: &mut Vec<ApiError>,
    ) {
        let name = self.path.cell_name(field.api_name());
        let missing = || self.path.error(Code::MANDATORY_NOT_FOUND.into(), name);
        match json.get(name) {
            Some(value) if value.is_null() && field.spec.system_mandatory => errors.push(missing()),
            Some(value) if field.writable() => {
                if field.api_name() == "Discount" {
                    row.discount_given = !value.is_null();
                    if let Some(percent) = percent(value) {
                        row.discount_percent = Some(percent);
                        return;
                    }
                }
                let read = match field.kind {
                    Storage::Files => self.cells.files(field, value, self.files(row.id, field)),
                    _ => self.cells.plain(field, value),
                };
                match read {
                    Ok(value) => row.values.push((field.no, value)),
                    Err(problem) => {
                        let problem = self.path.typed(self.cells.worded(field, problem), field);
                        errors.extend(self.path.problems(&self.cells, name, problem));
                    }
                }
            }
            Some(_) => {}
            None if row.id.is_some() => {}
            None if field.spec.system_mandatory => errors.push(missing()),
            None => {
                let default = field.spec.default.as_ref();
                if let Some(Ok(value)) = default.map(|value| self.cells.plain(field, value)) {
                    row.values.push((field.no, value));
                }
            }
        }
    }
}
