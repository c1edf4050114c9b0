//! Rows of subforms, line items among them.

use serde_json::{Map, Value as Json};

use super::draft::RowDraft;
use super::problem::Problem;
use super::reader::{Mode, RecordReader};
use super::value::percent;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::schema::{Field, ModuleNo};
use crate::store::Record;
use crate::value::Value;
use crate::version::ApiVersion;

/// Rows that a subform takes.
const MOST_ROWS: usize = 200;

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

    /// An error about a key of the row.
    #[must_use]
    pub(in crate::ops) fn error(&self, error: ApiError, name: &str) -> ApiError {
        let error = error.about(self.version, name, format_args!("{}.{name}", self.path));
        self.numbered(error)
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

impl RecordReader<'_> {
    /// Reads the rows of a subform. `existing` is the record that is changed.
    pub(super) fn rows(
        &self,
        subform: &Field,
        rows: ModuleNo,
        value: &Json,
        existing: Option<&Record>,
    ) -> Result<Vec<RowDraft>, Problem> {
        let Some(items) = value.as_array() else {
            return if value.is_null() {
                Ok(Vec::new())
            } else {
                Err(Problem::Type("jsonarray"))
            };
        };
        if items.len() > MOST_ROWS {
            return Err(Problem::Length(MOST_ROWS as u32));
        }
        let mut present: Vec<Id> = match existing.and_then(|record| record.stored(subform.no)) {
            Some(Value::Rows(rows)) => rows.iter().map(|row| row.id).collect(),
            _ => Vec::new(),
        };
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
                cells: RecordReader {
                    path: path.path.clone(),
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
    /// Reads its cells.
    cells: RecordReader<'a>,
    path: RowPath<'a>,
}

impl RowReader<'_> {
    /// Reads the row, which may name one of those that are `present` in the record.
    fn read(&self, json: &Map<String, Json>, present: &[Id]) -> Result<RowDraft, Vec<ApiError>> {
        let mut row = RowDraft {
            id: self.id(json, present).map_err(|error| vec![error])?,
            delete: json.contains_key("_delete") || json.get("delete") == Some(&Json::Bool(true)),
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

    /// The id of the row that is named; `None` if the row is new. Ids are given by Zoho, so an id
    /// that no row of the record has is refused; only a seed may bring its own.
    fn id(&self, json: &Map<String, Json>, present: &[Id]) -> Result<Option<Id>, ApiError> {
        let Some(value) = json.get("id").filter(|id| !id.is_null() && *id != "") else {
            return Ok(None);
        };
        let known = |id: &Id| self.cells.mode == Mode::Seed || present.contains(id);
        Id::from_json(value)
            .filter(known)
            .map(Some)
            .ok_or_else(|| self.path.error(Code::UNKNOWN_ID.into(), "id"))
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
                if field.api_name() == "Discount"
                    && let Some(percent) = percent(value)
                {
                    row.discount_percent = Some(percent);
                    return;
                }
                match self.cells.plain(field, value) {
                    Ok(value) => row.values.push((field.no, value)),
                    Err(problem) => {
                        let mut found = Vec::new();
                        self.cells.report(field, problem, &mut found);
                        errors.extend(found.into_iter().map(|error| self.path.numbered(error)));
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
