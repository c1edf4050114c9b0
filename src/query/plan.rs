//! Finding the records that meet an expression: by an index where one helps, else by a scan.

use std::sync::Arc;

use super::expr::{Expr, Test};
use crate::ids::Id;
use crate::schema::{Field, FieldNo, Module, Slot, Storage};
use crate::store::index::order::Window;
use crate::store::index::{Candidates, hash_text, hash_value};
use crate::store::{OrgState, Record, Table};
use crate::value::Value;

/// Which records a query considers, by whether they are converted leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Converted {
    /// Records that are not converted.
    #[default]
    No,
    /// Converted leads alone.
    Only,
    /// All records.
    Both,
}

impl Converted {
    /// Reads the value of the parameter `converted`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "false" => Self::No,
            "true" => Self::Only,
            "both" => Self::Both,
            _ => return None,
        })
    }

    /// Whether a record is considered.
    #[must_use]
    pub fn admits(self, record: &Record) -> bool {
        match self {
            Self::No => !record.converted,
            Self::Only => record.converted,
            Self::Both => true,
        }
    }
}

/// An order of records.
#[derive(Clone, Copy, Debug)]
pub struct Sort<'a> {
    /// The field. Records with equal values are ordered by id, in the same direction.
    pub by: &'a Field,
    /// Whether the smallest value comes first.
    pub ascending: bool,
}

impl Sort<'_> {
    fn order(&self, a: &Record, b: &Record, module: &Module) -> std::cmp::Ordering {
        let order = a
            .get(self.by, module)
            .order(&b.get(self.by, module))
            .then(a.id.cmp(&b.id));
        if self.ascending {
            order
        } else {
            order.reverse()
        }
    }
}

/// A query of the records of a module.
#[derive(Debug)]
pub struct Query<'a> {
    /// The state to look in.
    pub state: &'a OrgState,
    /// The module.
    pub module: &'a Module,
    /// The expression that records must meet.
    pub expr: &'a Expr,
    /// Whether converted leads are considered.
    pub converted: Converted,
    /// The order; `None` is that of ids from the newest.
    pub sort: Option<Sort<'a>>,
}

impl<'a> Query<'a> {
    fn table(&self) -> &'a Table {
        self.state.table(self.module)
    }

    fn admits(&self, record: &Record) -> bool {
        self.converted.admits(record) && self.expr.matches(record, self.module, self.state)
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
        let (low, high) = id_bounds(self.expr, self.module);
        let (skip, rows) = if self.converted != Converted::No {
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
        let plain = self.takes_everything() && all_visible && self.converted != Converted::Only;
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

    /// All records, in no order.
    #[must_use]
    pub fn all(&self) -> Vec<&'a Arc<Record>> {
        let mut all = Vec::new();
        self.each(|record| all.push(record));
        all
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
    #[must_use]
    pub fn each_value(&self, field: &Field, mut f: impl FnMut(&Value)) -> bool {
        let rows = self.table().rows();
        let all = match self.converted {
            Converted::Both => true,
            Converted::No => rows.visible_len() == rows.len(),
            Converted::Only => false,
        };
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
            return match self.converted {
                Converted::No => rows.visible_len(),
                Converted::Only => rows.len() - rows.visible_len(),
                Converted::Both => rows.len(),
            };
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

/// The range of values of a field outside of which no record meets an expression.
fn window_on<'e>(expr: &'e Expr, module: &Module, field: &Field) -> Option<Window<'e>> {
    match expr {
        Expr::All(parts) => parts.iter().find_map(|part| window_on(part, module, field)),
        Expr::Test(no, test) if *no == field.no => window_of(test, module.field_at(*no)),
        _ => None,
    }
}

/// The range of values that pass a test, if they are one range.
fn window_of<'e>(test: &'e Test, field: &Field) -> Option<Window<'e>> {
    match test {
        Test::Range(from, to) => Some(Window::Range(from.as_ref(), to.as_ref())),
        Test::StartsWith(text) if matches!(field.kind, Storage::Text | Storage::Picklist) => {
            Some(Window::starts_with(text))
        }
        _ => None,
    }
}

/// The lowest and the highest id of records that can meet an expression.
fn id_bounds(expr: &Expr, module: &Module) -> (Id, Id) {
    const ALL: (Id, Id) = (Id(0), Id(u64::MAX));
    match expr {
        Expr::All(parts) => parts.iter().fold(ALL, |(low, high), part| {
            let (from, to) = id_bounds(part, module);
            (low.max(from), high.min(to))
        }),
        Expr::Test(no, Test::Range(from, to)) if module.field_at(*no).slot == Slot::Id => {
            let end = |end: &Option<(Value, bool)>, inward: fn(u64) -> u64| {
                let (value, closed) = end.as_ref()?;
                let id = as_id(value)?;
                Some(if *closed { id } else { Id(inward(id.0)) })
            };
            (
                end(from, |id| id.saturating_add(1)).unwrap_or(ALL.0),
                end(to, |id| id.saturating_sub(1)).unwrap_or(ALL.1),
            )
        }
        _ => ALL,
    }
}

/// Whether there are so few candidates that they are looked at one by one. An eighth of the table
/// or more is found as fast by a scan in the order of ids.
fn few(found: &Candidates, table: &Table) -> bool {
    found.len() < table.rows().len() / 8
}

/// [`candidates`] by the parts of an expression that do not test `field`.
fn candidates_beside(
    expr: &Expr,
    field: FieldNo,
    module: &Module,
    table: &Table,
) -> Option<Candidates> {
    match expr {
        Expr::Test(no, _) if *no == field => None,
        Expr::All(parts) => parts
            .iter()
            .filter_map(|part| candidates_beside(part, field, module, table))
            .min_by_key(Candidates::len),
        other => candidates(other, module, table),
    }
}

/// A superset of the ids of records that meet `expr`; `None` if no index helps.
fn candidates(expr: &Expr, module: &Module, table: &Table) -> Option<Candidates> {
    match expr {
        Expr::All(parts) => parts
            .iter()
            .filter_map(|part| candidates(part, module, table))
            .min_by_key(Candidates::len),
        Expr::Any(parts) => {
            let mut all = Candidates::default();
            for part in parts {
                all.join(candidates(part, module, table)?);
            }
            Some(all)
        }
        Expr::Not(_) | Expr::AnyOf(..) | Expr::Column(..) => None,
        Expr::Test(no, test) => {
            let field = module.field_at(*no);
            match test {
                Test::OneOf(values) if field.slot == Slot::Id => {
                    Some(Candidates::of(values.iter().filter_map(as_id).collect()))
                }
                Test::OneOf(values) => {
                    let hashes: Vec<u64> = values.iter().filter_map(hash_value).collect();
                    Some(table.candidates_by_value(module, field, &hashes))
                }
                Test::Text(folded) => {
                    Some(table.candidates_by_value(module, field, &[hash_text(folded)]))
                }
                // the index knows texts alone, not what is shown of other values
                Test::Contains(folded) if field.is_textual() => {
                    table.candidates_by_part(module, field, folded)
                }
                Test::Row(cell, value) => {
                    let hash = hash_value(value)?;
                    Some(table.candidates_by_cell(field, *cell, hash))
                }
                Test::Participant(id) => Some(table.candidates_by_participant(field, *id)),
                // any one of the texts leads to the records that list them all
                Test::Exactly(texts) => {
                    let hashes: Vec<u64> = texts.first()?.iter().map(|n| hash_text(n)).collect();
                    Some(table.candidates_by_value(module, field, &hashes))
                }
                // ids are in order anyway
                Test::Range(..) | Test::StartsWith(_) if field.slot != Slot::Id => {
                    let window = window_of(test, field)?;
                    let order = table.order_if_worth_it(module, field)?;
                    let worth = order.len(&window) < table.rows().len() / 8;
                    let ids = order.walk(&window, false).map(|(_, id)| id);
                    worth.then(|| Candidates::of(ids.collect()))
                }
                Test::Null
                | Test::Contains(_)
                | Test::StartsWith(_)
                | Test::EndsWith(_)
                | Test::Range(..)
                | Test::Named(_)
                | Test::Digits(_) => None,
            }
        }
    }
}

fn as_id(value: &Value) -> Option<Id> {
    match value {
        Value::Int(number) => u64::try_from(*number).ok().map(Id),
        _ => None,
    }
}
