//! Inserting a record, or updating the one that it duplicates.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::input::{Draft, Mode, RecordPath, RecordReader};
use super::write::{self, GivenRecord, ReadAhead, RecordPlace};
use crate::error::ApiError;
use crate::ids::Id;
use crate::query::expr::Expr;
use crate::schema::{Field, Module};
use crate::store::{OrgState, Record, Tx};
use crate::version::ApiVersion;

/// The outcome of an upsert.
#[derive(Clone, Debug, PartialEq)]
pub struct UpsertedRecord {
    /// The record.
    pub id: Id,
    /// The field by which an existing record was found; `None` if the record is new.
    pub duplicate_field: Option<String>,
    /// Whether an existing record was changed.
    pub updated: bool,
}

/// The fields by which duplicates are looked for, in order: those named, else the module's
/// system field; then the unique fields that are left (Zoho's page on upsert).
#[must_use]
pub fn check_fields<'m>(module: &'m Module, named: &[String]) -> Vec<&'m Field> {
    let mut fields: Vec<&Field> = if named.is_empty() {
        module
            .spec
            .duplicate_check_field
            .iter()
            .filter_map(|name| module.field(name))
            .collect()
    } else {
        named.iter().filter_map(|name| module.field(name)).collect()
    };
    for field in module.unique.iter().map(|no| module.field_at(*no)) {
        if !fields.iter().any(|f| f.no == field.no) {
            fields.push(field);
        }
    }
    fields
}

/// The existing record that has the same value as `record` in one of `fields`, and that field.
/// Texts are compared without regard to case; the newest of several records is taken.
fn duplicate<'m>(
    state: &OrgState,
    module: &'m Module,
    fields: &[&'m Field],
    record: &GivenRecord<'_>,
) -> Option<(&'m Field, Arc<Record>)> {
    let (table, json) = (state.table(module), record.json());
    if let Some(id) = json.get("id").and_then(Id::from_json)
        && let (Some(record), Some(field)) = (table.get(id), module.field("id"))
    {
        return Some((field, Arc::clone(record)));
    }
    let ahead = record.draft_in(state);
    for field in fields {
        let Some(value) = json.get(field.api_name()) else {
            continue;
        };
        let expr = match ahead {
            Some(draft) => equal_to(field, draft),
            None => alone(state, module, field, value).and_then(|draft| equal_to(field, &draft)),
        };
        if let Some(record) = expr
            .and_then(|e| write::find(state, module, &e))
            .and_then(|id| table.get(id))
        {
            return Some((field, Arc::clone(record)));
        }
    }
    None
}

/// The condition that a field has the value that a draft gives it.
fn equal_to(field: &Field, draft: &Draft) -> Option<Expr> {
    write::equals(field, draft.value(field.no)?)
}

/// The value of one field, read as an update would read it: what is malformed is found when writing.
fn alone(state: &OrgState, module: &Module, field: &Field, value: &Json) -> Option<Draft> {
    let reader = RecordReader {
        state,
        module,
        version: ApiVersion::LATEST,
        mode: Mode::Update,
        path: RecordPath::Of(String::new()),
    };
    let one = Map::from_iter([(field.api_name().to_owned(), value.clone())]);
    reader.read(&one, None).ok()
}

/// Reads a record ahead, as the write that it would be now: whether there is another one by then is seen
/// when it is written.
#[must_use]
pub fn read_ahead(
    state: &OrgState,
    module: &Module,
    fields: &[&Field],
    json: &Map<String, Json>,
    place: RecordPlace,
    now: i64,
) -> Option<ReadAhead> {
    let change = RecordPlace {
        mode: Mode::Update,
        ..place
    };
    let ahead = ReadAhead::of(state, module, json, change, now);
    let given = GivenRecord::new(json, ahead);
    match duplicate(state, module, fields, &given) {
        Some(_) => given.into_ahead(),
        None => ReadAhead::of(state, module, json, place, now),
    }
}

/// Inserts a record, or updates the one that it duplicates in one of `fields`, unless that was
/// changed after `unmodified_since`.
///
/// # Errors
/// All errors of the record. Those of a failed update have the `id` of the record that was found.
pub fn upsert(
    tx: &mut Tx,
    module: &Module,
    fields: &[&Field],
    given: GivenRecord<'_>,
    place: RecordPlace,
    unmodified_since: Option<i64>,
) -> Result<UpsertedRecord, Vec<ApiError>> {
    match duplicate(tx.state(), module, fields, &given) {
        Some((field, record)) => {
            write::check_unmodified(tx.state(), &record, unmodified_since)
                .map_err(|error| vec![error])?;
            let place = RecordPlace {
                mode: Mode::Update,
                ..place
            };
            write::update(tx, module, &record, given, place).map_err(|errors| {
                errors
                    .into_iter()
                    .map(|e| e.with("id", record.id.json()))
                    .collect::<Vec<_>>()
            })?;
            Ok(UpsertedRecord {
                id: record.id,
                duplicate_field: Some(field.api_name().to_owned()),
                updated: true,
            })
        }
        None => {
            let id = write::insert(tx, module, given, place)?;
            Ok(UpsertedRecord {
                id,
                duplicate_field: None,
                updated: false,
            })
        }
    }
}
