//! Inserting and updating records.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::derive::Saving;
use super::input::{Draft, Given, Mode, Reader, RowDraft};
use super::totals;
use crate::error::{ApiError, Item, Kind, Message};
use crate::ids::Id;
use crate::query::expr::{Expr, Test};
use crate::query::plan::{Converted, Query};
use crate::render::{dollar_no, write_id, write_reference};
use crate::schema::{Field, FieldNo, Kind as FieldKind, Module};
use crate::store::{OrgState, Record, Tx};
use crate::value::{self, Row, Value, fold, time};
use crate::version::{ApiVersion, DuplicateDetails};

/// Where a record stands, and under which version it is written.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The version.
    pub version: ApiVersion,
    /// Its position in `data`.
    pub index: usize,
    /// The key under which it stands in that item, where it is not the item itself: `Deals` of a
    /// conversion.
    pub key: Option<&'static str>,
    /// Why it is written.
    pub mode: Mode,
}

impl Place {
    /// The path of the record in the body.
    #[must_use]
    pub fn path(self) -> String {
        match self.key {
            None => format!("$.data[{}]", self.index),
            Some(key) => format!("$.data[{}].{key}", self.index),
        }
    }

    fn reader<'a>(self, state: &'a OrgState, module: &'a Module) -> Reader<'a> {
        Reader {
            state,
            module,
            version: self.version,
            mode: self.mode,
            path: self.path(),
        }
    }
}

/// The record at a position of `data`, if it is an object.
///
/// # Errors
/// `INVALID_DATA` with the position.
pub fn as_record(json: &Json, index: usize) -> Result<&Map<String, Json>, ApiError> {
    json.as_object().ok_or_else(|| {
        ApiError::new(Kind::InvalidData)
            .with("expected_data_type", "jsonobject")
            .with("api_name", "data")
            .with("index", index)
    })
}

/// One error of a record: the only one, the first, or all of them, as the version reports it.
#[must_use]
pub fn combine(
    mut errors: Vec<ApiError>,
    version: ApiVersion,
    wording: crate::error::Wording,
) -> ApiError {
    if errors.len() > 1 && version.reports_all_field_errors() {
        let all: Vec<Json> = errors.iter().map(|e| e.json(wording)).collect();
        return ApiError::new(Kind::MultipleErrors).with("errors", all);
    }
    if errors.is_empty() {
        Kind::InternalError.into()
    } else {
        errors.remove(0)
    }
}

/// Inserts a record. Nothing is written if it fails.
///
/// # Errors
/// Everything that is wrong with it.
pub fn insert(
    tx: &mut Tx,
    module: &Module,
    json: &Map<String, Json>,
    place: Place,
) -> Result<Id, Vec<ApiError>> {
    let state = tx.state();
    let reader = place.reader(state, module);
    let draft = derived(&reader, reader.read(json, None)?, tx.now())?;
    check_unique(&reader, &draft, None, &[])?;
    let id = tx.next_record_id(module);
    insert_read(tx, module, id, draft, place.mode);
    Ok(id)
}

/// Reads a new record and fills in what follows from it. Nothing is written, and of the state
/// only users and ids of records are looked at.
///
/// # Errors
/// Everything that is wrong with it by itself.
pub fn read_new(
    state: &OrgState,
    module: &Module,
    given: &Given<'_>,
    place: Place,
    now: i64,
) -> Result<Draft, Vec<ApiError>> {
    let reader = place.reader(state, module);
    derived(&reader, reader.read_given(given, None)?, now)
}

/// The draft of a new record with what follows from it.
fn derived(reader: &Reader<'_>, mut draft: Draft, now: i64) -> Result<Draft, Vec<ApiError>> {
    let saving = &mut Saving {
        state: reader.state,
        module: reader.module,
        before: None,
        draft: &mut draft,
        now,
    };
    saving.derive(reader)?;
    Ok(draft)
}

/// Inserts a record that was read, under an id of its own, in place of the one with that id.
///
/// # Errors
/// `DUPLICATE_DATA` for a value that another record has in a unique field.
pub fn insert_as(
    tx: &mut Tx,
    module: &Module,
    id: Id,
    draft: Draft,
    place: Place,
) -> Result<(), Vec<ApiError>> {
    check_unique(&place.reader(tx.state(), module), &draft, None, &[])?;
    insert_read(tx, module, id, draft, place.mode);
    Ok(())
}

fn insert_read(tx: &mut Tx, module: &Module, id: Id, mut draft: Draft, mode: Mode) {
    set_calendar_id(module, id, &mut draft);
    for no in &module.numbered {
        if draft.value(*no).is_none()
            && let Some(number) = tx.next_number(module, module.field_at(*no))
        {
            draft.set(*no, Value::Text(number));
        }
    }
    let record = Record::new(id, tx.user(), tx.now(), Vec::new());
    save(tx, module, &record, draft, mode);
}

/// The record that a draft makes by itself: one that neither brings along nor asks for anything
/// else of the org. The draft comes back where that is not so.
///
/// # Errors
/// The draft, for [`insert_as`].
pub fn complete(
    module: &Module,
    id: Id,
    mut draft: Draft,
    mode: Mode,
    by: Id,
    now: i64,
) -> Result<Record, Box<Draft>> {
    let alone = draft.account.is_none()
        && draft.tags.is_none()
        && draft.rows.is_empty()
        && module.unique.is_empty()
        && !module.counts()
        && module.line_items().is_none();
    if !alone {
        return Err(Box::new(draft));
    }
    set_calendar_id(module, id, &mut draft);
    let record = Record::new(id, by, now, Vec::new());
    Ok(with_draft(module, &record, draft, mode))
}

/// Each event has an id in the calendar, too (`$u_id`).
fn set_calendar_id(module: &Module, id: Id, draft: &mut Draft) {
    if module.api_name() == "Events"
        && let Some(no) = dollar_no(module, "$u_id")
        && draft.value(no).is_none()
    {
        draft.set(no, Value::Json(Arc::new(calendar_id(id).into())));
    }
}

/// The calendar's id of an event (`$u_id`), a UUID: each event has one of its own, and the same one
/// on every run (recorded v2).
fn calendar_id(id: Id) -> String {
    let half = |n: u64| {
        n.wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(31)
            .to_be_bytes()
    };
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&half(id.0));
    bytes[8..].copy_from_slice(&half(!id.0));
    uuid::Builder::from_random_bytes(bytes)
        .into_uuid()
        .to_string()
}

/// Changes a record. Nothing is written if it fails.
///
/// # Errors
/// Everything that is wrong with the changes.
pub fn update(
    tx: &mut Tx,
    module: &Module,
    existing: &Arc<Record>,
    json: &Map<String, Json>,
    place: Place,
) -> Result<(), Vec<ApiError>> {
    update_unless_taken(tx, module, existing, json, place, &[])
}

/// Changes a record unless another one has its new value in one of `fields`, which are treated as
/// unique ones are. Nothing is written if it fails.
///
/// # Errors
/// Everything that is wrong with the changes; `DUPLICATE_DATA` for a value that is taken.
pub fn update_unless_taken(
    tx: &mut Tx,
    module: &Module,
    existing: &Arc<Record>,
    json: &Map<String, Json>,
    place: Place,
    fields: &[&Field],
) -> Result<(), Vec<ApiError>> {
    if existing.converted {
        return Err(vec![Kind::ConvertedRecord.into()]);
    }
    let state = tx.state();
    let reader = place.reader(state, module);
    let mut draft = reader.read(json, Some(existing))?;
    append_values(json, module, existing, &mut draft);
    Saving {
        state,
        module,
        before: Some(existing),
        draft: &mut draft,
        now: tx.now(),
    }
    .derive(&reader)?;
    check_unique(&reader, &draft, Some(existing.id), fields)?;
    check_rows(&reader, &draft, existing)?;
    let mut changed = Record::clone(existing);
    changed.modified_time = tx.now();
    changed.modified_by = tx.user();
    save(tx, module, &changed, draft, place.mode);
    Ok(())
}

/// `"$append_values":{"Field":true}` adds to a multi-select picklist instead of replacing it.
fn append_values(json: &Map<String, Json>, module: &Module, existing: &Record, draft: &mut Draft) {
    let Some(Json::Object(append)) = json.get("$append_values") else {
        return;
    };
    for (name, _) in append.iter().filter(|(_, on)| **on == true) {
        let Some(field) = module
            .field(name)
            .filter(|f| f.kind == FieldKind::MultiPicklist)
        else {
            continue;
        };
        if let (Some(Value::List(old)), Some(Value::List(new))) =
            (existing.stored(field.no), draft.value(field.no).cloned())
        {
            let mut all = old.to_vec();
            all.extend(new.iter().filter(|item| !old.contains(item)).cloned());
            draft.set(field.no, Value::List(all.into()));
        }
    }
}

/// Writes the changes of a draft on top of a record.
fn save(tx: &mut Tx, module: &Module, record: &Record, mut draft: Draft, mode: Mode) {
    if let Some((field, name)) = draft.account.take() {
        let value = account(tx, &name, mode);
        draft.set(field, value);
    }
    if let Some(tags) = draft.tags.take()
        && let Some(field) = module.fields.iter().find(|f| f.kind == FieldKind::Tags)
    {
        let names = tags
            .iter()
            .map(|(name, colour)| tx.tag(module.no, name, colour.as_deref()))
            .collect();
        draft.set(field.no, Value::List(names));
    }
    for (no, rows) in std::mem::take(&mut draft.rows) {
        let rows = merge_rows(tx, module, module.field_at(no), record, rows);
        draft.set(no, Value::Rows(rows.into()));
    }
    set_totals(module, tx.state(), record, &mut draft);
    let saved = with_draft(module, record, draft, mode);
    tx.put(module, saved);
}

/// A record with the values of a draft.
fn with_draft(module: &Module, record: &Record, mut draft: Draft, mode: Mode) -> Record {
    for no in &module.numbered {
        // numbers that do not count look like the id after the record's (recorded 2018 to 2023)
        let counts = module.field_at(*no).spec.auto_number.is_some();
        if !counts && record.stored(*no).is_none() && draft.value(*no).is_none() {
            draft.set(*no, Value::Text(Id(record.id.0 + 1).to_string().into()));
        }
    }
    for (no, _) in record.values() {
        if module.is_grave(*no) {
            draft.set(*no, Value::Null);
        }
    }
    for (no, value) in &mut draft.values {
        let implicit = module.living(*no).map(|field| &field.implicit);
        if implicit.is_some_and(|implicit| implicit == value) {
            *value = Value::Null;
        }
    }
    let mut saved = record.with_values(draft.values);
    saved.owner = draft.owner.unwrap_or(record.owner);
    saved.created_time = draft.system.created_time.unwrap_or(record.created_time);
    saved.created_by = draft.system.created_by.unwrap_or(record.created_by);
    saved.modified_time = draft.system.modified_time.unwrap_or(match mode {
        Mode::Seed => saved.created_time,
        Mode::Insert | Mode::Update => record.modified_time,
    });
    saved.modified_by = draft.system.modified_by.unwrap_or(match mode {
        Mode::Seed => saved.created_by,
        Mode::Insert | Mode::Update => record.modified_by,
    });
    saved.converted = record.converted || draft.system.converted;
    saved
}

/// The account of a name: the newest there is, or a new one.
fn account(tx: &mut Tx, name: &str, mode: Mode) -> Value {
    let schema = Arc::clone(&tx.state().schema);
    let Some(accounts) = schema.module("Accounts") else {
        return Value::Null;
    };
    let found = accounts
        .field("Account_Name")
        .and_then(|field| find_equal(tx.state(), accounts, field, name));
    let id = found.or_else(|| {
        let mut json = Map::new();
        json.insert("Account_Name".into(), name.into());
        let mode = if mode == Mode::Seed {
            Mode::Seed
        } else {
            Mode::Insert
        };
        insert(
            tx,
            accounts,
            &json,
            Place {
                version: ApiVersion::LATEST,
                index: 0,
                key: None,
                mode,
            },
        )
        .ok()
    });
    id.map_or(Value::Null, |id| Value::Lookup(accounts.no, id))
}

/// The newest record whose text field equals `text` without regard to case.
fn find_equal(state: &OrgState, module: &Module, field: &Field, text: &str) -> Option<Id> {
    find(
        state,
        module,
        &Expr::Test(field.no, Test::Text(fold(text).into())),
    )
}

/// The newest record, converted or not, that meets a condition.
#[must_use]
pub fn find(state: &OrgState, module: &Module, expr: &Expr) -> Option<Id> {
    find_other(state, module, expr, None)
}

/// The same, apart from one record.
fn find_other(state: &OrgState, module: &Module, expr: &Expr, own: Option<Id>) -> Option<Id> {
    let query = Query {
        state,
        module,
        expr,
        converted: Converted::Both,
        sort: None,
    };
    let found = query.page(0, 1 + usize::from(own.is_some()));
    let mut ids = found.iter().map(|record| record.id);
    ids.find(|id| Some(*id) != own)
}

/// A condition that the value of `field` is `value`; none for values that cannot be compared.
#[must_use]
pub fn equals(field: &Field, value: &Value) -> Option<Expr> {
    Some(Expr::Test(
        field.no,
        match value {
            Value::Null | Value::Rows(_) | Value::Json(_) | Value::List(_) => return None,
            Value::Text(text) => Test::Text(fold(text).into()),
            other => Test::OneOf(vec![other.clone()]),
        },
    ))
}

/// No other record has a value of the draft in a unique field, or in one of `further`.
fn check_unique(
    reader: &Reader<'_>,
    draft: &Draft,
    own: Option<Id>,
    further: &[&Field],
) -> Result<(), Vec<ApiError>> {
    let mut errors = Vec::new();
    let unique = &reader.module.unique;
    let further = further.iter().filter(|field| !unique.contains(&field.no));
    let fields = unique.iter().map(|no| reader.module.field_at(*no));
    for field in fields.chain(further.copied()) {
        let Some(expr) = draft.value(field.no).and_then(|value| equals(field, value)) else {
            continue;
        };
        if let Some(id) = find_other(reader.state, reader.module, &expr, own) {
            errors.push(duplicate(reader, field.api_name(), id));
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// `DUPLICATE_DATA` about a record that holds the value already.
#[must_use]
pub fn duplicate(reader: &Reader<'_>, api_name: &str, id: Id) -> ApiError {
    let (state, module) = (reader.state, reader.module);
    let error = reader
        .error(Kind::DuplicateData.into(), api_name)
        .with("id", id.json());
    if reader.version.duplicate_details() == DuplicateDetails::IdOnly {
        return error;
    }
    let owner = state.table(module).get(id).map(|record| record.owner);
    let owner = owner.and_then(|owner| state.users.get(&owner));
    let zuid = owner
        .and_then(|user| user.attributes.get("zuid").cloned())
        .unwrap_or(Json::Null);
    let owner = owner
        .map(|user| json!({"name": user.full_name(), "id": user.id.to_string(), "zuid": zuid}));
    error
        .with(
            "duplicate_record",
            json!({
                "Owner": owner,
                "module": {"api_name": module.api_name(), "id": module.id.to_string()},
                "id": id.to_string(),
            }),
        )
        .with("more_records", false)
}

/// Rows that are named by id must be rows of the record.
fn check_rows(reader: &Reader<'_>, draft: &Draft, existing: &Record) -> Result<(), Vec<ApiError>> {
    for (no, rows) in &draft.rows {
        let Some(Value::Rows(old)) = existing.stored(*no) else {
            continue;
        };
        let name = reader.module.field_at(*no).api_name();
        for (index, row) in rows.iter().enumerate() {
            if row.id.is_some_and(|id| !old.iter().any(|r| r.id == id)) {
                let error = ApiError::new(Kind::UnknownId).with("api_name", "id");
                let path = format!("{}.{name}[{index}].id", reader.path);
                return Err(vec![if reader.version.has_json_path() {
                    error.with("json_path", path)
                } else {
                    error
                }]);
            }
        }
    }
    Ok(())
}

/// The rows that a record has after a write: those named by id are changed or taken out, new
/// ones are appended. Line items that are not mentioned stay; in other subforms they stay when
/// at least one row is named by its id (Zoho's pages on subforms and inventory).
fn merge_rows(
    tx: &mut Tx,
    module: &Module,
    field: &Field,
    record: &Record,
    drafts: Vec<RowDraft>,
) -> Vec<Row> {
    let items = module
        .line_items()
        .is_some_and(|items| items.no == field.no);
    let keep = items || drafts.iter().any(|row| row.id.is_some());
    let mut rows = match record.stored(field.no) {
        Some(Value::Rows(rows)) if keep => rows.to_vec(),
        _ => Vec::new(),
    };
    let mut percents: Vec<(Id, f64)> = Vec::new();
    let rows_module = match field.kind {
        FieldKind::Rows(Some(no)) => Some(Arc::clone(tx.state().schema.module_at(no))),
        _ => None,
    };
    for draft in drafts {
        let known = draft
            .id
            .and_then(|id| rows.iter().position(|row| row.id == id));
        if draft.delete {
            if let Some(at) = known {
                rows.remove(at);
            }
            continue;
        }
        let at = known.unwrap_or_else(|| {
            let id = draft.id.unwrap_or_else(|| tx.next_id());
            rows.push(Row {
                id,
                created_time: tx.now(),
                modified_time: tx.now(),
                values: [].into(),
            });
            rows.len() - 1
        });
        let row = &mut rows[at];
        let mut values: Vec<(FieldNo, Value)> = row.values.to_vec();
        values.retain(|(no, _)| {
            !rows_module
                .as_ref()
                .is_some_and(|module| module.is_grave(*no))
        });
        for (no, value) in draft.values {
            values.retain(|(n, _)| *n != no);
            if !value.is_null() {
                values.push((no, value));
            }
        }
        values.sort_by_key(|(no, _)| *no);
        row.values = values.into();
        row.modified_time = tx.now();
        percents.extend(draft.discount_percent.map(|percent| (row.id, percent)));
    }
    if let Some(rows_module) = rows_module.as_deref().filter(|_| items) {
        let state = tx.state();
        rows = rows
            .iter()
            .enumerate()
            .map(|(n, row)| {
                let percent = percents
                    .iter()
                    .find(|(id, _)| *id == row.id)
                    .map(|(_, p)| *p);
                totals::row(state, rows_module, row, percent, n + 1)
            })
            .collect();
    }
    rows
}

/// Works out what a quote, an order or an invoice comes to.
fn set_totals(module: &Module, state: &OrgState, record: &Record, draft: &mut Draft) {
    let Some(field) = module.line_items() else {
        return;
    };
    let FieldKind::Rows(Some(rows_module)) = field.kind else {
        return;
    };
    let now = |name: &str| -> Value {
        let no = if name.starts_with('$') {
            dollar_no(module, name)
        } else {
            module.field(name).map(|f| f.no)
        };
        let no = no.unwrap_or(FieldNo::MAX);
        draft
            .value(no)
            .or_else(|| record.stored(no))
            .cloned()
            .unwrap_or(Value::Null)
    };
    let rows = match now(field.api_name()) {
        Value::Rows(rows) => rows,
        _ => [].into(),
    };
    let totals = totals::record(&totals::Record {
        rows: &rows,
        module: state.schema.module_at(rows_module),
        discount: &now("Discount"),
        discount_percent: draft.discount_percent,
        adjustment: &now("Adjustment"),
        line_tax: &now("$line_tax"),
    });
    for (name, value) in totals {
        let no = if name.starts_with('$') {
            dollar_no(module, name)
        } else {
            module.field(name).map(|f| f.no)
        };
        if let Some(no) = no {
            draft.set(no, value);
        }
    }
}

/// The `details` of a write that succeeded, written (recorded v2, v7 and v8); with
/// `$approval_state` where the version has it.
#[must_use]
pub fn details(state: &OrgState, record: &Record, approval: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(320);
    let key = |out: &mut Vec<u8>, key: &str| {
        out.push(if out.is_empty() { b'{' } else { b',' });
        value::write_string(out, key);
        out.push(b':');
    };
    let instant = |out: &mut Vec<u8>, seconds: i64| {
        out.push(b'"');
        time::write_datetime(out, seconds, &state.time_zone);
        out.push(b'"');
    };
    let user = |out: &mut Vec<u8>, id: Id| write_reference(&state.user_name(id), id, out);
    key(&mut out, "Modified_Time");
    instant(&mut out, record.modified_time);
    key(&mut out, "Modified_By");
    user(&mut out, record.modified_by);
    key(&mut out, "Created_Time");
    instant(&mut out, record.created_time);
    key(&mut out, "id");
    write_id(record.id, &mut out);
    key(&mut out, "Created_By");
    user(&mut out, record.created_by);
    if approval {
        key(&mut out, "$approval_state");
        value::write_string(&mut out, "approved");
    }
    out.push(b'}');
    out
}

/// The item of a record that was written.
#[must_use]
pub fn success(tx: &Tx, module: &Module, id: Id, message: Message, approval: bool) -> Item {
    let state = tx.state();
    let record = state.table(module).get(id);
    let details = record.map_or_else(|| b"{}".to_vec(), |record| details(state, record, approval));
    Item::success(message, details)
}

#[cfg(test)]
mod tests {
    use crate::value::order;

    #[test]
    fn details_have_their_keys_in_order() {
        let mut keys = [
            "Modified_Time",
            "Modified_By",
            "Created_Time",
            "id",
            "Created_By",
            "$approval_state",
        ];
        let written = keys;
        order::sort(&mut keys, |key| key);
        assert_eq!(keys, written);
        order::sort(&mut keys[..5], |key| key);
        assert_eq!(keys, written);
    }
}
