//! The stages that a deal went through: `DealHistory` has a record for each stay in one.
//!
//! Such a record says when the deal came into the stage (`Modified_Time`), what it was worth then,
//! and, once the deal has left, where to (`Moved_To__s`) and after how many days of the calendar
//! (field reports of two orgs, 2026).

use std::sync::Arc;

use crate::ops::children::pointing_to;
use crate::schema::{Field, FieldNo, Module};
use crate::store::{Record, Tx};
use crate::value::{Value, time};

/// The fields that tell how long a stay was.
const DURATIONS: [&str; 2] = ["Stage_Duration_Calendar_Days", "Duration_Days"];

/// The modules and fields that a history is made of.
struct StageHistory<'s> {
    deals: &'s Module,
    records: &'s Module,
    /// The lookup to the deal.
    about: &'s Field,
    stage: &'s Field,
    moved_to: &'s Field,
}

/// Adds to the history of a deal that came into another stage; `before` is what it was. Other changes of it add nothing
/// (assumed).
pub(super) fn follow(tx: &mut Tx, module: &Module, before: &Record) {
    if module.api_name() != "Deals" {
        return;
    }
    let schema = Arc::clone(&tx.state().schema);
    let Some(history) = schema.module("DealHistory").and_then(|records| {
        Some(StageHistory {
            deals: module,
            records,
            about: records.field("Potential_Name")?,
            stage: records.field("Stage")?,
            moved_to: records.field("Moved_To__s")?,
        })
    }) else {
        return;
    };
    let deal = tx.state().table(module).get(before.id).cloned();
    let stage = before.by_name("Stage", module);
    if let Some(deal) = deal.filter(|deal| deal.by_name("Stage", module) != stage) {
        history.move_on(tx, &deal, &stage);
    }
}

impl StageHistory<'_> {
    fn move_on(&self, tx: &mut Tx, deal: &Record, left: &Value) {
        if let Some(left) = self.stay(tx, deal, left) {
            let days = |at: i64| i64::from(time::day_of(at, &tx.state().time_zone));
            let stayed = Value::Int(days(tx.now()) - days(left.modified_time));
            let mut values = vec![(self.moved_to.no, deal.by_name("Stage", self.deals))];
            let durations = DURATIONS.iter().filter_map(|name| self.records.field(name));
            values.extend(durations.map(|field| (field.no, stayed.clone())));
            tx.put(self.records, left.with_values(values));
        }
        let stay = self.begun(tx, deal);
        tx.put(self.records, stay);
    }

    /// The stay that ends. A deal of a seed that says nothing of its history has been in its stage
    /// from the beginning.
    fn stay(&self, tx: &mut Tx, deal: &Record, left: &Value) -> Option<Record> {
        if left.is_null() {
            return None;
        }
        let state = tx.state();
        let target = Value::Lookup(self.deals.no, deal.id);
        let last = pointing_to(state, self.records, self.about, &target);
        let last = last
            .first()
            .and_then(|id| state.table(self.records).get(*id));
        match last {
            Some(last) => last
                .stored(self.moved_to.no)
                .is_none()
                .then(|| Record::clone(last)),
            None => {
                let mut first = self.begun(tx, deal);
                first = first.with_values(vec![(self.stage.no, left.clone())]);
                (first.created_time, first.modified_time) = (deal.created_time, deal.created_time);
                (first.created_by, first.modified_by) = (deal.created_by, deal.created_by);
                Some(first)
            }
        }
    }

    /// A stay that begins now.
    fn begun(&self, tx: &mut Tx, deal: &Record) -> Record {
        let id = tx.next_record_id(self.records);
        let mut values: Vec<(FieldNo, Value)> =
            vec![(self.about.no, Value::Lookup(self.deals.no, deal.id))];
        for name in [
            "Stage",
            "Amount",
            "Probability",
            "Expected_Revenue",
            "Closing_Date",
        ] {
            if let Some(field) = self.records.field(name) {
                values.push((field.no, deal.by_name(name, self.deals)));
            }
        }
        Record::new(id, tx.user(), tx.now(), values)
    }
}
