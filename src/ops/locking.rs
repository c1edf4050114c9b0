//! Locking records and unlocking them, by hand and by the rules of the module's configuration.

use std::sync::Arc;

use serde_json::Value as Json;

use super::children::pointing_to;
use crate::ids::Id;
use crate::query::expr::Expr;
use crate::query::view::criteria_expr;
use crate::schema::{FieldNo, Module};
use crate::settings::locking::{self, LOCKS, configuration, is_locked, mark, named};
use crate::store::{OrgState, Record, Setting, Tx};
use crate::value::Value;

/// Why a record gets locked.
#[derive(Clone, Copy, Debug)]
pub enum LockCause<'a> {
    /// Somebody wants it, with a reason.
    Manual(&'a str),
    /// A rule does it, with an id.
    Rule(Id),
}

/// Whether records of a module can be locked at all.
#[must_use]
pub fn has_locks(module: &Module) -> bool {
    module.field(locking::LOCKED).is_some() && module.api_name() != LOCKS
}

/// The lock of a record.
#[must_use]
pub fn lock_of(state: &OrgState, module: &Module, record: Id) -> Option<Arc<Record>> {
    let locks = state.schema.module(LOCKS)?;
    let target = Value::Lookup(module.no, record);
    let found = pointing_to(state, locks, locks.field("Locked_For__s")?, &target);
    state.table(locks).get(*found.first()?).cloned()
}

/// Whether a lock was made by a rule.
#[must_use]
pub fn is_automatic(locks: &Module, lock: &Record) -> bool {
    let source = locks
        .field("Lock_Source__s")
        .and_then(|field| lock.stored(field.no));
    source.and_then(Value::as_text) == Some("Automatic")
}

/// Locks a record that is not locked. Gives the lock; none in an org without such a module.
pub fn lock(
    tx: &mut Tx,
    module: &Module,
    record: Id,
    configuration: Option<Id>,
    cause: LockCause<'_>,
) -> Option<Id> {
    let schema = Arc::clone(&tx.state().schema);
    let locks = schema.module(LOCKS)?;
    let number = |id: Id| i64::try_from(id.0).map_or(Value::Null, Value::Int);
    let text = |text: &str| Value::Text(text.into());
    let (source, by, reason, rule) = match cause {
        LockCause::Manual(reason) => ("Manual", Value::User(tx.user()), text(reason), Value::Null),
        LockCause::Rule(rule) => ("Automatic", Value::Null, Value::Null, number(rule)),
    };
    let values = [
        ("Locked_For__s", Value::Lookup(module.no, record)),
        ("Locked_By__s", by),
        ("Locked_Reason__s", reason),
        ("Lock_Source__s", text(source)),
        ("Locked_Time__s", Value::DateTime(tx.now())),
        (
            "Record_Locking_Configuration_Id__s",
            configuration.map_or(Value::Null, number),
        ),
        ("Record_Locking_Rule_Id__s", rule),
        ("Feature_Type__s", text("record_locking")),
    ];
    let values: Vec<(FieldNo, Value)> = values
        .into_iter()
        .filter_map(|(name, value)| Some((locks.field(name)?.no, value)))
        .collect();
    let id = tx.next_record_id(locks);
    let lock = Record::new(id, tx.user(), tx.now(), values);
    tx.put(locks, lock);
    mark(tx, module, record, true);
    Some(id)
}

/// Takes the lock of a record away, if it has one.
pub fn unlock(tx: &mut Tx, module: &Module, record: Id) {
    let schema = Arc::clone(&tx.state().schema);
    let Some(lock) = lock_of(tx.state(), module, record) else {
        return;
    };
    if let Some(locks) = schema.module(LOCKS) {
        tx.take(locks, lock.id);
    }
    mark(tx, module, record, false);
}

/// The rules of a module that lock by themselves: ids, conditions, and whether they count for
/// records that are there already.
fn rules(setting: &Setting, module: &Module, state: &OrgState, now: i64) -> Vec<(Id, Expr, bool)> {
    if setting.text("lock_type") == Some("manual") {
        return Vec::new();
    }
    let rules = named(setting, "locking_rules").iter();
    rules
        .filter_map(|rule| {
            let id = rule.get("id").and_then(Id::from_json)?;
            let existing = rule.get("lock_existing_records") == Some(&Json::Bool(true));
            let expr = criteria_expr(rule.get("criteria")?, module, state, now);
            Some((id, expr, existing))
        })
        .collect()
}

/// Locks a record that a write has brought under a rule, and unlocks one that was locked by a rule
/// and meets none any more (assumed). Costs nothing where nothing is configured.
pub fn follow(tx: &mut Tx, module: &Module, record: Id) {
    let Some(setting) = configuration(tx.state(), module.no).cloned() else {
        return;
    };
    let rules = rules(&setting, module, tx.state(), tx.now());
    if rules.is_empty() || !has_locks(module) {
        return;
    }
    let Some(kept) = tx.state().table(module).get(record).cloned() else {
        return;
    };
    let met = rules
        .iter()
        .find(|(_, expr, _)| expr.matches(&kept, module, tx.state()));
    match (met, is_locked(module, &kept)) {
        (Some((rule, ..)), false) => {
            let cause = LockCause::Rule(*rule);
            lock(tx, module, record, Some(setting.id), cause);
        }
        (None, true) => {
            let lock = lock_of(tx.state(), module, record);
            let locks = tx.state().schema.module(LOCKS).map(Arc::clone);
            if lock
                .zip(locks)
                .is_some_and(|(lock, locks)| is_automatic(&locks, &lock))
            {
                unlock(tx, module, record);
            }
        }
        _ => {}
    }
}

/// Locks the records that are there already and meet a rule that counts for them.
pub fn lock_existing(tx: &mut Tx, module: &Module) {
    let Some(setting) = configuration(tx.state(), module.no).cloned() else {
        return;
    };
    let mut rules = rules(&setting, module, tx.state(), tx.now());
    rules.retain(|(.., existing)| *existing);
    if rules.is_empty() || !has_locks(module) {
        return;
    }
    let state = tx.state();
    let rows = state.table(module).rows().iter().map(|(_, record)| record);
    let met = rows.filter(|record| !record.converted && !is_locked(module, record));
    let found: Vec<(Id, Id)> = met
        .filter_map(|record| {
            let mut rules = rules.iter();
            let rule = rules.find(|(_, expr, _)| expr.matches(record, module, state))?;
            Some((record.id, rule.0))
        })
        .collect();
    for (record, rule) in found {
        let cause = LockCause::Rule(rule);
        lock(tx, module, record, Some(setting.id), cause);
    }
}
