//! Scores of records, which the active scoring rules of their module give them.
//!
//! A score is a record of `Entity_Scores__s`: one for each record and each rule of which it meets
//! something. It follows each write of the record, and a run of the rules.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::children::pointing_to;
use crate::ids::Id;
use crate::query::view::criteria_expr;
use crate::schema::{FieldNo, Module};
use crate::settings::scoring::{SCORES, is_active, layout_of, rule_of, rules_of};
use crate::store::job::{MassCounts, ScoreWork};
use crate::store::{OrgState, Record, Setting, Tx};
use crate::value::Value;

/// Rules are run over records that were made or active in this time, in seconds: six months (page of
/// v7).
const RECENT: i64 = 183 * 86_400;

/// What a record is worth by one rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Points {
    positive: i64,
    negative: i64,
}

/// Brings the scores of a record up to date. Costs nothing in modules without rules.
pub fn follow(tx: &mut Tx, module: &Module, id: Id) {
    let rules = active_rules(tx.state(), module);
    if !rules.is_empty() {
        score(tx, module, id, &rules);
    }
}

fn active_rules(state: &OrgState, module: &Module) -> Vec<Setting> {
    let rules = rules_of(state, module).filter(|rule| is_active(rule));
    rules.cloned().collect()
}

fn score(tx: &mut Tx, module: &Module, id: Id, rules: &[Setting]) {
    let schema = Arc::clone(&tx.state().schema);
    let (Some(scores), Some(record)) = (
        schema.module(SCORES),
        tx.state().table(module).get(id).cloned(),
    ) else {
        return;
    };
    for rule in rules {
        let old = score_of(tx.state(), scores, (module, id), rule.id);
        let points = points(tx.state(), module, &record, rule, tx.now());
        match (points, old) {
            (None, None) => {}
            (None, Some(old)) => drop(tx.take(scores, old)),
            (Some(points), old) => {
                let id = old.unwrap_or_else(|| tx.next_record_id(scores));
                let record = written(tx, scores, (module, &record), rule, points, id);
                tx.put(scores, record);
            }
        }
    }
}

/// The record of a score.
fn written(
    tx: &Tx,
    scores: &Module,
    (module, record): (&Module, &Record),
    rule: &Setting,
    points: Points,
    id: Id,
) -> Record {
    let some = |number: i64| match number {
        0 => Value::Null,
        number => Value::Int(number),
    };
    let rule = json!({"name": rule.name.as_str(), "id": rule.id.json()});
    let values = [
        ("Entity", Value::Lookup(module.no, record.id)),
        ("Positive_Score", some(points.positive)),
        ("Negative_Score", some(points.negative)),
        (
            "Score",
            Value::Int(points.positive.saturating_add(points.negative)),
        ),
        ("Scoring_Rule", Value::Json(Arc::new(rule))),
    ];
    let values = values.into_iter().filter_map(|(name, value)| {
        let no: FieldNo = scores.field(name)?.no;
        Some((no, value))
    });
    let values = values.collect();
    match tx.state().table(scores).get(id) {
        Some(old) => {
            let mut changed = old.with_values(values);
            changed.modified_time = tx.now();
            changed.modified_by = tx.user();
            changed
        }
        None => Record::new(id, tx.user(), tx.now(), values),
    }
}

/// The score that a record has by a rule.
fn score_of(
    state: &OrgState,
    scores: &Module,
    (module, id): (&Module, Id),
    rule: Id,
) -> Option<Id> {
    let entity = scores.field("Entity")?;
    let all = pointing_to(state, scores, entity, &Value::Lookup(module.no, id));
    all.into_iter().find(|score| {
        let record = state.table(scores).get(*score);
        record.is_some_and(|record| rule_of(scores, record) == Some(rule))
    })
}

/// Takes away the scores of a record that is deleted. They are made anew if it comes back.
pub fn forget(tx: &mut Tx, module: &Module, id: Id) {
    let schema = Arc::clone(&tx.state().schema);
    let Some(scores) = schema.module(SCORES) else {
        return;
    };
    let Some(entity) = scores.field("Entity") else {
        return;
    };
    let target = Value::Lookup(module.no, id);
    for score in pointing_to(tx.state(), scores, entity, &target) {
        tx.take(scores, score);
    }
}

/// What a record is worth by a rule; none if it meets nothing of it, or has another layout.
fn points(
    state: &OrgState,
    module: &Module,
    record: &Record,
    rule: &Setting,
    now: i64,
) -> Option<Points> {
    let own = module
        .field("Layout")
        .and_then(|field| record.stored(field.no));
    let own = match own {
        Some(Value::Json(layout)) => layout.get("id").and_then(Id::from_json),
        _ => module.standard_layout().map(|layout| layout.id),
    };
    if layout_of(module, rule).map(|layout| layout.id) != own {
        return None;
    }
    let mut points = Points::default();
    let mut any = false;
    let rules = rule.attributes.get("field_rules").and_then(Json::as_array);
    for part in rules.into_iter().flatten() {
        let criteria = part.get("criteria").unwrap_or(&Json::Null);
        if criteria_expr(criteria, module, state, now).matches(record, module, state) {
            any = true;
            let score = part.get("score").and_then(Json::as_i64).unwrap_or_default();
            let sum = if score < 0 {
                &mut points.negative
            } else {
                &mut points.positive
            };
            *sum = sum.saturating_add(score);
        }
    }
    any.then_some(points)
}

/// Runs rules over the records of their module.
pub(super) fn run(tx: &mut Tx, work: &ScoreWork) -> MassCounts {
    let schema = Arc::clone(&tx.state().schema);
    let module = schema.module_at(work.module);
    let rules = active_rules(tx.state(), module);
    let rules: Vec<Setting> = rules
        .into_iter()
        .filter(|rule| work.rules.contains(&rule.id))
        .collect();
    let last = module.field("Last_Activity_Time").map(|field| field.no);
    let since = tx.now().saturating_sub(RECENT);
    let recent = |record: &Record| {
        let active = match last.and_then(|no| record.stored(no)) {
            Some(Value::DateTime(at)) => *at,
            _ => record.modified_time,
        };
        record.created_time.max(active) >= since
    };
    let records = tx.state().table(module).rows().iter();
    let records = records.filter(|(_, record)| !record.converted && recent(record));
    let records: Vec<Id> = records.map(|(id, _)| *id).collect();
    for id in &records {
        score(tx, module, *id, &rules);
    }
    MassCounts {
        total: records.len(),
        done: records.len(),
        unchanged: 0,
        failed: 0,
    }
}
