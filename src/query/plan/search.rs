//! How the records of a query are found: by the index that promises the fewest candidates, by the
//! order of a field, or by a scan.

use std::sync::Arc;

use super::{Approval, Converted, Sort, candidates, candidates_beside, few, id_bounds, window_on};
use crate::ids::Id;
use crate::query::expr::Expr;
use crate::schema::{Field, Module, Slot};
use crate::store::index::Candidates;
use crate::store::index::order::Window;
use crate::store::{OrgState, Record, Table};
use crate::value::Value;

/// A query with everything that narrows it: the expression may live shorter than the records.
#[derive(Debug)]
pub struct Search<'a, 'e> {
    pub(super) state: &'a OrgState,
    pub(super) module: &'a Module,
    pub(super) expr: &'e Expr,
    pub(super) converted: Converted,
    pub(super) approval: Approval,
    pub(super) sort: Option<Sort<'a>>,
}

impl<'a> Search<'a, '_> {
    fn table(&self) -> &'a Table {
        self.state.table(self.module)
    }

    fn admits(&self, record: &Record) -> bool {
        self.converted.admits(record)
            && self.approval.admits(record)
            && self.expr.matches(record, self.module, self.state)
    }

    /// Whether exactly those records are considered that the table counts as visible.
    fn wants_the_visible(&self) -> bool {
        self.converted == Converted::No && self.approval == Approval::Approved
    }

    /// Whether those records are among the ones that are considered.
    fn wants_visible(&self) -> bool {
        self.converted != Converted::Only
            && matches!(self.approval, Approval::Approved | Approval::Both)
    }

    /// Whether all records are considered.
    fn wants_all(&self) -> bool {
        self.converted == Converted::Both && self.approval == Approval::Both
    }

    fn by_id(&self) -> Option<bool> {
        match self.sort {
            None => Some(false),
            Some(sort) => (sort.by.slot == Slot::Id).then_some(sort.ascending),
        }
    }

    /// At most `take` records, beginning with the one at position `skip`.
    #[must_use]
    pub fn page(&self, skip: usize, take: usize) -> Vec<&'a Arc<Record>> {
        let table = self.table();
        // what the order itself narrows down needs no list of ids
        let ordered = self.sort.map(|sort| sort.by);
        let ordered = ordered.filter(|by| window_on(self.expr, self.module, by).is_some());
        let found = match ordered {
            Some(by) => candidates_beside(self.expr, by.no, self.module, table),
            None => candidates(self.expr, self.module, table),
        };
        // records with one value are in the order of ids, however many there are and wherever the
        // others stand
        let by_id = self.by_id();
        let worth = |found: &Candidates| few(found, table) || (by_id.is_some() && found.is_run());
        match (found.filter(worth), by_id) {
            (Some(candidates), Some(ascending)) => {
                self.explain("index", candidates.len());
                let mut rows = table.rows().finder();
                let found = candidates.in_order(!ascending);
                let found = found.filter_map(|id| rows.find(&id));
                found
                    .filter(|r| self.admits(r))
                    .skip(skip)
                    .take(take)
                    .collect()
            }
            (None, Some(ascending)) => self.scan(ascending, skip, take),
            (found, None) => self.walk(found, skip, take),
        }
    }

    fn explain(&self, plan: &str, rows: usize) {
        tracing::debug!(module = self.module.api_name(), plan, rows, expr = ?self.expr);
    }

    fn takes_everything(&self) -> bool {
        fn always(expr: &Expr) -> bool {
            matches!(expr, Expr::All(parts) if parts.iter().all(always))
        }
        always(self.expr)
    }

    /// A page in the order of ids. It begins at the first id that the conditions on ids allow;
    /// without any condition it is found by its position.
    fn scan(&self, ascending: bool, skip: usize, take: usize) -> Vec<&'a Arc<Record>> {
        let rows = self.table().rows();
        self.explain("scan", rows.len());
        // what most pages are asks no record
        if self.takes_everything() && self.wants_the_visible() && rows.visible_len() == rows.len() {
            let mut page = Vec::with_capacity(take.min(rows.len()));
            let rows = rows.from_position(skip, !ascending);
            page.extend(rows.map(|(_, record)| record).take(take));
            return page;
        }
        let (low, high) = id_bounds(self.expr, self.module);
        let (skip, rows) = if !self.wants_the_visible() {
            (skip, rows.in_order(!ascending))
        } else if self.takes_everything() {
            (0, rows.from_position(skip, !ascending))
        } else {
            let before = if ascending {
                rows.visible_below(&low)
            } else {
                let above = high.0.checked_add(1);
                let below = above.map_or(rows.visible_len(), |id| rows.visible_below(&Id(id)));
                rows.visible_len() - below
            };
            (skip, rows.from_position(before, !ascending))
        };
        let end = if ascending { high } else { low };
        rows.map(|(_, record)| record)
            .take_while(|r| if ascending { r.id <= end } else { r.id >= end })
            .filter(|r| self.admits(r))
            .skip(skip)
            .take(take)
            .collect()
    }

    /// A page in the order of another field.
    fn walk(&self, found: Option<Candidates>, skip: usize, take: usize) -> Vec<&'a Arc<Record>> {
        /// Up to so many candidates are sorted faster than the index of the order is walked.
        const SORTED_AT_ONCE: usize = 1024;
        let Some(sort) = self.sort else {
            return Vec::new();
        };
        let table = self.table();
        let sorted = |found: Candidates| {
            self.explain("index, sorted", found.len());
            let mut rows = table.rows().finder();
            let found = found.in_order(true).filter_map(|id| rows.find(&id));
            let mut found: Vec<_> = found.filter(|r| self.admits(r)).collect();
            found.sort_by(|a, b| sort.order(a, b, self.module));
            found.into_iter().skip(skip).take(take).collect()
        };
        let found = match found {
            Some(found) if found.len() <= SORTED_AT_ONCE => return sorted(found),
            found => found,
        };
        let order = table.order_by(self.module, sort.by);
        let window = window_on(self.expr, self.module, sort.by).unwrap_or(Window::All);
        let length = order.len(&window);
        if let Some(found) = found.filter(|found| found.len() < length / 4) {
            return sorted(found);
        }
        self.explain("order", length);
        let walk = order.walk(&window, !sort.ascending);
        let all_visible = table.rows().visible_len() == table.rows().len();
        let plain = self.takes_everything() && all_visible && self.wants_visible();
        let (walk, skip) = if plain {
            (walk.after(skip), 0)
        } else {
            (walk, skip)
        };
        walk.filter_map(|(_, id)| table.get(id))
            .filter(|record| self.admits(record))
            .skip(skip)
            .take(take)
            .collect()
    }

    /// The first records in the order of the field, with all that are equal to the last of them in it:
    /// among these are the first `take` in any order that begins with that field. None if an index of
    /// something else promises few records, or if no order of the field is worth making.
    #[must_use]
    pub fn first_and_ties(&self, take: usize) -> Option<Vec<&'a Arc<Record>>> {
        let sort = self.sort.filter(|sort| sort.by.slot != Slot::Id)?;
        let table = self.table();
        let beside = candidates_beside(self.expr, sort.by.no, self.module, table);
        if beside.is_some_and(|found| few(&found, table)) {
            return None;
        }
        let order = table.order_if_worth_it(self.module, sort.by)?;
        let window = window_on(self.expr, self.module, sort.by).unwrap_or(Window::All);
        self.explain("order, first key", order.len(&window));
        let mut first = Vec::new();
        let mut last: Option<&Value> = None;
        for (value, id) in order.walk(&window, !sort.ascending) {
            if first.len() >= take && last.is_some_and(|last| !last.order(value).is_eq()) {
                break;
            }
            if let Some(record) = table.get(id).filter(|record| self.admits(record)) {
                first.push(record);
                last = Some(value);
            }
        }
        Some(first)
    }

    /// Calls `f` with every record, in no order.
    pub fn each(&self, mut f: impl FnMut(&'a Arc<Record>)) {
        let table = self.table();
        match candidates(self.expr, self.module, table).filter(|found| few(found, table)) {
            Some(ids) => {
                let mut rows = table.rows().finder();
                let found = ids.in_order(false).filter_map(|id| rows.find(&id));
                found.filter(|r| self.admits(r)).for_each(f);
            }
            None => {
                let rows = table.rows().iter().map(|(_, record)| record);
                for record in rows.filter(|r| self.admits(r)) {
                    f(record);
                }
            }
        }
    }

    /// Calls `f` with the value of a field in each record, in no order, from an index alone. Returns
    /// false without calling `f` if no index can answer.
    pub fn each_value(&self, field: &Field, mut f: impl FnMut(&Value)) -> bool {
        let rows = self.table().rows();
        let all_visible = rows.visible_len() == rows.len();
        let all = self.wants_all() || (all_visible && self.wants_visible());
        if !all || !self.takes_everything() {
            return false;
        }
        let Some(order) = self.table().order_if_worth_it(self.module, field) else {
            return false;
        };
        self.explain("order, alone", rows.len());
        let values = order.walk(&Window::All, false);
        values.for_each(|(value, _)| f(value));
        true
    }

    /// The number of records that meet the expression.
    #[must_use]
    pub fn count(&self) -> usize {
        let table = self.table();
        if self.takes_everything() {
            let rows = table.rows();
            if self.wants_the_visible() {
                return rows.visible_len();
            }
            if self.wants_all() {
                return rows.len();
            }
        }
        match candidates(self.expr, self.module, table) {
            Some(ids) => {
                let mut rows = table.rows().finder();
                let found = ids.in_order(true).filter_map(|id| rows.find(&id));
                found.filter(|r| self.admits(r)).count()
            }
            None => table.rows().iter().filter(|(_, r)| self.admits(r)).count(),
        }
    }
}
