//! Finding the records that meet an expression: by an index where one helps, else by a scan.

mod search;

use std::sync::Arc;

pub use search::Search;

use super::access::visible;
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

/// Which records a query considers, by how far their approval has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Approval {
    /// Those that are approved, or need no approval.
    #[default]
    Approved,
    /// Those that wait for approval, or were rejected.
    Unapproved,
    /// All records.
    Both,
    /// Those in a state (`approval_process_pending`).
    In(&'static str),
}

impl Approval {
    /// Reads the value of the parameter `approved`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "true" => Self::Approved,
            "false" => Self::Unapproved,
            "both" => Self::Both,
            _ => return None,
        })
    }

    /// Whether a record is considered.
    #[must_use]
    pub fn admits(self, record: &Record) -> bool {
        match self {
            Self::Approved => !record.is_unapproved(),
            Self::Unapproved => record.is_unapproved(),
            Self::Both => true,
            Self::In(state) => record.approval_state() == state,
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
    /// At most `take` records, beginning with the one at position `skip`.
    #[must_use]
    pub fn page(&self, skip: usize, take: usize) -> Vec<&'a Arc<Record>> {
        self.by_approval(Approval::Approved, |search| search.page(skip, take))
    }

    /// See [`Search::first_and_ties`].
    #[must_use]
    pub fn first_and_ties(&self, take: usize) -> Option<Vec<&'a Arc<Record>>> {
        self.by_approval(Approval::Approved, |search| search.first_and_ties(take))
    }

    /// All records, in no order.
    #[must_use]
    pub fn all(&self) -> Vec<&'a Arc<Record>> {
        let mut all = Vec::new();
        self.each(|record| all.push(record));
        all
    }

    /// Calls `f` with every record, in no order.
    pub fn each(&self, f: impl FnMut(&'a Arc<Record>)) {
        self.by_approval(Approval::Approved, |search| search.each(f));
    }

    /// Calls `f` with the value of a field in each record, in no order, from an index alone. Returns
    /// false without calling `f` if no index can answer.
    #[must_use]
    pub fn each_value(&self, field: &Field, f: impl FnMut(&Value)) -> bool {
        self.by_approval(Approval::Approved, |search| search.each_value(field, f))
    }

    /// The number of records that meet the expression.
    #[must_use]
    pub fn count(&self) -> usize {
        self.by_approval(Approval::Approved, |search| search.count())
    }

    /// Looks among the records that the current user may see, and that have come so far with their
    /// approval.
    pub fn by_approval<T>(
        &self,
        approval: Approval,
        found: impl FnOnce(&Search<'a, '_>) -> T,
    ) -> T {
        match visible(self.state, self.module) {
            None => found(&self.search(self.expr, approval)),
            Some(own) => {
                let expr = Expr::All(vec![own, self.expr.clone()]);
                found(&self.search(&expr, approval))
            }
        }
    }

    /// Looks among all records, whoever asks: what is unique is so for everybody.
    pub fn unrestricted<T>(&self, found: impl FnOnce(&Search<'a, '_>) -> T) -> T {
        found(&self.search(self.expr, Approval::Both))
    }

    fn search<'e>(&self, expr: &'e Expr, approval: Approval) -> Search<'a, 'e> {
        Search {
            state: self.state,
            module: self.module,
            expr,
            converted: self.converted,
            approval,
            sort: self.sort,
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
                Test::Digits(digits) if field.kind == Storage::Text => {
                    table.candidates_by_digits(module, field, digits)
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
                | Test::Digits(_)
                | Test::Seen => None,
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
