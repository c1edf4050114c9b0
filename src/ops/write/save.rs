//! Writing a record that passed every check.

use std::sync::Arc;

use serde_json::Map;

use super::derived;
use super::ids;
use super::rows::{self, PlannedRows};
use super::stages;
use super::unique::{check_unique, find};
use crate::error::ApiError;
use crate::ids::Id;
use crate::ops::input::{Draft, Mode, RecordPath, RecordReader};
use crate::ops::scoring;
use crate::query::expr::{Expr, Test};
use crate::schema::dollar::dollar_no;
use crate::schema::{Field, FieldNo, Module, Storage};
use crate::store::{Record, Tx};
use crate::value::{Value, fold};

/// A draft that passed every check, so that writing it cannot fail.
#[derive(Debug)]
pub(super) struct CheckedDraft {
    draft: Draft,
    rows: Vec<PlannedRows>,
    /// The account to make, and the field that will point to it.
    account: Option<(FieldNo, NewAccount)>,
}

/// An account that is made along with a record that names it.
#[derive(Debug)]
struct NewAccount {
    draft: Box<CheckedDraft>,
    mode: Mode,
}

impl CheckedDraft {
    /// Checks a draft against the other records and the totals that follow from it. `existing` is
    /// the record that it changes; `taken_in` are fields that are treated as unique ones are.
    ///
    /// # Errors
    /// `DUPLICATE_DATA` for a value that is taken, `INVALID_DATA` for a total that does not fit, and
    /// all errors of an account that is to be made.
    pub(super) fn new(
        reader: &RecordReader<'_>,
        mut draft: Draft,
        existing: Option<&Record>,
        taken_in: &[&Field],
        now: i64,
    ) -> Result<Self, Vec<ApiError>> {
        let own = existing.map(|record| record.id);
        check_unique(reader, &draft, own, taken_in)?;
        // the rows of a record that a seed dates are as old as it is
        let made = draft.system.created_time.unwrap_or(now);
        let rows = rows::plan(reader, &mut draft, existing, made)?;
        let account = match draft.account.take() {
            Some((field, name)) => plan_account(reader, &mut draft, field, &name, now)?,
            None => None,
        };
        Ok(Self {
            draft,
            rows,
            account,
        })
    }

    /// Writes the changes on top of a record.
    pub(super) fn save(self, tx: &mut Tx, module: &Module, record: &Record, mode: Mode) {
        let mut draft = self.draft;
        let schema = Arc::clone(&tx.state().schema);
        if let (Some((field, account)), Some(accounts)) = (self.account, schema.module("Accounts"))
        {
            let id = tx.next_record_id(accounts);
            account.draft.save_new(tx, accounts, id, account.mode);
            draft.set(field, Value::Lookup(accounts.no, id));
        }
        if let Some(tags) = draft.tags.take()
            && let Some(field) = module.fields.iter().find(|f| f.kind == Storage::Tags)
        {
            let mut names = Vec::with_capacity(tags.len());
            for (name, colour) in tags {
                // names differ by more than their case
                let name = tx.tag(module.no, &name, colour.as_deref());
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            draft.set(field.no, Value::List(names.into()));
        }
        ids::give(tx, module, &mut draft);
        for rows in self.rows {
            let (no, value) = rows.into_value(tx);
            draft.set(no, value);
        }
        let saved = with_draft(module, record, draft, mode);
        let id = saved.id;
        tx.put(module, saved);
        if mode != Mode::Seed {
            stages::follow(tx, module, record);
            scoring::follow(tx, module, id);
        }
    }

    /// Writes a new record under an id.
    pub(super) fn save_new(mut self, tx: &mut Tx, module: &Module, id: Id, mode: Mode) {
        set_calendar_ids(module, id, &mut self.draft);
        for no in &module.numbered {
            if self.draft.value(*no).is_none()
                && let Some(number) = tx.next_number(module, module.field_at(*no))
            {
                self.draft.set(*no, Value::Text(number));
            }
        }
        let record = Record::new(id, tx.user(), tx.now(), Vec::new());
        self.save(tx, module, &record, mode);
    }
}

/// Makes the record of a draft without a transaction, so that records of a seed can be made side by
/// side. That is possible for drafts without tags, rows, totals, unique fields and an account by
/// name; others are handed back.
///
/// # Errors
/// The draft, to be written by [`super::insert_as`].
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
        && !ids::are_needed(module, &draft)
        && module.unique.is_empty()
        && !module.counts()
        && module.line_items().is_none();
    if !alone {
        return Err(Box::new(draft));
    }
    set_calendar_ids(module, id, &mut draft);
    let record = Record::new(id, by, now, Vec::new());
    Ok(with_draft(module, &record, draft, mode))
}

/// Gives an event its id in the calendar (`$u_id`), and one that repeats that of its series
/// (`$recurrence_id`), which is its own: it is the first (assumed).
fn set_calendar_ids(module: &Module, id: Id, draft: &mut Draft) {
    if module.api_name() != "Events" {
        return;
    }
    let repeats = module.field("Recurring_Activity").map(|field| field.no);
    let repeats = repeats.and_then(|no| draft.value(no));
    let series = matches!(repeats, Some(Value::Json(_))).then(|| id.json());
    for (key, value) in [
        ("$u_id", Some(calendar_id(id).into())),
        ("$recurrence_id", series),
    ] {
        if let (Some(no), Some(value)) = (dollar_no(module, key), value)
            && draft.value(no).is_none()
        {
            draft.set(no, Value::Json(Arc::new(value)));
        }
    }
}

/// The `$u_id` of an event, a UUID (recorded v2). It is computed from the id, so that it is the same
/// in every run.
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

/// A record with the values of a draft, system values included.
fn with_draft(module: &Module, record: &Record, mut draft: Draft, mode: Mode) -> Record {
    for no in &module.numbered {
        // numbers that do not count look like the id after the record's (recorded 2018 to 2023)
        let counts = module.field_at(*no).spec.auto_number.is_some();
        if !counts && record.stored(*no).is_none() && draft.value(*no).is_none() {
            draft.set(*no, Value::Text(Id(record.id.0 + 1).to_string().into()));
        }
    }
    for (no, _) in record.values() {
        if module.is_grave(no) {
            draft.set(no, Value::Null);
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

/// Sets a lookup to the newest account with a name. If there is none, the account that is to be
/// made is given back with the field.
///
/// # Errors
/// All errors of the new account.
fn plan_account(
    reader: &RecordReader<'_>,
    draft: &mut Draft,
    field: FieldNo,
    name: &str,
    now: i64,
) -> Result<Option<(FieldNo, NewAccount)>, Vec<ApiError>> {
    let Some(accounts) = reader.state.schema.module("Accounts") else {
        return Ok(None);
    };
    let found = accounts.field("Account_Name").and_then(|field| {
        let named = Expr::Test(field.no, Test::Text(fold(name).into()));
        find(reader.state, accounts, &named)
    });
    if let Some(id) = found {
        draft.set(field, Value::Lookup(accounts.no, id));
        return Ok(None);
    }
    let mode = match reader.mode {
        Mode::Seed => Mode::Seed,
        Mode::Insert | Mode::Update => Mode::Insert,
    };
    let reader = RecordReader {
        state: reader.state,
        module: accounts,
        version: reader.version,
        mode,
        path: RecordPath::Of(format!("{}.Account_Name", reader.path)),
    };
    let mut json = Map::new();
    json.insert("Account_Name".into(), name.into());
    let account = derived(&reader, reader.read(&json, None)?, now)?;
    let draft = Box::new(CheckedDraft::new(&reader, account, None, &[], now)?);
    Ok(Some((field, NewAccount { draft, mode })))
}
