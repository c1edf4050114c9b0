//! A row of a file as a record, or as a row of one.

use std::cell::RefCell;
use std::sync::Arc;

use csv::StringRecord;
use lean_string::LeanString;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json};

use super::mapping::{BadCell, KnownParents, Mapper, found};
use super::parents::{Parent, parent};
use super::report;
use crate::error::{ApiError, Code};
use crate::ids::Id;
use crate::ops::input::Mode;
use crate::ops::write::{RecordPlace, insert, update};
use crate::schema::{Module, Slot};
use crate::store::bulk::{BulkOperation, BulkResource, BulkWrite, RowOutcome, RowStatus};
use crate::store::{OrgState, Tx};
use crate::value::Value;
use crate::version::ApiVersion;

/// Writes the rows of a resource.
pub(super) struct RowWriter<'a> {
    pub(super) write: &'a BulkWrite,
    pub(super) resource: &'a BulkResource,
    /// The columns of the file.
    pub(super) head: StringRecord,
    /// For each mapping with a column of its parents, the records that are found by it.
    pub(super) parents: Vec<Option<KnownParents>>,
    /// The rows that new records come with, which stand in a later resource.
    pub(super) children: Option<ChildRows<'a>>,
    /// How many of the rows each record was given that it came with.
    pub(super) placed: RefCell<FxHashMap<Id, usize>>,
}

/// Rows of a later resource, by the cell that names their record.
pub(super) struct ChildRows<'a> {
    pub(super) resource: &'a BulkResource,
    /// The field of the record that has them.
    pub(super) field: LeanString,
    /// The column of the record that has the same cell.
    pub(super) column: usize,
    pub(super) rows: FxHashMap<LeanString, Vec<StringRecord>>,
    /// As in a writer of these rows, with any record for those that are still to be.
    pub(super) parents: Vec<Option<KnownParents>>,
}

/// A row that was refused: the errors, each with the column that it is about.
struct Refused(Vec<(Code, LeanString)>);

impl RowWriter<'_> {
    /// Writes a row, in the transaction of its chunk.
    pub(super) fn write(&self, tx: &mut Tx, row: &StringRecord) -> RowOutcome {
        match self.written(tx, row) {
            Ok((status, record)) => RowOutcome {
                status,
                record: Some(record),
                errors: LeanString::new(),
            },
            Err(Refused(errors)) => RowOutcome {
                status: RowStatus::Skipped,
                record: None,
                errors: report::errors(&errors),
            },
        }
    }

    /// Goes past a row that was written before.
    pub(super) fn pass(&self, row: &StringRecord, outcome: &RowOutcome) {
        if let (RowStatus::Added, Some(above)) = (outcome.status, self.record_above(row)) {
            *self.placed.borrow_mut().entry(above).or_default() += 1;
        }
    }

    fn written(&self, tx: &mut Tx, row: &StringRecord) -> Result<(RowStatus, Id), Refused> {
        let schema = Arc::clone(&tx.state().schema);
        let module = schema.module_at(self.resource.module);
        let existing = self.existing(tx.state(), module, row)?;
        let mapper = Mapper {
            state: tx.state(),
            module,
            resource: self.resource,
            inserts: existing.is_none(),
            parents: &self.parents,
        };
        let mut body = mapper.body(row).map_err(|bad| self.bad_cells(bad))?;
        if let Some(parent) = parent(&schema, module) {
            let id = match self.record_above(row) {
                Some(above) => self.came_with(tx.state(), &parent, above),
                None => self.add_row(tx, &parent, body),
            };
            return Ok((RowStatus::Added, id?));
        }
        body.remove("id");
        let Some(id) = existing else {
            if let Some(children) = &self.children {
                children.put_into(&mut body, tx.state(), row);
            }
            let place = Self::place(Mode::Insert);
            let id = insert(tx, module, &body, place).map_err(|it| self.refused(it))?;
            return Ok((RowStatus::Added, id));
        };
        let record = tx.state().table(module).get(id).cloned();
        let record = record.ok_or_else(|| self.not_found())?;
        let place = Self::place(Mode::Update);
        update(tx, module, &record, &body, place).map_err(|it| self.refused(it))?;
        Ok((RowStatus::Updated, id))
    }

    fn place(mode: Mode) -> RecordPlace {
        RecordPlace {
            // fields were found by their names, and errors tell their places
            version: ApiVersion::LATEST,
            index: 0,
            key: None,
            mode,
        }
    }

    /// The record that a row changes; none for a row that makes a new one.
    fn existing(
        &self,
        state: &OrgState,
        module: &Module,
        row: &StringRecord,
    ) -> Result<Option<Id>, Refused> {
        let operation = self.write.operation;
        let by = match (operation, self.resource.find_by.as_deref()) {
            (BulkOperation::Insert, _) | (_, None) => return Ok(None),
            (_, Some(by)) => by,
        };
        let mut mappings = self.resource.mappings.iter();
        let mapping = mappings.find(|mapping| mapping.api_name == by);
        let cell = mapping.and_then(|mapping| row.get(mapping.index?));
        let cell = cell.map(str::trim).filter(|cell| !cell.is_empty());
        let found = cell.and_then(|cell| found(state, module, by, cell));
        let by_id = module.field(by).is_some_and(|field| field.slot == Slot::Id);
        // an id that nothing has is no id of a record to be
        let needed = operation == BulkOperation::Update || (by_id && cell.is_some());
        if found.is_none() && needed {
            return Err(self.not_found());
        }
        Ok(found)
    }

    /// The record of this job that a row belongs to, which it came with.
    fn record_above(&self, row: &StringRecord) -> Option<Id> {
        let mappings = self.resource.mappings.iter().zip(&self.parents);
        let mut mappings = mappings.filter(|(mapping, _)| mapping.api_name == "Parent_Id");
        let (mapping, known) = mappings.next()?;
        let cell = row.get(mapping.index?)?;
        known.as_ref()?.get(cell).copied()
    }

    /// The next row of a record that came with its rows.
    fn came_with(&self, state: &OrgState, parent: &Parent<'_>, above: Id) -> Result<Id, Refused> {
        let mut placed = self.placed.borrow_mut();
        let placed = placed.entry(above).or_default();
        let record = state.table(parent.module).get(above);
        let row = record.and_then(|record| match record.stored(parent.field.no) {
            Some(Value::Rows(rows)) => rows.get(*placed).map(|row| row.id),
            _ => None,
        });
        *placed += 1;
        row.ok_or_else(|| self.not_found())
    }

    /// Adds a row to the record that its `Parent_Id` names.
    fn add_row(
        &self,
        tx: &mut Tx,
        parent: &Parent<'_>,
        mut row: Map<String, Json>,
    ) -> Result<Id, Refused> {
        let above = row.remove("Parent_Id");
        row.remove("id");
        let above = above.and_then(|above| Id::from_json(above.get("id")?));
        let record = above.and_then(|id| tx.state().table(parent.module).get(id).cloned());
        let unknown = || Refused(vec![(Code::INVALID_DATA, self.column("Parent_Id"))]);
        let record = record.ok_or_else(unknown)?;
        let mut body = Map::new();
        let rows = Json::from(vec![Json::Object(row)]);
        body.insert(parent.field.api_name().to_owned(), rows);
        let place = Self::place(Mode::Update);
        let errors = update(tx, parent.module, &record, &body, place);
        // errors of a row name its cells
        let plain = errors.map_err(|errors| errors.into_iter().map(ApiError::unplaced).collect());
        plain.map_err(|errors| self.refused(errors))?;
        let record = tx.state().table(parent.module).get(record.id);
        let row = record.and_then(|record| match record.stored(parent.field.no) {
            Some(Value::Rows(rows)) => rows.last().map(|row| row.id),
            _ => None,
        });
        row.ok_or_else(unknown)
    }

    fn not_found(&self) -> Refused {
        let by = self.resource.find_by.as_deref().unwrap_or("id");
        Refused(vec![(Code::BULK_NO_JOB, self.column(by))])
    }

    fn bad_cells(&self, bad: Vec<BadCell>) -> Refused {
        let errors = bad.into_iter();
        let errors = errors.map(|bad| (bad.code, self.column(&bad.api_name)));
        Refused(errors.collect())
    }

    fn refused(&self, errors: Vec<ApiError>) -> Refused {
        let errors = errors.into_iter().map(|error| {
            let name = error.details.get("api_name").and_then(Json::as_str);
            // an error within a value is about its field
            let path = error
                .path()
                .and_then(|path| path.strip_prefix("$.data[0]."));
            let field = path.and_then(|path| path.split(['.', '[']).next());
            (error.kind, self.column(field.or(name).unwrap_or_default()))
        });
        Refused(errors.collect())
    }

    /// The head of the column that a field has, else its own name.
    fn column(&self, api_name: &str) -> LeanString {
        let mut mappings = self.resource.mappings.iter();
        let mapping = mappings.find(|mapping| mapping.api_name == api_name);
        let index = mapping.and_then(|mapping| mapping.index);
        let head = index.and_then(|index| self.head.get(index));
        head.unwrap_or(api_name).into()
    }
}

impl ChildRows<'_> {
    /// Puts the rows of a new record into its body. Those with cells that are not taken are left out,
    /// and refused when their own resource is written.
    fn put_into(&self, body: &mut Map<String, Json>, state: &OrgState, row: &StringRecord) {
        let rows = row.get(self.column).and_then(|cell| self.rows.get(cell));
        let mapper = Mapper {
            state,
            module: state.schema.module_at(self.resource.module),
            resource: self.resource,
            inserts: true,
            parents: &self.parents,
        };
        let mut taken = Vec::new();
        for row in rows.into_iter().flatten() {
            if let Ok(mut row) = mapper.body(row) {
                row.remove("Parent_Id");
                row.remove("id");
                taken.push(Json::Object(row));
            }
        }
        if !taken.is_empty() {
            body.insert(self.field.as_str().to_owned(), taken.into());
        }
    }
}
